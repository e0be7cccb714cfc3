//! Unsharp masking with the nearest neighbours.

use crate::error::go_on;
use crate::{Channels, Error, ErrorKind, Image, Layout, Sample, SamplesMut, zeroed};

/// Adds to every colour sample how much it differs from its eight neighbours, in place.
///
/// `x + strength · (8x − Σ neighbours)`, edges repeated, rounded and clipped; the mask of three by three
/// that early image libraries sharpen thumbnails with. Alpha stays; colours are multiplied by it while
/// they are compared, and end between 0 and it. An even area never changes. Allocates [`unsharp_bytes`].
///
/// - `strength`: what is not above 0 changes nothing.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] for CMYK and floats, [`ErrorKind::OutOfMemory`], and
/// [`ErrorKind::Stopped`] if `stop`, which is asked before every row, says so; some rows are sharp then.
///
/// # Examples
///
/// ```
/// use pixgate_raster::filter::unsharp;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let layout = Layout::u8(3, 1, Channels::Grey);
/// let mut dot = Image::from_u8(layout, vec![96, 120, 96])?;
/// unsharp(&mut dot, 1.0 / 24.0, &|| false)?;
/// assert_eq!(dot.view::<u8>()?.row(0), &[93, 126, 93]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn unsharp(image: &mut Image, strength: f64, stop: &dyn Fn() -> bool) -> Result<(), Error> {
    if strength.is_nan() || strength <= 0.0 {
        return Ok(());
    }
    let layout = image.layout();
    let strength = strength.min(STRONGEST);
    match (layout.channels, image.samples_mut()) {
        (Channels::Cmyk, _) | (_, SamplesMut::F32(_)) => Err(ErrorKind::UnsupportedLayout.into()),
        (Channels::Grey | Channels::Rgb, SamplesMut::U8(samples)) => {
            let bytes = Bytes::new(strength);
            opaque(samples, layout, stop, |own, sum| bytes.sharp(own, sum))
        }
        (Channels::Grey | Channels::Rgb, SamplesMut::U16(samples)) => {
            opaque(samples, layout, stop, |own, sum| word(own, sum, strength))
        }
        (_, SamplesMut::U8(samples)) => translucent(samples, layout, strength, stop),
        (_, SamplesMut::U16(samples)) => translucent(samples, layout, strength, stop),
    }
}

/// Bytes that [`unsharp`] allocates: a few rows.
#[must_use]
pub const fn unsharp_bytes(source: Layout) -> u64 {
    (source.row_samples() as u64 + 16) * 32
}

/// From here on every difference goes to an end.
const STRONGEST: f64 = 131_072.0;

/// What 8-bit samples are computed with: products of 16-bit numbers.
struct Bytes {
    factor: i16,
    shift: u32,
}

impl Bytes {
    /// As many bits behind the point as leave the factor 15.
    #[expect(clippy::cast_possible_truncation, reason = "at most 15 bits by then")]
    fn new(strength: f64) -> Self {
        let strength = strength.min(1000.0);
        let mut shift = 18;
        while shift > 0 && strength * f64::from(1 << shift) > 32_767.0 {
            shift -= 1;
        }
        Self {
            factor: (strength * f64::from(1 << shift)).round() as i16,
            shift,
        }
    }

    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "nine samples take 12 bits, and the result is clipped"
    )]
    fn sharp(&self, own: u8, sum: u32) -> u8 {
        let difference = 9 * i16::from(own) - sum as i16;
        let change = i32::from(difference) * i32::from(self.factor);
        let half = 1 << self.shift >> 1;
        let sharp = ((i32::from(own) << self.shift) + change + half) >> self.shift;
        sharp.clamp(0, 255) as u8
    }
}

#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "casts saturate, which clips"
)]
fn word(own: u16, sum: u32, strength: f64) -> u16 {
    let difference = 9.0 * f64::from(own) - f64::from(sum);
    (f64::from(own) + strength * difference + 0.5).floor() as u16
}

/// The original of a row and of the one above it, while rows are overwritten.
struct Rows<T> {
    above: Vec<T>,
    own: Vec<T>,
}

