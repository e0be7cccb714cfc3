//! From dequantised coefficients to samples: what decoders do with the residual of a block.

use super::passes::AllPasses;
use super::passes::Step;
use super::size::{Line, TransformKind, TransformSize};
use crate::kernels::Kernels;
use crate::kernels::sample::Sample;

/// Room for the work on a block, to be used for one block after the other.
#[derive(Debug)]
pub(crate) struct Scratch {
    between: Box<[i32; 64 * 32]>,
    short: Box<[i16; 64 * 32]>,
    residual: Box<[i16; 64 * 64]>,
}

/// What a block of coefficients is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    pub(crate) size: TransformSize,
    pub(crate) kind: TransformKind,
    /// All coefficients beyond as many leading columns and rows are zero. None of both counts as one.
    pub(crate) used: (usize, usize),
    /// The sum of sizes of all coefficients.
    pub(crate) sum: u32,
    pub(crate) bit_depth: u32,
}

/// The sum of sizes of up to 1024 coefficients.
pub(crate) fn sum_of_sizes(coefficients: &[i32]) -> u32 {
    coefficients
        .iter()
        .map(|value| value.unsigned_abs())
        .fold(0, u32::wrapping_add)
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self {
            between: Box::new([0; 64 * 32]),
            short: Box::new([0; 64 * 32]),
            residual: Box::new([0; 64 * 64]),
        }
    }

    /// Adds the residual of `coefficients` to the samples `to`, whose rows are `stride` apart.
    ///
    /// `coefficients` are dequantised, within eight bits more than samples (with the sign), row by row,
    /// [`TransformSize::coded_width`] in each of [`TransformSize::coded_height`] rows. Those of `used`
    /// rows are zero afterwards. `to` begins at the first sample of the block.
    pub(crate) fn add<S: Sample>(
        &mut self,
        coefficients: &mut [i32],
        block: Block,
        to: &mut [S],
        stride: usize,
    ) {
        let (width, height) = (block.size.width(), block.size.height());
        let residual = &mut self.residual[..width * height];
        let passes = &Kernels::detect().passes;
        let between = &mut Between {
            long: &mut self.between[..],
            short: &mut self.short[..],
        };
        inverse(passes, coefficients, block, between, residual);
        let coded = block.size.coded_width();
        let rows = block.used.1.clamp(1, block.size.coded_height());
        coefficients[..coded * rows].fill(0);
        add(residual, width, to, stride, block.bit_depth);
    }

    /// Adds the residual of a lossless block of 4x4 coefficients, all of which are zero afterwards.
    pub(crate) fn add_lossless<S: Sample>(
        &mut self,
        coefficients: &mut [i32],
        to: &mut [S],
        stride: usize,
        bit_depth: u32,
    ) {
        let residual = &mut self.residual[..16];
        inverse_walsh_hadamard(&coefficients[..16], residual);
        coefficients[..16].fill(0);
        add(residual, 4, to, stride, bit_depth);
    }
}

/// Room for what is between the two transforms: as many numbers as the coefficients, but at least 32 rows
/// of blocks with 64.
pub(super) struct Between<'a> {
    pub(super) long: &'a mut [i32],
    pub(super) short: &'a mut [i16],
}

