//! Inverse transforms with dequantisation: 8×8, 4×4, 2×2 and 1×1 samples from a block.
//!
//! The 8×8 transform gives the bytes of libjpeg's accurate integer method (`jidctint.c`, after
//! Loeffler, Ligtenberg and Moschytz 1989) for every block that an encoder makes; where
//! coefficients are absurd, 16-bit values wrap or saturate the same way on every machine. The
//! smaller ones are the transforms of that length over the lowest frequencies.

/// Rebuilds the samples of one block.
///
/// - `block`: coefficients in rows of 8, 4, 2 or 1.
/// - `quantization`: the same order.
/// - `out`: the block's first sample and the rows behind it, `stride` apart.
pub(crate) type Idct =
    fn(block: &[i16; 64], quantization: &[i16; 64], out: &mut [u8], stride: usize);

/// Rebuilds the samples of two blocks next to each other.
pub(crate) type IdctPair =
    fn(blocks: [&[i16; 64]; 2], quantization: &[i16; 64], out: &mut [u8], stride: usize);

/// The transforms to one scale.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Transform {
    pub(crate) one: Idct,
    /// Where two blocks at once are worth it.
    pub(crate) pair: Option<IdctPair>,
}

/// 8×8 samples.
pub(crate) fn full(block: &[i16; 64], quantization: &[i16; 64], out: &mut [u8], stride: usize) {
    let mut work = [[0i16; 8]; 8];
    for column in 0..8 {
        let input = std::array::from_fn(|row| dequantize(block, quantization, row * 8 + column));
        let output = transform8(input);
        for (row, value) in work.iter_mut().zip(output) {
            row[column] = descale(value, PASS1_SHIFT);
        }
    }
    for (row, out) in work.iter().zip(out.chunks_mut(stride)) {
        let output = transform8(row.map(i32::from));
        for (sample, value) in out.iter_mut().zip(output) {
            *sample = to_sample(descale(value, PASS2_SHIFT));
        }
    }
}

/// 4×4 samples.
pub(crate) fn half(block: &[i16; 64], quantization: &[i16; 64], out: &mut [u8], stride: usize) {
    let mut work = [[0i16; 4]; 4];
    for column in 0..4 {
        let input = std::array::from_fn(|row| dequantize(block, quantization, row * 4 + column));
        let output = transform4(input);
        for (row, value) in work.iter_mut().zip(output) {
            row[column] = descale(value, PASS1_SHIFT);
        }
    }
    for (row, out) in work.iter().zip(out.chunks_mut(stride)) {
        let output = transform4(row.map(i32::from));
        for (sample, value) in out.iter_mut().zip(output) {
            *sample = to_sample(descale(value, PASS2_SHIFT));
        }
    }
}

/// 4×4 samples of two blocks next to each other.
pub(crate) fn half_pair(
    blocks: [&[i16; 64]; 2],
    quantization: &[i16; 64],
    out: &mut [u8],
    stride: usize,
) {
    let [left, right] = blocks;
    half(left, quantization, out, stride);
    if let Some(out) = out.get_mut(4..) {
        half(right, quantization, out, stride);
    }
}

/// 2×2 samples.
pub(crate) fn quarter(block: &[i16; 64], quantization: &[i16; 64], out: &mut [u8], stride: usize) {
    let [a, b, c, d] = std::array::from_fn(|slot| dequantize(block, quantization, slot));
    let rows = [
        [a + c + b + d, a + c - b - d],
        [a - c + b - d, a - c - b + d],
    ];
    for (index, row) in rows.into_iter().enumerate() {
        let out = out.get_mut(index * stride..);
        if let Some(samples) = out.and_then(<[u8]>::first_chunk_mut) {
            *samples = row.map(|value| to_sample(descale(value, DC_SHIFT)));
        }
    }
}

/// One sample.
pub(crate) fn eighth(block: &[i16; 64], quantization: &[i16; 64], out: &mut [u8], _stride: usize) {
    if let Some(sample) = out.first_mut() {
        *sample = flat(block[0], quantization[0]);
    }
}

/// The sample that a block without AC coefficients consists of.
#[inline(always)]
pub(crate) fn flat(dc: i16, quantization: i16) -> u8 {
    to_sample(descale(i32::from(dc.wrapping_mul(quantization)), DC_SHIFT))
}

#[inline(always)]
fn dequantize(block: &[i16; 64], quantization: &[i16; 64], slot: usize) -> i32 {
    i32::from(block[slot].wrapping_mul(quantization[slot]))
}

