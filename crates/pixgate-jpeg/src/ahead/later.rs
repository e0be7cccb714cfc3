//! What a decoder does with units that were read ahead.

use std::mem;
use std::sync::Arc;

use super::slot::{Search, Slot};
use super::units::Units;
use crate::Scale;
use crate::block::Block;

/// Units that are right, from the next one on.
#[derive(Debug)]
pub(crate) struct Joined {
    slot: Arc<Slot>,
    part: Units,
    /// The next unit of the part.
    unit: usize,
    /// The next coefficient and block of the part.
    next: (usize, usize),
    /// For each component what its DC coefficients lack.
    corrections: [i16; 4],
}

impl Joined {
    fn new(slot: Arc<Slot>, part: Units, unit: usize, predictions: &[i16]) -> Self {
        let mut corrections = [0; 4];
        let all = corrections.iter_mut().zip(predictions).enumerate();
        for (component, (correction, prediction)) in all {
            *correction = prediction.wrapping_sub(part.prediction(unit, component));
        }
        Self {
            slot,
            next: (unit * part.unit.0, unit * part.unit.1),
            part,
            unit,
            corrections,
        }
    }

    /// Whether so many units are here, or will be.
    fn has(&self, units: usize) -> bool {
        let left = self.part.starts.len() - self.unit;
        units <= left || self.slot.has(units - left)
    }

    /// Goes to the next unit.
    #[inline(always)]
    pub(crate) fn begin_unit(&mut self) {
        while self.unit >= self.part.starts.len() {
            let Some(part) = self.slot.next() else {
                return;
            };
            (self.part, self.unit, self.next) = (part, 0, (0, 0));
        }
        self.unit += 1;
    }

    /// Gives the next block, and whether there may be more than its first coefficient.
    ///
    /// - `scale`: says how many coefficients it keeps.
    #[inline(always)]
    pub(crate) fn next(&mut self, component: usize, scale: Scale, block: &mut Block) -> bool {
        match scale {
            Scale::Full => self.next_of::<64>(component, block),
            Scale::Half => self.next_of::<16>(component, block),
            Scale::Quarter => self.next_of::<4>(component, block),
            Scale::Eighth => self.next_of::<1>(component, block),
        }
    }

    #[inline(always)]
    fn next_of<const KEPT: usize>(&mut self, component: usize, block: &mut Block) -> bool {
        let rest = self.part.coefficients.get(self.next.0..);
        let kept = rest.and_then(<[i16]>::first_chunk::<KEPT>);
        let has_ac = self.part.has_ac.get(self.next.1);
        let correction = self.corrections.get(component);
        let (Some(kept), Some(has_ac), Some(correction)) = (kept, has_ac, correction) else {
            return false;
        };
        block[..KEPT].copy_from_slice(kept);
        block[0] = block[0].wrapping_add(*correction);
        self.next = (self.next.0 + KEPT, self.next.1 + 1);
        *has_ac
    }

    /// Where to go on without it.
    fn resumption(&self) -> Resumption {
        let prediction = |component| self.part.prediction(self.unit, component);
        Resumption {
            place: self.part.place(self.unit).into(),
            predictions: std::array::from_fn(|component| {
                prediction(component).wrapping_add(self.corrections[component])
            }),
        }
    }
}

/// What the decoder knows of the later part.
#[derive(Debug)]
pub(crate) struct Later(Progress);

#[derive(Debug)]
enum Progress {
    /// It may be read elsewhere.
    Unknown(Arc<Slot>),
    /// The decoder has come to where it is right.
    Joined(Joined),
    /// It is no use, or no more.
    Over,
}

/// How the next row of units is decoded.
#[derive(Debug)]
pub(crate) enum Turn<'a> {
    /// From the file.
    Alone,
    /// From the file, elsewhere than the last one ended.
    Resume(Resumption),
    /// From what was read.
    Joined(&'a mut Joined),
}

/// Where a decoder goes on.
#[derive(Debug)]
pub(crate) struct Resumption {
    /// In bits behind the mark.
    pub(crate) place: u64,
    /// What the components' next DC coefficients are predicted from.
    pub(crate) predictions: [i16; 4],
}

impl Later {
    pub(super) fn new(slot: &Arc<Slot>) -> Self {
        Self(Progress::Unknown(Arc::clone(slot)))
    }

    /// How the next row is decoded.
    ///
    /// - `place`: where its first unit begins, in bits behind the mark.
    /// - `units`: how many it has.
    /// - `predictions`: what the components' next DC coefficients are predicted from.
    pub(crate) fn turn(
        &mut self,
        place: Option<u64>,
        units: usize,
        predictions: impl Iterator<Item = i16>,
    ) -> Turn<'_> {
        if let (Progress::Unknown(slot), Some(place)) = (&self.0, place) {
            let found = u32::try_from(place).map_or(Search::Over, |place| slot.join(place));
            match found {
                Search::NotHere => {}
                Search::Over => self.0 = Progress::Over,
                Search::Found(part, unit) => {
                    let predictions: Vec<_> = predictions.collect();
                    let slot = Arc::clone(slot);
                    self.0 = Progress::Joined(Joined::new(slot, part, unit, &predictions));
                }
            }
        }
        if let Progress::Joined(joined) = &self.0
            && !joined.has(units)
        {
            let resumption = joined.resumption();
            joined.slot.close();
            self.0 = Progress::Over;
            return Turn::Resume(resumption);
        }
        match &mut self.0 {
            Progress::Joined(joined) => Turn::Joined(joined),
            _ => Turn::Alone,
        }
    }
}

impl Drop for Later {
    /// Nobody needs to read any more.
    fn drop(&mut self) {
        match mem::replace(&mut self.0, Progress::Over) {
            Progress::Unknown(slot) => slot.close(),
            Progress::Joined(joined) => joined.slot.close(),
            Progress::Over => {}
        }
    }
}
