//! One colour over an image, everywhere or growing along a direction.

use super::ramp::RampLine;
use crate::convert::convert_channels;
use crate::kernels::{Kernels, high};
use crate::{Channels, Depth, Error, ErrorKind, Image, Layout, SamplesMut, zeroed};

/// A colour that is laid over an image: source over destination (T. Porter and T. Duff, 1984) on the
/// encoded samples.
///
/// An image without alpha gets none. A grey one becomes coloured if the colour is; 16-bit samples
/// take the colour times 257.
///
/// # Examples
///
/// ```
/// use pixgate_raster::filter::Tint;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let red = Tint { color: [255, 0, 0], opacity: 0.5, keeps_alpha: false, ramp: None };
/// let image = Image::from_u8(Layout::u8(1, 1, Channels::Rgb), vec![255, 255, 0])?;
/// let image = red.draw(image, 0)?;
/// assert_eq!(image.view::<u8>()?.row(0), &[255, 128, 0]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tint {
    /// Red, green and blue.
    pub color: [u8; 3],
    /// 0 to 1, where the ramp is full.
    pub opacity: f64,
    /// Whether the image's alpha stays as it is.
    pub keeps_alpha: bool,
    /// How opacity grows; if not at all it is the same everywhere.
    pub ramp: Option<RampLine>,
}

impl Tint {
    /// The channels that an image of these has under the colour.
    #[must_use]
    pub const fn channels(&self, channels: Channels) -> Channels {
        let [red, green, blue] = self.color;
        match channels {
            Channels::Grey if red != green || green != blue => Channels::Rgb,
            Channels::GreyAlpha if red != green || green != blue => Channels::Rgba,
            _ => channels,
        }
    }

