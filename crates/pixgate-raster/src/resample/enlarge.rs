//! Enlarging by a four-point cubic in each direction, or between two points.
//!
//! Rows are enlarged horizontally into floats and kept in a ring of four, from which each output
//! row is mixed; nothing is rounded or clipped in between (pipeline §6.1).

use super::Axis;
use super::coefficients::Coefficients;
use super::portable::{accumulate, dot};
use crate::error::go_on;
use crate::{Error, Sample, View, zeroed};

/// Enlarges `source` into `target`; an axis that stays is copied exactly.
pub(crate) fn enlarge<T: Sample, const C: usize>(
    source: View<'_, T>,
    target: &mut [T],
    (x, y): (Axis, Axis),
    stop: &dyn Fn() -> bool,
) -> Result<(), Error> {
    let (across, down) = (x.filter.enlarging(), y.filter.enlarging());
    let columns = Coefficients::new(x, source.width(), across, 0..x.length)?;
    let rows = Coefficients::new(y, source.height(), down, 0..y.length)?;
    let row = x.length as usize * C;
    let mut ring = Ring::new(row)?;
    let mut sums = zeroed::<f32>(row)?;
    for ((first, weights), target) in rows.iter().zip(target.chunks_exact_mut(row)) {
        go_on(stop)?;
        sums.fill(0.0);
        for (y, weight) in (first..).zip(weights) {
            let wide = ring.row(y, |wide| stretch::<T, C>(source, y, &columns, wide));
            accumulate(&mut sums, wide, *weight);
        }
        for (to, sum) in target.iter_mut().zip(&sums) {
            *to = T::from_f32(*sum);
        }
    }
    Ok(())
}

/// Bytes of the rows that [`enlarge`] keeps.
pub(crate) fn enlarge_bytes(row_samples: usize) -> u64 {
    row_samples as u64 * 4 * (RING as u64 + 1)
}

#[expect(clippy::cast_possible_truncation, reason = "a row number")]
fn stretch<T: Sample, const C: usize>(
    source: View<'_, T>,
    y: usize,
    columns: &Coefficients,
    wide: &mut [f32],
) {
    let pixels = source.row(y as u32).as_chunks::<C>().0;
    for ((first, weights), to) in columns.iter().zip(wide.as_chunks_mut::<C>().0) {
        *to = dot(&pixels[first..], weights);
    }
}

/// The last few source rows, already enlarged horizontally.
struct Ring {
    rows: [Vec<f32>; RING],
    holds: [Option<usize>; RING],
}

/// Source rows that an output row is made of, and one because the kernel's ends are inclusive.
const RING: usize = 5;

impl Ring {
    fn new(row: usize) -> Result<Self, Error> {
        let mut rows: [Vec<f32>; RING] = Default::default();
        for buffer in &mut rows {
            *buffer = zeroed(row)?;
        }
        Ok(Self {
            rows,
            holds: [None; RING],
        })
    }

    /// Row `y`, filled by `fill` if it is not there yet.
    fn row(&mut self, y: usize, fill: impl FnOnce(&mut [f32])) -> &[f32] {
        let slot = y % RING;
        if self.holds[slot] != Some(y) {
            fill(&mut self.rows[slot]);
            self.holds[slot] = Some(y);
        }
        &self.rows[slot]
    }
}
