//! From stored samples to pixels.

use ::tiff::decoder::DecodingResult;
use pixgate_raster::convert::linear_to_srgb;
use pixgate_raster::{Channels, Depth, Image, Layout, Samples, SamplesMut, zeroed};

use super::facts::Facts;
use super::fault::{broken, unsupported};
use super::thunderscan_logluv::fixed;
use crate::Error;

/// The depth that pixels come with.
pub(super) const fn depth(facts: &Facts) -> Depth {
    if facts.bits <= 8 || facts.is_palette {
        Depth::U8
    } else {
        Depth::U16
    }
}

/// Makes an image of what the library read.
///
/// - `colors`: red, green and blue of all palette entries, one channel after the other.
pub(super) fn image(
    read: &DecodingResult,
    facts: &Facts,
    layout: Layout,
    colors: &[u16],
) -> Result<Image, Error> {
    Source::of(facts, layout, 0).image(read, layout, colors)
}

/// Takes the alpha out that lies behind inks.
pub(super) fn ink_alpha(
    read: &DecodingResult,
    facts: &Facts,
    layout: Layout,
) -> Result<Image, Error> {
    let source = Source::of(facts, layout, Channels::Cmyk.count());
    source.image(read, layout.with_channels(Channels::Grey), &[])
}

impl Source<'_> {
    fn image(&self, read: &DecodingResult, layout: Layout, colors: &[u16]) -> Result<Image, Error> {
        let (source, facts) = (self, self.facts);
        match read {
            DecodingResult::U8(stored) if facts.bits < 8 => {
                let unpacked = unpack(stored, facts, layout)?;
                if facts.is_palette {
                    return palette(&unpacked, layout, colors);
                }
                let most = (1_u16 << facts.bits) - 1;
                let scale = |value: u8| u8::try_from(u16::from(value) * 255 / most).unwrap_or(255);
                source.gather_upright(&unpacked, layout, scale, Samples::U8)
            }
            DecodingResult::U8(stored) if facts.is_palette => palette(stored, layout, colors),
            DecodingResult::U8(stored) if facts.is_ycbcr => {
                let image = source.gather(stored, layout, |value| value, Samples::U8)?;
                from_ycbcr(image)
            }
            DecodingResult::U8(stored) => {
                source.gather_upright(stored, layout, |value| value, Samples::U8)
            }
            DecodingResult::U16(stored) if !facts.is_palette => {
                source.gather_upright(stored, layout, |value| value, Samples::U16)
            }
            DecodingResult::U32(stored) => {
                let high = |value: u32| u16::try_from(value >> 16).unwrap_or(u16::MAX);
                source.gather_upright(stored, layout, high, Samples::U16)
            }
            DecodingResult::F32(stored) => source.gather_linear(stored, layout, |value| value),
            DecodingResult::F64(stored) => source.gather_linear(stored, layout, narrowed),
            #[expect(
                clippy::redundant_closure_for_method_calls,
                reason = "the type is of a crate of the library"
            )]
            DecodingResult::F16(stored) => {
                source.gather_linear(stored, layout, |value| value.to_f32())
            }
            _ => Err(unsupported("signed or 64-bit samples")),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "lesser precision is enough for 16 bits"
)]
fn narrowed(value: f64) -> f32 {
    value as f32
}

/// Where the samples of a pixel are.
struct Source<'a> {
    facts: &'a Facts,
    /// Pixels of the whole image.
    pixels: usize,
    /// The first channel that is wanted.
    first: usize,
}

impl<'a> Source<'a> {
    const fn of(facts: &'a Facts, layout: Layout, first: usize) -> Self {
        Self {
            facts,
            pixels: layout.width as usize * layout.height as usize,
            first,
        }
    }

    /// Index of a sample: one pixel after the other, or one plane after the other.
    const fn index(&self, pixel: usize, channel: usize) -> usize {
        if self.facts.is_planar {
            (self.first + channel) * self.pixels + pixel
        } else {
            pixel * self.facts.samples + self.first + channel
        }
    }

