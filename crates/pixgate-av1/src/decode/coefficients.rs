//! Coefficients of a transform block (section 5.11.39), dequantised (section 7.12.3).

use super::cdfs::CoefficientCdfs;
use super::quantizers::Steps;
use super::scans::{Class, Entry, STRIDE, scan};
use super::size::Size;
use super::symbol::{Cdf, Reader};

/// A transform block with coefficients.
pub(crate) struct Request<'r> {
    pub(super) size: Size,
    pub(super) class: Class,
    pub(super) is_chroma: bool,
    pub(super) steps: Steps,
    pub(super) matrix: Option<&'r [u8]>,
    /// Bits of a sample.
    pub(super) bit_depth: u32,
    /// Of the sign of the first coefficient.
    pub(super) dc_sign: usize,
}

/// What was read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coefficients {
    /// Leading columns and rows beyond which all coefficients are zero.
    pub(super) used: (usize, usize),
    /// The sum of sizes of coefficients.
    pub(super) sum: u32,
    /// For edges: the sum of sizes of levels up to 63, and 64 times the kind of the sign of the first.
    pub(super) context: u8,
}

/// Room for the levels of a block.
#[derive(Clone)]
pub(crate) struct Levels {
    /// Of each place: the level up to 15, and 256 times the level up to 3. All are zero between blocks.
    sizes: Box<[u16; STRIDE * STRIDE]>,
    /// Levels that are not zero, from the last on.
    list: Box<[Level; 1024]>,
}

#[derive(Clone, Copy, Default)]
struct Level {
    position: u16,
    /// Up to 15.
    size: u16,
}

impl Default for Levels {
    fn default() -> Self {
        Self {
            sizes: Box::new([0; STRIDE * STRIDE]),
            list: Box::new([Level::default(); 1024]),
        }
    }
}

impl std::fmt::Debug for Levels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Levels").finish_non_exhaustive()
    }
}

impl Levels {
    /// Reads what follows `all_zero` and the kind of transform, into `to`, which was zero.
    ///
    /// `to` has a coefficient for each of up to 32x32 positions, row by row.
    #[inline(always)]
    pub(crate) fn read_body(
        &mut self,
        reader: &mut Reader<'_>,
        cdfs: &mut CoefficientCdfs,
        request: &Request<'_>,
        to: &mut [i32],
    ) -> Coefficients {
        let symbols = &mut Reader::clone(reader);
        let coded = request.size.at_most(5);
        let context = (request.size.shorter_log2() + request.size.longer_log2()).div_ceil(2) - 2;
        let context = usize::from(context);
        let end = read_end(symbols, cdfs, request, coded, context);
        let entries = &scan(request.size, request.class)[..end];
        let kind = usize::from(request.is_chroma);
        let tables = &mut Tables {
            last: &mut cdfs.coeff_base_eob[context][kind],
            base: &mut cdfs.coeff_base[context][kind],
            range: &mut cdfs.coeff_br[context.min(3)][kind],
        };
        let count = match request.class {
            Class::Both => self.read_sizes::<BOTH>(symbols, tables, coded, entries),
            Class::Rows => self.read_sizes::<ROWS>(symbols, tables, coded, entries),
            Class::Columns => self.read_sizes::<COLUMNS>(symbols, tables, coded, entries),
        };
        let sign_cdf = &mut cdfs.dc_sign[kind][request.dc_sign];
        let context_shift = context.saturating_sub(2).min(2);
        let dequantizer = Dequantizer {
            steps: request.steps,
            matrix: request.matrix,
            shift: u32::try_from(context_shift).unwrap_or(0),
            most: (1 << (7 + request.bit_depth)) - 1,
            width_log2: coded.width_log2,
        };
        let read = self.read_signs(symbols, sign_cdf, count, &dequantizer, to);
        *reader = *symbols;
        read
    }

