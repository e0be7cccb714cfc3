//! The order of coefficients: diagonals in turns, from the lowest frequency on
//! (section 9.3, `Default_Scan_*`).

use crate::kernels::{Side, Size};

/// Positions `row * width + column` in the order of a transform with sides of 4 to 32.
pub(crate) fn scan(size: impl Into<Size>) -> &'static [u16] {
    let size = size.into();
    match (size.width, size.height) {
        (Side::S4, Side::S4) => &SCAN_4,
        (Side::S8, Side::S8) => &SCAN_8,
        (Side::S16, Side::S16) => &SCAN_16,
        (Side::S8, Side::S4) => &SCAN_8_4,
        (Side::S16, Side::S8) => &SCAN_16_8,
        (Side::S32, Side::S16) => &SCAN_32_16,
        (Side::S4, Side::S8) => &SCAN_4_8,
        (Side::S8, Side::S16) => &SCAN_8_16,
        (Side::S16, Side::S32) => &SCAN_16_32,
        _ => &SCAN_32,
    }
}

static SCAN_8_4: [u16; 32] = oblong_order(8);
static SCAN_16_8: [u16; 128] = oblong_order(16);
static SCAN_32_16: [u16; 512] = oblong_order(32);
static SCAN_4_8: [u16; 32] = oblong_order(4);
static SCAN_8_16: [u16; 128] = oblong_order(8);
static SCAN_16_32: [u16; 512] = oblong_order(16);

/// All diagonals begin at the longer side: in wide blocks at the left, in tall ones at the top.
pub(crate) const fn oblong_order<const N: usize>(width: u16) -> [u16; N] {
    let mut positions = [0; N];
    #[expect(clippy::cast_possible_truncation, reason = "at most 512")]
    let height = N as u16 / width;
    let (mut next, mut diagonal) = (0, 0);
    while diagonal < width + height - 1 {
        let first = (diagonal + 1).saturating_sub(height);
        let last = if diagonal < width {
            diagonal
        } else {
            width - 1
        };
        let mut step = first;
        while step <= last {
            let column = if width > height {
                step
            } else {
                first + last - step
            };
            positions[next] = (diagonal - column) * width + column;
            next += 1;
            step += 1;
        }
        diagonal += 1;
    }
    positions
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