impl<T: Copy> Rows<T> {
    /// Goes on to a row: what was the own one is above now.
    fn next(&mut self, y: usize, row: &[T]) {
        std::mem::swap(&mut self.above, &mut self.own);
        self.own.copy_from_slice(row);
        if y == 0 {
            self.above.copy_from_slice(row);
        }
    }
}

fn opaque<T: Sample>(
    samples: &mut [T],
    layout: Layout,
    stop: &dyn Fn() -> bool,
    sharp: impl Fn(T, u32) -> T,
) -> Result<(), Error>
where
    u32: From<T>,
{
    let (row, channels) = (layout.row_samples(), layout.channels.count());
    let mut rows = Rows {
        above: zeroed::<T>(row)?,
        own: zeroed::<T>(row)?,
    };
    // Of each column, with one more at both ends.
    let mut sums = zeroed::<u32>(row + 2 * channels)?;
    for y in 0..layout.height as usize {
        go_on(stop)?;
        let (target, below) = samples[y * row..].split_at_mut(row);
        rows.next(y, target);
        let below = below.get(..row).unwrap_or(&rows.own);
        let columns = rows.above.iter().zip(&rows.own).zip(below);
        let middle = &mut sums[channels..channels + row];
        for (sum, ((above, own), below)) in middle.iter_mut().zip(columns) {
            *sum = u32::from(*above) + u32::from(*own) + u32::from(*below);
        }
        sums.copy_within(channels..2 * channels, 0);
        sums.copy_within(row..row + channels, row + channels);
        let (left, right) = (&sums[..row], &sums[2 * channels..]);
        let middle = &sums[channels..channels + row];
        let around = left.iter().zip(middle).zip(right);
        for ((to, own), ((left, middle), right)) in target.iter_mut().zip(&rows.own).zip(around) {
            *to = sharp(*own, left + middle + right);
        }
    }
    Ok(())
}

/// A sample whose products with alpha are exact in double precision.
trait Multiplied: Sample {
    fn wide(self) -> f64;
    /// Rounded and clipped.
    fn narrow(value: f64) -> Self;
}

impl Multiplied for u8 {
    fn wide(self) -> f64 {
        f64::from(self)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "casts saturate, which clips"
    )]
    fn narrow(value: f64) -> Self {
        (value + 0.5).floor() as Self
    }
}

impl Multiplied for u16 {
    fn wide(self) -> f64 {
        f64::from(self)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "casts saturate, which clips"
    )]
    fn narrow(value: f64) -> Self {
        (value + 0.5).floor() as Self
    }
}

fn translucent<T: Multiplied>(
    samples: &mut [T],
    layout: Layout,
    strength: f64,
    stop: &dyn Fn() -> bool,
) -> Result<(), Error> {
    let (row, channels) = (layout.row_samples(), layout.channels.count());
    let mut rows = Rows {
        above: zeroed::<T>(row)?,
        own: zeroed::<T>(row)?,
    };
    let mut sums = zeroed::<f64>(row + 2 * channels)?;
    for y in 0..layout.height as usize {
        go_on(stop)?;
        let (target, below) = samples[y * row..].split_at_mut(row);
        rows.next(y, target);
        let below = below.get(..row).unwrap_or(&rows.own);
        let middle = &mut sums[channels..channels + row];
        middle.fill(0.0);
        for source in [&rows.above, &rows.own, below] {
            add_multiplied(source, channels, middle);
        }
        sums.copy_within(channels..2 * channels, 0);
        sums.copy_within(row..row + channels, row + channels);
        for (start, pixel) in (0..)
            .step_by(channels)
            .zip(target.chunks_exact_mut(channels))
        {
            let Some((alpha, colors)) = pixel.split_last_mut() else {
                continue;
            };
            let alpha = alpha.wide();
            for (i, color) in (start..).zip(colors) {
                let own = color.wide() * alpha;
                let around = sums[i] + sums[i + channels] + sums[i + 2 * channels];
                let sharp = own + strength * (9.0 * own - around);
                if alpha > 0.0 {
                    *color = T::narrow(sharp / alpha);
                }
            }
        }
    }
    Ok(())
}