    /// `coeff_base_eob`, `coeff_base` and `coeff_br`: how many levels are not zero.
    #[inline(always)]
    fn read_sizes<const CLASS: usize>(
        &mut self,
        symbols: &mut Reader<'_>,
        tables: &mut Tables<'_>,
        coded: Size,
        entries: &[Entry],
    ) -> usize {
        let sizes = &mut *self.sizes;
        let [second, third, fourth, fifth] = match CLASS {
            BOTH => [STRIDE, STRIDE + 1, 2, 2 * STRIDE],
            ROWS => [STRIDE, 2, 3, 4],
            _ => [STRIDE, 2 * STRIDE, 3 * STRIDE, 4 * STRIDE],
        };
        let Some((last, before)) = entries.split_last() else {
            return 0;
        };
        let area = coded.width() * coded.height();
        let context = match before.len() {
            0 => 0,
            index => 1 + usize::from(index > area / 8) + usize::from(index > area / 4),
        };
        let mut level = symbols.symbol(&mut tables.last[context]) + 1;
        if level == 3 {
            level = read_range(symbols, &mut tables.range[usize::from(last.range)]);
        }
        let mut count = 1;
        self.list[0] = Level::new(last, level);
        if let Some(size) = sizes.get_mut(usize::from(last.place)) {
            *size = packed(level);
        }
        for (index, entry) in before.iter().enumerate().rev() {
            let place = usize::from(entry.place);
            let Some(around) = sizes
                .get_mut(place..)
                .and_then(<[u16]>::first_chunk_mut::<AROUND>)
            else {
                break;
            };
            let near = around[1] + around[second] + around[third];
            let all = near + around[fourth] + around[fifth];
            let context = if CLASS == BOTH && index == 0 {
                0
            } else {
                usize::from(((all >> 8) + 1) >> 1).min(4) + usize::from(entry.base)
            };
            let Some(cdf) = tables.base.get_mut(context) else {
                break;
            };
            let mut level = symbols.symbol_of_four(cdf);
            if level == 0 {
                continue;
            }
            if level == 3 {
                let context = usize::from(((near & 0xFF) + 1) >> 1).min(6);
                let context = context + usize::from(entry.range);
                let Some(cdf) = tables.range.get_mut(context) else {
                    break;
                };
                level = read_range(symbols, cdf);
            }
            if let Some(to) = self.list.get_mut(count) {
                *to = Level::new(entry, level);
            }
            count += 1;
            around[0] = packed(level);
        }
        count
    }

    /// Signs, and what levels have above 14, from the first coefficient on.
    #[inline(always)]
    fn read_signs(
        &mut self,
        symbols: &mut Reader<'_>,
        sign_cdf: &mut Cdf<2>,
        count: usize,
        dequantizer: &Dequantizer<'_>,
        to: &mut [i32],
    ) -> Coefficients {
        let (mut sum, mut sign_kind, mut total) = (0u32, 0, 0u32);
        let (mut columns, mut rows) = (0, 0);
        let width_log2 = dequantizer.width_log2;
        let mask = (1u16 << width_log2) - 1;
        let sizes = &mut *self.sizes;
        for level in self.list[..count].iter().rev() {
            let position = level.position;
            let is_first = position == 0;
            let is_negative = if is_first {
                let is_negative = symbols.flag(sign_cdf);
                sign_kind = if is_negative { 1 } else { 2 };
                is_negative
            } else {
                symbols.bit()
            };
            let mut size = u32::from(level.size);
            if size > 14 {
                let (more, behind) = read_golomb(*symbols);
                *symbols = behind;
                size = (size + more) & 0xF_FFFF;
            }
            sum = sum.saturating_add(size);
            let value = dequantizer.value(usize::from(position), size, is_negative);
            total = total.saturating_add(value.unsigned_abs());
            if let Some(to) = to.get_mut(usize::from(position)) {
                *to = value;
            }
            let (column, row) = (position & mask, position >> width_log2);
            if let Some(size) = sizes.get_mut(usize::from(row) * STRIDE + usize::from(column)) {
                *size = 0;
            }
            columns = columns.max(column);
            rows = rows.max(row);
        }
        Coefficients {
            used: (usize::from(columns) + 1, usize::from(rows) + 1),
            sum: total,
            context: sum.min(63).to_le_bytes()[0] | sign_kind << 6,
        }
    }
}

