//! Transparency of lossy pictures (WebP container specification, "Alpha").

use pixgate_raster::{Channels, Image, Layout};

use super::broken;
use super::container::{push, with_riff};
use super::library;
use crate::Error;

/// Decodes the content of an `ALPH` chunk to a plane of the picture's size.
///
/// - `room`: most bytes that the library may take.
pub(super) fn plane(payload: &[u8], size: (u32, u32), room: u64) -> Result<Image, Error> {
    let (flags, data) = payload.split_first().ok_or_else(|| broken("empty alpha"))?;
    let mut plane = match flags & 3 {
        0 => raw(data, size)?,
        1 => compressed(data, size, room)?,
        _ => return Err(broken("alpha compression")),
    };
    let width = plane.layout().row_samples();
    unfilter(plane.slice_mut::<u8>()?, width, flags >> 2 & 3);
    Ok(plane)
}

fn raw(data: &[u8], (width, height): (u32, u32)) -> Result<Image, Error> {
    let mut plane = Image::zeroed(Layout::u8(width, height, Channels::Grey))?;
    let samples = plane.slice_mut::<u8>()?;
    let stored = data.get(..samples.len());
    samples.copy_from_slice(stored.ok_or_else(|| broken("alpha that ends early"))?);
    Ok(plane)
}

/// Green of a lossless picture whose header was left out.
fn compressed(data: &[u8], size: (u32, u32), room: u64) -> Result<Image, Error> {
    let (width, height) = size;
    let sides = (width.wrapping_sub(1) & 0x3FFF) | (height.wrapping_sub(1) & 0x3FFF) << 14;
    let header = [&[0x2F][..], &sides.to_le_bytes()].concat();
    let mut body = Vec::new();
    push(&mut body, b"VP8L", &[&header[..], data].concat())?;
    let picture = library::lossless(&with_riff(&body)?, size, room)?;
    let mut plane = Image::zeroed(Layout::u8(width, height, Channels::Grey))?;
    let pixels = picture.view::<u8>()?;
    let pixels = pixels.rows().flat_map(|row| row.as_chunks::<3>().0);
    for (to, [_, green, _]) in plane.slice_mut::<u8>()?.iter_mut().zip(pixels) {
        *to = *green;
    }
    Ok(plane)
}

/// Adds what each sample was predicted from: its left neighbour, the one above, or a gradient.
fn unfilter(samples: &mut [u8], width: usize, filter: u8) {
    if filter == 0 {
        return;
    }
    for start in (0..samples.len()).step_by(width) {
        let (done, rest) = samples.split_at_mut(start);
        let above = done.len().checked_sub(width).and_then(|at| done.get(at..));
        let row = rest.get_mut(..width).unwrap_or_default();
        let Some(above) = above else {
            from_left(row, 0);
            continue;
        };
        match filter {
            1 => from_left(row, above.first().copied().unwrap_or_default()),
            2 => from_above(row, above),
            _ => from_gradient(row, above),
        }
    }
}

fn from_left(row: &mut [u8], first: u8) {
    let mut left = first;
    for sample in row {
        left = left.wrapping_add(*sample);
        *sample = left;
    }
}

fn from_above(row: &mut [u8], above: &[u8]) {
    for (sample, above) in row.iter_mut().zip(above) {
        *sample = sample.wrapping_add(*above);
    }
}

fn from_gradient(row: &mut [u8], above: &[u8]) {
    let first = above.first().copied().unwrap_or_default();
    let (mut left, mut corner) = (first, first);
    for (sample, above) in row.iter_mut().zip(above) {
        let predicted = i16::from(left) + i16::from(*above) - i16::from(corner);
        let predicted = u8::try_from(predicted.clamp(0, 255)).unwrap_or_default();
        left = sample.wrapping_add(predicted);
        corner = *above;
        *sample = left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_is_undone() {
        let table: [(u8, [u8; 6]); 4] = [
            (0, [10, 1, 2, 3, 4, 5]),
            (1, [10, 11, 13, 13, 17, 22]),
            (2, [10, 11, 13, 13, 15, 18]),
            (3, [10, 11, 13, 13, 18, 25]),
        ];
        for (filter, expected) in table {
            let payload = [&[filter << 2][..], &[10, 1, 2, 3, 4, 5]].concat();
            let mut plane = plane(&payload, (3, 2), 1 << 20).unwrap();
            assert_eq!(plane.slice_mut::<u8>().unwrap(), expected, "{filter}");
        }
    }

    #[test]
    fn what_is_cut_or_unknown_is_refused() {
        for payload in [&[][..], &[0, 1, 2], &[2, 1, 2, 3, 4, 5, 6], &[1, 0]] {
            assert!(plane(payload, (3, 2), 1 << 20).is_err(), "{payload:?}");
        }
    }
}
