//! Large square pixels.

use std::ops::Range;

use crate::{Depth, Error, ErrorKind, Image, Layout, Sample, zeroed};

/// Replaces blocks of `size` × `size` pixels by their means; a size of 0 or 1 changes nothing.
///
/// Blocks begin at the top left; those that leave the image see it mirrored. Means are taken down
/// and then across, rounded in between as the reference does (pipeline §6.5). Alpha is averaged
/// like colour. Works in place; allocates [`pixelate_bytes`].
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] for floats, and [`ErrorKind::OutOfMemory`].
///
/// # Examples
///
/// ```
/// use pixgate_raster::filter::pixelate;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let mut image = Image::from_u8(Layout::u8(3, 1, Channels::Grey), vec![10, 20, 50])?;
/// pixelate(&mut image, 2)?;
/// assert_eq!(image.view::<u8>()?.row(0), &[15, 15, 50]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn pixelate(image: &mut Image, size: u32) -> Result<(), Error> {
    let layout = image.layout();
    let size = size.min(layout.width.max(layout.height)).min(LARGEST);
    match layout.depth {
        _ if size <= 1 => Ok(()),
        Depth::U8 => pixelate_samples::<u8>(image, size),
        Depth::U16 => pixelate_samples::<u16>(image, size),
        Depth::F32 => Err(ErrorKind::UnsupportedLayout.into()),
    }
}

/// Bytes that [`pixelate`] allocates: a row of sums and one of means.
#[must_use]
pub const fn pixelate_bytes(source: Layout) -> u64 {
    source.row_samples() as u64 * (4 + source.depth.bytes() as u64)
}

/// Sums of this many 16-bit samples fit into 32 bits.
const LARGEST: u32 = 65536;

fn pixelate_samples<T: Sample<Sum = u32>>(image: &mut Image, size: u32) -> Result<(), Error> {
    let layout = image.layout();
    let row = layout.row_samples();
    let mut sums = zeroed::<u32>(row)?;
    let mut means = zeroed::<T>(row)?;
    let samples = image.slice_mut::<T>()?;
    // From the bottom up: the last block mirrors rows of the one above, which must still be as given.
    for top in (0..layout.height).step_by(size as usize).rev() {
        let bottom = top.saturating_add(size).min(layout.height);
        sum_rows(samples, layout, top, size, &mut sums);
        for (mean, sum) in means.iter_mut().zip(&sums) {
            *mean = T::mean(*sum, size);
        }
        let (first, rest) = samples[top as usize * row..bottom as usize * row].split_at_mut(row);
        flatten_row(&means, layout, size, first);
        for target in rest.chunks_exact_mut(row) {
            target.copy_from_slice(first);
        }
    }
    Ok(())
}

/// Adds the rows of a block, mirrored ones included.
fn sum_rows<T: Sample<Sum = u32>>(
    samples: &[T],
    layout: Layout,
    top: u32,
    size: u32,
    sums: &mut [u32],
) {
    sums.fill(0);
    let row = layout.row_samples();
    for y in touched(top, size, layout.height) {
        let times = times(top, size, y, layout.height);
        let source = &samples[y as usize * row..][..row];
        for (sum, sample) in sums.iter_mut().zip(source) {
            *sum += times * sample.widen();
        }
    }
}

/// Fills a row with the means of its blocks.
fn flatten_row<T: Sample<Sum = u32>>(means: &[T], layout: Layout, size: u32, target: &mut [T]) {
    let channels = layout.channels.count();
    for left in (0..layout.width).step_by(size as usize) {
        let right = left.saturating_add(size).min(layout.width);
        let block = &mut target[left as usize * channels..right as usize * channels];
        for channel in 0..channels {
            let mut sum = 0;
            for x in touched(left, size, layout.width) {
                let sample = means[x as usize * channels + channel];
                sum += times(left, size, x, layout.width) * sample.widen();
            }
            let mean = T::mean(sum, size);
            block
                .iter_mut()
                .skip(channel)
                .step_by(channels)
                .for_each(|s| *s = mean);
        }
    }
}

/// Positions that a block reads.
fn touched(start: u32, size: u32, length: u32) -> Range<u32> {
    match start.checked_add(size) {
        Some(end) if end <= length => start..end,
        _ => 0..length,
    }
}

/// How often position `i` appears from `start` on for `size` steps when both ends mirror.
fn times(start: u32, size: u32, i: u32, length: u32) -> u32 {
    let period = 2 * u64::from(length);
    let (i, start) = (u64::from(i), u64::from(start));
    let below = |end: u64, at: u64| (end + period - 1 - at) / period;
    let both = |end| below(end, i) + below(end, period - 1 - i);
    u32::try_from(both(start + u64::from(size)) - both(start)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrored_positions_are_counted() {
        for length in 1..6_u32 {
            for start in 0..length {
                for size in 1..20 {
                    let mirrored = |i: u32| {
                        let i = i % (2 * length);
                        if i < length { i } else { 2 * length - 1 - i }
                    };
                    for i in 0..length {
                        let expected = (start..start + size).filter(|j| mirrored(*j) == i).count();
                        assert_eq!(times(start, size, i, length) as usize, expected);
                        let reads = touched(start, size, length).contains(&i);
                        assert!(reads || expected == 0);
                    }
                }
            }
        }
    }
}
