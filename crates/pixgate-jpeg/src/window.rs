//! The rows of one component that are in memory: those of one row of units, and two before.

use pixgate_raster::zeroed;

use crate::Error;
use crate::geometry::Plane;

/// A component's newest rows.
#[derive(Debug)]
pub(crate) struct Window {
    plane: Plane,
    samples: Vec<u8>,
    /// Picture row (of this component) that the newest rows begin with.
    first: usize,
}

impl Window {
    pub(crate) fn new(plane: Plane) -> Result<Self, Error> {
        let rows = CARRIED + plane.step();
        Ok(Self {
            plane,
            samples: zeroed(rows * plane.stride())?,
            first: 0,
        })
    }

    pub(crate) fn bytes(plane: &Plane) -> u64 {
        ((CARRIED + plane.step()) * plane.stride()) as u64
    }

    /// Makes room for the unit row numbered `unit_row`, and keeps the last rows of the one before.
    pub(crate) fn begin(&mut self, unit_row: usize) {
        let stride = self.plane.stride();
        let step = self.plane.step();
        self.samples.copy_within(step * stride.., 0);
        self.first = unit_row * step;
    }

    /// The rows of the current unit row, `stride` apart.
    #[inline(always)]
    pub(crate) fn fresh(&mut self) -> &mut [u8] {
        let start = CARRIED * self.plane.stride();
        &mut self.samples[start..]
    }

    /// A row by its number in the picture; it is one of the newest or one of the two before.
    pub(crate) fn row(&self, y: usize) -> &[u8] {
        let stride = self.plane.stride();
        let start = (y + CARRIED).saturating_sub(self.first) * stride;
        self.samples
            .get(start..start + self.plane.width)
            .unwrap_or_default()
    }

    /// The newest rows that belong to the picture: number of the first, how many, and samples.
    pub(crate) fn newest(&self) -> (usize, usize, &[u8]) {
        let left = self.plane.height.saturating_sub(self.first);
        let rows = left.min(self.plane.step());
        let start = CARRIED * self.plane.stride();
        (
            self.first,
            rows,
            self.samples.get(start..).unwrap_or_default(),
        )
    }

    pub(crate) const fn plane(&self) -> &Plane {
        &self.plane
    }
}

/// Interpolation looks at one row above; with it goes the row that was held back.
const CARRIED: usize = 2;
