//! Units of loop restoration.

use std::collections::TryReserveError;

use super::frame::PostFrame;
use super::window::filled;

/// How samples of a unit are restored (`read_lr_unit`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::decode) enum RestorationUnit {
    /// `RESTORE_NONE`.
    #[default]
    None,
    /// `LrWiener`: the three coefficients of the vertical filter (pass 0), and of the horizontal one.
    Wiener {
        vertical: [i8; 3],
        horizontal: [i8; 3],
    },
    /// `LrSgrSet` (0 to 15) and `LrSgrXqd`.
    SelfGuided { set: u8, weights: [i8; 2] },
}

/// All units of a plane.
#[derive(Debug)]
pub(in crate::decode) struct RestorationUnits {
    /// `unitRows`; 0 if the plane is not restored.
    pub(in crate::decode) rows: usize,
    /// `unitCols`; 0 if the plane is not restored.
    pub(in crate::decode) columns: usize,
    units: Vec<RestorationUnit>,
}

impl RestorationUnits {
    pub(super) fn new(frame: &PostFrame, plane: usize) -> Result<Self, TryReserveError> {
        let (rows, columns) = Self::count(frame, plane);
        Ok(Self {
            rows,
            columns,
            units: filled(RestorationUnit::None, rows * columns)?,
        })
    }

    /// Bytes that [`Self::new`] takes.
    pub(super) fn memory(frame: &PostFrame, plane: usize) -> usize {
        let (rows, columns) = Self::count(frame, plane);
        rows * columns * size_of::<RestorationUnit>()
    }

    /// Rows and columns of units.
    fn count(frame: &PostFrame, plane: usize) -> (usize, usize) {
        let Some(log2) = frame.restoration[plane] else {
            return (0, 0);
        };
        let (_, width, height) = frame.size(plane);
        let count = |size: usize| ((size + (1 << log2 >> 1)) >> log2).max(1);
        (count(height), count(width))
    }

    /// Remembers a unit; it has to be known when the superblock row is finished in which it is coded.
    pub(in crate::decode) fn set(&mut self, row: usize, column: usize, unit: RestorationUnit) {
        if column < self.columns
            && let Some(to) = self.units.get_mut(row * self.columns + column)
        {
            *to = unit;
        }
    }

    /// The units of a row; empty if the plane is not restored.
    pub(super) fn row(&self, row: usize) -> &[RestorationUnit] {
        let row = row.min(self.rows.saturating_sub(1));
        let start = row * self.columns;
        self.units.get(start..start + self.columns).unwrap_or(&[])
    }
}
