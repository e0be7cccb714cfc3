//! Coding in several scans, in libjpeg's progression (`jcparam.c`, `jcphuff.c`).

use super::bit_writer::BitWriter;
use super::blocks::{Component, Picture};
use super::entropy::{Counter, Sink, Writer, put_value};
use super::fdct::Block;
use super::optimal::Code;
use super::segments::{write_code, write_scan};

/// One scan: a component or all, a band, and the step from one bit to the next.
#[derive(Debug, Clone, Copy)]
struct Scan {
    component: Option<usize>,
    band: (u8, u8),
    step: (u8, u8),
}

const fn scan(component: Option<usize>, band: (u8, u8), step: (u8, u8)) -> Scan {
    Scan {
        component,
        band,
        step,
    }
}

const COLOR: [Scan; 10] = [
    scan(None, (0, 0), (0, 1)),
    scan(Some(0), (1, 5), (0, 2)),
    scan(Some(2), (1, 63), (0, 1)),
    scan(Some(1), (1, 63), (0, 1)),
    scan(Some(0), (6, 63), (0, 2)),
    scan(Some(0), (1, 63), (2, 1)),
    scan(None, (0, 0), (1, 0)),
    scan(Some(2), (1, 63), (1, 0)),
    scan(Some(1), (1, 63), (1, 0)),
    scan(Some(0), (1, 63), (1, 0)),
];

const GREY: [Scan; 6] = [
    scan(None, (0, 0), (0, 1)),
    scan(Some(0), (1, 5), (0, 2)),
    scan(Some(0), (6, 63), (0, 2)),
    scan(Some(0), (1, 63), (2, 1)),
    scan(None, (0, 0), (1, 0)),
    scan(Some(0), (1, 63), (1, 0)),
];

/// Writes every scan with its tables.
pub(super) fn write(file: &mut Vec<u8>, picture: &Picture) {
    let scans: &[Scan] = if picture.components.len() == 1 {
        &GREY
    } else {
        &COLOR
    };
    for scan in scans {
        let mut counter = Counter([[0; 256]; 4]);
        code_scan(picture, *scan, &mut counter);
        let codes = counter.0.each_ref().map(Code::optimal);
        for (slot, code) in [0x00, 0x10, 0x01, 0x11].iter().zip(&codes) {
            if !code.symbols.is_empty() {
                write_code(file, *slot, code);
            }
        }
        write_scan(file, &components(picture, *scan), scan.band, scan.step);
        let mut writer = Writer {
            bits: BitWriter::new(file),
            codes: &codes,
        };
        code_scan(picture, *scan, &mut writer);
        writer.bits.finish();
    }
}

fn components(picture: &Picture, scan: Scan) -> Vec<(u8, u8)> {
    let is_in = |number: usize| scan.component.is_none_or(|only| only == number);
    let all = picture.components.iter().enumerate();
    all.filter(|(number, _)| is_in(*number))
        .map(|(number, component)| (number.to_le_bytes()[0], component.table * 0x11))
        .collect()
}

fn code_scan(picture: &Picture, scan: Scan, sink: &mut impl Sink) {
    let component = scan.component.and_then(|at| picture.components.get(at));
    match component {
        None => code_dc(picture, scan, sink),
        Some(component) => {
            let mut coder = BandCoder::new(component, scan, sink);
            for y in 0..component.blocks.1 {
                for x in 0..component.blocks.0 {
                    coder.code(component.block((x, y)));
                }
            }
            coder.flush();
        }
    }
}

fn code_dc(picture: &Picture, scan: Scan, sink: &mut impl Sink) {
    let mut predictions = [0; 3];
    for y in 0..picture.units.1 {
        for x in 0..picture.units.0 {
            for (component, prediction) in picture.components.iter().zip(&mut predictions) {
                let (across, down) = component.unit;
                for block_y in y * down..(y + 1) * down {
                    for block_x in x * across..(x + 1) * across {
                        let dc = i32::from(component.block((block_x, block_y)).values[0]);
                        code_one_dc(dc, component, scan, prediction, sink);
                    }
                }
            }
        }
    }
}

fn code_one_dc(
    dc: i32,
    component: &Component,
    scan: Scan,
    prediction: &mut i32,
    sink: &mut impl Sink,
) {
    let value = dc >> scan.step.1;
    if scan.step.0 == 0 {
        put_value(
            sink,
            usize::from(component.table) * 2,
            0,
            value - *prediction,
        );
        *prediction = value;
    } else {
        sink.put_bits(u64::from(value.cast_unsigned() & 1), 1);
    }
}

/// Codes a band of one component, block after block.
struct BandCoder<'s, S> {
    sink: &'s mut S,
    table: usize,
    band: u64,
    first: u32,
    last: u32,
    low: u8,
    is_first: bool,
    /// Blocks that ended with nothing more, not coded yet.
    ended: u32,
    /// Correction bits that belong to them.
    corrections: Vec<Corrections>,
    correction_bits: u32,
}

/// Correction bits of one block, the first highest.
#[derive(Debug, Clone, Copy, Default)]
struct Corrections {
    bits: u64,
    count: u32,
}

impl Corrections {
    fn push(&mut self, bit: u16) {
        self.bits = self.bits << 1 | u64::from(bit & 1);
        self.count += 1;
    }
}

