//! Gaussian blur with the reference's integer masks.

use crate::dispatch::with_channels;
use crate::error::go_on;
use crate::gaussian::Mask;
use crate::kernels::Kernels;
use crate::{Depth, Error, ErrorKind, Image, Layout, zeroed};

/// Blurs an 8-bit image; below sigma 0.2 it is given back.
///
/// Horizontal pass, then vertical, edges repeated, tails cut at 20 %, 8-bit between the passes:
/// bit for bit what the reference does on x86 (pipeline §6.3). All channels are blurred alike, so
/// premultiply before. A sample costs at most about 40 multiplications in each direction, however
/// large sigma is. Works in place; allocates [`blur_bytes`].
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
    if image.layout().depth != Depth::U8 || sigma > LARGEST {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    let kernel = Kernel::new(&Mask::new(sigma, 0.2));
    let mut image = image;
    horizontal(&mut image, &kernel, stop)?;
    vertical(&mut image, &kernel, stop)?;
    Ok(image)
}

/// Bytes that [`blur`] allocates: as many rows as it looks up from one, but no more than there are, and a few.
#[must_use]
pub fn blur_bytes(source: Layout, sigma: f64) -> u64 {
    let row = source.row_samples() as u64;
    let reach = u64::from(reach(sigma.min(LARGEST)));
    let rows = reach.saturating_add(2).min(source.height.into());
    let padding = reach.saturating_mul(2 * source.channels.count() as u64);
    (row.saturating_mul(rows.saturating_add(6)))
        .saturating_add(padding)
        .saturating_add(reach * 64 + 4096)
}

/// Beyond it blurring is refused.
const LARGEST: f64 = 1000.0;

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
    radius: usize,
    shift: u32,
    /// Of 0 to 64.
    weights: Terms,
    /// What one sum has more than the last, if that is made of fewer samples.
    changes: Option<Terms>,
}

/// Samples of a sum, by their offsets from its first one, and how often they count; a multiple of four.
struct Terms {
    offsets: Vec<usize>,
    factors: Vec<i8>,
}

impl Kernel {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "weights are at most 64: the exponent is that of the largest one"
    )]
    fn new(mask: &Mask) -> Self {
        let sum = f64::from(mask.sum());
        let largest = mask
            .half
            .iter()
            .map(|w| f64::from(*w) / sum)
            .fold(0.0, f64::max);
        let exponent = (largest.log2() + 1.0).ceil() as i32;
        let scale = 128.0 * 2.0_f64.powi(-exponent);
        let fixed = |w: i32| (scale * (f64::from(w) / sum)).round_ties_even() as i8;
        let weights: Vec<i8> = mask.weights().map(fixed).collect();
        let changes = Terms::of_changes(&weights);
        let weights = Terms::new(weights);
        Self {
            radius: mask.half.len().saturating_sub(1),
            shift: u32::try_from(7 - exponent).unwrap_or(1),
            changes: (changes.factors.len() + RUNNING < weights.factors.len()).then_some(changes),
            weights,
        }
    }

    /// Room for running sums, if there are any.
    fn sums(&self, row: usize) -> Result<Vec<i32>, Error> {
        zeroed(if self.changes.is_some() { row } else { 0 })
    }
}

/// Samples that running sums cost besides those that change.
const RUNNING: usize = 8;

impl Terms {
    /// - `factors`: of all samples from the first on.
    fn new(factors: impl IntoIterator<Item = i8>) -> Self {
        let counts = factors.into_iter().enumerate().filter(|(_, f)| *f != 0);
        let (mut offsets, mut factors): (Vec<_>, Vec<_>) = counts.unzip();
        let count = factors.len().next_multiple_of(4);
        offsets.resize(count, 0);
        factors.resize(count, 0);
        Self { offsets, factors }
    }

    fn of_changes(weights: &[i8]) -> Self {
        let before = std::iter::once(0).chain(weights.iter().copied());
        let now = weights.iter().copied().chain(std::iter::once(0));
        Self::new(before.zip(now).map(|(before, now)| before - now))
    }

    /// The rows that the samples begin.
    fn rows<'a>(&self, row: impl Fn(usize) -> &'a [u8]) -> Vec<&'a [u8]> {
        self.offsets.iter().map(|offset| row(*offset)).collect()
    }
}

fn horizontal(image: &mut Image, kernel: &Kernel, stop: &dyn Fn() -> bool) -> Result<(), Error> {
    let layout = image.layout();
    let (row, channels) = (layout.row_samples(), layout.channels.count());
    let pad = kernel.radius * channels;
    let mut padded = zeroed::<u8>(row + 2 * pad)?;
    let mut sums = kernel.sums(row)?;
    let kernels = Kernels::detect();
    for row in image.slice_mut::<u8>()?.chunks_exact_mut(row) {
        go_on(stop)?;
        repeat_ends(row, channels, pad, &mut padded);
        if let Some(changes) = &kernel.changes {
            with_channels!(layout.channels, C => run_on::<C>(&padded, kernel, changes, &mut sums));
            (kernels.means)(&sums, kernel.shift, row);
        } else {
            let terms = &kernel.weights;
            let rows = terms.rows(|offset| &padded[offset * channels..]);
            (kernels.mean_rows)(&rows, &terms.factors, kernel.shift, row);
        }
    }
    Ok(())
}

