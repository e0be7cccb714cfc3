//! Coefficients of one transform block as symbols (section 5.11.39 and its contexts, 8.3.2).

use crate::encode::cdf::Cdf;
use crate::encode::model::Model;
use crate::encode::range_coder::Coder;
use crate::kernels::predict::Mode;
use crate::kernels::transform::TransformKind;
use crate::kernels::{Side, Size};
use crate::scan::{oblong_order, order, scan};

/// Quantised coefficients of a block.
#[derive(Clone, Copy)]
pub(crate) struct Levels<'a> {
    /// Row by row.
    pub(crate) levels: &'a [i32],
    /// One past the last nonzero level in the order of the scan; 0 if all are zero.
    pub(crate) eob: usize,
    pub(crate) size: Size,
    pub(crate) is_chroma: bool,
}

/// What the neighbours of a block say of it.
#[derive(Clone, Copy)]
pub(crate) struct BlockContext {
    pub(crate) all_zero: usize,
    pub(crate) dc_sign: usize,
}

/// Codes a block; `transform` is what blocks of luma say of their transform, and their mode.
pub(crate) fn code<C: Coder>(
    coder: &mut C,
    model: &mut Model,
    block: &Levels<'_>,
    context: BlockContext,
    transform: Option<(TransformKind, Mode)>,
) {
    let class = class_of(block.size);
    let is_zero = block.eob == 0;
    coder.symbol(
        &mut model.coefficients.all_zero[class][context.all_zero],
        usize::from(is_zero),
    );
    if is_zero {
        return;
    }
    if let Some((kind, mode)) = transform {
        code_kind(coder, model, block.size, kind, mode);
    }
    code_eob(coder, model, block);
    code_levels(coder, model, block);
    code_signs(coder, model, block, context.dc_sign);
}

/// The class of a size that probabilities go by.
pub(crate) fn class_of(size: Size) -> usize {
    ((size.width.log2() + size.height.log2()).div_ceil(2) - 2).min(3)
}

pub(crate) fn code_kind<C: Coder>(
    coder: &mut C,
    model: &mut Model,
    size: Size,
    kind: TransformKind,
    mode: Mode,
) {
    if size.longer() >= Side::S32 {
        return;
    }
    let side = size.shorter();
    match side {
        Side::S4 | Side::S8 => {
            let value = match kind {
                TransformKind::Identity => 0,
                TransformKind::VDct => 2,
                TransformKind::HDct => 3,
                TransformKind::AdstAdst => 4,
                TransformKind::AdstDct => 5,
                TransformKind::DctAdst => 6,
                // Others are not in the set, and nobody chooses them.
                _ => 1,
            };
            coder.symbol(&mut model.transform_7[side as usize][mode as usize], value);
        }
        Side::S16 => {
            let value = match kind {
                TransformKind::Identity => 0,
                TransformKind::AdstAdst => 2,
                TransformKind::AdstDct => 3,
                TransformKind::DctAdst => 4,
                // Others are not in the set, and nobody chooses them.
                _ => 1,
            };
            coder.symbol(&mut model.transform_5[mode as usize], value);
        }
        Side::S32 | Side::S64 => {}
    }
}

/// The place of the last coefficient: a class that doubles each time, and bits within it.
pub(crate) fn code_eob<C: Coder>(coder: &mut C, model: &mut Model, block: &Levels<'_>) {
    let model = &mut model.coefficients;
    let kind = usize::from(block.is_chroma);
    let last = block.eob - 1;
    let class = (usize::BITS - last.leading_zeros()) as usize;
    match block.size.area() {
        16 => coder.symbol(&mut model.eob_pt_16[kind], class),
        32 => coder.symbol(&mut model.eob_pt_32[kind], class),
        64 => coder.symbol(&mut model.eob_pt_64[kind], class),
        128 => coder.symbol(&mut model.eob_pt_128[kind], class),
        256 => coder.symbol(&mut model.eob_pt_256[kind], class),
        512 => coder.symbol(&mut model.eob_pt_512[kind], class),
        _ => coder.symbol(&mut model.eob_pt_1024[kind], class),
    }
    if class < 2 {
        return;
    }
    let below = class - 2;
    let high = last >> below & 1;
    let extra = &mut model.eob_extra[class_of(block.size)][kind][class];
    coder.symbol(extra, high);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a block has at most 1024 coefficients"
    )]
    coder.literal(last as u32, below as u32);
}

fn code_levels<C: Coder>(coder: &mut C, model: &mut Model, block: &Levels<'_>) {
    let model = &mut model.coefficients;
    let kind = usize::from(block.is_chroma);
    let class = class_of(block.size);
    let mut tables = Tables {
        coeff_base_eob: &mut model.coeff_base_eob[class][kind],
        coeff_base: &mut model.coeff_base[class][kind],
        coeff_br: &mut model.coeff_br[class][kind],
    };
    match (block.size.width, block.size.height) {
        (Side::S4, Side::S4) => code_levels_of::<C, 6, 36>(coder, &mut tables, block),
        (Side::S8, Side::S8) => code_levels_of::<C, 10, 100>(coder, &mut tables, block),
        (Side::S16, Side::S16) => code_levels_of::<C, 18, 324>(coder, &mut tables, block),
        (Side::S4, Side::S8) => code_levels_of::<C, 6, 60>(coder, &mut tables, block),
        (Side::S8, _) => code_levels_of::<C, 10, 180>(coder, &mut tables, block),
        (Side::S16, _) => code_levels_of::<C, 18, 612>(coder, &mut tables, block),
        _ => code_levels_of::<C, 34, 1156>(coder, &mut tables, block),
    }
}

