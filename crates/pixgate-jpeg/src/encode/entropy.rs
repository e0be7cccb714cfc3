//! Coding in one scan: the symbols, who counts them, who writes them.

use super::Entropy;
use super::bit_writer::BitWriter;
use super::blocks::Picture;
use super::fdct::Block;
use super::optimal::Code;
use super::segments::{write_code, write_restart_interval, write_scan};
use crate::standard::{AC_CHROMA, AC_LUMA, DC_CHROMA, DC_LUMA};

/// Takes symbols and the bits behind them.
pub(super) trait Sink {
    /// - `table`: number of the code.
    /// - `bits`: what follows the symbol, in the lowest `count` bits.
    fn put(&mut self, table: usize, symbol: u8, bits: u32, count: u32);
    /// At most 64 bits without a symbol, the first highest.
    fn put_bits(&mut self, bits: u64, count: u32);
    /// The end of a restart interval.
    fn restart(&mut self, number: u8);
}

/// Counts symbols.
#[derive(Debug)]
pub(super) struct Counter(pub(super) [[u32; 256]; 4]);

impl Sink for Counter {
    #[inline(always)]
    fn put(&mut self, table: usize, symbol: u8, _bits: u32, _count: u32) {
        self.0[table & 3][usize::from(symbol)] += 1;
    }

    fn put_bits(&mut self, _bits: u64, _count: u32) {}

    fn restart(&mut self, _number: u8) {}
}

/// Writes symbols in their codes.
#[derive(Debug)]
pub(super) struct Writer<'f, 'c> {
    pub(super) bits: BitWriter<'f>,
    pub(super) codes: &'c [Code; 4],
}

impl Sink for Writer<'_, '_> {
    #[inline(always)]
    fn put(&mut self, table: usize, symbol: u8, bits: u32, count: u32) {
        let (code, length) = self.codes[table & 3].of(symbol);
        self.bits.put(code << count | bits, length + count);
    }

    fn put_bits(&mut self, bits: u64, count: u32) {
        self.bits.put_long(bits, count);
    }

    fn restart(&mut self, number: u8) {
        self.bits.restart(number);
    }
}

/// Writes tables and the only scan.
pub(super) fn write(file: &mut Vec<u8>, picture: &Picture, entropy: Entropy, interval: u16) {
    let codes = if entropy == Entropy::Typical {
        [&DC_LUMA, &AC_LUMA, &DC_CHROMA, &AC_CHROMA].map(Code::typical)
    } else {
        let mut counter = Counter([[0; 256]; 4]);
        code_units(picture, interval, &mut counter);
        counter.0.each_ref().map(Code::optimal)
    };
    for (slot, code) in [0x00, 0x10, 0x01, 0x11]
        .iter()
        .zip(&codes)
        .take(2 * picture.tables())
    {
        write_code(file, *slot, code);
    }
    write_restart_interval(file, interval);
    let components: Vec<_> = (0..)
        .zip(&picture.components)
        .map(|(number, component)| (number, component.table * 0x11))
        .collect();
    write_scan(file, &components, (0, 63), (0, 0));
    let mut writer = Writer {
        bits: BitWriter::new(file),
        codes: &codes,
    };
    code_units(picture, interval, &mut writer);
    writer.bits.finish();
}

fn code_units(picture: &Picture, interval: u16, sink: &mut impl Sink) {
    let mut predictions = [0; 3];
    let mut left = interval;
    let mut number = 0;
    for y in 0..picture.units.1 {
        for x in 0..picture.units.0 {
            if interval > 0 && left == 0 {
                sink.restart(number);
                number = (number + 1) & 7;
                left = interval;
                predictions = [0; 3];
            }
            left = left.wrapping_sub(1);
            code_unit(picture, (x, y), &mut predictions, sink);
        }
    }
}

fn code_unit(
    picture: &Picture,
    (x, y): (usize, usize),
    predictions: &mut [i32; 3],
    sink: &mut impl Sink,
) {
    for (component, prediction) in picture.components.iter().zip(predictions) {
        let (across, down) = component.unit;
        let table = usize::from(component.table) * 2;
        for block_y in y * down..(y + 1) * down {
            for block_x in x * across..(x + 1) * across {
                let block = component.block((block_x, block_y));
                let dc = i32::from(block.values[0]);
                put_value(sink, table, 0, dc - *prediction);
                *prediction = dc;
                code_ac(block, table + 1, sink);
            }
        }
    }
}

#[inline(always)]
fn code_ac(block: &Block, table: usize, sink: &mut impl Sink) {
    let mut rest = block.nonzero & !1;
    let mut next = 1;
    while rest != 0 {
        let at = rest.trailing_zeros();
        rest &= rest - 1;
        let mut run = at - next;
        while run > 15 {
            sink.put(table, 0xf0, 0, 0);
            run -= 16;
        }
        let value = block.values[(at & 63) as usize];
        put_value(sink, table, run, i32::from(value));
        next = at + 1;
    }
    if next < 64 {
        sink.put(table, 0x00, 0, 0);
    }
}

/// Codes a run of zeroes and a value: its size as a symbol, its bits behind (T.81, F.1.2).
#[inline(always)]
pub(super) fn put_value(sink: &mut impl Sink, table: usize, run: u32, value: i32) {
    let size = 32 - value.unsigned_abs().leading_zeros();
    let negative = value >> 31;
    let bits = (value + negative).cast_unsigned() & ((1 << size) - 1);
    let symbol = (run << 4 | size).to_le_bytes()[0];
    sink.put(table, symbol, bits, size);
}
