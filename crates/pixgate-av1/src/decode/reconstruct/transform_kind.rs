//! How a block is transformed (sections 5.11.40 and 5.11.47).

use super::{Plane, Worker};
use crate::decode::block::Block;
use crate::decode::reconstruct::contexts::Place;
use crate::decode::size::Size;
use crate::kernels::predict::Mode;
use crate::kernels::sample::Sample;
use crate::kernels::transform::TransformKind;

/// Kinds that a block may have (`get_tx_set`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    /// Cosines only.
    One,
    Intra7,
    Intra5,
    Copied16,
    Copied12,
    Copied2,
}

impl<S: Sample> Worker<'_, S> {
    /// The kind of a block of luma, read if there is a choice.
    pub(super) fn luma_kind(&mut self, block: &Block, size: Size) -> TransformKind {
        let header = self.parser.header;
        let quantizer = header
            .segmentation
            .quantizer(usize::from(block.segment), header.quantization.base);
        let set = set(size, block.is_copied(), header.has_few_transforms);
        if set == Set::One || quantizer == 0 {
            return TransformKind::DctDct;
        }
        let symbols = &mut self.parser.symbols;
        let cdfs = &mut *self.parser.state.cdfs;
        let side = usize::from(size.shorter_log2() - 2);
        let mode = block.filter_intra.map_or(block.luma_mode, |mode| {
            FILTER_MODES[usize::from(mode).min(FILTER_MODES.len() - 1)]
        });
        match set {
            Set::One => TransformKind::DctDct,
            Set::Intra7 => {
                INTRA_7[symbols.symbol(&mut cdfs.modes.transform_7[side][mode as usize])]
            }
            Set::Intra5 => {
                INTRA_5[symbols.symbol(&mut cdfs.modes.transform_5[side][mode as usize])]
            }
            Set::Copied16 => COPIED_16[symbols.symbol(&mut cdfs.screen.transform_16[side])],
            Set::Copied12 => COPIED_12[symbols.symbol(&mut cdfs.screen.transform_12)],
            Set::Copied2 => {
                if symbols.flag(&mut cdfs.screen.transform_2[side]) {
                    TransformKind::DctDct
                } else {
                    TransformKind::Identity
                }
            }
        }
    }

    /// The kind of a block of chroma, which follows from its mode or from luma.
    pub(super) fn chroma_kind(&self, block: &Block, plane: Plane, place: Place) -> TransformKind {
        let header = self.parser.header;
        if self.is_lossless(block) {
            return TransformKind::DctDct;
        }
        let set = set(place.size, block.is_copied(), header.has_few_transforms);
        let kind = if block.is_copied() {
            let (x, y) = plane.shifts;
            let row = (place.row << y).max(block.row);
            let column = (place.column << x).max(block.column);
            self.pixels.kinds[row % 16][column % 16]
        } else if block.cfl.is_some() {
            TransformKind::DctDct
        } else {
            MODE_KINDS[block.chroma_mode as usize]
        };
        if contains(set, kind) {
            kind
        } else {
            TransformKind::DctDct
        }
    }
}

fn set(size: Size, is_copied: bool, is_reduced: bool) -> Set {
    let (longer, shorter) = (size.longer_log2(), size.shorter_log2());
    match (longer, is_copied) {
        (6.., _) | (5, false) => Set::One,
        (5, true) => Set::Copied2,
        (_, true) if is_reduced => Set::Copied2,
        (_, true) if shorter == 4 => Set::Copied12,
        (_, true) => Set::Copied16,
        (_, false) if is_reduced || shorter == 4 => Set::Intra5,
        _ => Set::Intra7,
    }
}

fn contains(set: Set, kind: TransformKind) -> bool {
    match set {
        Set::One => kind == TransformKind::DctDct,
        Set::Intra7 => INTRA_7.contains(&kind),
        Set::Intra5 => INTRA_5.contains(&kind),
        Set::Copied16 => true,
        Set::Copied12 => COPIED_12.contains(&kind),
        Set::Copied2 => matches!(kind, TransformKind::DctDct | TransformKind::Identity),
    }
}

/// `Tx_Type_Intra_Inv_Set1`.
const INTRA_7: [TransformKind; 7] = [
    TransformKind::Identity,
    TransformKind::DctDct,
    TransformKind::VDct,
    TransformKind::HDct,
    TransformKind::AdstAdst,
    TransformKind::AdstDct,
    TransformKind::DctAdst,
];
/// `Tx_Type_Intra_Inv_Set2`.
const INTRA_5: [TransformKind; 5] = [
    TransformKind::Identity,
    TransformKind::DctDct,
    TransformKind::AdstAdst,
    TransformKind::AdstDct,
    TransformKind::DctAdst,
];
/// `Tx_Type_Inter_Inv_Set1`.
const COPIED_16: [TransformKind; 16] = [
    TransformKind::Identity,
    TransformKind::VDct,
    TransformKind::HDct,
    TransformKind::VAdst,
    TransformKind::HAdst,
    TransformKind::VFlipadst,
    TransformKind::HFlipadst,
    TransformKind::DctDct,
    TransformKind::AdstDct,
    TransformKind::DctAdst,
    TransformKind::FlipadstDct,
    TransformKind::DctFlipadst,
    TransformKind::AdstAdst,
    TransformKind::FlipadstFlipadst,
    TransformKind::AdstFlipadst,
    TransformKind::FlipadstAdst,
];
/// `Tx_Type_Inter_Inv_Set2`.
const COPIED_12: [TransformKind; 12] = [
    TransformKind::Identity,
    TransformKind::VDct,
    TransformKind::HDct,
    TransformKind::DctDct,
    TransformKind::AdstDct,
    TransformKind::DctAdst,
    TransformKind::FlipadstDct,
    TransformKind::DctFlipadst,
    TransformKind::AdstAdst,
    TransformKind::FlipadstFlipadst,
    TransformKind::AdstFlipadst,
    TransformKind::FlipadstAdst,
];
/// `Mode_To_Txfm`.
const MODE_KINDS: [TransformKind; 13] = [
    TransformKind::DctDct,
    TransformKind::AdstDct,
    TransformKind::DctAdst,
    TransformKind::DctDct,
    TransformKind::AdstAdst,
    TransformKind::AdstDct,
    TransformKind::DctAdst,
    TransformKind::DctAdst,
    TransformKind::AdstDct,
    TransformKind::AdstAdst,
    TransformKind::AdstDct,
    TransformKind::DctAdst,
    TransformKind::AdstAdst,
];
/// `Filter_Intra_Mode_To_Intra_Dir`.
const FILTER_MODES: [Mode; 5] = [
    Mode::Dc,
    Mode::Vertical,
    Mode::Horizontal,
    Mode::D157,
    Mode::Dc,
];
