//! Means of whole boxes: the first step of a strong shrink.

use crate::{Error, Sample, View, zeroed};

/// Averages `count` rows at a time into `target`; the last row is repeated at the end.
pub(crate) fn vertical<T: Sample>(
    source: View<'_, T>,
    target: &mut [T],
    count: u32,
) -> Result<(), Error> {
    let row = source.layout().row_samples();
    let mut sums = zeroed::<T::Sum>(row)?;
    for (y, target) in (0..).zip(target.chunks_exact_mut(row)) {
        sums.fill(T::Sum::default());
        let first = y * u64::from(count);
        for y in first..first + u64::from(count) {
            #[expect(clippy::cast_possible_truncation, reason = "at most the height")]
            let y = y.min(u64::from(source.height()) - 1) as u32;
            add(&mut sums, source.row(y));
        }
        for (to, sum) in target.iter_mut().zip(&sums) {
            *to = T::mean(*sum, count);
        }
    }
    Ok(())
}

/// Averages `count` pixels of a row at a time; the last pixel is repeated at the end.
pub(crate) fn horizontal<T: Sample, const C: usize>(
    source: View<'_, T>,
    target: &mut [T],
    count: u32,
) {
    let width = source.width().div_ceil(count) as usize;
    for (row, target) in source.rows().zip(target.chunks_exact_mut(width * C)) {
        let pixels = row.as_chunks::<C>().0;
        let boxes = pixels.chunks(count as usize);
        for (pixels, to) in boxes.zip(target.as_chunks_mut::<C>().0) {
            *to = box_mean(pixels, count);
        }
    }
}

/// The mean of `count` pixels, of which the last is repeated if there are fewer.
#[inline(always)]
fn box_mean<T: Sample, const C: usize>(pixels: &[[T; C]], count: u32) -> [T; C] {
    let mut sums = [T::Sum::default(); C];
    for pixel in pixels {
        add(&mut sums, pixel);
    }
    if let Some(last) = pixels.last() {
        for _ in pixels.len()..count as usize {
            add(&mut sums, last);
        }
    }
    sums.map(|sum| T::mean(sum, count))
}

#[inline(always)]
fn add<T: Sample>(sums: &mut [T::Sum], row: &[T]) {
    for (sum, sample) in sums.iter_mut().zip(row) {
        *sum += sample.widen();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Channels, Image, Layout};

    #[test]
    fn repeats_the_last_pixel_and_uses_the_fixed_point_mean() {
        let image = Image::from_u8(Layout::u8(5, 1, Channels::Grey), vec![1, 2, 4, 9, 6]).unwrap();
        let mut target = [0; 2];
        horizontal::<u8, 1>(image.view().unwrap(), &mut target, 3);
        let mean = |sum: u32| (((sum + 1) * ((1 << 24) / 3)) >> 24) as u8;
        assert_eq!(target, [mean(7), mean(9 + 6 + 6)]);
    }

    #[test]
    fn averages_rows() {
        let image = Image::from_u8(Layout::u8(1, 3, Channels::Grey), vec![10, 20, 40]).unwrap();
        let mut target = [0; 2];
        vertical(image.view::<u8>().unwrap(), &mut target, 2).unwrap();
        assert_eq!(target, [15, 40]);
    }
}
