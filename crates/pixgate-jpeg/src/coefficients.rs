//! Coefficients of a component whose scans come one after another.

use pixgate_raster::zeroed;

use crate::Error;
use crate::block::{Slots, slots};
use crate::geometry::Plane;
use crate::scan::ScanReader;
use crate::sequential::BlockOutput;
use crate::window::Window;

/// All blocks of one component.
///
/// Of each block only the coefficients that its scale needs are kept. Which of the others are
/// not zero must be known all the same to read refinement scans: a bit each.
#[derive(Debug)]
pub(crate) struct CoefficientStore {
    pub(crate) plane: Plane,
    coefficients: Vec<i16>,
    /// For each block, a bit for each coefficient that is not zero, in file order.
    history: Vec<u64>,
    slots: &'static Slots,
    /// See [`kept_ac`].
    kept_bits: u64,
    /// Made when the component's first scan begins: later tables do not count (T.81, B.2.4.1).
    pub(crate) output: Option<BlockOutput>,
}

impl CoefficientStore {
    pub(crate) fn new(plane: Plane) -> Result<Self, Error> {
        let blocks = plane.padded_blocks.0 * plane.padded_blocks.1;
        Ok(Self {
            plane,
            coefficients: zeroed(blocks * kept(&plane))?,
            history: zeroed(blocks)?,
            slots: slots(plane.scale),
            kept_bits: kept_ac(slots(plane.scale), kept(&plane)),
            output: None,
        })
    }

    pub(crate) fn bytes(plane: &Plane) -> u64 {
        let blocks = (plane.padded_blocks.0 * plane.padded_blocks.1) as u64;
        blocks * (kept(plane) as u64 * 2 + 8)
    }

    /// The kept coefficients and the history of one block.
    #[inline(always)]
    pub(crate) fn block(&mut self, (x, y): (usize, usize)) -> Option<StoredBlock<'_>> {
        let index = y * self.plane.padded_blocks.0 + x;
        let kept = kept(&self.plane);
        Some(StoredBlock {
            coefficients: self
                .coefficients
                .get_mut(index * kept..(index + 1) * kept)?,
            history: self.history.get_mut(index)?,
            slots: self.slots,
            kept_bits: self.kept_bits,
        })
    }

    /// Rebuilds the samples of one row of units.
    pub(crate) fn write_row(&mut self, unit_row: usize, window: &mut Window) {
        let Some(output) = self.output.clone() else {
            window.fresh().fill(128);
            return;
        };
        let (stride, side) = (self.plane.stride(), self.plane.scale.block_side());
        let (across, down) = (self.plane.padded_blocks.0, self.plane.unit.1);
        let kept_bits = self.kept_bits;
        for block_y in 0..down {
            for x in 0..across {
                let Some(stored) = self.block((x, unit_row * down + block_y)) else {
                    continue;
                };
                let has_ac = *stored.history & kept_bits != 0;
                let start = block_y * side * stride + x * side;
                let out = &mut window.fresh()[start..];
                if let Some(block) = stored.coefficients.first_chunk() {
                    output.write(block, has_ac, out, stride);
                } else {
                    let mut block = [0; 64];
                    let kept = stored.coefficients.len().min(64);
                    block[..kept].copy_from_slice(&stored.coefficients[..kept]);
                    output.write(&block, has_ac, out, stride);
                }
            }
        }
    }
}

/// One block in the store.
#[derive(Debug)]
pub(crate) struct StoredBlock<'s> {
    pub(crate) coefficients: &'s mut [i16],
    pub(crate) history: &'s mut u64,
    slots: &'s Slots,
    /// A bit for each AC coefficient that is kept, in file order.
    pub(crate) kept_bits: u64,
}

impl StoredBlock<'_> {
    /// The coefficient at this place in file order, if it is kept.
    #[inline(always)]
    pub(crate) fn kept(&mut self, index: u32) -> Option<&mut i16> {
        let slot = self.slots[(index & 127) as usize];
        self.coefficients.get_mut(usize::from(slot))
    }
}

/// Goes through the blocks of a scan, unit by unit.
///
/// - `stores`: the scan's components, each with its number in the frame left out.
/// - `visit`: gets the reader, the number of the component within the scan, its block, and
///   whether a restart came before it.
#[inline(always)]
pub(crate) fn traverse<'a>(
    reader: &mut ScanReader<'a>,
    stores: &mut [&mut CoefficientStore],
    units: (usize, usize),
    mut visit: impl FnMut(&mut ScanReader<'a>, usize, StoredBlock<'_>, bool),
) {
    let is_single = stores.len() == 1;
    let units = match stores.first() {
        Some(store) if is_single => store.plane.blocks,
        _ => units,
    };
    for y in 0..units.1 {
        for x in 0..units.0 {
            let mut restarted = reader.begin_unit();
            if reader.is_starved() {
                if reader.is_over() {
                    return;
                }
                continue;
            }
            for (number, store) in stores.iter_mut().enumerate() {
                let (across, down) = if is_single { (1, 1) } else { store.plane.unit };
                for place_y in y * down..(y + 1) * down {
                    for place_x in x * across..(x + 1) * across {
                        if let Some(block) = store.block((place_x, place_y)) {
                            visit(reader, number, block, restarted);
                            restarted = false;
                        }
                    }
                }
            }
            reader.end_unit();
        }
    }
}

/// A bit for each AC coefficient that is kept, in file order.
fn kept_ac(slots: &Slots, kept: usize) -> u64 {
    let is_kept = |index: &usize| usize::from(slots[*index]) < kept;
    (1..64)
        .filter(is_kept)
        .fold(0, |bits, index| bits | 1 << index)
}

const fn kept(plane: &Plane) -> usize {
    let side = plane.scale.block_side();
    side * side
}
