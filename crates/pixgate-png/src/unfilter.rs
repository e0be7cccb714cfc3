//! Filters undone: bytes from their differences (PNG 3, section 9.2).

use crate::filter::{Filter, average, paeth};

/// Undoes the filter of a row in place.
///
/// - `above`: the row above, as it was before filtering; as long as the row.
/// - `pixel`: bytes of a pixel, 1 to 8.
#[inline(always)]
pub(crate) fn undo(filter: Filter, pixel: usize, above: &[u8], row: &mut [u8]) {
    match pixel {
        1 => undo_pixels::<1>(filter, above, row),
        2 => undo_pixels::<2>(filter, above, row),
        3 => undo_pixels::<3>(filter, above, row),
        4 => undo_pixels::<4>(filter, above, row),
        6 => undo_pixels::<6>(filter, above, row),
        _ => undo_pixels::<8>(filter, above, row),
    }
}

#[inline(always)]
fn undo_pixels<const N: usize>(filter: Filter, above: &[u8], row: &mut [u8]) {
    match filter {
        Filter::None => {}
        Filter::Up => up(above, row),
        Filter::Sub => {
            let mut left = [0; N];
            for pixel in row.as_chunks_mut::<N>().0 {
                for (byte, left) in pixel.iter_mut().zip(left) {
                    *byte = byte.wrapping_add(left);
                }
                left = *pixel;
            }
        }
        Filter::Average => {
            let mut left = [0; N];
            for (pixel, above) in pairs::<N>(above, row) {
                for i in 0..N {
                    pixel[i] = pixel[i].wrapping_add(average(left[i], above[i]));
                }
                left = *pixel;
            }
        }
        Filter::Paeth => {
            let (mut left, mut corner) = ([0; N], [0; N]);
            for (pixel, above) in pairs::<N>(above, row) {
                for i in 0..N {
                    pixel[i] = pixel[i].wrapping_add(paeth(left[i], above[i], corner[i]));
                }
                (left, corner) = (*pixel, *above);
            }
        }
    }
}

#[inline(always)]
pub(crate) fn up(above: &[u8], row: &mut [u8]) {
    for (byte, above) in row.iter_mut().zip(above) {
        *byte = byte.wrapping_add(*above);
    }
}

/// Pixels of a row with those above.
#[inline(always)]
fn pairs<'a, const N: usize>(
    above: &'a [u8],
    row: &'a mut [u8],
) -> impl Iterator<Item = (&'a mut [u8; N], &'a [u8; N])> {
    let pixels = row.as_chunks_mut::<N>().0.iter_mut();
    pixels.zip(above.as_chunks::<N>().0)
}