/// Probabilities of levels of a class of sizes and a kind of plane.
struct Tables<'a> {
    coeff_base_eob: &'a mut [Cdf<3>; 4],
    coeff_base: &'a mut [Cdf<4>; 26],
    coeff_br: &'a mut [Cdf<4>; 21],
}

/// - `STRIDE`: the width and two more, `ROOM` as many for each of the rows and two more.
fn code_levels_of<C: Coder, const STRIDE: usize, const ROOM: usize>(
    coder: &mut C,
    tables: &mut Tables<'_>,
    block: &Levels<'_>,
) {
    let spots = &spots(block.size)[..block.eob];
    let mut around = Around::<STRIDE, ROOM>::new(block.size);
    for spot in spots {
        let size = block.levels[usize::from(spot.position)]
            .unsigned_abs()
            .min(15);
        around.sizes[usize::from(spot.place)] = size.to_le_bytes()[0];
    }
    let last = block.eob - 1;
    for (index, spot) in spots.iter().enumerate().rev() {
        let place = usize::from(spot.place);
        let level = usize::from(around.sizes[place]);
        if index == last {
            let context = coeff_base_eob_context(index, block.size.area());
            coder.symbol(&mut tables.coeff_base_eob[context], level.min(3) - 1);
        } else {
            let context = match index {
                0 => 0,
                _ => around.near(place).min(4) + usize::from(spot.base),
            };
            coder.symbol(&mut tables.coeff_base[context], level.min(3));
        }
        if level >= 3 {
            let context = around.near_large(place) + usize::from(spot.range);
            code_coeff_br(coder, &mut tables.coeff_br[context], level - 3);
        }
    }
}

/// A coefficient in the order of the scan.
#[derive(Clone, Copy)]
struct Spot {
    position: u16,
    /// In [`Around`].
    place: u16,
    /// Added to the contexts of `coeff_base` and `coeff_br`.
    base: u8,
    range: u8,
}

fn spots(size: Size) -> &'static [Spot] {
    match (size.width, size.height) {
        (Side::S4, Side::S4) => &SPOTS_4,
        (Side::S8, Side::S8) => &SPOTS_8,
        (Side::S16, Side::S16) => &SPOTS_16,
        (Side::S8, Side::S4) => &SPOTS_8_4,
        (Side::S16, Side::S8) => &SPOTS_16_8,
        (Side::S32, Side::S16) => &SPOTS_32_16,
        (Side::S4, Side::S8) => &SPOTS_4_8,
        (Side::S8, Side::S16) => &SPOTS_8_16,
        (Side::S16, Side::S32) => &SPOTS_16_32,
        _ => &SPOTS_32,
    }
}

static SPOTS_4: [Spot; 16] = spots_of(4, &LEVEL_CONTEXTS);
static SPOTS_8: [Spot; 64] = spots_of(8, &LEVEL_CONTEXTS);
static SPOTS_16: [Spot; 256] = spots_of(16, &LEVEL_CONTEXTS);
static SPOTS_32: [Spot; 1024] = spots_of(32, &LEVEL_CONTEXTS);
static SPOTS_8_4: [Spot; 32] = spots_of(8, &WIDE_CONTEXTS);
static SPOTS_16_8: [Spot; 128] = spots_of(16, &WIDE_CONTEXTS);
static SPOTS_32_16: [Spot; 512] = spots_of(32, &WIDE_CONTEXTS);
static SPOTS_4_8: [Spot; 32] = spots_of(4, &TALL_CONTEXTS);
static SPOTS_8_16: [Spot; 128] = spots_of(8, &TALL_CONTEXTS);
static SPOTS_16_32: [Spot; 512] = spots_of(16, &TALL_CONTEXTS);

const fn spots_of<const AREA: usize>(width: u16, contexts: &[[u8; 5]; 5]) -> [Spot; AREA] {
    let order = if width as usize * width as usize == AREA {
        order::<AREA>(width)
    } else {
        oblong_order::<AREA>(width)
    };
    let none = Spot {
        position: 0,
        place: 0,
        base: 0,
        range: 0,
    };
    let mut spots = [none; AREA];
    let mut at = 0;
    while at < AREA {
        let (row, column) = (order[at] / width, order[at] % width);
        let (low, far) = (
            if row < 4 { row } else { 4 },
            if column < 4 { column } else { 4 },
        );
        spots[at] = Spot {
            position: order[at],
            place: row * (width + 2) + column,
            base: contexts[low as usize][far as usize],
            range: if order[at] == 0 {
                0
            } else if row < 2 && column < 2 {
                7
            } else {
                14
            },
        };
        at += 1;
    }
    spots
}