impl<'s, S: Sink> BandCoder<'s, S> {
    fn new(component: &Component, scan: Scan, sink: &'s mut S) -> Self {
        let (first, last) = (u32::from(scan.band.0), u32::from(scan.band.1));
        Self {
            sink,
            table: usize::from(component.table) * 2 + 1,
            band: (u64::MAX << first) & (u64::MAX >> (63 - last)),
            first,
            last,
            low: scan.step.1,
            is_first: scan.step.0 == 0,
            ended: 0,
            corrections: Vec::new(),
            correction_bits: 0,
        }
    }

    fn code(&mut self, block: &Block) {
        if self.is_first {
            self.first(block);
        } else {
            self.refine(block);
        }
    }

    /// Values down to bit `low` (T.81, G.1.2.2).
    fn first(&mut self, block: &Block) {
        let mut next = self.first;
        let mut rest = block.nonzero & self.band;
        while rest != 0 {
            let at = rest.trailing_zeros();
            rest &= rest - 1;
            let value = block.values[(at & 63) as usize];
            let magnitude = value.unsigned_abs() >> self.low;
            if magnitude == 0 {
                continue;
            }
            self.flush();
            let run = self.skip_zeroes(at - next);
            let magnitude = i32::from(magnitude);
            let value = if value < 0 { -magnitude } else { magnitude };
            put_value(self.sink, self.table, run, value);
            next = at + 1;
        }
        if next <= self.last {
            self.end_block(Corrections::default());
        }
    }

    /// One more bit of known values, and values that begin with this bit (T.81, G.1.2.3).
    fn refine(&mut self, block: &Block) {
        let magnitude = |at: u32| block.values[(at & 63) as usize].unsigned_abs() >> self.low;
        let (mut known, mut new) = (0u64, 0u64);
        let mut rest = block.nonzero & self.band;
        while rest != 0 {
            let at = rest.trailing_zeros();
            rest &= rest - 1;
            match magnitude(at) {
                0 => {}
                1 => new |= 1 << at,
                _ => known |= 1 << at,
            }
        }
        let low = self.low;
        let mut position = Refinement {
            run: 0,
            next: self.first,
            corrections: Corrections::default(),
        };
        let mut rest = known | new;
        while rest != 0 {
            let at = rest.trailing_zeros();
            let is_before_last_new = new >> at != 0;
            rest &= rest - 1;
            position.run += at - position.next;
            position.next = at + 1;
            let value = block.values[(at & 63) as usize];
            if is_before_last_new {
                self.skip_refined(&mut position);
            }
            if new >> at & 1 == 0 {
                position.corrections.push(value.unsigned_abs() >> low);
            } else {
                self.put_new(&mut position, value);
            }
        }
        position.run += self.last + 1 - position.next;
        if position.run > 0 || position.corrections.count > 0 {
            self.end_block(position.corrections);
        }
    }

    /// Codes runs of 16 and returns the rest of the run.
    fn skip_zeroes(&mut self, mut run: u32) -> u32 {
        while run > 15 {
            self.sink.put(self.table, 0xf0, 0, 0);
            run -= 16;
        }
        run
    }

    fn skip_refined(&mut self, position: &mut Refinement) {
        while position.run > 15 {
            self.flush();
            self.sink.put(self.table, 0xf0, 0, 0);
            self.put_corrections(std::mem::take(&mut position.corrections));
            position.run -= 16;
        }
    }

    fn put_new(&mut self, position: &mut Refinement, value: i16) {
        self.flush();
        let symbol = (position.run << 4 | 1).to_le_bytes()[0];
        self.sink.put(self.table, symbol, u32::from(value > 0), 1);
        self.put_corrections(std::mem::take(&mut position.corrections));
        position.run = 0;
    }

    fn end_block(&mut self, corrections: Corrections) {
        self.ended += 1;
        if corrections.count > 0 {
            self.corrections.push(corrections);
            self.correction_bits += corrections.count;
        }
        if self.ended == 0x7fff || self.correction_bits > MAX_CORRECTIONS {
            self.flush();
        }
    }

    /// Codes how many blocks ended, and their correction bits.
    fn flush(&mut self) {
        if self.ended == 0 {
            return;
        }
        let size = self.ended.ilog2();
        let bits = self.ended - (1 << size);
        let symbol = (size << 4).to_le_bytes()[0];
        self.sink.put(self.table, symbol, bits, size);
        self.ended = 0;
        self.correction_bits = 0;
        let mut corrections = std::mem::take(&mut self.corrections);
        for bits in corrections.drain(..) {
            self.put_corrections(bits);
        }
        self.corrections = corrections;
    }

    fn put_corrections(&mut self, corrections: Corrections) {
        self.sink.put_bits(corrections.bits, corrections.count);
    }
}

/// Where the refinement of a block stands.
struct Refinement {
    /// Zeroes since the last new value.
    run: u32,
    /// The coefficient behind the last that was not zero.
    next: u32,
    /// Bits of known values since the last symbol.
    corrections: Corrections,
}

/// libjpeg's bound: what a decoder may have to keep in mind is finite.
const MAX_CORRECTIONS: u32 = 1000 - 63;
