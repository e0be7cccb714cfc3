//! Inverse transforms (RFC 6386, section 14).

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

#[expect(clippy::cast_possible_truncation, reason = "as the format has it")]
const fn cut(value: i32) -> i16 {
    value as i16
}
