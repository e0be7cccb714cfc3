//! Sequential scans, straight from bits to samples.

use crate::ahead::{self, Joined};
use crate::bits::Cursor;
use crate::block::{Block, Slots, end_of_kept, read_block, slots};
use crate::huffman::{HuffmanTable, HuffmanTables, tables};
use crate::idct::{IdctPair, Transform, flat};
use crate::quantization::QuantizationTables;
use crate::scan::{ScanComponent, ScanReader};
use crate::window::Window;
use crate::{Error, ErrorKind, Scale};

/// What a component's blocks are decoded with.
#[derive(Debug)]
pub(crate) struct BlockDecoder {
    tables: ScanComponent,
    slots: &'static Slots,
    end: u32,
    pub(crate) output: BlockOutput,
    prediction: i16,
}

impl BlockDecoder {
    pub(crate) fn new(tables: ScanComponent, output: BlockOutput) -> Self {
        Self {
            tables,
            slots: slots(output.scale),
            end: end_of_kept(output.scale),
            output,
            prediction: 0,
        }
    }

    /// What reading ahead has to know of it.
    ///
    /// - `blocks`: of a unit.
    pub(crate) const fn ahead(&self, blocks: usize) -> ahead::Lane {
        ahead::Lane {
            tables: self.tables,
            scale: self.output.scale,
            blocks,
        }
    }

    /// Which component it decodes.
    pub(crate) const fn component(&self) -> usize {
        self.tables.index
    }

    /// What the next DC coefficient is predicted from.
    pub(crate) const fn prediction(&self) -> i16 {
        self.prediction
    }

    /// Predicts the next DC coefficient from another one.
    pub(crate) const fn predict_from(&mut self, prediction: i16) {
        self.prediction = prediction;
    }

    /// Forgets the prediction.
    pub(crate) const fn restart(&mut self) {
        self.prediction = 0;
    }
}

/// How a component's coefficients become samples.
#[derive(Debug, Clone)]
pub(crate) struct BlockOutput {
    pub(crate) scale: Scale,
    quantization: [i16; 64],
    transform: Transform,
}

impl BlockOutput {
    /// - `table`: which quantisation table.
    pub(crate) fn new(
        scale: Scale,
        tables: &QuantizationTables,
        table: u8,
        transform: Transform,
    ) -> Result<Self, Error> {
        let natural = tables.get(table).ok_or(ErrorKind::MissingTable)?;
        let side = scale.block_side();
        let mut quantization = [0; 64];
        for (slot, value) in quantization.iter_mut().take(side * side).enumerate() {
            *value = natural[slot / side * 8 + slot % side].cast_signed();
        }
        Ok(Self {
            scale,
            quantization,
            transform,
        })
    }

    /// Writes a block's samples; `has_ac` if any coefficient but the first may be set.
    #[inline(always)]
    pub(crate) fn write(&self, block: &[i16; 64], has_ac: bool, out: &mut [u8], stride: usize) {
        if has_ac {
            (self.transform.one)(block, &self.quantization, out, stride);
        } else {
            fill(
                self.scale,
                flat(block[0], self.quantization[0]),
                out,
                stride,
            );
        }
    }

    /// Writes the samples of two blocks next to each other.
    #[inline(always)]
    fn write_pair(
        &self,
        pair: IdctPair,
        blocks: [&Block; 2],
        has_ac: bool,
        out: &mut [u8],
        stride: usize,
    ) {
        if has_ac {
            return pair(blocks.map(kept), &self.quantization, out, stride);
        }
        let side = self.scale.block_side();
        for (index, block) in blocks.into_iter().enumerate() {
            let out = &mut out[index * side..];
            self.write(kept(block), false, out, stride);
        }
    }
}

/// One row of units to be decoded.
#[derive(Debug)]
pub(crate) struct UnitRow<'r, 'a> {
    pub(crate) reader: &'r mut ScanReader<'a>,
    pub(crate) decoders: &'r mut [BlockDecoder],
    pub(crate) windows: &'r mut [Window],
    pub(crate) tables: &'r HuffmanTables,
    pub(crate) units: usize,
}

/// Decodes one row of units into the components' windows.
///
/// Units that cannot be read become grey, as in libjpeg.
#[inline(always)]
pub(crate) fn decode_row(row: &mut UnitRow<'_, '_>) {
    let mut lanes = lanes(row.decoders, row.windows, row.tables);
    let lanes = lanes.as_mut_slice();
    let mut blocks = [[0; 128]; 2];
    for x in 0..row.units {
        if row.reader.begin_unit() {
            lanes.iter_mut().for_each(|lane| *lane.prediction = 0);
        }
        if row.reader.is_starved() {
            lanes.iter_mut().for_each(|lane| lane.grey(x));
            continue;
        }
        row.reader.bits.read(|cursor| {
            let mut bits = FromBits(cursor);
            for lane in lanes.iter_mut() {
                lane.decode(x, &mut blocks, &mut bits);
            }
        });
        row.reader.end_unit();
    }
}

/// Makes a row of units out of what was [read ahead](crate::ahead) into the components' windows.
pub(crate) fn rebuild_row(row: &mut UnitRow<'_, '_>, units: &mut Joined) {
    let mut lanes = lanes(row.decoders, row.windows, row.tables);
    let mut blocks = [[0; 128]; 2];
    for x in 0..row.units {
        units.begin_unit();
        for (component, lane) in lanes.iter_mut().enumerate() {
            lane.decode(x, &mut blocks, &mut FromUnits { units, component });
        }
    }
}