/// One dimension of 8, scaled by √8 · 2^13.
#[inline(always)]
fn transform8(i: [i32; 8]) -> [i32; 8] {
    let sum = |terms: [i32; 4]| terms.into_iter().fold(0, i32::wrapping_add);
    let (t0, t1) = ((i[0] + i[4]) << 13, (i[0] - i[4]) << 13);
    let (t2, t3) = (i[2] * 4433 - i[6] * 10704, i[2] * 10703 + i[6] * 4433);
    let even = [
        t0.wrapping_add(t3),
        t1.wrapping_add(t2),
        t1.wrapping_sub(t2),
        t0.wrapping_sub(t3),
    ];
    let odd = ODD.map(|[c1, c7, c5, c3]| sum([i[1] * c1, i[7] * c7, i[5] * c5, i[3] * c3]));
    std::array::from_fn(|at| match at {
        0..4 => even[at].wrapping_add(odd[at]),
        _ => even[7 - at].wrapping_sub(odd[7 - at]),
    })
}

/// One dimension of 4, scaled by √4 · √2 · 2^13.
#[inline(always)]
fn transform4(i: [i32; 4]) -> [i32; 4] {
    let (t0, t1) = ((i[0] + i[2]) << 13, (i[0] - i[2]) << 13);
    let odd0 = i[1] * HALF_ODD[0] + i[3] * HALF_ODD[1];
    let odd1 = i[1] * HALF_ODD[1] - i[3] * HALF_ODD[0];
    [
        t0.wrapping_add(odd0),
        t1.wrapping_add(odd1),
        t1.wrapping_sub(odd1),
        t0.wrapping_sub(odd0),
    ]
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "clamped to 16 bits first")]
fn descale(value: i32, shift: u32) -> i16 {
    let rounded = value.wrapping_add(1 << (shift - 1)) >> shift;
    rounded.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
}

#[inline(always)]
#[expect(clippy::cast_sign_loss, reason = "clamped to 8 bits")]
fn to_sample(value: i16) -> u8 {
    value.saturating_add(128).clamp(0, 255) as u8
}

/// For each of the first four outputs, the factors of inputs 1, 7, 5 and 3, times 2^13.
pub(crate) const ODD: [[i32; 4]; 4] = [
    [11363, 2260, 6437, 9633],
    [9633, -6436, -11362, -2259],
    [6437, 9633, 2261, -11362],
    [2260, -11363, 9633, -6436],
];

/// √2·cos(π/8) and √2·cos(3π/8), times 2^13.
pub(crate) const HALF_ODD: [i32; 2] = [10703, 4433];

/// Two fraction bits stay between the passes.
pub(crate) const PASS1_SHIFT: u32 = 13 - 2;

/// The constants' 13 bits, the fraction and the division by 8.
pub(crate) const PASS2_SHIFT: u32 = 13 + 2 + DC_SHIFT;

/// The division by 8 that both dimensions of an orthonormal 8×8 transform come to.
pub(crate) const DC_SHIFT: u32 = 3;

#[cfg(test)]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers made up here"
)]
mod tests {
    use super::*;

    fn run(idct: Idct, side: usize, block: &[i16]) -> Vec<u8> {
        let mut coefficients = [0; 64];
        coefficients[..block.len()].copy_from_slice(block);
        let mut out = vec![0; side * side];
        idct(&coefficients, &[1; 64], &mut out, side);
        out
    }

    fn reference(side: usize, block: &[i16]) -> Vec<f64> {
        let basis = |x: usize, u: usize| {
            let scale = if u == 0 { 1.0 } else { 2f64.sqrt() };
            let angle = (2 * x + 1) as f64 * u as f64 / (2 * side) as f64;
            scale * (std::f64::consts::PI * angle).cos()
        };
        let sample = |x, y| {
            let term = |(at, &value): (usize, &i16)| {
                basis(x, at % side) * basis(y, at / side) * f64::from(value) / 8.0
            };
            (128.0 + block.iter().enumerate().map(term).sum::<f64>()).clamp(0.0, 255.0)
        };
        (0..side * side)
            .map(|at| sample(at % side, at / side))
            .collect()
    }

    #[test]
    fn agrees_with_the_definition() {
        let kernels: [(Idct, usize); 4] = [(full, 8), (half, 4), (quarter, 2), (eighth, 1)];
        for (idct, side) in kernels {
            let mut seed = 7u32;
            for _ in 0..200 {
                let mut value = || {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 24) as i16 - 128
                };
                let block: Vec<i16> = (0..side * side).map(|_| value()).collect();
                let expected = reference(side, &block);
                for (sample, expected) in run(idct, side, &block).iter().zip(expected) {
                    assert!((f64::from(*sample) - expected).abs() < 1.0, "{side}");
                }
            }
        }
    }

    #[test]
    fn flat_blocks_agree_at_every_scale() {
        for dc in [-1100, -1024, -9, -4, 0, 3, 4, 1016, 1100] {
            let expected = flat(dc, 1);
            for (idct, side) in [(full as Idct, 8), (half, 4), (quarter, 2), (eighth, 1)] {
                assert!(
                    run(idct, side, &[dc]).iter().all(|&s| s == expected),
                    "{dc} {side}"
                );
            }
        }
    }
}
