//! Filters undone: bytes from their differences (PNG 3, section 9.2).

use crate::filter::{Filter, average, paeth};

/// Undoes the filter of a row.
///
/// - `pixel`: bytes of a pixel, 1 to 8.
/// - `above`: the row above, as it was before filtering.
/// - `stored`: the row as it is stored.
/// - `out`: where it goes; all three are equally long.
#[inline(always)]
pub(crate) fn undo(filter: Filter, pixel: usize, [above, stored]: [&[u8]; 2], out: &mut [u8]) {
    match (filter, pixel) {
        (Filter::None, _) => out.copy_from_slice(stored.get(..out.len()).unwrap_or_default()),
        (Filter::Up, _) => up(above, stored, out),
        (_, 1) => undo_pixels::<1>(filter, above, stored, out),
        (_, 2) => undo_pixels::<2>(filter, above, stored, out),
        (_, 3) => undo_pixels::<3>(filter, above, stored, out),
        (_, 4) => undo_pixels::<4>(filter, above, stored, out),
        (_, 6) => undo_pixels::<6>(filter, above, stored, out),
        _ => undo_pixels::<8>(filter, above, stored, out),
    }
}

#[inline(always)]
fn undo_pixels<const N: usize>(filter: Filter, above: &[u8], stored: &[u8], out: &mut [u8]) {
    let (mut left, mut corner) = ([0; N], [0; N]);
    let predicted = |left, above, corner| match filter {
        Filter::Sub => left,
        Filter::Average => average(left, above),
        _ => paeth(left, above, corner),
    };
    for (out, [above, stored]) in pixels::<N>([above, stored], out) {
        for i in 0..N {
            out[i] = stored[i].wrapping_add(predicted(left[i], above[i], corner[i]));
        }
        (left, corner) = (*out, *above);
    }
}

#[inline(always)]
fn up(above: &[u8], stored: &[u8], out: &mut [u8]) {
    for ((out, stored), above) in out.iter_mut().zip(stored).zip(above) {
        *out = stored.wrapping_add(*above);
    }
}

/// Pixels of a row with those above and those stored.
#[inline(always)]
pub(crate) fn pixels<'a, const N: usize>(
    [above, stored]: [&'a [u8]; 2],
    out: &'a mut [u8],
) -> impl Iterator<Item = (&'a mut [u8; N], [&'a [u8; N]; 2])> {
    let from = above
        .as_chunks::<N>()
        .0
        .iter()
        .zip(stored.as_chunks::<N>().0);
    let out = out.as_chunks_mut::<N>().0.iter_mut();
    out.zip(from.map(|(above, stored)| [above, stored]))
}
