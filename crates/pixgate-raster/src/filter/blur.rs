//! Gaussian blur with the reference's integer masks.

use crate::error::go_on;
use crate::gaussian::Mask;
use crate::{Depth, Error, ErrorKind, Image, Layout, zeroed};

/// Blurs an 8-bit image; below sigma 0.2 it is given back.
///
/// Horizontal pass, then vertical, edges repeated, tails cut at 20 %, 8-bit between the passes:
/// bit for bit what the reference does on x86 (pipeline §6.3). All channels are blurred alike, so
/// premultiply before. A sample costs at most about 40 multiplications in each direction, however
/// large sigma is. Allocates [`blur_bytes`].
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
/// use pixgate_raster::filter::blur;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let dot = Image::from_u8(Layout::u8(3, 1, Channels::Grey), vec![0, 220, 0])?;
/// let soft = blur(dot, 1.0)?;
/// assert_eq!(soft.view::<u8>()?.row(0), &[60, 100, 60]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn blur(image: Image, sigma: f64) -> Result<Image, Error> {
    blur_until(image, sigma, &|| false)
}

/// Blurs like [`blur`] and asks `stop` before every row whether to give up.
///
/// # Errors
///
/// As [`blur`], and [`ErrorKind::Stopped`].
pub fn blur_until(image: Image, sigma: f64, stop: &dyn Fn() -> bool) -> Result<Image, Error> {
    if sigma.is_nan() || sigma < 0.2 {
        return Ok(image);
    }
    if image.layout().depth != Depth::U8 || sigma > 1000.0 {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    let kernel = Kernel::new(&Mask::new(sigma, 0.2));
    let rows = horizontal(&image, &kernel, stop)?;
    drop(image);
    vertical(&rows, &kernel, stop)
}

/// Bytes that [`blur`] allocates: two images, one of them the result, and rows.
#[must_use]
pub const fn blur_bytes(source: Layout) -> u64 {
    source
        .bytes()
        .saturating_mul(2)
        .saturating_add(source.row_samples() as u64 * 5 + 64 * 1024)
}

/// How far away pixels are seen that a blur mixes in.
pub(crate) fn reach(sigma: f64) -> u32 {
    let radius = Mask::new(sigma, 0.2).half.len().saturating_sub(1);
    u32::try_from(radius).unwrap_or(u32::MAX)
}

/// A mask in fixed point: `(Σ weight·p + 2^(shift−1)) >> shift`.
///
/// The weights are small integers, so a long mask is made of a few level stretches: the sum of the
/// next position differs from the last one only where stretches meet.
struct Kernel {
    weights: Vec<i32>,
    shift: i32,
    /// Offsets and factors of the samples that one sum has more than the last, if they are fewer.
    changes: Option<Vec<(usize, i32)>>,
}

impl Kernel {
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
        let weights: Vec<i32> = mask.weights().map(fixed).collect();
        let changes = changes(&weights);
        Self {
            changes: (changes.len() < weights.len()).then_some(changes),
            shift: 7 - exponent,
            weights,
        }
    }

    fn radius(&self) -> usize {
        self.weights.len() / 2
    }

    /// Writes what sums of weighted samples stand for.
    #[expect(clippy::cast_sign_loss, reason = "clipped")]
    fn finish(&self, sums: &[i32], target: &mut [u8]) {
        let half = 1 << (self.shift - 1);
        for (to, sum) in target.iter_mut().zip(sums) {
            *to = ((sum + half) >> self.shift).clamp(0, 255) as u8;
        }
    }

    /// The sums of a row that has `radius` more pixels at each end.
    fn sum_row(&self, padded: &[u8], channels: usize, sums: &mut [i32]) {
        sums.fill(0);
        let Some(changes) = &self.changes else {
            for (i, weight) in self.weights.iter().enumerate() {
                add(sums, &padded[i * channels..], *weight);
            }
            return;
        };
        let (first, rest) = sums.split_at_mut(channels);
        for (pixel, weight) in padded.chunks_exact(channels).zip(&self.weights) {
            add(first, pixel, *weight);
        }
        for (offset, factor) in changes {
            add(rest, &padded[offset * channels..], *factor);
        }
        for i in channels..sums.len() {
            sums[i] += sums[i - channels];
        }
    }
}

/// Where each sum differs from the one before: the sample at `offset` from the earlier sum's first
/// one counts `factor` times more.
fn changes(weights: &[i32]) -> Vec<(usize, i32)> {
    let before = std::iter::once(0).chain(weights.iter().copied());
    let now = weights.iter().copied().chain(std::iter::once(0));
    let factors = before.zip(now).map(|(before, now)| before - now);
    factors.enumerate().filter(|(_, f)| *f != 0).collect()
}

