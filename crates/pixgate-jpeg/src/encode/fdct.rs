//! Forward transform and quantisation.
//!
//! The accurate integer method of libjpeg (`jfdctint.c`, after Loeffler, Ligtenberg and
//! Moschytz 1989), written so that eight columns fill vectors.

use crate::quantization::ZIGZAG;
use crate::words::mask;

/// Quantised coefficients in the order of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) values: [i16; 64],
    /// A bit for each value that is not zero.
    pub(crate) nonzero: u64,
}

impl Block {
    pub(crate) const EMPTY: Self = Self {
        values: [0; 64],
        nonzero: 0,
    };

    /// Makes it a block of one value.
    pub(super) fn set_flat(&mut self, dc: i16) {
        *self = Self::EMPTY;
        self.values[0] = dc;
        self.nonzero = u64::from(dc != 0);
    }

    pub(crate) fn new(natural: &[i16; 64]) -> Self {
        let values = ZIGZAG.map(|at| natural[usize::from(at & 63)]);
        let nonzero = mask(&values, |value| value != 0);
        Self { values, nonzero }
    }
}

/// What each coefficient is divided by, as multiplications of 16 bits; natural order.
#[derive(Debug, Clone)]
pub(crate) struct Divisors {
    /// Added to the magnitude: half the divisor rounds to the nearest.
    pub(crate) bias: [u16; 64],
    pub(crate) reciprocal: [u16; 64],
    /// Two to the power of 16 less the shift that follows the multiplication.
    pub(crate) scale: [u16; 64],
}

impl Divisors {
    /// For a table in natural order; the transform's factor 8 is divided out too.
    pub(crate) fn new(table: &[u8; 64], rounding: Rounding) -> Self {
        let divisors = table.map(|value| u16::from(value.max(1)) * 8);
        Self {
            bias: std::array::from_fn(|at| rounding.bias(divisors[at], at)),
            reciprocal: divisors.map(|divisor| reciprocal(divisor).0),
            scale: divisors.map(|divisor| reciprocal(divisor).1),
        }
    }
}

/// What happens to coefficients between two steps of quantisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rounding {
    /// The nearest step.
    Nearest,
    /// The lower step for the more of them the higher the frequency: at the highest, the upper
    /// two fifths of an interval go up instead of the upper half. Bits that this saves buy more
    /// quality as smaller steps (Sullivan 1996, "Efficient scalar quantization of exponential and
    /// Laplacian random variables", has the theory).
    DeadZone,
}

impl Rounding {
    /// What is added to a magnitude before it is divided.
    ///
    /// - `at`: the coefficient's place in natural order.
    fn bias(self, divisor: u16, at: usize) -> u16 {
        let nearest = divisor / 2;
        // A step of 1 is there to lose nothing.
        if self == Self::Nearest || divisor <= 8 {
            return nearest;
        }
        let frequency = u32::try_from(at / 8 + at % 8).unwrap_or(0);
        let less = u32::from(divisor) * frequency / 140;
        nearest - u16::try_from(less).unwrap_or(0)
    }
}

/// ⌈2^(16 + shift) / divisor⌉ with the largest shift that leaves it in 16 bits, and
/// 2^(16 - shift); the quotient is exact for numerators below 2^15 and divisors from 8.
fn reciprocal(divisor: u16) -> (u16, u16) {
    let divisor = u32::from(divisor);
    let shift = (divisor - 1).ilog2();
    let exact = (1u32 << (16 + shift)).div_ceil(divisor);
    let narrow = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
    (narrow(exact), narrow(1 << (16 - shift)))
}

/// Eight rows of two squares beside each other.
pub(crate) type Rows<'a> = [&'a [u8; 16]; 8];

/// Transforms two squares of 8×8 samples and quantises them.
#[inline(always)]
pub(crate) fn transform_pair(rows: Rows<'_>, divisors: &Divisors, out: &mut [Block; 2]) {
    let [left, right] = out;
    for (start, out) in [(0, left), (8, right)] {
        let square = rows.map(|row| std::array::from_fn(|at| row[(start + at) & 15]));
        *out = transform(&square, divisors);
    }
}

#[inline(always)]
fn transform(samples: &[[u8; 8]; 8], divisors: &Divisors) -> Block {
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

/// Divides magnitudes, as libjpeg does.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "at most 12 bits")]
fn quantize(rows: &[Row; 8], divisors: &Divisors) -> [i16; 64] {
    let values = rows.as_flattened();
    std::array::from_fn(|at| {
        let value = values[at];
        let numerator = value.unsigned_abs() + u32::from(divisors.bias[at]);
        let high = numerator.wrapping_mul(u32::from(divisors.reciprocal[at])) >> 16;
        let quotient = (high.wrapping_mul(u32::from(divisors.scale[at])) >> 16).cast_signed();
        (if value < 0 { -quotient } else { quotient }) as i16
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divides_exactly() {
        for value in 1..=255u16 {
            let divisor = value * 8;
            let (reciprocal, scale) = reciprocal(divisor);
            for numerator in (0..1u32 << 15).step_by(7) {
                let high = (numerator * u32::from(reciprocal)) >> 16;
                let quotient = (high * u32::from(scale)) >> 16;
                assert_eq!(
                    quotient,
                    numerator / u32::from(divisor),
                    "{numerator} by {divisor}"
                );
            }
        }
    }

    #[test]
    fn the_dead_zone_grows_with_the_frequency() {
        let bias = |value: u8| Divisors::new(&[value; 64], Rounding::DeadZone).bias;
        let wide = bias(200);
        assert_eq!((wide[0], wide[63]), (800, 640));
        assert!(wide.chunks(8).all(|row| row.is_sorted_by(|a, b| a > b)));
        assert_eq!(bias(1), [4; 64]);
    }

    #[test]
    fn flat_blocks_have_one_coefficient() {
        let block = transform(&[[228; 8]; 8], &Divisors::new(&[1; 64], Rounding::Nearest));
        assert_eq!((block.values[0], block.nonzero), (800, 1));
    }

    #[test]
    fn the_inverse_gives_the_samples_back() {
        let samples: [[u8; 8]; 8] = std::array::from_fn(|y| {
            std::array::from_fn(|x| ((x * 37 + y * 91 + x * y * 13) % 256).to_le_bytes()[0])
        });
        let block = transform(&samples, &Divisors::new(&[1; 64], Rounding::Nearest));
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