/// The sums of a row, each from the one before.
///
/// - `padded`: with as many pixels as the mask's radius at both ends.
fn run_on<const C: usize>(padded: &[u8], kernel: &Kernel, changes: &Terms, sums: &mut [i32]) {
    let kernels = Kernels::detect();
    let weights = &kernel.weights;
    sums.fill(0);
    let (first, rest) = sums.split_at_mut(C);
    (kernels.add_rows)(
        &weights.rows(|offset| &padded[offset * C..]),
        &weights.factors,
        first,
    );
    (kernels.add_rows)(
        &changes.rows(|offset| &padded[offset * C..]),
        &changes.factors,
        rest,
    );
    let Some((first, rest)) = sums.as_chunks_mut::<C>().0.split_first_mut() else {
        return;
    };
    let mut last = *first;
    for sums in rest {
        for (sum, last) in sums.iter_mut().zip(&mut last) {
            *last += *sum;
            *sum = *last;
        }
    }
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

fn vertical(image: &mut Image, kernel: &Kernel, stop: &dyn Fn() -> bool) -> Result<(), Error> {
    let layout = image.layout();
    let (row, height) = (layout.row_samples(), layout.height as usize);
    let kernels = Kernels::detect();
    let mut sums = kernel.sums(row)?;
    let mut above = Above::new(row, height.min(kernel.radius + 2))?;
    let samples = image.slice_mut::<u8>()?;
    for y in 0..height {
        go_on(stop)?;
        let (done, below) = samples.split_at_mut((y + 1) * row);
        let target = &mut done[y * row..];
        above.keep(y, target);
        let at = |y_of_sum: usize, offset: usize| {
            let at = (y_of_sum + offset).saturating_sub(kernel.radius);
            let at = at.min(height - 1);
            match at.checked_sub(y + 1) {
                Some(further) => &below[further * row..][..row],
                None => above.row(at),
            }
        };
        match &kernel.changes {
            Some(changes) if y > 0 => {
                let rows = changes.rows(|offset| at(y - 1, offset));
                (kernels.add_rows)(&rows, &changes.factors, &mut sums);
                (kernels.means)(&sums, kernel.shift, target);
            }
            changes => {
                let terms = &kernel.weights;
                let rows = terms.rows(|offset| at(y, offset));
                if changes.is_some() {
                    (kernels.add_rows)(&rows, &terms.factors, &mut sums);
                }
                (kernels.mean_rows)(&rows, &terms.factors, kernel.shift, target);
            }
        }
    }
    Ok(())
}

/// The last rows as they were before they were overwritten.
struct Above {
    samples: Vec<u8>,
    row: usize,
    count: usize,
}

impl Above {
    fn new(row: usize, count: usize) -> Result<Self, Error> {
        let samples = zeroed(row * count)?;
        Ok(Self {
            samples,
            row,
            count,
        })
    }

    fn keep(&mut self, y: usize, row: &[u8]) {
        self.samples[y % self.count * self.row..][..self.row].copy_from_slice(row);
    }

    fn row(&self, y: usize) -> &[u8] {
        &self.samples[y % self.count * self.row..][..self.row]
    }
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
        assert_eq!(
            (kernel.weights.factors, kernel.shift),
            (vec![35, 58, 35, 0], 7)
        );
    }

    /// One direction, from the formula.
    fn one_way(image: &Image, kernel: &Kernel, (down, right): (i64, i64)) -> Image {
        let (width, height) = (i64::from(image.width()), i64::from(image.height()));
        let view = image.view::<u8>().unwrap();
        let at = |x: i64, y: i64| {
            let inside = |at: i64, side: i64| u32::try_from(at.clamp(0, side - 1)).unwrap();
            view.pixel(inside(x, width), inside(y, height))
        };
        let terms = &kernel.weights;
        let terms = || terms.offsets.iter().zip(&terms.factors);
        let mut samples = Vec::new();
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            for c in 0..3 {
                let sum: i32 = terms()
                    .map(|(offset, factor)| {
                        let by =
                            i64::try_from(*offset).unwrap() - i64::try_from(kernel.radius).unwrap();
                        i32::from(at(x + by * right, y + by * down)[c]) * i32::from(*factor)
                    })
                    .sum();
                let mean = (sum + (1 << kernel.shift >> 1)) >> kernel.shift;
                samples.push(u8::try_from(mean.clamp(0, 255)).unwrap());
            }
        }
        Image::from_u8(image.layout(), samples).unwrap()
    }

    #[test]
    fn all_weights_and_changes_follow_the_formula() {
        let samples = (0..37 * 29 * 3_u32).map(|i| (i * i * 31).to_le_bytes()[1]);
        let layout = Layout::u8(37, 29, Channels::Rgb);
        let image = Image::from_u8(layout, samples.collect()).unwrap();
        for sigma in [0.5, 1.0, 2.0, 4.0, 25.0, 300.0, 1000.0] {
            let mut kernel = Kernel::new(&Mask::new(sigma, 0.2));
            let expected = one_way(&one_way(&image, &kernel, (0, 1)), &kernel, (1, 0));
            let weights = &kernel.weights.factors[..=2 * kernel.radius];
            for changes in [None, Some(Terms::of_changes(weights))] {
                kernel.changes = changes;
                let mut image = image.clone();
                horizontal(&mut image, &kernel, &|| false).unwrap();
                vertical(&mut image, &kernel, &|| false).unwrap();
                assert!(image == expected, "sigma {sigma}");
            }
        }
    }

    #[test]
    fn long_masks_are_made_of_few_changes() {
        let kernel = Kernel::new(&Mask::new(1000.0, 0.2));
        assert!(kernel.weights.offsets.len() > 3500);
        assert!(kernel.changes.unwrap().offsets.len() <= 36);
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