/// The context of the last level: the part of a block of `size` coefficients in which it is.
pub(crate) fn coeff_base_eob_context(index: usize, size: usize) -> usize {
    match index {
        0 => 0,
        _ => 1 + usize::from(index > size / 8) + usize::from(index > size / 4),
    }
}

/// What a level has above 3, up to 12: in steps of up to 3.
fn code_coeff_br<C: Coder>(coder: &mut C, cdf: &mut Cdf<4>, level: usize) {
    let mut left = level.min(12);
    for _ in 0..4 {
        let step = left.min(3);
        coder.symbol(cdf, step);
        left -= step;
        if step < 3 {
            break;
        }
    }
}

/// Signs, and what levels have above 14, from the first coefficient on.
fn code_signs<C: Coder>(coder: &mut C, model: &mut Model, block: &Levels<'_>, dc_context: usize) {
    let cdf = &mut model.coefficients.dc_sign[usize::from(block.is_chroma)][dc_context];
    for (index, &position) in scan(block.size)[..block.eob].iter().enumerate() {
        let level = block.levels[position as usize];
        if level == 0 {
            continue;
        }
        if index == 0 {
            coder.symbol(cdf, usize::from(level < 0));
        } else {
            coder.literal(u32::from(level < 0), 1);
        }
        let size = level.unsigned_abs();
        if size > 14 {
            code_golomb(coder, size - 15);
        }
    }
}

/// As many zeros as the number plus one has bits below its highest, then that number.
fn code_golomb<C: Coder>(coder: &mut C, value: u32) {
    let value = value + 1;
    let below = 31 - value.leading_zeros();
    coder.literal(0, below);
    coder.literal(value, below + 1);
}

/// Sizes of levels up to 15 with zeros beyond the right and the lower edge.
pub(crate) struct Around<const STRIDE: usize, const ROOM: usize> {
    pub(crate) sizes: [u8; ROOM],
    contexts: &'static [[u8; 5]; 5],
}

impl<const STRIDE: usize, const ROOM: usize> Around<STRIDE, ROOM> {
    /// All zeros.
    pub(crate) fn new(size: Size) -> Self {
        Self {
            sizes: [0; ROOM],
            contexts: match size.width.cmp(&size.height) {
                std::cmp::Ordering::Equal => &LEVEL_CONTEXTS,
                std::cmp::Ordering::Greater => &WIDE_CONTEXTS,
                std::cmp::Ordering::Less => &TALL_CONTEXTS,
            },
        }
    }

    /// Half the sum of five levels of higher frequency, each up to 3.
    #[inline]
    fn near(&self, place: usize) -> usize {
        let at = |offset: usize| self.sizes[place + offset].min(3);
        let sum = at(1) + at(STRIDE) + at(STRIDE + 1) + at(2) + at(2 * STRIDE);
        (usize::from(sum) + 1) >> 1
    }

    /// Half the sum of three levels of higher frequency, up to 6.
    #[inline]
    fn near_large(&self, place: usize) -> usize {
        let at = |offset: usize| usize::from(self.sizes[place + offset]);
        ((at(1) + at(STRIDE) + at(STRIDE + 1) + 1) >> 1).min(6)
    }

    /// The context of a level from five levels of higher frequency.
    #[inline]
    pub(crate) fn coeff_base_context(&self, row: usize, column: usize) -> usize {
        let base = usize::from(self.contexts[row.min(4)][column.min(4)]);
        self.near(row * STRIDE + column).min(4) + base
    }

    /// The context of what a level has above 3, from three levels of higher frequency.
    #[inline]
    pub(crate) fn coeff_br_context(&self, row: usize, column: usize) -> usize {
        let near = self.near_large(row * STRIDE + column);
        match (row, column) {
            (0, 0) => near,
            (0..2, 0..2) => near + 7,
            _ => near + 14,
        }
    }
}

/// `Coeff_Base_Ctx_Offset` of square transforms, by row and column.
static LEVEL_CONTEXTS: [[u8; 5]; 5] = [
    [0, 1, 6, 6, 21],
    [1, 6, 6, 21, 21],
    [6, 6, 21, 21, 21],
    [6, 21, 21, 21, 21],
    [21, 21, 21, 21, 21],
];

/// The same of transforms that are wider than high.
static WIDE_CONTEXTS: [[u8; 5]; 5] = [
    [0, 16, 6, 6, 21],
    [16, 16, 6, 21, 21],
    [16, 16, 21, 21, 21],
    [16, 16, 21, 21, 21],
    [16, 16, 21, 21, 21],
];

/// The same of transforms that are higher than wide.
static TALL_CONTEXTS: [[u8; 5]; 5] = [
    [0, 11, 11, 11, 11],
    [11, 11, 11, 11, 11],
    [6, 6, 21, 21, 21],
    [6, 21, 21, 21, 21],
    [21, 21, 21, 21, 21],
];