fn add_multiplied<T: Multiplied>(source: &[T], channels: usize, sums: &mut [f64]) {
    let pixels = source.chunks_exact(channels);
    for (sums, pixel) in sums.chunks_exact_mut(channels).zip(pixels) {
        let Some((alpha, colors)) = pixel.split_last() else {
            continue;
        };
        for (sum, color) in sums.iter_mut().zip(colors) {
            *sum += color.wide() * alpha.wide();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Depth, Samples};

    const STRENGTH: f64 = 1.0 / 24.0;

    fn sharp(image: &Image, strength: f64) -> Image {
        let mut image = image.clone();
        unsharp(&mut image, strength, &|| false).unwrap();
        image
    }

    fn noise(layout: Layout) -> Image {
        let mut state = 3_u32;
        let samples = (0..layout.samples().unwrap()).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        });
        Image::from_u8(layout, samples.collect()).unwrap()
    }

    #[test]
    fn samples_follow_the_formula() {
        let image = noise(Layout::u8(19, 13, Channels::Rgb));
        let view = image.view::<u8>().unwrap();
        let at = |x: u32, y: u32, c: usize| f64::from(view.pixel(x.min(18), y.min(12))[c]);
        for strength in [STRENGTH, 2.0 / 24.0, 0.5, 9.0, 1e9] {
            let found = sharp(&image, strength);
            let found = found.view::<u8>().unwrap();
            for (x, y) in (0..13).flat_map(|y| (0..19).map(move |x| (x, y))) {
                for c in 0..3 {
                    let mut sum = 0.0;
                    for (dx, dy) in (0..3).flat_map(|dy| (0..3).map(move |dx| (dx, dy))) {
                        sum += at((x + dx).max(1) - 1, (y + dy).max(1) - 1, c);
                    }
                    let own = at(x, y, c);
                    let exact = (own + strength * (9.0 * own - sum)).clamp(0.0, 255.0);
                    let off = (f64::from(found.pixel(x, y)[c]) - exact).abs();
                    assert!(off < 0.52, "{strength} at {x}, {y}: {off}");
                }
            }
        }
    }

    #[test]
    fn even_areas_stay_whatever_their_alpha() {
        for channels in [
            Channels::Grey,
            Channels::GreyAlpha,
            Channels::Rgb,
            Channels::Rgba,
        ] {
            let pixel = &[77, 200, 3, 9][..channels.count()];
            let image = Image::from_u8(Layout::u8(5, 4, channels), pixel.repeat(20)).unwrap();
            for strength in [STRENGTH, 1e30] {
                assert_eq!(sharp(&image, strength), image, "{channels:?}");
            }
        }
    }

    #[test]
    fn alpha_stays_and_what_cannot_be_seen_does_not_count() {
        let layout = Layout::u8(3, 1, Channels::GreyAlpha);
        let hidden = Image::from_u8(layout, vec![255, 0, 100, 255, 0, 0]).unwrap();
        let other = Image::from_u8(layout, vec![3, 0, 100, 255, 90, 0]).unwrap();
        let (hidden, other) = (sharp(&hidden, STRENGTH), sharp(&other, STRENGTH));
        let pixel = |image: &Image| image.view::<u8>().unwrap().pixel(1, 0).to_vec();
        assert_eq!(pixel(&hidden), pixel(&other));
        assert_eq!(hidden.view::<u8>().unwrap().row(0)[1], 0);
    }

    #[test]
    fn words_are_sharpened_as_bytes_are() {
        let narrow = noise(Layout::u8(9, 9, Channels::Grey));
        let wide = crate::convert::convert_depth(narrow.clone(), Depth::U16).unwrap();
        let (narrow, wide) = (sharp(&narrow, STRENGTH), sharp(&wide, STRENGTH));
        let (Samples::U8(narrow), Samples::U16(wide)) = (narrow.samples(), wide.samples()) else {
            panic!("the depth has changed");
        };
        for (narrow, wide) in narrow.iter().zip(wide) {
            assert!((f64::from(*wide) / 257.0 - f64::from(*narrow)).abs() < 0.52);
        }
    }
}
