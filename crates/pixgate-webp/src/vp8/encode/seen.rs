//! What the encoder saw while it encoded, to compare with what decoders show.

use super::{Encoder, Settings};
use crate::Error;
use crate::vp8::predict::{LEFT, STRIDE};

/// Luma, Cb and Cr without gaps.
pub(super) type Planes = [Vec<u8>; 3];

/// Encodes planes; returns the content of a `VP8 ` chunk, and the planes as they are before the loop filter.
///
/// - `size`: width and height.
///
/// # Errors
///
/// As those of [`Encoder`].
pub fn encode_seen(
    size: (u32, u32),
    planes: &Planes,
    settings: Settings,
) -> Result<(Vec<u8>, Planes), Error> {
    let mut encoder = Encoder::new(size.0, size.1, settings)?;
    let [y, cb, cr] = planes;
    encoder.push_planes(y, [cb, cr])?;
    let size = (size.0 as usize, size.1 as usize);
    let half = (size.0.div_ceil(2), size.1.div_ceil(2));
    let mut seen = planes.each_ref().map(|plane| vec![0; plane.len()]);
    let payload = encoder.finish_with(&mut |column, row, space| {
        let [luma, cb, cr] = &mut seen;
        put(luma, size, (column * 16, row * 16), &space.luma);
        for (plane, area) in [cb, cr].into_iter().zip(&space.chroma) {
            put(plane, half, (column * 8, row * 8), area);
        }
    })?;
    Ok((payload, seen))
}

fn put(
    plane: &mut [u8],
    (width, height): (usize, usize),
    (left, top): (usize, usize),
    area: &[u8],
) {
    let side = area.len() / STRIDE - 1;
    for (y, row) in area.chunks_exact(STRIDE).skip(1).enumerate() {
        for (x, pixel) in row[LEFT..LEFT + side].iter().enumerate() {
            if left + x < width && top + y < height {
                plane[(top + y) * width + left + x] = *pixel;
            }
        }
    }
}
