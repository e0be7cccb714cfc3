//! Units that were read ahead.

use crate::Scale;
use crate::scan::ScanComponent;

/// What is to be known of a component.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lane {
    pub(crate) tables: ScanComponent,
    pub(crate) scale: Scale,
    /// Blocks of a unit.
    pub(crate) blocks: usize,
}

impl Lane {
    /// Coefficients of a unit that are kept.
    pub(super) const fn kept(&self) -> usize {
        let side = self.scale.block_side();
        side * side * self.blocks
    }
}

/// Units that were read one after the other.
#[derive(Debug, Default)]
pub(super) struct Units {
    /// Bits from the mark to where each begins.
    pub(super) starts: Vec<u32>,
    /// Bits from the mark to where the last one ends.
    pub(super) end: u32,
    /// Those that are kept, block after block.
    pub(super) coefficients: Vec<i16>,
    /// For each block, whether there may be more than the first.
    pub(super) has_ac: Vec<bool>,
    /// What the components' DC coefficients are predicted from at the start.
    pub(super) before: [i16; 4],
    /// Coefficients and blocks of a unit.
    pub(super) unit: (usize, usize),
    /// For each component, where in a unit the first coefficient of its last block is.
    last: Vec<usize>,
    most: usize,
}

/// Why no more units were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// There are enough.
    Full,
    /// There are no more.
    OfData,
    /// The next one has a code that is in no table.
    InvalidCode,
}

impl Units {
    fn unit_of(lanes: &[Lane]) -> (usize, usize) {
        let kept = lanes.iter().map(Lane::kept).sum();
        (kept, lanes.iter().map(|lane| lane.blocks).sum())
    }

    pub(super) fn unit_bytes(lanes: &[Lane]) -> usize {
        let (coefficients, blocks) = Self::unit_of(lanes);
        coefficients * 2 + blocks + 4
    }

    /// Room for so many; none if there is no memory.
    pub(super) fn new(lanes: &[Lane], most: usize, before: [i16; 4]) -> Option<Self> {
        let unit = Self::unit_of(lanes);
        let mut end = 0;
        let last = lanes.iter().map(|lane| {
            end += lane.kept();
            end - lane.kept() / lane.blocks.max(1)
        });
        let mut units = Self {
            last: last.collect(),
            before,
            unit,
            most,
            ..Self::default()
        };
        units.starts.try_reserve_exact(most).ok()?;
        let (coefficients, blocks) = ((most + 1) * unit.0, (most + 1) * unit.1);
        units.coefficients.try_reserve_exact(coefficients).ok()?;
        units.has_ac.try_reserve_exact(blocks).ok()?;
        Some(units)
    }

    pub(super) const fn is_full(&self) -> bool {
        self.starts.len() >= self.most
    }

    /// Forgets blocks of a unit that is not among the starts.
    pub(super) fn drop_unfinished(&mut self) {
        self.coefficients.truncate(self.starts.len() * self.unit.0);
        self.has_ac.truncate(self.starts.len() * self.unit.1);
    }

    /// Where a unit begins, or where the last one ends.
    pub(super) fn place(&self, unit: usize) -> u32 {
        self.starts.get(unit).copied().unwrap_or(self.end)
    }

    /// What a component's DC was predicted from where a unit begins.
    pub(super) fn prediction(&self, unit: usize, component: usize) -> i16 {
        let first = self.before.get(component).copied().unwrap_or(0);
        let Some(before) = unit.checked_sub(1) else {
            return first;
        };
        let place = self
            .last
            .get(component)
            .map(|last| before * self.unit.0 + last);
        let value = place.and_then(|place| self.coefficients.get(place));
        value.copied().unwrap_or(first)
    }

    /// What the components' DC coefficients are predicted from at the end.
    pub(super) fn predictions(&self) -> [i16; 4] {
        std::array::from_fn(|component| self.prediction(self.starts.len(), component))
    }
}