    fn gather<T: Copy, U: Clone + Default>(
        &self,
        stored: &[T],
        layout: Layout,
        convert: impl Fn(T) -> U,
        samples: fn(Vec<U>) -> Samples,
    ) -> Result<Image, Error> {
        let count = layout.channels.count();
        let mut gathered = zeroed::<U>(layout.samples()?)?;
        for (pixel, to) in gathered.chunks_exact_mut(count).enumerate() {
            for (channel, to) in to.iter_mut().enumerate() {
                let stored = stored.get(self.index(pixel, channel));
                *to = convert(*stored.ok_or_else(|| broken("fewer samples than pixels"))?);
            }
        }
        Ok(Image::from_samples(layout, samples(gathered))?)
    }

    /// As [`Source::gather`], with grey turned if zero is white.
    fn gather_upright<T: Copy, U: Clone + Default>(
        &self,
        stored: &[T],
        layout: Layout,
        convert: impl Fn(T) -> U,
        samples: fn(Vec<U>) -> Samples,
    ) -> Result<Image, Error> {
        let mut image = self.gather(stored, layout, convert, samples)?;
        if self.facts.is_inverted && self.first == 0 {
            invert(&mut image);
        }
        Ok(image)
    }

    /// Floats are linear light, alpha from 0 to 1; they become 16 bits of sRGB.
    fn gather_linear<T: Copy>(
        &self,
        stored: &[T],
        layout: Layout,
        convert: impl Fn(T) -> f32,
    ) -> Result<Image, Error> {
        let mut image = self.gather(stored, layout, |value| fixed(convert(value)), Samples::U16)?;
        if self.facts.channels == Channels::Cmyk {
            return Ok(image);
        }
        if self.facts.is_inverted {
            invert(&mut image);
        }
        let curve: Vec<u16> = (0..=u16::MAX)
            .map(|value| fixed(linear_to_srgb(f32::from(value) / 65_535.0)))
            .collect();
        let count = layout.channels.count();
        let colors = count - usize::from(layout.channels.has_alpha());
        for pixel in image.slice_mut::<u16>()?.chunks_exact_mut(count) {
            for sample in pixel.iter_mut().take(colors) {
                *sample = curve.get(usize::from(*sample)).copied().unwrap_or(*sample);
            }
        }
        Ok(image)
    }
}

/// Turns grey upside down, and leaves alpha.
fn invert(image: &mut Image) {
    let count = image.layout().channels.count();
    match image.samples_mut() {
        SamplesMut::U8(samples) => {
            samples
                .iter_mut()
                .step_by(count)
                .for_each(|grey| *grey = !*grey);
        }
        SamplesMut::U16(samples) => {
            samples
                .iter_mut()
                .step_by(count)
                .for_each(|grey| *grey = !*grey);
        }
        SamplesMut::F32(_) => {}
    }
}

/// One byte per sample; rows start at whole bytes.
fn unpack(stored: &[u8], facts: &Facts, layout: Layout) -> Result<Vec<u8>, Error> {
    let bits = usize::from(facts.bits);
    if !matches!(bits, 1 | 2 | 4) {
        return Err(unsupported("samples of an odd number of bits"));
    }
    let (per_row, planes) = if facts.is_planar {
        (layout.width as usize, facts.samples)
    } else {
        (layout.width as usize * facts.samples, 1)
    };
    let rows = layout.height as usize * planes;
    let mut unpacked = zeroed::<u8>(per_row * rows)?;
    let stride = (per_row * bits).div_ceil(8);
    let pairs = unpacked
        .chunks_exact_mut(per_row)
        .zip(stored.chunks(stride));
    for (to, from) in pairs {
        for (x, sample) in to.iter_mut().enumerate() {
            let byte = from.get(x * bits / 8).copied().unwrap_or_default();
            let shift = 8 - bits - x * bits % 8;
            *sample = byte >> shift & ((1 << bits) - 1);
        }
    }
    Ok(unpacked)
}

/// Looks the colours of indices up; black for those that the palette does not have.
fn palette(indices: &[u8], layout: Layout, colors: &[u16]) -> Result<Image, Error> {
    let entries = colors.len() / 3;
    let mut samples = zeroed::<u8>(layout.samples()?)?;
    for (to, index) in samples.chunks_exact_mut(3).zip(indices) {
        for (channel, to) in to.iter_mut().enumerate() {
            let at = Some(usize::from(*index)).filter(|index| *index < entries);
            let value = at.and_then(|at| colors.get(channel * entries + at));
            *to = value.map_or(0, |value| value.to_be_bytes()[0]);
        }
    }
    Ok(Image::from_u8(layout, samples)?)
}

