//! Forward transform and quantisation.
//!
//! The accurate integer method of libjpeg (`jfdctint.c`, after Loeffler, Ligtenberg and
//! Moschytz 1989), written so that eight columns fill vectors.

use crate::quantization::ZIGZAG;

/// Quantised coefficients in the order of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    pub(super) values: [i16; 64],
    /// A bit for each value that is not zero.
    pub(super) nonzero: u64,
}

impl Block {
    /// A block of one value.
    pub(super) fn flat(dc: i16) -> Self {
        let mut values = [0; 64];
        values[0] = dc;
        let nonzero = u64::from(dc != 0);
        Self { values, nonzero }
    }

    #[inline(always)]
    fn new(natural: &[i16; 64]) -> Self {
        let values = Self::in_file_order(natural);
        let flags = values.map(|value| u8::from(value != 0));
        let mut nonzero = 0;
        for (index, eight) in flags.as_chunks::<8>().0.iter().enumerate() {
            // The product has the eight bytes' lowest bits side by side at its top.
            let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
            nonzero |= bits << (8 * index);
        }
        Self::with_mask(values, nonzero)
    }

    /// - `nonzero`: a bit for each of the values that is not zero.
    #[inline(always)]
    pub(crate) const fn with_mask(values: [i16; 64], nonzero: u64) -> Self {
        Self { values, nonzero }
    }

    #[inline(always)]
    pub(crate) fn in_file_order(natural: &[i16; 64]) -> [i16; 64] {
        ZIGZAG.map(|at| natural[usize::from(at & 63)])
    }
}

/// What each coefficient is divided by, as multiplications.
#[derive(Debug, Clone)]
pub(crate) struct Divisors {
    half: [u32; 64],
    reciprocal: [u32; 64],
    shift: [u32; 64],
}

impl Divisors {
    /// For a table in natural order; the transform's factor 8 is divided out too.
    pub(crate) fn new(table: &[u8; 64]) -> Self {
        let divisors = table.map(|value| u32::from(value.max(1)) * 8);
        let shift = divisors.map(|divisor| 16 + divisor.ilog2());
        let reciprocal = std::array::from_fn(|at| reciprocal(divisors[at], shift[at]));
        Self {
            half: divisors.map(|divisor| divisor / 2),
            reciprocal,
            shift,
        }
    }

    /// Half the divisor, its reciprocal and the shift, for a row of eight.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(crate) fn rows(&self, index: usize) -> [&[u32; 8]; 3] {
        [&self.half, &self.reciprocal, &self.shift].map(|all| &all.as_chunks().0[index & 7])
    }
}

/// ⌈2^shift / divisor⌉, exact for numerators below 2^15.
fn reciprocal(divisor: u32, shift: u32) -> u32 {
    let exact = (1u64 << shift).div_ceil(u64::from(divisor));
    u32::try_from(exact).unwrap_or(u32::MAX)
}

/// Transforms 8×8 samples and quantises them.
#[inline(always)]
pub(crate) fn transform(samples: &[[u8; 8]; 8], divisors: &Divisors) -> Block {
    let centred = samples.map(|row| row.map(|sample| i32::from(sample) - 128));
    let rows = transpose(columns::<true>(transpose(centred)));
    Block::new(&quantize(&columns::<false>(rows), divisors))
}

#[inline(always)]
fn transpose(block: [[i32; 8]; 8]) -> [[i32; 8]; 8] {
    std::array::from_fn(|row| std::array::from_fn(|column| block[column][row]))
}

type Row = [i32; 8];

#[inline(always)]
fn add(a: Row, b: Row) -> Row {
    std::array::from_fn(|at| a[at] + b[at])
}

#[inline(always)]
fn sub(a: Row, b: Row) -> Row {
    std::array::from_fn(|at| a[at] - b[at])
}

#[inline(always)]
fn mul(a: Row, factor: i32) -> Row {
    a.map(|value| value * factor)
}

#[inline(always)]
fn descale(a: Row, shift: i32) -> Row {
    a.map(|value| (value + (1 << (shift - 1))) >> shift)
}

