//! Quantiser matrices: coarser steps for higher frequencies, which are seen less (section 9.5).

use std::sync::OnceLock;

use crate::kernels::Size;
use crate::kernels::quantize::Weights;
use crate::kernels::transform::TransformKind;
use crate::tables::QUANTIZER_MATRICES;

/// The matrices of a frame.
pub(crate) struct Matrices {
    /// By plane kind and the index of the size.
    sizes: [Vec<Matrix>; 2],
}

/// See [`Weights`].
struct Matrix {
    numerators: Vec<i32>,
    factors: Vec<f32>,
    inverses: Vec<f32>,
}

/// The levels of luma and chroma that suit a quantiser (`qm_y` and `qm_u`).
///
/// Sharp pictures need their high frequencies more.
pub(crate) fn levels(quantizer: u8, is_sharp: bool) -> [u8; 2] {
    let more = if is_sharp { 4 } else { 0 };
    [quantizer, quantizer.saturating_sub(16)].map(|quantizer| match quantizer {
        0..=40 => 6,
        41..=100 => 5,
        101..=160 => 4,
        161..=200 => 3,
        201..=220 => 2,
        _ => 1,
    } + more)
}

impl Matrices {
    /// The matrices of two levels, 0 to 14.
    pub(crate) fn of_levels([luma, chroma]: [u8; 2]) -> [&'static Self; 2] {
        static ALL: [OnceLock<Matrices>; LEVELS] = [const { OnceLock::new() }; LEVELS];
        [luma, chroma].map(|level| {
            let level = usize::from(level).min(LEVELS - 1);
            ALL[level].get_or_init(|| Self {
                sizes: [0, 1].map(|kind| {
                    let sizes = Size::all_coded();
                    sizes.map(|size| Matrix::new(level, kind, size)).collect()
                }),
            })
        })
    }

    /// What a block is weighted with; there is nothing to weigh if there are no frequencies.
    ///
    /// - `plane_kind`: 0 for luma, 1 for chroma.
    pub(crate) fn get(&self, plane_kind: usize, size: Size, kind: TransformKind) -> Weights<'_> {
        if kind == TransformKind::Identity {
            return Weights::FLAT;
        }
        let matrix = &self.sizes[plane_kind][size.index()];
        Weights {
            numerators: &matrix.numerators,
            factors: &matrix.factors,
            inverses: &matrix.inverses,
        }
    }
}

impl Matrix {
    #[expect(clippy::cast_precision_loss, reason = "a byte")]
    fn new(level: usize, plane_kind: usize, size: Size) -> Self {
        let (width, height) = (size.width.samples(), size.height.samples());
        let set = &QUANTIZER_MATRICES[(2 * level + plane_kind) * (SQUARE + OBLONG)..];
        let place = |index: usize, side: usize, of: usize| {
            let step = of / side;
            index * step + (step - 1) / 2
        };
        let numerator = |index: usize| {
            let (row, column) = (index / width, index % width);
            i32::from(if width == height {
                let (row, column) = (place(row, height, 32), place(column, width, 32));
                let (long, short) = (row.max(column), row.min(column));
                set[long * (long + 1) / 2 + short]
            } else if width > height {
                set[SQUARE + place(row, height, 16) * 32 + place(column, width, 32)]
            } else {
                set[SQUARE + place(column, width, 16) * 32 + place(row, height, 32)]
            })
        };
        let numerators: Vec<i32> = (0..width * height).map(numerator).collect();
        let factors: Vec<f32> = numerators.iter().map(|&n| n as f32 / 32.0).collect();
        Self {
            inverses: factors.iter().map(|factor| 1.0 / factor).collect(),
            factors,
            numerators,
        }
    }
}

/// Levels that have matrices.
const LEVELS: usize = 15;
/// Bytes of half a matrix of 32x32.
const SQUARE: usize = 32 * 33 / 2;
/// Bytes of a matrix of 32x16.
const OBLONG: usize = 32 * 16;
