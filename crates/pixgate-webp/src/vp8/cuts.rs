//! What comes next in a block, told by one look: where the outcomes of up to four booleans part.
//!
//! The probabilities of a frame do not change, so that for each range it is known where the data
//! decides between the end of the block, a zero, 1, -1 and more. Instead of three booleans and a
//! sign, each of which waits for the one before, four thresholds are compared at the same time; and
//! whether a coefficient is zero, which is foreseen badly, is no branch.

use super::bits::split;
use super::tables::TokenProbs;
use crate::Error;
use crate::memory::zeroed;

/// Outcomes in the order of the data: what is below a number, and not below the one before, is the
/// one named; the rest is more.
///
/// The numbers stand beside the highest 32 bits of what is left of the data.
#[derive(Clone, Copy, Default, Debug)]
#[repr(align(16))]
pub(super) struct Cut {
    pub(super) end: u32,
    pub(super) zero: u32,
    pub(super) plus: u32,
    pub(super) minus: u32,
}

/// The same for ranges from 128 to 255.
pub(super) type Ranges = [Cut; 128];

/// All states of a kind of block: three for each band, by what came before; then two for the first
/// place, behind one or two neighbours that have coefficients, and six that are not used. Behind a
/// zero no block ends, and at the first place that was asked before.
pub(super) type States = [Ranges; 32];

/// The states of the four kinds: 256 KB.
pub(super) struct Cuts(Vec<Cut>);

impl Cuts {
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub(super) fn new(probs: &TokenProbs) -> Result<Self, Error> {
        let mut all = zeroed::<Cut>(4 * 32 * 128)?;
        let kinds = all.as_chunks_mut::<128>().0.chunks_exact_mut(32);
        for (kind, (states, bands)) in kinds.zip(probs).enumerate() {
            let first = usize::from(kind == 0);
            for (state, ranges) in states.iter_mut().enumerate().take(FIRST + 2) {
                let (band, before) = match state.checked_sub(FIRST) {
                    None => (state / 3, state % 3),
                    Some(more) => (first, 1 + more),
                };
                let [end, zero, one, ..] = bands[band][before];
                let end = (state < FIRST && before > 0).then_some(end);
                for (range, cut) in (128..).zip(ranges) {
                    *cut = Cut::new(range, end, (zero, one));
                }
            }
        }
        Ok(Self(all))
    }

    /// - `kind`: of block, 0 to 3.
    #[inline(always)]
    pub(super) fn of_kind(&self, kind: usize) -> Option<&States> {
        self.0.as_chunks::<128>().0.get(kind * 32..)?.first_chunk()
    }
}

/// The state of the first place behind one neighbour that has coefficients.
pub(super) const FIRST: usize = 24;

impl Cut {
    /// - `end`: the probability that the block ends, if that is asked; then those that a coefficient
    ///   is zero, and one.
    fn new(mut range: u32, end: Option<u8>, (zero, one): (u8, u8)) -> Self {
        let mut cut = Self::default();
        // By how many bits a range is moved up.
        let mut unit = 24;
        let mut widened = |range: u32| {
            let shift = range.leading_zeros() - 24;
            unit -= shift;
            (range << shift, unit)
        };
        let mut shift = 24;
        if let Some(end) = end {
            let below = split(range, end);
            cut.end = below << shift;
            (range, shift) = widened(range - below);
        }
        let below = split(range, zero);
        cut.zero = cut.end + (below << shift);
        (range, shift) = widened(range - below);
        let below = split(range, one);
        cut.minus = cut.zero + (below << shift);
        // The sign halves what is left.
        let (range, shift) = widened(below);
        cut.plus = cut.zero + (((range + 1) >> 1) << shift);
        cut
    }
}
