//! Chroma as the mean of the pixels it stands for.

use super::{CHROMA_SCALES, LUMA_SCALE, SHARES, Yuv, opacity};
use crate::Error;
use crate::lossless::low8;
use crate::memory::zeroed;

/// Makes planes of a picture whose size is right.
pub(super) fn convert<const C: usize>(pixels: &[[u8; C]], size: (u32, u32)) -> Result<Yuv, Error> {
    let (width, height) = (size.0 as usize, size.1 as usize);
    let half = width.div_ceil(2);
    let count = half * height.div_ceil(2);
    let mut luma = zeroed(width * height)?;
    let [mut cb, mut cr] = [zeroed::<u8>(count)?, zeroed::<u8>(count)?];
    for (to, pixel) in luma.iter_mut().zip(pixels) {
        *to = luma_of(pixel);
    }
    let rows = pixels.chunks(2 * width.max(1));
    let to = cb.chunks_mut(half.max(1)).zip(cr.chunks_mut(half.max(1)));
    for (pair, (cb, cr)) in rows.zip(to) {
        let (above, below) = pair.split_at(width);
        let below = if below.is_empty() { above } else { below };
        let columns = above.chunks(2).zip(below.chunks(2));
        for ((above, below), (cb, cr)) in columns.zip(cb.iter_mut().zip(cr)) {
            // The last column of an odd width counts twice.
            let last = above.len() - 1;
            [*cb, *cr] = chroma_of([&above[0], &above[last], &below[0], &below[last]]);
        }
    }
    Ok(Yuv {
        size,
        luma,
        chroma: [cb, cr],
    })
}

#[inline(always)]
fn luma_of<const C: usize>(pixel: &[u8; C]) -> u8 {
    let mut sum = (16 << 16) + (1 << 15);
    for (value, share) in pixel.iter().zip(LUMA) {
        sum += u32::from(*value) * share;
    }
    low8(sum >> 16)
}

/// Cb and Cr of four pixels.
#[inline(always)]
fn chroma_of<const C: usize>(pixels: [&[u8; C]; 4]) -> [u8; 2] {
    let total: u32 = pixels.iter().map(|pixel| u32::from(opacity(pixel))).sum();
    let mut sums = [0; 3];
    if C == 3 || total == 4 * 255 || total == 0 {
        for pixel in pixels {
            add(&mut sums, pixel, 1);
        }
        return chroma_of_sums(sums.map(|sum| sum * 4));
    }
    for pixel in pixels {
        add(&mut sums, pixel, u32::from(opacity(pixel)));
    }
    chroma_of_sums(sums.map(|sum| (sum * 16 + total / 2) / total))
}

#[inline(always)]
fn add<const C: usize>(sums: &mut [u32; 3], pixel: &[u8; C], weight: u32) {
    for (sum, value) in sums.iter_mut().zip(pixel) {
        *sum += u32::from(*value) * weight;
    }
}

/// - `sums`: sixteen times red, green and blue.
#[inline(always)]
fn chroma_of_sums(sums: [u32; 3]) -> [u8; 2] {
    CHROMA.map(|shares| {
        let mut sum = (128 << 20) + (1 << 19);
        for (value, share) in sums.iter().zip(shares) {
            sum += value.cast_signed() * share;
        }
        low8((sum >> 20).cast_unsigned())
    })
}

/// Shares of red, green and blue in luma, in 65,536ths.
const LUMA: [u32; 3] = {
    let mut shares = [0; 3];
    let mut i = 0;
    while i < 3 {
        shares[i] = fixed(SHARES[i] * LUMA_SCALE).cast_unsigned();
        i += 1;
    }
    shares
};

/// Their shares in Cb and Cr; each adds up to nothing, so that grey has no colour.
const CHROMA: [[i32; 3]; 2] = {
    let [blue, red] = CHROMA_SCALES;
    let cb = [fixed(-SHARES[0] * blue), fixed(-SHARES[1] * blue)];
    let cr = [fixed(-SHARES[1] * red), fixed(-SHARES[2] * red)];
    [
        [cb[0], cb[1], -cb[0] - cb[1]],
        [-cr[0] - cr[1], cr[0], cr[1]],
    ]
};

/// 65,536ths.
#[allow(clippy::cast_possible_truncation, reason = "shares are less than one")]
const fn fixed(share: f32) -> i32 {
    (share * 65_536.0).round() as i32
}
