//! Prediction from the pixels around a block (RFC 6386, section 12).

use super::modes::Whole;

/// Bytes from one row of a workspace to the next.
pub(super) const STRIDE: usize = 32;
/// Where the block begins in a row of a workspace: the pixel to the left is before it.
pub(super) const LEFT: usize = 8;
/// Where the block begins: the row above is before it.
pub(super) const ORIGIN: usize = STRIDE + LEFT;

/// What lies above and to the left: nothing at the edges of the picture.
#[derive(Clone, Copy)]
pub(super) struct Around {
    pub(super) above: bool,
    pub(super) left: bool,
}

/// Predicts a block of `N`×`N` pixels as a whole.
///
/// - `area`: a workspace with the row above and the column to the left.
#[inline(always)]
pub(super) fn whole<const N: usize>(area: &mut [u8], mode: Whole, around: Around) {
    match mode {
        Whole::Dc => fill::<N>(area, average::<N>(area, around)),
        Whole::Vertical => {
            let mut above = [0; N];
            above.copy_from_slice(&area[LEFT..LEFT + N]);
            for row in rows::<N>(area) {
                row[LEFT..LEFT + N].copy_from_slice(&above);
            }
        }
        Whole::Horizontal => {
            for row in rows::<N>(area) {
                let left = row[LEFT - 1];
                row[LEFT..LEFT + N].fill(left);
            }
        }
        Whole::TrueMotion => {
            let mut above = [0; N];
            above.copy_from_slice(&area[LEFT..LEFT + N]);
            let corner = i32::from(area[LEFT - 1]);
            for row in rows::<N>(area) {
                let base = i32::from(row[LEFT - 1]) - corner;
                for (pixel, above) in row[LEFT..LEFT + N].iter_mut().zip(above) {
                    *pixel = clamped(base + i32::from(above));
                }
            }
        }
    }
}

/// The rows of the block.
fn rows<const N: usize>(area: &mut [u8]) -> impl Iterator<Item = &mut [u8]> {
    area.chunks_exact_mut(STRIDE).skip(1).take(N)
}

fn fill<const N: usize>(area: &mut [u8], value: u8) {
    for row in rows::<N>(area) {
        row[LEFT..LEFT + N].fill(value);
    }
}

/// The mean of those neighbours that there are.
#[inline(always)]
fn average<const N: usize>(area: &[u8], around: Around) -> u8 {
    let above = area[LEFT..LEFT + N].iter().map(|pixel| u32::from(*pixel));
    let left = area.chunks_exact(STRIDE).skip(1).take(N);
    let left = left.map(|row| u32::from(row[LEFT - 1]));
    let (mut sum, mut count) = (0, 0);
    if around.above {
        sum += above.sum::<u32>();
        count += N;
    }
    if around.left {
        sum += left.sum::<u32>();
        count += N;
    }
    let count = u32::try_from(count).unwrap_or(1);
    match count {
        0 => 128,
        // A power of two.
        _ => u8::try_from((sum + count / 2) >> count.trailing_zeros()).unwrap_or(u8::MAX),
    }
}

/// From the lower left, repeated, over the corner to the upper right, repeated.
pub(super) type Edge = [u8; 15];

#[inline]
pub(super) fn edge(area: &[u8], at: usize) -> Edge {
    let mut edge = [0; 15];
    let above = &area[at - STRIDE - 1..at - STRIDE + 8];
    edge[5..14].copy_from_slice(above);
    edge[14] = above[8];
    for (y, row) in area[at - 1..].chunks(STRIDE).take(4).enumerate() {
        edge[4 - y] = row[0];
    }
    edge[0] = edge[1];
    edge
}

pub(super) fn sum_of_neighbours(edge: &Edge) -> u8 {
    let mut sum = 4;
    for (left, above) in edge[1..5].iter().zip(&edge[6..10]) {
        sum += u32::from(*left) + u32::from(*above);
    }
    u8::try_from(sum >> 3).unwrap_or(u8::MAX)
}

#[inline]
pub(super) fn true_motion(edge: &Edge) -> [u8; 16] {
    let corner = i32::from(edge[5]);
    let mut block = [0; 16];
    for (i, pixel) in block.iter_mut().enumerate() {
        let (x, y) = (i % 4, i / 4);
        *pixel = clamped(i32::from(edge[6 + x]) + i32::from(edge[4 - y]) - corner);
    }
    block
}

/// Means of two neighbours from each place on, then of three around it.
#[expect(clippy::cast_possible_truncation, reason = "means of bytes")]
#[inline(always)]
pub(super) fn means(edge: &Edge) -> [[u8; 16]; 2] {
    let mut wide = [0_u16; 18];
    for (to, from) in wide[1..16].iter_mut().zip(edge) {
        *to = u16::from(*from);
    }
    let mut means = [[0; 16]; 2];
    let [of_two, of_three] = &mut means;
    for i in 0..16 {
        let (before, here, next) = (wide[i], wide[i + 1], wide[i + 2]);
        of_two[i] = ((here + next + 1) >> 1) as u8;
        of_three[i] = ((before + 2 * here + next + 2) >> 2) as u8;
    }
    means
}

/// Where the mean of three around this place is, counted from the lower left of the edge.
const fn t(place: u8) -> u8 {
    17 + place
}

/// The mean of two from this place on.
const fn d(place: u8) -> u8 {
    1 + place
}

/// The lowest pixel to the left.
const LOWEST: u8 = 0;

/// Which mean each pixel takes, modes from the vertical one on, two rows of pixels to a line.
#[rustfmt::skip]
pub(super) const DIRECTIONS: [[u8; 16]; 8] = [
    // Vertical.
    [
        t(5), t(6), t(7), t(8), t(5), t(6), t(7), t(8),
        t(5), t(6), t(7), t(8), t(5), t(6), t(7), t(8),
    ],
    // Horizontal.
    [
        t(3), t(3), t(3), t(3), t(2), t(2), t(2), t(2),
        t(1), t(1), t(1), t(1), t(0), t(0), t(0), t(0),
    ],
    // To the right and down.
    [
        t(4), t(5), t(6), t(7), t(3), t(4), t(5), t(6),
        t(2), t(3), t(4), t(5), t(1), t(2), t(3), t(4),
    ],
    // To the right and down, steeply.
    [
        d(4), d(5), d(6), d(7), t(4), t(5), t(6), t(7),
        t(3), d(4), d(5), d(6), t(2), t(4), t(5), t(6),
    ],
    // To the left and down.
    [
        t(6), t(7), t(8), t(9), t(7), t(8), t(9), t(10),
        t(8), t(9), t(10), t(11), t(9), t(10), t(11), t(12),
    ],
    // To the left and down, steeply.
    [
        d(5), d(6), d(7), d(8), t(6), t(7), t(8), t(9),
        d(6), d(7), d(8), t(10), t(7), t(8), t(9), t(11),
    ],
    // To the right and down, flatly.
    [
        d(3), t(4), t(5), t(6), d(2), t(3), d(3), t(4),
        d(1), t(2), d(2), t(3), d(0), t(1), d(1), t(2),
    ],
    // To the right and up, flatly.
    [
        d(2), t(2), d(1), t(1), d(1), t(1), d(0), t(0),
        d(0), t(0), LOWEST, LOWEST, LOWEST, LOWEST, LOWEST, LOWEST,
    ],
];

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 255"
)]
pub(super) const fn clamped(value: i32) -> u8 {
    if value < 0 {
        0
    } else if value > 255 {
        255
    } else {
        value as u8
    }
}