/// One dimension of every column; the first of two passes keeps two fraction bits.
#[inline(always)]
fn columns<const FIRST: bool>(i: [Row; 8]) -> [Row; 8] {
    let shift = if FIRST { 13 - 2 } else { 13 + 2 };
    let t: [Row; 4] = std::array::from_fn(|at| add(i[at], i[7 - at]));
    let d: [Row; 4] = std::array::from_fn(|at| sub(i[at], i[7 - at]));
    let (t10, t13) = (add(t[0], t[3]), sub(t[0], t[3]));
    let (t11, t12) = (add(t[1], t[2]), sub(t[1], t[2]));
    let plain = |row: Row| if FIRST { mul(row, 4) } else { descale(row, 2) };
    let z1 = mul(add(t12, t13), 4433);
    let odd = odd(d);
    [
        plain(add(t10, t11)),
        descale(odd[0], shift),
        descale(add(z1, mul(t13, 6270)), shift),
        descale(odd[1], shift),
        plain(sub(t10, t11)),
        descale(odd[2], shift),
        descale(sub(z1, mul(t12, 15137)), shift),
        descale(odd[3], shift),
    ]
}

/// Outputs 1, 3, 5 and 7 from the differences.
#[inline(always)]
fn odd(d: [Row; 4]) -> [Row; 4] {
    let [t7, t6, t5, t4] = d;
    let z5 = mul(add(add(t4, t6), add(t5, t7)), 9633);
    let (z1, z2) = (mul(add(t4, t7), -7373), mul(add(t5, t6), -20995));
    let z3 = add(mul(add(t4, t6), -16069), z5);
    let z4 = add(mul(add(t5, t7), -3196), z5);
    [
        add(mul(t7, 12299), add(z1, z4)),
        add(mul(t6, 25172), add(z2, z3)),
        add(mul(t5, 16819), add(z2, z4)),
        add(mul(t4, 2446), add(z1, z3)),
    ]
}

/// Divides with a round half away from zero, as libjpeg does.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "at most 12 bits")]
fn quantize(rows: &[Row; 8], divisors: &Divisors) -> [i16; 64] {
    let values = rows.as_flattened();
    let mut quantized = [0; 64];
    for (at, out) in quantized.iter_mut().enumerate() {
        let value = values[at];
        let numerator = value.unsigned_abs() + divisors.half[at];
        let quotient =
            (numerator.wrapping_mul(divisors.reciprocal[at]) >> divisors.shift[at]).cast_signed();
        *out = (if value < 0 { -quotient } else { quotient }) as i16;
    }
    quantized
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divides_exactly() {
        for value in 1..=255u8 {
            let divisor = u32::from(value) * 8;
            let shift = 16 + divisor.ilog2();
            for numerator in (0..1 << 15).step_by(7) {
                let quotient = (numerator * reciprocal(divisor, shift)) >> shift;
                assert_eq!(quotient, numerator / divisor, "{numerator} by {divisor}");
            }
        }
    }

    #[test]
    fn flat_blocks_have_one_coefficient() {
        let block = transform(&[[228; 8]; 8], &Divisors::new(&[1; 64]));
        assert_eq!((block.values[0], block.nonzero), (800, 1));
    }

    #[test]
    fn the_inverse_gives_the_samples_back() {
        let samples: [[u8; 8]; 8] = std::array::from_fn(|y| {
            std::array::from_fn(|x| ((x * 37 + y * 91 + x * y * 13) % 256).to_le_bytes()[0])
        });
        let block = transform(&samples, &Divisors::new(&[1; 64]));
        let mut natural = [0; 64];
        for (at, value) in ZIGZAG.iter().zip(block.values) {
            natural[usize::from(*at)] = value;
        }
        for (index, value) in block.values.iter().enumerate() {
            assert_eq!(block.nonzero >> index & 1 == 1, *value != 0);
        }
        let mut back = [0; 64];
        crate::idct::full(&natural, &[1; 64], &mut back, 8);
        for (a, b) in back.iter().zip(samples.as_flattened()) {
            assert!(a.abs_diff(*b) <= 1);
        }
    }
}
