//! Coding in several scans, in libjpeg's progression (`jcparam.c`, `jcphuff.c`).

use super::bit_writer::BitWriter;
use super::blocks::{Component, Picture};
use super::entropy::{Counter, Sink, Writer, put_value};
use super::optimal::Code;
use super::segments::{write_code, write_scan};
use crate::quantization::ZIGZAG;

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
                        let dc = i32::from(component.block((block_x, block_y))[0]);
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
        sink.put_bits(value.cast_unsigned() & 1, 1);
    }
}

/// Values of a scan's band in file order: magnitude down to the scan's bit, and sign.
fn values(scan: Scan, block: &[i16; 64]) -> impl Iterator<Item = (i32, bool)> {
    let (first, last) = (usize::from(scan.band.0), usize::from(scan.band.1));
    (first..=last).map(move |at| {
        let value = block[usize::from(ZIGZAG[at & 63])];
        (i32::from(value.unsigned_abs() >> scan.step.1), value < 0)
    })
}

/// Codes a band of one component, block after block.
struct BandCoder<'s, S> {
    sink: &'s mut S,
    table: usize,
    scan: Scan,
    /// Blocks that ended with nothing more, not coded yet.
    ended: u32,
    /// Correction bits that belong to them.
    corrections: Vec<u8>,
}

impl<'s, S: Sink> BandCoder<'s, S> {
    fn new(component: &Component, scan: Scan, sink: &'s mut S) -> Self {
        Self {
            sink,
            table: usize::from(component.table) * 2 + 1,
            scan,
            ended: 0,
            corrections: Vec::new(),
        }
    }

    fn code(&mut self, block: &[i16; 64]) {
        if self.scan.step.0 == 0 {
            self.first(block);
        } else {
            self.refine(block);
        }
    }

    /// Values down to bit `low` (T.81, G.1.2.2).
    fn first(&mut self, block: &[i16; 64]) {
        let mut run = 0;
        for (magnitude, is_negative) in values(self.scan, block) {
            if magnitude == 0 {
                run += 1;
                continue;
            }
            self.flush();
            while run > 15 {
                self.sink.put(self.table, 0xf0, 0, 0);
                run -= 16;
            }
            let value = if is_negative { -magnitude } else { magnitude };
            put_value(self.sink, self.table, run, value);
            run = 0;
        }
        if run > 0 {
            self.end_block();
        }
    }

    /// One more bit of known values, and values that begin with this bit (T.81, G.1.2.3).
    fn refine(&mut self, block: &[i16; 64]) {
        let last_new = values(self.scan, block)
            .enumerate()
            .filter(|(_, (m, _))| *m == 1)
            .last();
        let last_new = last_new.map(|(at, _)| at);
        let mut run = 0;
        let mut bits: Vec<u8> = Vec::new();
        for (at, (magnitude, is_negative)) in values(self.scan, block).enumerate() {
            if magnitude == 0 {
                run += 1;
                continue;
            }
            while run > 15 && last_new.is_some_and(|last| at <= last) {
                self.flush();
                self.sink.put(self.table, 0xf0, 0, 0);
                self.put_corrections(&std::mem::take(&mut bits));
                run -= 16;
            }
            if magnitude > 1 {
                bits.push((magnitude & 1).to_le_bytes()[0]);
                continue;
            }
            self.flush();
            let symbol = (run << 4 | 1u32).to_le_bytes()[0];
            self.sink
                .put(self.table, symbol, u32::from(!is_negative), 1);
            self.put_corrections(&std::mem::take(&mut bits));
            run = 0;
        }
        if run > 0 || !bits.is_empty() {
            self.corrections.extend(bits);
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        self.ended += 1;
        if self.ended == 0x7fff || self.corrections.len() > MAX_CORRECTIONS {
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
        let corrections = std::mem::take(&mut self.corrections);
        self.put_corrections(&corrections);
    }

    fn put_corrections(&mut self, bits: &[u8]) {
        bits.iter()
            .for_each(|&bit| self.sink.put_bits(u32::from(bit), 1));
    }
}

/// libjpeg's bound: what a decoder may have to keep in mind is finite.
const MAX_CORRECTIONS: usize = 1000 - 63;
