//! Inverse transforms (RFC 6386, section 14).

use super::predict::{STRIDE, clamped};

/// The DC coefficients of 16 luma blocks (14.3).
pub(super) fn second_order(input: &[i16; 16]) -> [i16; 16] {
    let mut columns = [0_i32; 16];
    for i in 0..4 {
        let at = |row: usize| i32::from(input[row * 4 + i]);
        let (a, b) = (at(0) + at(3), at(1) + at(2));
        let (c, d) = (at(1) - at(2), at(0) - at(3));
        columns[i] = a + b;
        columns[4 + i] = d + c;
        columns[8 + i] = a - b;
        columns[12 + i] = d - c;
    }
    let mut output = [0; 16];
    for (row, output) in columns.chunks_exact(4).zip(output.chunks_exact_mut(4)) {
        let dc = row[0] + 3;
        let (a, b) = (dc + row[3], row[1] + row[2]);
        let (c, d) = (row[1] - row[2], dc - row[3]);
        for (to, value) in output.iter_mut().zip([a + b, d + c, a - b, d - c]) {
            *to = cut(value >> 3);
        }
    }
    output
}

/// Adds a block whose only coefficient is DC to 4×4 pixels.
pub(super) fn add_flat(dc: i16, pixels: &mut [u8]) {
    let value = (i32::from(dc) + 4) >> 3;
    for row in pixels.chunks_mut(STRIDE).take(4) {
        for pixel in row.iter_mut().take(4) {
            *pixel = clamped(i32::from(*pixel) + value);
        }
    }
}

/// Adds a block to 4×4 pixels (14.4).
pub(super) fn add(block: &[i16; 16], pixels: &mut [u8]) {
    let mut columns = [[0_i32; 4]; 4];
    for (i, column) in columns.iter_mut().enumerate() {
        let at = |row: usize| i32::from(block[row * 4 + i]);
        *column = butterfly(at(0), at(1), at(2), at(3));
    }
    for (y, row) in pixels.chunks_mut(STRIDE).take(4).enumerate() {
        let [a, b, c, d] = columns.map(|column| column[y]);
        let values = butterfly(a + 4, b, c, d);
        for (pixel, value) in row.iter_mut().zip(values) {
            *pixel = clamped(i32::from(*pixel) + (value >> 3));
        }
    }
}

#[inline(always)]
const fn butterfly(a: i32, b: i32, c: i32, d: i32) -> [i32; 4] {
    let (sum, difference) = (a + c, a - c);
    let low = times_sine(b) - times_cosine(d);
    let high = times_cosine(b) + times_sine(d);
    [sum + high, difference + low, difference - low, sum - high]
}

/// √2 cos(π/8) in 16 bits; only what no encoder writes is too large for that.
const fn times_cosine(value: i32) -> i32 {
    value + (value.wrapping_mul(20_091) >> 16)
}

/// √2 sin(π/8) in 16 bits.
const fn times_sine(value: i32) -> i32 {
    value.wrapping_mul(35_468) >> 16
}

#[expect(clippy::cast_possible_truncation, reason = "as the format has it")]
const fn cut(value: i32) -> i16 {
    value as i16
}
