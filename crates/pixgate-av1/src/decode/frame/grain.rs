//! Film grain (section 5.9.30).

use crate::decode::bits::BitReader;
use crate::decode::error::DecodeError;
use crate::decode::post::{ChromaMix, FilmGrain};
use crate::decode::sequence::Format;

/// Reads what follows `apply_grain`.
pub(super) fn read_grain(
    bits: &mut BitReader<'_>,
    format: &Format,
) -> Result<FilmGrain, DecodeError> {
    let seed = u16::from_be_bytes([bits.small(8), bits.small(8)]);
    let mut points = [read_points(bits, 14)?, Vec::new(), Vec::new()];
    let has_luma = !points[0].is_empty();
    let chroma_from_luma = !format.is_monochrome && bits.flag();
    let is_without = format.is_monochrome
        || chroma_from_luma
        || (format.subsampling == (true, true) && !has_luma);
    if !is_without {
        points[1] = read_points(bits, 10)?;
        points[2] = read_points(bits, 10)?;
        let is_half = format.subsampling == (true, true);
        if is_half && points[1].is_empty() != points[2].is_empty() {
            return Err(DecodeError::Invalid("film grain of one chroma plane"));
        }
    }
    let scaling_shift = bits.small(2) + 8;
    let lag = bits.small(2);
    let count = 2 * usize::from(lag) * (usize::from(lag) + 1);
    let mut luma_coefficients = [0; 24];
    if has_luma {
        read_coefficients(bits, &mut luma_coefficients[..count]);
    }
    let mut chroma_coefficients = [[0; 25]; 2];
    for (of_plane, points) in chroma_coefficients.iter_mut().zip(&points[1..]) {
        if chroma_from_luma || !points.is_empty() {
            read_coefficients(bits, &mut of_plane[..count]);
            if has_luma {
                read_coefficients(bits, &mut of_plane[24..]);
            }
        }
    }
    let coefficient_shift = bits.small(2) + 6;
    let grain_shift = bits.small(2);
    let mut chroma_mix = [ChromaMix::default(); 2];
    for (mix, points) in chroma_mix.iter_mut().zip(&points[1..]) {
        if !points.is_empty() {
            mix.chroma = bits.small(8);
            mix.luma = bits.small(8);
            mix.offset = u16::try_from(bits.bits(9)).unwrap_or(0);
        }
    }
    Ok(FilmGrain {
        seed,
        points,
        chroma_from_luma,
        scaling_shift,
        lag,
        luma_coefficients,
        chroma_coefficients,
        coefficient_shift,
        grain_shift,
        chroma_mix,
        overlaps: bits.flag(),
        is_clipped: bits.flag(),
        is_identity: format.color.matrix == 0,
    })
}

fn read_points(bits: &mut BitReader<'_>, most: usize) -> Result<Vec<[u8; 2]>, DecodeError> {
    let count = bits.bits(4) as usize;
    if count > most {
        return Err(DecodeError::Invalid("points of film grain"));
    }
    let points: Vec<_> = (0..count).map(|_| [bits.small(8), bits.small(8)]).collect();
    if points.windows(2).any(|pair| pair[0][0] >= pair[1][0]) {
        return Err(DecodeError::Invalid("order of points of film grain"));
    }
    Ok(points)
}

fn read_coefficients(bits: &mut BitReader<'_>, coefficients: &mut [i8]) {
    for coefficient in coefficients {
        let value = i32::from(bits.small(8)) - 128;
        *coefficient = i8::try_from(value).unwrap_or(0);
    }
}
