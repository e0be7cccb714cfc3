//! Steps of dequantisation (section 7.12.2) and quantiser matrices (section 9.5).

use super::frame::{FrameHeader, Quantization};
use super::sequence::Format;
use super::size::Size;
use crate::BitDepth;
use crate::tables::QUANTIZER_MATRICES;
use crate::tables::steps::{AC_STEP, DC_STEP};

/// Steps of all segments and planes where superblocks have a quantiser.
#[derive(Clone, Debug)]
pub(super) struct Quantizers {
    steps: [[Steps; 3]; 8],
}

/// Of the first coefficient, and of the others.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Steps {
    pub(super) dc: u32,
    pub(super) ac: u32,
}

impl Quantizers {
    /// - `quantizer`: `CurrentQIndex`.
    pub(super) fn new(header: &FrameHeader, format: &Format, quantizer: u8) -> Self {
        let depth = match format.bit_depth {
            BitDepth::Eight => 0,
            BitDepth::Ten => 1,
            BitDepth::Twelve => 2,
        };
        let Quantization {
            dc_delta, ac_delta, ..
        } = header.quantization;
        let step = |table: &[u16; 256], index: u8, delta: i32| {
            let index = (i32::from(index) + delta).clamp(0, 255);
            u32::from(table[usize::from(index.to_le_bytes()[0])])
        };
        let of_segment = |id: usize| {
            let index = header.segmentation.quantizer(id, quantizer);
            std::array::from_fn(|plane| Steps {
                dc: step(&DC_STEP[depth], index, dc_delta[plane]),
                ac: step(&AC_STEP[depth], index, ac_delta[plane]),
            })
        };
        let steps = if header.segmentation.is_enabled {
            std::array::from_fn(of_segment)
        } else {
            [of_segment(0); 8]
        };
        Self { steps }
    }

    pub(super) fn steps(&self, segment: u8, plane: usize) -> Steps {
        self.steps[usize::from(segment)][plane]
    }
}

/// The quantiser matrices of a frame.
#[derive(Clone, Debug, Default)]
pub(super) struct Matrices {
    /// By plane and both sides of transforms, row by row; empty where there is none.
    planes: [Vec<Vec<u8>>; 3],
}

impl Matrices {
    pub(super) fn new(header: &FrameHeader) -> Self {
        let levels = header.quantization.matrices.unwrap_or([NONE; 3]);
        let mut planes: [Vec<Vec<u8>>; 3] = Default::default();
        for (plane, all) in planes.iter_mut().enumerate() {
            let level = levels[plane];
            if level < NONE {
                let sizes = (0..16u8).map(|index| Size::new(2 + index % 4, 2 + index / 4));
                *all = sizes.map(|size| matrix(level, plane > 0, size)).collect();
            }
        }
        Self { planes }
    }

    /// The matrix for a transform, if there is one; sides of 64 have that of 32.
    pub(super) fn get(&self, plane: usize, size: Size) -> Option<&[u8]> {
        let size = size.at_most(5);
        let index = 4 * usize::from(size.height_log2 - 2) + usize::from(size.width_log2 - 2);
        self.planes[plane].get(index).map(Vec::as_slice)
    }
}

/// Rows and columns of the tables are left out in equal distances.
fn matrix(level: u8, is_chroma: bool, size: Size) -> Vec<u8> {
    let set = 2 * usize::from(level) + usize::from(is_chroma);
    let set = &QUANTIZER_MATRICES[set * (SQUARE + OBLONG)..][..SQUARE + OBLONG];
    let (square, oblong) = set.split_at(SQUARE);
    let at = |row: usize, column: usize| {
        let place = |index: usize, side: usize, of: usize| {
            let step = of / side;
            index * step + (step - 1) / 2
        };
        let (width, height) = (size.width(), size.height());
        if width == height {
            let (row, column) = (place(row, height, 32), place(column, width, 32));
            let (long, short) = (row.max(column), row.min(column));
            square[long * (long + 1) / 2 + short]
        } else if width > height {
            oblong[place(row, height, 16) * 32 + place(column, width, 32)]
        } else {
            oblong[place(column, width, 16) * 32 + place(row, height, 32)]
        }
    };
    let places =
        (0..size.height()).flat_map(|row| (0..size.width()).map(move |column| (row, column)));
    places.map(|(row, column)| at(row, column)).collect()
}

/// Level without a matrix.
const NONE: u8 = 15;
/// Bytes of half a matrix of 32x32.
const SQUARE: usize = 32 * 33 / 2;
/// Bytes of a matrix of 32x16.
const OBLONG: usize = 32 * 16;
