//! What is coded of a block beside its coefficients (section 5.11.7).

use crate::encode::context::{Edges, Place};
use crate::encode::model::Model;
use crate::encode::palette::Palette;
use crate::encode::range_coder::Coder;
use crate::kernels::predict::Mode;
use crate::kernels::transform::TransformKind;
use crate::kernels::{Side, Size};
use crate::modes::{ChromaMode, Direction};

/// Decisions about a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    pub(crate) luma: Direction,
    pub(crate) kind: TransformKind,
    pub(crate) chroma: ChromaMode,
    /// Of luma and chroma.
    pub(crate) palettes: [Palette; 2],
    /// One past the last nonzero coefficient of each plane.
    pub(crate) eobs: [u16; 3],
}

impl Block {
    pub(crate) const EMPTY: Self = Self {
        luma: Direction::DC,
        kind: TransformKind::DctDct,
        chroma: ChromaMode::Around(Direction::DC),
        palettes: [Palette::NONE; 2],
        eobs: [0; 3],
    };
}

/// Codes how many units away the quantiser of a superblock is from that of the last one.
pub(crate) fn code_quantizer<C: Coder>(coder: &mut C, model: &mut Model, delta: i32) {
    let size = delta.unsigned_abs();
    coder.symbol(&mut model.quantizer_delta, size.min(3) as usize);
    if size >= 3 {
        let bits = (size - 1).ilog2();
        coder.literal(bits - 1, 3);
        coder.literal(size - 1, bits);
    }
    if size > 0 {
        coder.literal(u32::from(delta < 0), 1);
    }
}

/// Codes the mode of luma.
pub(crate) fn code_luma<C: Coder>(
    coder: &mut C,
    model: &mut Model,
    edges: &Edges,
    place: Place,
    luma: Direction,
) {
    let (above, left) = edges.mode(place);
    coder.symbol(&mut model.luma_mode[above][left], luma.mode as usize);
    code_delta(coder, model, place.size, luma);
}

fn code_delta<C: Coder>(coder: &mut C, model: &mut Model, size: Size, direction: Direction) {
    if let Some(index) = direction.index()
        && size.area() >= 64
    {
        let value = (direction.delta + 3).unsigned_abs();
        coder.symbol(&mut model.angle_delta[index], usize::from(value));
    }
}

/// Codes the mode of chroma; `size` and `luma` are the block's of luma.
pub(crate) fn code_chroma<C: Coder>(
    coder: &mut C,
    model: &mut Model,
    size: Size,
    luma: Mode,
    chroma: ChromaMode,
) {
    let value = match chroma {
        ChromaMode::Around(direction) => direction.mode as usize,
        ChromaMode::FromLuma(_) => FROM_LUMA,
    };
    if size.longer() <= Side::S32 {
        coder.symbol(&mut model.chroma_mode_or_cfl[luma as usize], value);
    } else {
        coder.symbol(&mut model.chroma_mode[luma as usize], value);
    }
    match chroma {
        ChromaMode::Around(direction) => code_delta(coder, model, size, direction),
        ChromaMode::FromLuma(factors) => code_factors(coder, model, factors),
    }
}

/// The signs of both factors, then the sizes of those that are not zero.
fn code_factors<C: Coder>(coder: &mut C, model: &mut Model, factors: [i8; 2]) {
    let signs = factors.map(|factor| match factor {
        0 => 0,
        ..0 => 1,
        _ => 2,
    });
    let joint: usize = signs[0] * 3 + signs[1];
    coder.symbol(&mut model.cfl_signs, joint.saturating_sub(1));
    for (i, factor) in factors.into_iter().enumerate() {
        if factor != 0 {
            let context = (signs[i] - 1) * 3 + signs[1 - i];
            let size = usize::from(factor.unsigned_abs());
            coder.symbol(&mut model.cfl_factor[context], size - 1);
        }
    }
}

/// `UV_CFL_PRED`.
const FROM_LUMA: usize = 13;

/// The kind of transform that a mode of chroma implies (`Mode_To_Txfm`).
pub(crate) fn implied_kind(mode: ChromaMode, size: Size) -> TransformKind {
    match mode {
        ChromaMode::Around(direction) if size.longer() < Side::S32 => usual_kind(direction.mode),
        _ => TransformKind::DctDct,
    }
}

/// The kind of transform that suits the residual of a mode: a sine transform where the error grows
/// away from the neighbours.
pub(crate) const fn usual_kind(mode: Mode) -> TransformKind {
    match mode {
        Mode::Dc | Mode::D45 => TransformKind::DctDct,
        Mode::Vertical | Mode::D113 | Mode::D67 | Mode::SmoothVertical => TransformKind::AdstDct,
        Mode::Horizontal | Mode::D157 | Mode::D203 | Mode::SmoothHorizontal => {
            TransformKind::DctAdst
        }
        Mode::D135 | Mode::Smooth | Mode::Paeth => TransformKind::AdstAdst,
    }
}
