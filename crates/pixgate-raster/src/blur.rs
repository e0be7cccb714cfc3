//! Gaussian blur with the reference's integer masks.

use crate::gaussian::Mask;
use crate::{Depth, Error, ErrorKind, Image, Layout, zeroed};

/// Blurs an 8-bit image; below sigma 0.2 it is given back.
///
/// Horizontal pass, then vertical, edges repeated, tails cut at 20 %, 8-bit between the passes:
/// bit for bit what the reference does on x86 (pipeline §6.3). All channels are blurred alike, so
/// premultiply before. Time grows with sigma. Allocates [`blur_bytes`].
///
/// - `sigma`: in pixels, at most 1000; what is not finite counts as 0.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] for other depths and larger sigmas, and
/// [`ErrorKind::OutOfMemory`].
///
/// # Examples
///
/// ```
/// use pixgate_raster::{Channels, Image, Layout, blur};
///
/// let dot = Image::from_u8(Layout::u8(3, 1, Channels::Grey), vec![0, 220, 0])?;
/// let soft = blur(dot, 1.0)?;
/// assert_eq!(soft.view::<u8>()?.row(0), &[60, 100, 60]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn blur(image: Image, sigma: f64) -> Result<Image, Error> {
    if sigma.is_nan() || sigma < 0.2 {
        return Ok(image);
    }
    if image.layout().depth != Depth::U8 || sigma > 1000.0 {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    let mask = FixedMask::new(&Mask::new(sigma, 0.2));
    let rows = horizontal(&image, &mask)?;
    drop(image);
    vertical(&rows, &mask)
}

/// Bytes that [`blur`] allocates: two images, one of them the result, and rows.
#[must_use]
pub const fn blur_bytes(source: Layout) -> u64 {
    source
        .bytes()
        .saturating_mul(2)
        .saturating_add(source.row_samples() as u64 * 4 + 64 * 1024)
}

/// A mask in fixed point: `(Σ weight·p + 2^(shift−1)) >> shift`.
struct FixedMask {
    weights: Vec<i32>,
    shift: i32,
}

impl FixedMask {
    #[expect(clippy::cast_possible_truncation, reason = "weights are at most 128")]
    fn new(mask: &Mask) -> Self {
        let sum = f64::from(mask.sum());
        let largest = mask
            .half
            .iter()
            .map(|w| f64::from(*w) / sum)
            .fold(0.0, f64::max);
        let exponent = (largest.log2() + 1.0).ceil() as i32;
        let scale = 128.0 * 2.0_f64.powi(-exponent);
        let fixed = |w: i32| (scale * (f64::from(w) / sum)).round_ties_even() as i32;
        Self {
            weights: mask.weights().map(fixed).collect(),
            shift: 7 - exponent,
        }
    }

    fn radius(&self) -> usize {
        self.weights.len() / 2
    }

    /// Writes what sums of weighted samples stand for.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clipped"
    )]
    fn finish(&self, sums: &[i32], target: &mut [u8]) {
        let half = 1 << (self.shift - 1);
        for (to, sum) in target.iter_mut().zip(sums) {
            *to = ((sum + half) >> self.shift).clamp(0, 255) as u8;
        }
    }
}

fn add(sums: &mut [i32], samples: &[u8], weight: i32) {
    for (sum, sample) in sums.iter_mut().zip(samples) {
        *sum += weight * i32::from(*sample);
    }
}

fn horizontal(image: &Image, mask: &FixedMask) -> Result<Image, Error> {
    let layout = image.layout();
    let (row, channels) = (layout.row_samples(), layout.channels.count());
    let pad = mask.radius() * channels;
    let mut padded = zeroed::<u8>(row + 2 * pad)?;
    let mut sums = zeroed::<i32>(row)?;
    let mut result = Image::zeroed(layout)?;
    let targets = result.slice_mut::<u8>()?.chunks_exact_mut(row);
    for (source, target) in image.view::<u8>()?.rows().zip(targets) {
        repeat_ends(source, channels, pad, &mut padded);
        sums.fill(0);
        for (i, weight) in mask.weights.iter().enumerate() {
            add(&mut sums, &padded[i * channels..], *weight);
        }
        mask.finish(&sums, target);
    }
    Ok(result)
}

/// Copies a row between `pad` samples of its first and last pixel.
fn repeat_ends(row: &[u8], channels: usize, pad: usize, padded: &mut [u8]) {
    padded[pad..pad + row.len()].copy_from_slice(row);
    let (first, last) = (&row[..channels], &row[row.len() - channels..]);
    for pixel in padded[..pad].chunks_exact_mut(channels) {
        pixel.copy_from_slice(first);
    }
    for pixel in padded[pad + row.len()..].chunks_exact_mut(channels) {
        pixel.copy_from_slice(last);
    }
}

fn vertical(image: &Image, mask: &FixedMask) -> Result<Image, Error> {
    let layout = image.layout();
    let row = layout.row_samples();
    let view = image.view::<u8>()?;
    let mut sums = zeroed::<i32>(row)?;
    let mut result = Image::zeroed(layout)?;
    let targets = result.slice_mut::<u8>()?.chunks_exact_mut(row);
    let radius = u32::try_from(mask.radius()).unwrap_or(u32::MAX);
    for (y, target) in (0..layout.height).zip(targets) {
        sums.fill(0);
        for (i, weight) in (0..).zip(&mask.weights) {
            let source = (y + i).saturating_sub(radius).min(layout.height - 1);
            add(&mut sums, view.row(source), *weight);
        }
        mask.finish(&sums, target);
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channels;

    #[test]
    fn masks_of_a_single_weight_change_nothing() {
        let image = Image::from_u8(Layout::u8(4, 1, Channels::Grey), vec![0, 9, 200, 255]).unwrap();
        assert_eq!(blur(image.clone(), 0.3).unwrap(), image);
        assert_eq!(blur(image.clone(), f64::NAN).unwrap(), image);
    }

    #[test]
    fn fixed_point_follows_the_formula() {
        let fixed = FixedMask::new(&Mask::new(1.0, 0.2));
        assert_eq!((fixed.weights, fixed.shift), (vec![35, 58, 35], 7));
    }

    #[test]
    fn ends_are_repeated_per_pixel() {
        let mut padded = [0; 8];
        repeat_ends(&[1, 2, 3, 4], 2, 2, &mut padded);
        assert_eq!(padded, [1, 2, 1, 2, 3, 4, 3, 4]);
    }
}
