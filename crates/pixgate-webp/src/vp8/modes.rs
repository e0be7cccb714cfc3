//! How macroblocks are predicted, as the first partition says (RFC 6386, sections 10 and 11).

use super::bits::Bits;
use super::header::FrameHeader;
use super::tables::SUBBLOCK_PROBS;
use crate::Error;
use crate::memory::filled;

/// Prediction of a whole block of luma or chroma.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Whole {
    Dc,
    Vertical,
    Horizontal,
    TrueMotion,
}

impl Whole {
    /// By its place in the list above.
    pub(super) const fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Dc,
            1 => Self::Vertical,
            2 => Self::Horizontal,
            _ => Self::TrueMotion,
        }
    }
}

/// Prediction of luma.
#[derive(Clone, Copy)]
pub(super) enum Luma {
    Whole(Whole),
    /// Sixteen modes, numbered as in [`SUBBLOCK_PROBS`].
    Parts([u8; 16]),
}

/// What is said of one macroblock.
#[derive(Clone, Copy)]
pub(super) struct Modes {
    pub(super) segment: u8,
    /// Whether it has no coefficients.
    pub(super) is_skipped: bool,
    pub(super) luma: Luma,
    pub(super) chroma: Whole,
}

/// The subblock modes around the next macroblock.
pub(super) struct ModeContext {
    above: Vec<[u8; 4]>,
    left: [u8; 4],
}

impl ModeContext {
    pub(super) fn new(columns: usize) -> Result<Self, Error> {
        Ok(Self {
            above: filled([DC; 4], columns)?,
            left: [DC; 4],
        })
    }

    pub(super) const fn begin_row(&mut self) {
        self.left = [DC; 4];
    }

    /// Reads the modes of the next macroblock of a row.
    #[inline(always)]
    pub(super) fn read(
        &mut self,
        bits: &mut Bits<'_>,
        header: &FrameHeader,
        column: usize,
    ) -> Modes {
        let segments = &header.segments;
        let segment = if segments.has_map {
            let [root, low, high] = segments.probs;
            match bits.bit(root) {
                true => 2 + u8::from(bits.bit(high)),
                false => u8::from(bits.bit(low)),
            }
        } else {
            0
        };
        let is_skipped = header.skip_prob.is_some_and(|prob| bits.bit(prob));
        let above = &mut self.above[column];
        let luma = if bits.bit(145) {
            let whole = whole_luma(bits);
            *above = [of_whole(whole); 4];
            self.left = *above;
            Luma::Whole(whole)
        } else {
            Luma::Parts(parts(bits, above, &mut self.left))
        };
        Modes {
            segment,
            is_skipped,
            luma,
            chroma: chroma(bits),
        }
    }
}

#[inline(always)]
fn whole_luma(bits: &mut Bits<'_>) -> Whole {
    if bits.bit(156) {
        match bits.bit(128) {
            true => Whole::TrueMotion,
            false => Whole::Horizontal,
        }
    } else if bits.bit(163) {
        Whole::Vertical
    } else {
        Whole::Dc
    }
}

#[inline(always)]
fn chroma(bits: &mut Bits<'_>) -> Whole {
    if !bits.bit(142) {
        Whole::Dc
    } else if !bits.bit(114) {
        Whole::Vertical
    } else if bits.bit(183) {
        Whole::TrueMotion
    } else {
        Whole::Horizontal
    }
}

/// Modes of the subblocks, each told from those above and to the left.
#[inline(always)]
fn parts(bits: &mut Bits<'_>, above: &mut [u8; 4], left: &mut [u8; 4]) -> [u8; 16] {
    // Those above the first row, then all: each stands four before the one below.
    let mut all = [DC; 20];
    all[..4].copy_from_slice(above);
    let mut beside = DC;
    for at in 0..16 {
        if at % 4 == 0 {
            beside = left[at / 4];
        }
        let probs = &SUBBLOCK_PROBS[usize::from(all[at])][usize::from(beside)];
        beside = part(bits, probs);
        all[at + 4] = beside;
    }
    above.copy_from_slice(&all[16..]);
    for (y, left) in left.iter_mut().enumerate() {
        *left = all[4 * y + 7];
    }
    let mut modes = [DC; 16];
    modes.copy_from_slice(&all[4..]);
    modes
}

/// Walks the tree of section 11.2.
#[inline(always)]
fn part(bits: &mut Bits<'_>, probs: &[u8; 9]) -> u8 {
    if !bits.bit(probs[0]) {
        DC
    } else if !bits.bit(probs[1]) {
        TRUE_MOTION
    } else if !bits.bit(probs[2]) {
        VERTICAL
    } else if !bits.bit(probs[3]) {
        if !bits.bit(probs[4]) {
            HORIZONTAL
        } else {
            // Down to the right, or steeper.
            4 + u8::from(bits.bit(probs[5]))
        }
    } else if !bits.bit(probs[6]) {
        LEFT_DOWN
    } else if !bits.bit(probs[7]) {
        VERTICAL_LEFT
    } else {
        8 + u8::from(bits.bit(probs[8]))
    }
}

/// What a macroblock predicted as a whole counts as beside those predicted by parts.
pub(super) const fn of_whole(whole: Whole) -> u8 {
    match whole {
        Whole::Dc => DC,
        Whole::TrueMotion => TRUE_MOTION,
        Whole::Vertical => VERTICAL,
        Whole::Horizontal => HORIZONTAL,
    }
}

pub(super) const DC: u8 = 0;
pub(super) const TRUE_MOTION: u8 = 1;
const VERTICAL: u8 = 2;
const HORIZONTAL: u8 = 3;
const LEFT_DOWN: u8 = 6;
const VERTICAL_LEFT: u8 = 7;
