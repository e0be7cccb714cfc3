//! The order of coefficients: diagonals in turns, from the lowest frequency on
//! (section 9.3, `Default_Scan_*`).

use crate::kernels::Side;

/// Positions `row * side + column` in the order of a square transform of 4 to 32.
pub(crate) fn scan(side: Side) -> &'static [u16] {
    match side {
        Side::S4 => &SCAN_4,
        Side::S8 => &SCAN_8,
        Side::S16 => &SCAN_16,
        Side::S32 | Side::S64 => &SCAN_32,
    }
}

static SCAN_4: [u16; 16] = order(4);
static SCAN_8: [u16; 64] = order(8);
static SCAN_16: [u16; 256] = order(16);
static SCAN_32: [u16; 1024] = order(32);

/// Odd diagonals run from the right to the left and down, even ones from the left up.
pub(crate) const fn order<const N: usize>(side: u16) -> [u16; N] {
    let mut positions = [0; N];
    let mut next = 0;
    let mut diagonal = 0;
    while diagonal < 2 * side - 1 {
        let last = if diagonal < side { diagonal } else { side - 1 };
        let mut step = diagonal - last;
        while step <= last {
            let column = if diagonal % 2 == 1 {
                diagonal - step
            } else {
                step
            };
            positions[next] = (diagonal - column) * side + column;
            next += 1;
            step += 1;
        }
        diagonal += 1;
    }
    positions
}
