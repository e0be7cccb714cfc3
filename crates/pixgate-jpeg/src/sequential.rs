//! Sequential scans, straight from bits to samples.

use crate::block::{Block, Slots, end_of_kept, read_block, slots};
use crate::huffman::{Class, HuffmanTable, HuffmanTables};
use crate::idct::{Idct, flat};
use crate::kernels::Kernels;
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
    idct: Idct,
}

impl BlockOutput {
    /// - `table`: which quantisation table.
    pub(crate) fn new(
        scale: Scale,
        tables: &QuantizationTables,
        table: u8,
        kernels: &Kernels,
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
            idct: kernels.idct(scale),
        })
    }

    /// Writes a block's samples; `has_ac` if any coefficient but the first may be set.
    #[inline(always)]
    pub(crate) fn write(&self, block: &[i16; 64], has_ac: bool, out: &mut [u8], stride: usize) {
        if has_ac {
            (self.idct)(block, &self.quantization, out, stride);
        } else {
            fill(
                self.scale,
                flat(block[0], self.quantization[0]),
                out,
                stride,
            );
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
    for x in 0..row.units {
        if row.reader.begin_unit() {
            for decoder in row.decoders.iter_mut() {
                decoder.restart();
            }
        }
        let is_starved = row.reader.is_starved();
        for decoder in row.decoders.iter_mut() {
            let Some(window) = row.windows.get_mut(decoder.tables.index) else {
                continue;
            };
            if is_starved {
                grey_unit(decoder, window, x);
            } else if let Some(tables) = tables(row.tables, decoder.tables) {
                decode_unit(row.reader, tables, decoder, window, x);
            }
        }
        if !is_starved {
            row.reader.end_unit();
        }
    }
}

/// The tables that a component's blocks are coded with.
#[inline(always)]
pub(crate) fn tables(
    all: &HuffmanTables,
    component: ScanComponent,
) -> Option<(&HuffmanTable, &HuffmanTable)> {
    let dc = all.get(Class::Dc, component.dc)?;
    Some((dc, all.get(Class::Ac, component.ac)?))
}

#[inline(always)]
fn decode_unit(
    reader: &mut ScanReader<'_>,
    tables: (&HuffmanTable, &HuffmanTable),
    decoder: &mut BlockDecoder,
    window: &mut Window,
    x: usize,
) {
    let (across, down) = window.plane().unit;
    let (stride, side) = (window.plane().stride(), decoder.output.scale.block_side());
    let mut block: Block = [0; 128];
    for block_y in 0..down {
        for block_x in 0..across {
            block[..side * side].fill(0);
            let mask = read_into(reader, tables, decoder, &mut block);
            let start = block_y * side * stride + (x * across + block_x) * side;
            let (block, _) = block.split_first_chunk().unwrap_or((&[0; 64], &[]));
            let out = &mut window.fresh()[start..];
            decoder.output.write(block, mask > 1, out, stride);
        }
    }
}

/// Reads a block with its DC coefficient predicted; the mask is above 1 if there is more.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "predictions wrap at 16 bits"
)]
pub(crate) fn read_into(
    reader: &mut ScanReader<'_>,
    tables: (&HuffmanTable, &HuffmanTable),
    decoder: &mut BlockDecoder,
    block: &mut Block,
) -> u64 {
    let slots = (decoder.slots, decoder.end);
    let (difference, mask) = reader
        .bits
        .read(|cursor| read_block(cursor, tables, slots, block));
    decoder.prediction = decoder.prediction.wrapping_add(difference as i16);
    block[0] = decoder.prediction;
    mask
}

fn grey_unit(decoder: &BlockDecoder, window: &mut Window, x: usize) {
    let (across, down) = window.plane().unit;
    let (stride, side) = (window.plane().stride(), decoder.output.scale.block_side());
    for block_y in 0..down {
        let start = block_y * side * stride + x * across * side;
        let rows = window.fresh()[start..].chunks_mut(stride).take(side);
        rows.for_each(|row| row[..across * side].fill(GREY));
    }
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