/// Luma and chroma of full range (ITU-T T.871, section 7).
fn from_ycbcr(mut image: Image) -> Result<Image, Error> {
    for pixel in image.slice_mut::<u8>()?.chunks_exact_mut(3) {
        let [y, cb, cr] = [pixel[0], pixel[1], pixel[2]].map(i32::from);
        let (cb, cr) = (cb - 128, cr - 128);
        let rgb = [
            y + ((91_881 * cr + 32_768) >> 16),
            y - ((22_554 * cb + 46_802 * cr + 32_768) >> 16),
            y + ((116_130 * cb + 32_768) >> 16),
        ];
        for (to, value) in pixel.iter_mut().zip(rgb) {
            *to = u8::try_from(value.clamp(0, 255)).unwrap_or_default();
        }
    }
    Ok(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREY: Facts = Facts {
        channels: Channels::Grey,
        has_ink_alpha: false,
        is_associated: false,
        is_inverted: false,
        bits: 2,
        samples: 1,
        is_palette: false,
        is_planar: false,
        is_ycbcr: false,
    };

    #[test]
    fn unpacks_rows_that_start_at_bytes() {
        let layout = Layout::u8(3, 2, Channels::Grey);
        let read = DecodingResult::U8(vec![0b00_01_10_11, 0b11_00_01_00]);
        let image = image(&read, &GREY, layout, &[]).unwrap();
        assert_eq!(*image.samples(), Samples::U8(vec![0, 85, 170, 255, 0, 85]));
    }

    #[test]
    fn looks_palettes_up_and_takes_planes_apart() {
        let layout = Layout::u8(2, 1, Channels::Rgb);
        let facts = Facts {
            channels: Channels::Rgb,
            bits: 8,
            is_palette: true,
            ..GREY
        };
        let colors = [0x0100, 0x0200, 0x0300, 0x0400, 0x0500, 0x0600];
        let read = DecodingResult::U8(vec![1, 9]);
        let found = image(&read, &facts, layout, &colors).unwrap();
        assert_eq!(*found.samples(), Samples::U8(vec![2, 4, 6, 0, 0, 0]));

        let facts = Facts {
            is_palette: false,
            is_planar: true,
            samples: 3,
            ..facts
        };
        let read = DecodingResult::U8(vec![1, 2, 3, 4, 5, 6]);
        let found = image(&read, &facts, layout, &[]).unwrap();
        assert_eq!(*found.samples(), Samples::U8(vec![1, 3, 5, 2, 4, 6]));
        let short = DecodingResult::U8(vec![1, 2, 3]);
        assert!(image(&short, &facts, layout, &[]).is_err());
    }

    #[test]
    fn alpha_behind_inks_is_taken_apart() {
        let mut facts = Facts {
            channels: Channels::Cmyk,
            has_ink_alpha: true,
            bits: 8,
            samples: 5,
            ..GREY
        };
        let layout = Layout::u8(2, 1, Channels::Cmyk);
        for (is_planar, stored) in [
            (false, vec![1, 2, 3, 4, 50, 6, 7, 8, 9, 100]),
            (true, vec![1, 6, 2, 7, 3, 8, 4, 9, 50, 100]),
        ] {
            facts.is_planar = is_planar;
            let read = DecodingResult::U8(stored);
            let inks = image(&read, &facts, layout, &[]).unwrap();
            assert_eq!(*inks.samples(), Samples::U8(vec![1, 2, 3, 4, 6, 7, 8, 9]));
            let alpha = ink_alpha(&read, &facts, layout).unwrap();
            assert_eq!(*alpha.samples(), Samples::U8(vec![50, 100]));
        }
    }

    #[test]
    fn floats_are_linear_light() {
        let facts = Facts { bits: 32, ..GREY };
        let layout = Layout {
            depth: Depth::U16,
            ..Layout::u8(4, 1, Channels::Grey)
        };
        let read = DecodingResult::F32(vec![0.0, 0.214_041, 7.0, f32::NAN]);
        let image = image(&read, &facts, layout, &[]).unwrap();
        let Samples::U16(samples) = image.samples() else {
            unreachable!()
        };
        assert!(samples[1].abs_diff(32_768) < 40, "{samples:?}");
        assert_eq!((samples[0], samples[2], samples[3]), (0, 65_535, 0));
    }
}
