//! What symbols cost, in parts of a bit.

/// The cost of something that happens with probability `chance` / 32768.
#[inline]
pub(crate) fn cost_of(chance: u32) -> u16 {
    COSTS[(chance >> COST_SHIFT) as usize & (COSTS.len() - 1)]
}

const COST_SHIFT: u32 = 6;

/// `-log2((i + 1/2) / 512)` in 1/256.
static COSTS: [u16; 512] = costs();

/// Logarithms by repeated squaring, as floating-point logarithms are not for constants.
const fn costs() -> [u16; 512] {
    let mut costs = [0; 512];
    let mut i = 0;
    while i < costs.len() {
        // (2 i + 1) / 1024 as a fraction of 2^62, between 1/2 and 1 after doubling.
        let mut fraction = (2 * i as u128 + 1) << 52;
        let mut whole = 0;
        while fraction < 1 << 61 {
            fraction <<= 1;
            whole += 1;
        }
        let mut bits = 0;
        let mut step = 0;
        while step < 8 {
            fraction = (fraction * fraction) >> 62;
            bits <<= 1;
            if fraction < 1 << 61 {
                fraction <<= 1;
                bits += 1;
            }
            step += 1;
        }
        costs[i] = whole * 256 + bits;
        i += 1;
    }
    costs
}