impl Level {
    fn new(entry: &Entry, level: usize) -> Self {
        Self {
            position: entry.position,
            size: u16::from(level.to_le_bytes()[0]),
        }
    }
}

/// Probabilities of a block.
struct Tables<'t> {
    last: &'t mut [Cdf<3>; 4],
    base: &'t mut [Cdf<4>; 41],
    range: &'t mut [Cdf<4>; 21],
}

struct Dequantizer<'d> {
    steps: Steps,
    matrix: Option<&'d [u8]>,
    /// Of large transforms.
    shift: u32,
    /// The largest value.
    most: u32,
    /// Binary logarithm of coefficients in a row.
    width_log2: u8,
}

impl Dequantizer<'_> {
    #[inline(always)]
    fn value(&self, position: usize, size: u32, is_negative: bool) -> i32 {
        let mut step = if position == 0 {
            self.steps.dc
        } else {
            self.steps.ac
        };
        if let Some(&weight) = self.matrix.and_then(|matrix| matrix.get(position)) {
            step = (step * u32::from(weight) + 16) >> 5;
        }
        let value = (size.wrapping_mul(step) & 0xFF_FFFF) >> self.shift;
        if is_negative {
            -value.min(self.most + 1).cast_signed()
        } else {
            value.min(self.most).cast_signed()
        }
    }
}

/// `eob_pt_*`, `eob_extra` and `eob_extra_bit`: how many coefficients there are.
#[inline(always)]
fn read_end(
    symbols: &mut Reader<'_>,
    cdfs: &mut CoefficientCdfs,
    request: &Request<'_>,
    coded: Size,
    context: usize,
) -> usize {
    let kind = usize::from(request.is_chroma);
    let class = usize::from(request.class != Class::Both);
    let group = match coded.width_log2 + coded.height_log2 {
        4 => symbols.symbol(&mut cdfs.eob_pt_16[kind][class]),
        5 => symbols.symbol(&mut cdfs.eob_pt_32[kind][class]),
        6 => symbols.symbol(&mut cdfs.eob_pt_64[kind][class]),
        7 => symbols.symbol(&mut cdfs.eob_pt_128[kind][class]),
        8 => symbols.symbol(&mut cdfs.eob_pt_256[kind][class]),
        9 => symbols.symbol(&mut cdfs.eob_pt_512[kind]),
        _ => symbols.symbol(&mut cdfs.eob_pt_1024[kind]),
    };
    if group < 2 {
        return group + 1;
    }
    let bits = group - 1;
    let mut end = (1 << bits) + 1;
    let cdf = &mut cdfs.eob_extra[context][kind][group];
    if symbols.flag(cdf) {
        end += 1 << (bits - 1);
    }
    for bit in (0..bits - 1).rev() {
        end += usize::from(symbols.bit()) << bit;
    }
    end
}

/// A level of at least 3, up to 15, in steps of up to 3.
#[inline(always)]
fn read_range(symbols: &mut Reader<'_>, cdf: &mut Cdf<4>) -> usize {
    let mut level = 3;
    for _ in 0..4 {
        let more = symbols.symbol_of_four(cdf);
        level += more;
        if more < 3 {
            break;
        }
    }
    level
}

/// What a level has above 15, and the reader behind it.
#[cold]
fn read_golomb(mut symbols: Reader<'_>) -> (u32, Reader<'_>) {
    let mut bits = 0;
    while !symbols.bit() {
        bits += 1;
        if bits == 32 {
            return (0, symbols);
        }
    }
    let mut value = 1u32;
    for _ in 0..bits {
        value = value << 1 | u32::from(symbols.bit());
    }
    (value.wrapping_sub(1), symbols)
}

/// See [`Levels::sizes`].
#[inline(always)]
fn packed(level: usize) -> u16 {
    let level = u16::from(level.to_le_bytes()[0]);
    level | level.min(3) << 8
}

/// Places that contexts look at, from the level's own on.
const AROUND: usize = 4 * STRIDE + 1;
/// [`Class`] as a parameter.
const BOTH: usize = 0;
const ROWS: usize = 1;
const COLUMNS: usize = 2;