fn add(sums: &mut [i32], samples: &[u8], weight: i32) {
    for (sum, sample) in sums.iter_mut().zip(samples) {
        *sum += weight * i32::from(*sample);
    }
}

fn horizontal(image: &Image, kernel: &Kernel, stop: &dyn Fn() -> bool) -> Result<Image, Error> {
    let layout = image.layout();
    let (row, channels) = (layout.row_samples(), layout.channels.count());
    let pad = kernel.radius() * channels;
    let mut padded = zeroed::<u8>(row + 2 * pad)?;
    let mut sums = zeroed::<i32>(row)?;
    let mut result = Image::zeroed(layout)?;
    let targets = result.slice_mut::<u8>()?.chunks_exact_mut(row);
    for (source, target) in image.view::<u8>()?.rows().zip(targets) {
        go_on(stop)?;
        repeat_ends(source, channels, pad, &mut padded);
        kernel.sum_row(&padded, channels, &mut sums);
        kernel.finish(&sums, target);
    }
    Ok(result)
}

/// Copies a row between `pad` samples of its first and last pixel.
pub(crate) fn repeat_ends<T: Copy>(row: &[T], channels: usize, pad: usize, padded: &mut [T]) {
    padded[pad..pad + row.len()].copy_from_slice(row);
    let (first, last) = (&row[..channels], &row[row.len() - channels..]);
    for pixel in padded[..pad].chunks_exact_mut(channels) {
        pixel.copy_from_slice(first);
    }
    for pixel in padded[pad + row.len()..].chunks_exact_mut(channels) {
        pixel.copy_from_slice(last);
    }
}

fn vertical(image: &Image, kernel: &Kernel, stop: &dyn Fn() -> bool) -> Result<Image, Error> {
    let layout = image.layout();
    let row = layout.row_samples();
    let view = image.view::<u8>()?;
    let mut sums = zeroed::<i32>(row)?;
    let mut result = Image::zeroed(layout)?;
    let targets = result.slice_mut::<u8>()?.chunks_exact_mut(row);
    let at = |y: u32, offset: usize| {
        let y = (y as usize + offset).saturating_sub(kernel.radius());
        view.row(u32::try_from(y).unwrap_or(u32::MAX).min(layout.height - 1))
    };
    for (y, target) in (0..layout.height).zip(targets) {
        go_on(stop)?;
        if let (Some(changes), 1..) = (&kernel.changes, y) {
            for (offset, factor) in changes {
                add(&mut sums, at(y - 1, *offset), *factor);
            }
        } else {
            sums.fill(0);
            for (i, weight) in kernel.weights.iter().enumerate() {
                add(&mut sums, at(y, i), *weight);
            }
        }
        kernel.finish(&sums, target);
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
        let kernel = Kernel::new(&Mask::new(1.0, 0.2));
        assert_eq!((kernel.weights, kernel.shift), (vec![35, 58, 35], 7));
    }

    #[test]
    fn changes_give_the_same_sums_as_all_weights() {
        let samples = (0..37 * 29 * 3_u32).map(|i| (i * i * 31).to_le_bytes()[1]);
        let layout = Layout::u8(37, 29, Channels::Rgb);
        let image = Image::from_u8(layout, samples.collect()).unwrap();
        for sigma in [1.0, 4.0, 25.0, 300.0, 1000.0] {
            let mut kernel = Kernel::new(&Mask::new(sigma, 0.2));
            let mut results = Vec::new();
            for changes in [None, Some(changes(&kernel.weights))] {
                kernel.changes = changes;
                let rows = horizontal(&image, &kernel, &|| false).unwrap();
                results.push(vertical(&rows, &kernel, &|| false).unwrap());
            }
            assert!(results[0] == results[1], "sigma {sigma}");
        }
    }

    #[test]
    fn long_masks_are_made_of_few_changes() {
        let kernel = Kernel::new(&Mask::new(1000.0, 0.2));
        assert!(kernel.weights.len() > 3500);
        assert!(kernel.changes.unwrap().len() <= 36);
    }

    #[test]
    fn stops_when_told() {
        let image = Image::zeroed(Layout::u8(4, 4, Channels::Grey)).unwrap();
        let error = blur_until(image, 2.0, &|| true).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Stopped);
    }

    #[test]
    fn ends_are_repeated_per_pixel() {
        let mut padded = [0; 8];
        repeat_ends(&[1, 2, 3, 4], 2, 2, &mut padded);
        assert_eq!(padded, [1, 2, 1, 2, 3, 4, 3, 4]);
    }
}