/// The residual of a block, row by row.
pub(super) fn inverse(
    passes: &AllPasses,
    coefficients: &[i32],
    block: Block,
    between: &mut Between<'_>,
    residual: &mut [i16],
) {
    let Block { size, kind, .. } = block;
    if block.used.0 <= 1 && block.used.1 <= 1 && kind == TransformKind::DctDct {
        residual.fill(constant(coefficients[0], block));
        return;
    }
    let rows = block.used.1.clamp(1, size.coded_height());
    let of_rows = Step {
        width: size.coded_width(),
        rows,
        is_flipped: kind.horizontal() == Line::Flipped,
        is_two_to_one: size.is_two_to_one(),
        shift: size.row_shift(),
        bit_depth: block.bit_depth,
    };
    let of_columns = Step {
        width: size.width(),
        is_flipped: kind.vertical() == Line::Flipped,
        ..of_rows
    };
    let (width_log2, height_log2) = (size.width_log2(), size.height_log2());
    let is_calm = is_calm(block);
    if is_calm && width_log2.min(height_log2) > 2 {
        if let Some(pass) = passes.short_rows.of(kind.horizontal(), width_log2) {
            pass(coefficients, of_rows, between.short);
        }
        if let Some(pass) = passes.short_columns.of(kind.vertical(), height_log2) {
            pass(between.short, of_columns, residual);
        }
        return;
    }
    let passes = if is_calm {
        &passes.calm
    } else {
        &passes.careful
    };
    if let Some(pass) = passes.rows(kind.horizontal(), (width_log2, height_log2)) {
        pass(coefficients, of_rows, between.long);
    }
    if let Some(pass) = passes.columns(kind.vertical(), (width_log2, height_log2)) {
        pass(between.long, of_columns, residual);
    }
}

/// Whether no number in the transforms of a block can leave sixteen bits.
///
/// No step makes any number larger than the sum of all sizes, but that samples which are not transformed are
/// scaled; roundings add a little. Sums of 1024 numbers of 20 bits do not wrap.
const fn is_calm(block: Block) -> bool {
    block.sum <= CALM_SUM / gain(block.kind.horizontal()) / gain(block.kind.vertical())
}

/// By how much a line may make numbers larger, at most.
const fn gain(line: Line) -> u32 {
    match line {
        Line::Cosines | Line::Sines | Line::Flipped => 1,
        Line::Identity => 4,
    }
}

/// Less than sixteen bits by more than what roundings add up to.
const CALM_SUM: u32 = 32_000;

/// The residual of a block that is its first coefficient alone.
#[expect(clippy::cast_possible_truncation, reason = "clamped to sixteen bits")]
fn constant(coefficient: i32, block: Block) -> i16 {
    let half = |value: i32| (value * 181 + 128) >> 8;
    let clip = |value: i32, bits: u32| value.clamp(-(1 << (bits - 1)), (1 << (bits - 1)) - 1);
    let is_two_to_one = block.size.is_two_to_one();
    let value = if is_two_to_one {
        half(coefficient)
    } else {
        coefficient
    };
    let row = half(clip(value, block.bit_depth + 8));
    let shift = block.size.row_shift();
    let row = clip(
        (row + ((1 << shift) >> 1)) >> shift,
        (block.bit_depth + 6).max(16),
    );
    let value = (half(row) + 8) >> 4;
    value.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

/// The Walsh-Hadamard transform of lossless blocks (section 7.13.2.10), rows and then columns.
#[expect(clippy::cast_possible_truncation, reason = "clamped to sixteen bits")]
fn inverse_walsh_hadamard(coefficients: &[i32], residual: &mut [i16]) {
    let mut between = [[0; 4]; 4];
    for (row, from) in between.iter_mut().zip(coefficients.chunks_exact(4)) {
        *row = walsh_hadamard([from[0] >> 2, from[1] >> 2, from[2] >> 2, from[3] >> 2]);
    }
    for x in 0..4 {
        let column = walsh_hadamard(between.map(|row| row[x]));
        for (y, value) in column.into_iter().enumerate() {
            residual[4 * y + x] = value.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        }
    }
}

/// One line of the Walsh-Hadamard transform.
fn walsh_hadamard([first, second, third, fourth]: [i32; 4]) -> [i32; 4] {
    let sum = first.wrapping_add(second);
    let difference = third.wrapping_sub(fourth);
    let half = sum.wrapping_sub(difference) >> 1;
    let (b, c) = (half.wrapping_sub(fourth), half.wrapping_sub(second));
    [sum.wrapping_sub(b), b, c, difference.wrapping_add(c)]
}

/// Adds a residual to samples.
pub(super) fn add<S: Sample>(
    residual: &[i16],
    width: usize,
    to: &mut [S],
    stride: usize,
    bit_depth: u32,
) {
    let most = i16::try_from((1 << bit_depth) - 1).unwrap_or(i16::MAX);
    S::add(Kernels::detect())(residual, width, to, stride, most);
}