    /// Lays the colour over some rows.
    ///
    /// - `first`: the y of the first one in the image that the ramp was made for.
    ///
    /// Works in place unless channels change; allocates [`tint_bytes`].
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnsupportedLayout`] for CMYK, and [`ErrorKind::OutOfMemory`].
    pub fn draw(&self, rows: Image, first: u32) -> Result<Image, Error> {
        let channels = self.channels(rows.layout().channels);
        if channels == Channels::Cmyk {
            return Err(ErrorKind::UnsupportedLayout.into());
        }
        let mut rows = convert_channels(rows, channels)?;
        let layout = rows.layout();
        let is_covered = channels.has_alpha() && !self.keeps_alpha;
        if layout.depth == Depth::U8 && !is_covered {
            self.blend(rows.slice_mut()?, layout, first)?;
            return Ok(rows);
        }
        let mut opacities = zeroed::<f32>(layout.width as usize)?;
        let color = self.color.map(f32::from);
        match rows.samples_mut() {
            SamplesMut::U8(samples) => {
                let narrow = |v: u32| v.to_le_bytes()[0];
                for (row, y) in samples.chunks_exact_mut(layout.row_samples()).zip(first..) {
                    self.fill(y, y == first, &mut opacities);
                    cover(row, channels, (color, 255.0), &opacities, f32::from, narrow);
                }
            }
            SamplesMut::U16(samples) => {
                let color = color.map(|v| v * 257.0);
                let narrow = |v: u32| u16::try_from(v).unwrap_or(u16::MAX);
                for (row, y) in samples.chunks_exact_mut(layout.row_samples()).zip(first..) {
                    self.fill(y, y == first, &mut opacities);
                    if is_covered {
                        cover(
                            row,
                            channels,
                            (color, 65535.0),
                            &opacities,
                            f32::from,
                            narrow,
                        );
                    } else {
                        mix(row, channels, color, &opacities, f32::from, narrow);
                    }
                }
            }
            SamplesMut::F32(_) => return Err(ErrorKind::UnsupportedLayout.into()),
        }
        Ok(rows)
    }

    /// Mixes 8-bit colour; alpha, if there is any, stays.
    fn blend(&self, samples: &mut [u8], layout: Layout, first: u32) -> Result<(), Error> {
        let width = layout.width as usize;
        let is_even = self.ramp.is_none_or(|ramp| ramp.is_level());
        let pixels = if is_even {
            width.min(EVEN_PIXELS)
        } else {
            width
        };
        let mut opacities = zeroed::<f32>(pixels)?;
        let mut shares = Shares::new(pixels, layout.channels)?;
        let blend = Kernels::detect().blend;
        for (row, y) in samples.chunks_exact_mut(layout.row_samples()).zip(first..) {
            if self.fill(y, y == first, &mut opacities) {
                shares.prepare(layout.channels, self.color, &opacities);
            }
            for part in row.chunks_mut(shares.kept.len()) {
                blend(part, &shares.kept, &shares.added);
            }
        }
        Ok(())
    }

    /// The opacities of a row, and whether they are others than before.
    fn fill(&self, y: u32, is_first: bool, opacities: &mut [f32]) -> bool {
        #[expect(clippy::cast_possible_truncation, reason = "seven digits are enough")]
        let narrow = |opacity: f64| opacity as f32;
        match &self.ramp {
            Some(ramp) if ramp.is_level() => {
                opacities.fill(narrow(self.opacity * ramp.at(0, y)));
                true
            }
            Some(ramp) if is_first || !ramp.is_upright() => {
                for (x, to) in (0..).zip(opacities) {
                    *to = narrow(self.opacity * ramp.at(x, y));
                }
                true
            }
            None if is_first => {
                opacities.fill(narrow(self.opacity));
                true
            }
            _ => false,
        }
    }
}

/// Pixels that are prepared where all of a row are mixed alike.
const EVEN_PIXELS: usize = 64;

/// Bytes that [`Tint::draw`] allocates: a copy if channels change, and some numbers for each sample of a row.
#[must_use]
pub fn tint_bytes(tint: &Tint, source: Layout) -> u64 {
    let channels = tint.channels(source.channels);
    let converted = if channels == source.channels {
        0
    } else {
        source.with_channels(channels).bytes()
    };
    converted.saturating_add(u64::from(source.width) * (4 + 4 * channels.count() as u64))
}

/// What becomes of each 8-bit sample of some pixels.
///
/// Shares are 16 bits, samples 8 with 8 behind the point. Two products are cut off, which is a half too little
/// on average each; that and a half to round by are added.
struct Shares {
    /// The share of each sample that stays.
    kept: Vec<u16>,
    /// What is added to it.
    added: Vec<u16>,
}

impl Shares {
    fn new(pixels: usize, channels: Channels) -> Result<Self, Error> {
        let samples = pixels.max(1) * channels.count();
        Ok(Self {
            kept: zeroed(samples)?,
            added: zeroed(samples)?,
        })
    }

    /// Alpha, if there is any, stays.
    fn prepare(&mut self, channels: Channels, color: [u8; 3], opacities: &[f32]) {
        let Self { kept, added } = self;
        match channels {
            Channels::Grey => prepare::<1, 1>(kept, added, color, opacities),
            Channels::GreyAlpha => prepare::<2, 1>(kept, added, color, opacities),
            Channels::Rgb => prepare::<3, 3>(kept, added, color, opacities),
            Channels::Rgba | Channels::Cmyk => prepare::<4, 3>(kept, added, color, opacities),
        }
    }
}

fn prepare<const C: usize, const COLORS: usize>(
    kept: &mut [u16],
    added: &mut [u16],
    color: [u8; 3],
    opacities: &[f32],
) {
    let pixels = kept.as_chunks_mut::<C>().0.iter_mut();
    let pixels = pixels.zip(added.as_chunks_mut::<C>().0);
    for ((kept, added), opacity) in pixels.zip(opacities) {
        let share = share(*opacity);
        // What keeps all of a sample, alpha for one.
        (*kept, *added) = ([u16::MAX; C], [HALVES; C]);
        for ((kept, added), color) in kept.iter_mut().zip(added).zip(color).take(COLORS) {
            *kept = u16::MAX - share;
            *added = high(u16::from(color) << 8, share) + HALVES;
        }
    }
}

/// Two halves of what was cut off, and a half of a sample.
const HALVES: u16 = 129;

/// 16 bits of an opacity.
#[inline(always)]
fn share(opacity: f32) -> u16 {
    // Adding 2²³ leaves the rounded value in the last bits.
    let [low, high, ..] = (opacity * 65535.0 + 8_388_608.0).to_bits().to_le_bytes();
    u16::from_le_bytes([low, high])
}

/// Mixes colour of any integer type; alpha stays.
fn mix<T: Copy>(
    row: &mut [T],
    channels: Channels,
    color: [f32; 3],
    opacities: &[f32],
    read: impl Fn(T) -> f32,
    write: impl Fn(u32) -> T,
) {
    let colors = channels.without_alpha().count();
    let pixels = row.chunks_exact_mut(channels.count());
    for (pixel, opacity) in pixels.zip(opacities) {
        for (sample, color) in pixel.iter_mut().zip(color).take(colors) {
            let own = read(*sample);
            *sample = write(rounded(own + (color - own) * opacity));
        }
    }
}

/// Mixes colour and alpha.
fn cover<T: Copy>(
    row: &mut [T],
    channels: Channels,
    (color, most): ([f32; 3], f32),
    opacities: &[f32],
    read: impl Fn(T) -> f32,
    write: impl Fn(u32) -> T,
) {
    for (pixel, opacity) in row.chunks_exact_mut(channels.count()).zip(opacities) {
        let Some((alpha, colors)) = pixel.split_last_mut() else {
            continue;
        };
        let own = read(*alpha) / most * (1.0 - opacity);
        let both = opacity + own;
        let share = if both > 0.0 { opacity / both } else { 0.0 };
        for (sample, color) in colors.iter_mut().zip(color) {
            let own = read(*sample);
            *sample = write(rounded(own + (color - own) * share));
        }
        *alpha = write(rounded(both * most));
    }
}

#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mean of samples; casts saturate"
)]
fn rounded(value: f32) -> u32 {
    (value + 0.5) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Samples;
    use crate::filter::Ramp;

    fn flat(color: [u8; 3], opacity: f64, keeps_alpha: bool) -> Tint {
        Tint {
            color,
            opacity,
            keeps_alpha,
            ramp: None,
        }
    }

    fn drawn(tint: &Tint, channels: Channels, pixel: &[u8]) -> Vec<u8> {
        let image = Image::from_u8(Layout::u8(1, 1, channels), pixel.to_vec()).unwrap();
        let image = tint.draw(image, 0).unwrap();
        image.view::<u8>().unwrap().pixel(0, 0).to_vec()
    }

    #[test]
    fn mixes_are_those_of_exact_arithmetic() {
        for opacity in [0.001, 0.1, 0.25, 0.5, 0.73, 0.999, 1.0] {
            for color in [0, 1, 90, 254, 255] {
                let tint = flat([color; 3], opacity, false);
                for own in 0..=255_u8 {
                    let found = f64::from(drawn(&tint, Channels::Grey, &[own])[0]);
                    let exact = f64::from(own) + (f64::from(color) - f64::from(own)) * opacity;
                    assert!(
                        (found - exact).abs() < 0.52,
                        "{own} under {color} of {opacity}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_full_colour_covers_all_and_none_nothing() {
        for own in 0..=255 {
            assert_eq!(
                drawn(&flat([9, 8, 7], 1.0, false), Channels::Rgb, &[own; 3]),
                [9, 8, 7]
            );
            assert_eq!(
                drawn(&flat([9, 8, 7], 0.0, false), Channels::Rgb, &[own; 3]),
                [own; 3]
            );
        }
    }

    #[test]
    fn alpha_is_covered_or_kept() {
        let clear = [1, 2, 3, 0];
        let half = [0, 0, 255, 128];
        let rgba = Channels::Rgba;
        assert_eq!(
            drawn(&flat([255, 0, 0], 0.5, false), rgba, &clear),
            [255, 0, 0, 128]
        );
        assert_eq!(
            drawn(&flat([255, 0, 0], 1.0, true), rgba, &clear),
            [255, 0, 0, 0]
        );
        assert_eq!(
            drawn(&flat([255, 0, 0], 0.5, true), rgba, &half),
            [128, 0, 128, 128]
        );
        let covered = drawn(&flat([255, 0, 0], 0.5, false), rgba, &half);
        assert_eq!(covered, [170, 0, 85, 192]);
    }

    #[test]
    fn greys_stay_grey_under_greys() {
        assert_eq!(
            drawn(&flat([9; 3], 1.0, false), Channels::GreyAlpha, &[7, 3]),
            [9, 255]
        );
        assert_eq!(
            drawn(&flat([9, 8, 9], 1.0, false), Channels::Grey, &[7]),
            [9, 8, 9]
        );
    }

    #[test]
    fn words_are_mixed_as_bytes_are() {
        let layout = Layout {
            depth: Depth::U16,
            ..Layout::u8(1, 1, Channels::GreyAlpha)
        };
        let image = Image::from_samples(layout, Samples::U16(vec![0, 65_535])).unwrap();
        let image = flat([100; 3], 0.5, false).draw(image, 0).unwrap();
        assert_eq!(image.view::<u16>().unwrap().pixel(0, 0), [12_850, 65_535]);
    }

    #[test]
    fn rows_of_a_ramp_are_those_of_the_whole() {
        let layout = Layout::u8(9, 12, Channels::Rgb);
        let image = Image::from_u8(layout, vec![200; 9 * 12 * 3]).unwrap();
        for degrees in [0.0, 90.0, 33.0] {
            let ramp = Ramp {
                degrees,
                start: 0.1,
                stop: 0.9,
            };
            let tint = Tint {
                ramp: Some(ramp.over(9, 12)),
                ..flat([0, 50, 250], 0.8, false)
            };
            let whole = tint.draw(image.clone(), 0).unwrap();
            let view = image.view::<u8>().unwrap();
            let rows = view.crop(0, 5, 9, 4).unwrap().to_image().unwrap();
            let rows = tint.draw(rows, 5).unwrap();
            let (rows, whole) = (rows.view::<u8>().unwrap(), whole.view::<u8>().unwrap());
            for y in 0..4 {
                assert_eq!(rows.row(y), whole.row(y + 5), "{degrees}");
            }
        }
    }
}
