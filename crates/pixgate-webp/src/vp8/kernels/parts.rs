//! All predictions of a subblock of luma, and how far each is from the source.

use super::Rows;
use super::difference::satd_body;
use super::lanes::Lanes;
use crate::vp8::predict::{DIRECTIONS, Edge, means, sum_of_neighbours, true_motion};

/// Predictions in three groups of four: modes 2 to 5, 6 to 9, 0 and 1.
#[derive(Clone, Debug, Default)]
pub(crate) struct Predictions {
    groups: [Rows; 3],
    /// Differences after a Hadamard transform, by mode.
    pub(crate) satd: [u32; 10],
}

impl Predictions {
    /// A row of the prediction by a mode.
    #[inline(always)]
    pub(crate) fn row(&self, mode: u8, y: usize) -> [u8; 4] {
        let place = usize::from(if mode < 2 { mode + 8 } else { mode - 2 });
        let row = &self.groups[place / 4 % 3][y].as_chunks::<4>().0;
        row[place % 4]
    }
}

/// The prediction that adds differences to the left to what is above.
///
/// - `left`: the pixel to the left, all along each row.
/// - `corner`: the pixel before those above, all along the row.
#[inline(always)]
pub(super) fn motion_body<L: Lanes>(
    above: &[u8; 16],
    left: &Rows,
    corner: &[u8; 16],
    to: &mut Rows,
) {
    let across = L::widen(above).minus(L::widen(corner));
    for (to, left) in to.iter_mut().zip(left) {
        *to = across.plus(L::widen(left)).narrow();
    }
}

/// - `source`: the subblock, the same four times.
#[inline(always)]
pub(super) fn parts_body<L: Lanes>(edge: &Edge, source: &Rows, to: &mut Predictions) {
    let means = means(edge);
    for (group, places) in to.groups.iter_mut().zip(&PLACES) {
        for (row, places) in group.iter_mut().zip(places) {
            *row = L::pick(&means, places);
        }
    }
    let dc = sum_of_neighbours(edge);
    let motion = true_motion(edge);
    for (row, motion) in to.groups[2].iter_mut().zip(motion.as_chunks::<4>().0) {
        row[..4].fill(dc);
        row[4..8].copy_from_slice(motion);
    }
    let [first, second, third] = &to.groups;
    let [v, h, rd, vr] = satd_body::<L>(source, first);
    let [ld, vl, hd, hu] = satd_body::<L>(source, second);
    let [dc, motion, _, _] = satd_body::<L>(source, third);
    to.satd = [dc, motion, v, h, rd, vr, ld, vl, hd, hu];
}

/// Which mean each pixel takes, a row of four modes after the other.
const PLACES: [[[u8; 16]; 4]; 2] = places();

const fn places() -> [[[u8; 16]; 4]; 2] {
    let mut places = [[[0; 16]; 4]; 2];
    let mut mode = 0;
    while mode < 8 {
        let mut at = 0;
        while at < 16 {
            places[mode / 4][at / 4][mode % 4 * 4 + at % 4] = DIRECTIONS[mode][at];
            at += 1;
        }
        mode += 1;
    }
    places
}
