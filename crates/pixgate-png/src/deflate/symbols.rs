//! Lengths and distances as symbols with extra bits (RFC 1951, section 3.2.5).

/// Symbols of distances.
pub(crate) const DISTANCES: usize = 30;
/// The symbol that ends a block.
pub(crate) const END: usize = 256;
/// Longest match.
pub(crate) const MAX_MATCH: usize = 258;
/// How far back a match may lie.
pub(crate) const WINDOW: usize = 32 << 10;

/// The shortest length of each length symbol.
pub(crate) const LENGTH_BASES: [u16; 29] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
];
/// Extra bits of each length symbol.
pub(crate) const LENGTH_BITS: [u8; 29] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
/// The shortest distance of each distance symbol.
pub(crate) const DISTANCE_BASES: [u16; 30] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
    2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
];
/// Extra bits of each distance symbol.
pub(crate) const DISTANCE_BITS: [u8; 30] = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
    13,
];
/// The order in which lengths of the code length code are written (RFC 1951, section 3.2.7).
pub(crate) const CODE_ORDER: [u8; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// The length symbol, counted from 0, of each length.
const LENGTH_SYMBOLS: [u8; MAX_MATCH + 1] = {
    let mut symbols = [0; MAX_MATCH + 1];
    let mut symbol = 0_u8;
    while symbol < 29 {
        let mut length = LENGTH_BASES[symbol as usize] as usize;
        while length <= MAX_MATCH {
            symbols[length] = symbol;
            length += 1;
        }
        symbol += 1;
    }
    symbols
};

/// The length symbol, counted from 0; lengths beyond the longest count as it.
pub(crate) fn length_symbol(length: u16) -> usize {
    let length = usize::from(length).min(MAX_MATCH);
    usize::from(LENGTH_SYMBOLS[length])
}

/// The distance symbol of a distance from 1.
pub(crate) const fn distance_symbol(distance: u16) -> usize {
    let below = distance.wrapping_sub(1) as usize;
    if below < 4 {
        return below;
    }
    let log = below.ilog2() as usize;
    2 * log + (below >> (log - 1) & 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_cover_all_lengths_and_distances() {
        for length in 3..=258_u16 {
            let symbol = length_symbol(length);
            let base = LENGTH_BASES[symbol];
            assert!(base <= length && length - base < 1 << LENGTH_BITS[symbol]);
        }
        for distance in 1..=32768_u16 {
            let symbol = distance_symbol(distance);
            let base = DISTANCE_BASES[symbol];
            assert!(base <= distance && distance - base < 1 << DISTANCE_BITS[symbol]);
        }
    }
}
