//! Distances of copies: the nearest pixels around have numbers of their own.

/// Columns to the left and rows up of the first 120 distance codes (WebP lossless bitstream,
/// section 5.2.2).
pub(crate) const NEAR: [(i8, u8); 120] = [
    (0, 1),
    (1, 0),
    (1, 1),
    (-1, 1),
    (0, 2),
    (2, 0),
    (1, 2),
    (-1, 2),
    (2, 1),
    (-2, 1),
    (2, 2),
    (-2, 2),
    (0, 3),
    (3, 0),
    (1, 3),
    (-1, 3),
    (3, 1),
    (-3, 1),
    (2, 3),
    (-2, 3),
    (3, 2),
    (-3, 2),
    (0, 4),
    (4, 0),
    (1, 4),
    (-1, 4),
    (4, 1),
    (-4, 1),
    (3, 3),
    (-3, 3),
    (2, 4),
    (-2, 4),
    (4, 2),
    (-4, 2),
    (0, 5),
    (3, 4),
    (-3, 4),
    (4, 3),
    (-4, 3),
    (5, 0),
    (1, 5),
    (-1, 5),
    (5, 1),
    (-5, 1),
    (2, 5),
    (-2, 5),
    (5, 2),
    (-5, 2),
    (4, 4),
    (-4, 4),
    (3, 5),
    (-3, 5),
    (5, 3),
    (-5, 3),
    (0, 6),
    (6, 0),
    (1, 6),
    (-1, 6),
    (6, 1),
    (-6, 1),
    (2, 6),
    (-2, 6),
    (6, 2),
    (-6, 2),
    (4, 5),
    (-4, 5),
    (5, 4),
    (-5, 4),
    (3, 6),
    (-3, 6),
    (6, 3),
    (-6, 3),
    (0, 7),
    (7, 0),
    (1, 7),
    (-1, 7),
    (5, 5),
    (-5, 5),
    (7, 1),
    (-7, 1),
    (4, 6),
    (-4, 6),
    (6, 4),
    (-6, 4),
    (2, 7),
    (-2, 7),
    (7, 2),
    (-7, 2),
    (3, 7),
    (-3, 7),
    (7, 3),
    (-7, 3),
    (5, 6),
    (-5, 6),
    (6, 5),
    (-6, 5),
    (8, 0),
    (4, 7),
    (-4, 7),
    (7, 4),
    (-7, 4),
    (8, 1),
    (8, 2),
    (6, 6),
    (-6, 6),
    (8, 3),
    (5, 7),
    (-5, 7),
    (7, 5),
    (-7, 5),
    (8, 4),
    (6, 7),
    (-6, 7),
    (7, 6),
    (-7, 6),
    (8, 5),
    (7, 7),
    (-7, 7),
    (8, 6),
    (8, 7),
];

/// Farthest that a copy reaches back, in pixels.
pub(crate) const FARTHEST: usize = (1 << 20) - NEAR.len();

/// How many pixels back a distance code is; codes start at 1.
pub(crate) fn distance(code: u32, width: usize) -> usize {
    let code = code as usize;
    let Some(&(left, up)) = NEAR.get(code - 1) else {
        return code - NEAR.len();
    };
    let rows = usize::from(up) * width;
    rows.saturating_add_signed(isize::from(left)).max(1)
}

/// What a value from 1 on is stored as: symbol, number of further bits, and those bits.
#[inline]
pub(crate) const fn prefix(value: u32) -> (u32, u32, u32) {
    let value = value - 1;
    if value < 4 {
        return (value, 0, 0);
    }
    let highest = 31 - value.leading_zeros();
    let extra = highest - 1;
    let symbol = 2 * highest + (value >> extra & 1);
    (symbol, extra, value & ((1 << extra) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_cover_each_value_once() {
        let mut expected = 1;
        for symbol in 0..40_u32 {
            let extra = if symbol < 4 { 0 } else { (symbol - 2) >> 1 };
            for bits in [0, (1 << extra) - 1]
                .into_iter()
                .take(1 + usize::from(extra > 0))
            {
                let value = if symbol < 4 {
                    symbol + 1
                } else {
                    ((2 + (symbol & 1)) << extra) + bits + 1
                };
                assert_eq!(prefix(value), (symbol, extra, bits));
                assert!(bits != 0 || value == expected);
                expected = value + 1;
            }
        }
        assert_eq!(expected as usize - 1, 1 << 20);
    }
}