/// Where a lane's blocks come from.
///
/// No closures: those are not always put into the kernel that calls them, and are then without its
/// instructions.
trait BlockReader {
    /// The next block of the lane; says whether any coefficient but the first may be set.
    fn next(&mut self, lane: &mut Lane<'_>, block: &mut Block) -> bool;
}

/// Blocks read from the scan's bits.
struct FromBits<'c, 'a>(&'c mut Cursor<'a>);

impl BlockReader for FromBits<'_, '_> {
    #[inline(always)]
    fn next(&mut self, lane: &mut Lane<'_>, block: &mut Block) -> bool {
        lane.read(self.0, block)
    }
}

/// Blocks of a component that were [read ahead](crate::ahead).
struct FromUnits<'u> {
    units: &'u mut Joined,
    component: usize,
}

impl BlockReader for FromUnits<'_> {
    #[inline(always)]
    fn next(&mut self, lane: &mut Lane<'_>, block: &mut Block) -> bool {
        self.units.next(self.component, lane.output.scale, block)
    }
}

/// What the units of a row need of one component, at hand.
struct Lane<'r> {
    tables: (&'r HuffmanTable, &'r HuffmanTable),
    slots: &'static Slots,
    end: u32,
    output: &'r BlockOutput,
    prediction: &'r mut i16,
    out: &'r mut [u8],
    stride: usize,
    side: usize,
    unit: (usize, usize),
}

fn lanes<'r>(
    decoders: &'r mut [BlockDecoder],
    windows: &'r mut [Window],
    all: &'r HuffmanTables,
) -> Vec<Lane<'r>> {
    let mut windows: Vec<_> = windows.iter_mut().map(Some).collect();
    let lane = |decoder: &'r mut BlockDecoder| {
        let window = windows.get_mut(decoder.tables.index)?.take()?;
        let (unit, stride) = (window.plane().unit, window.plane().stride());
        Some(Lane {
            tables: tables(all, decoder.tables)?,
            slots: decoder.slots,
            end: decoder.end,
            side: decoder.output.scale.block_side(),
            output: &decoder.output,
            prediction: &mut decoder.prediction,
            out: window.fresh(),
            stride,
            unit,
        })
    };
    decoders.iter_mut().filter_map(lane).collect()
}

impl Lane<'_> {
    #[inline(always)]
    fn decode(&mut self, x: usize, blocks: &mut [Block; 2], reader: &mut impl BlockReader) {
        let (across, down) = self.unit;
        let [first, second] = blocks;
        for block_y in 0..down {
            let start = block_y * self.side * self.stride + x * across * self.side;
            if let (2, Some(pair)) = (across, self.output.transform.pair) {
                let has_ac = reader.next(self, first) | reader.next(self, second);
                let out = &mut self.out[start..];
                self.output
                    .write_pair(pair, [first, second], has_ac, out, self.stride);
                continue;
            }
            for block_x in 0..across {
                let has_ac = reader.next(self, first);
                let out = &mut self.out[start + block_x * self.side..];
                self.output.write(kept(first), has_ac, out, self.stride);
            }
        }
    }

    #[inline(always)]
    fn read(&mut self, cursor: &mut Cursor<'_>, block: &mut Block) -> bool {
        block[..self.side * self.side].fill(0);
        let slots = (self.slots, self.end);
        let (difference, has_ac) = read_block(cursor, self.tables, slots, block);
        block[0] = predict(self.prediction, difference);
        has_ac
    }

    fn grey(&mut self, x: usize) {
        let (across, down) = self.unit;
        for block_y in 0..down {
            let start = block_y * self.side * self.stride + x * across * self.side;
            let rows = self.out[start..].chunks_mut(self.stride).take(self.side);
            rows.for_each(|row| row[..across * self.side].fill(GREY));
        }
    }
}

/// The part of a block that is kept.
#[inline(always)]
fn kept(block: &Block) -> &[i16; 64] {
    block.first_chunk().unwrap_or(&[0; 64])
}

/// The DC coefficient, which the next difference is to.
#[inline(always)]
const fn predict(prediction: &mut i16, difference: i16) -> i16 {
    *prediction = prediction.wrapping_add(difference);
    *prediction
}

/// Reads a block with its DC coefficient predicted; says whether there may be more.
#[inline(always)]
pub(crate) fn read_into(
    reader: &mut ScanReader<'_>,
    tables: (&HuffmanTable, &HuffmanTable),
    decoder: &mut BlockDecoder,
    block: &mut Block,
) -> bool {
    let slots = (decoder.slots, decoder.end);
    let (difference, has_ac) = reader
        .bits
        .read(|cursor| read_block(cursor, tables, slots, block));
    block[0] = predict(&mut decoder.prediction, difference);
    has_ac
}

#[inline(always)]
fn fill(scale: Scale, value: u8, out: &mut [u8], stride: usize) {
    match scale {
        Scale::Full => fill_square::<8>(value, out, stride),
        Scale::Half => fill_square::<4>(value, out, stride),
        Scale::Quarter => fill_square::<2>(value, out, stride),
        Scale::Eighth => fill_square::<1>(value, out, stride),
    }
}

#[inline(always)]
fn fill_square<const SIDE: usize>(value: u8, out: &mut [u8], stride: usize) {
    for row in 0..SIDE {
        if let Some(samples) = out
            .get_mut(row * stride..)
            .and_then(<[u8]>::first_chunk_mut)
        {
            *samples = [value; SIDE];
        }
    }
}

/// What a block of zeroes decodes to.
const GREY: u8 = 128;
