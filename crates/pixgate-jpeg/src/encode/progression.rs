//! Coding in several scans, in libjpeg's progression (`jcparam.c`, `jcphuff.c`).

use super::blocks::{Component, Picture};
use super::fdct::{Block, mask};
use super::segments::{write_code, write_scan};
use super::tokens::Tokens;
use crate::Error;

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

/// Scans of components none of which is more important: every step for each component.
fn equal_components(count: usize) -> Vec<Scan> {
    GREY.iter()
        .flat_map(|step| {
            let numbers = 0..if step.component.is_some() { count } else { 1 };
            numbers.map(|number| scan(step.component.map(|_| number), step.band, step.step))
        })
        .collect()
}

/// Writes every scan with its tables.
pub(super) fn write(file: &mut Vec<u8>, picture: &Picture) -> Result<(), Error> {
    let scans = if picture.is_ycbcr() {
        COLOR.to_vec()
    } else {
        equal_components(picture.components.len())
    };
    let mut tokens = Tokens::new();
    for scan in scans {
        tokens.clear();
        list_scan(picture, scan, &mut tokens);
        let codes = tokens.optimal_codes();
        for (slot, code) in [0x00, 0x10, 0x01, 0x11].iter().zip(&codes) {
            if !code.symbols.is_empty() {
                write_code(file, *slot, code);
            }
        }
        write_scan(file, &components(picture, scan), scan.band, scan.step);
        tokens.write(file, &codes, scan.component.is_some())?;
    }
    Ok(())
}

fn components(picture: &Picture, scan: Scan) -> Vec<(u8, u8)> {
    let is_in = |number: usize| scan.component.is_none_or(|only| only == number);
    let all = picture.components.iter().enumerate();
    all.filter(|(number, _)| is_in(*number))
        .map(|(number, component)| (number.to_le_bytes()[0], component.table * 0x11))
        .collect()
}

fn list_scan(picture: &Picture, scan: Scan, tokens: &mut Tokens) {
    let component = scan.component.and_then(|at| picture.components.get(at));
    match component {
        None => list_dc(picture, scan, tokens),
        Some(component) => {
            let mut lister = BandLister::new(component, scan, tokens);
            for block in component.filled() {
                lister.list(block);
            }
            lister.flush();
        }
    }
}

fn list_dc(picture: &Picture, scan: Scan, tokens: &mut Tokens) {
    let mut predictions = [0; 4];
    for y in 0..picture.units.1 {
        for x in 0..picture.units.0 {
            for (component, prediction) in picture.components.iter().zip(&mut predictions) {
                for block in component.unit_blocks((x, y)) {
                    let value = i32::from(block.values[0]) >> scan.step.1;
                    if scan.step.0 == 0 {
                        let table = u32::from(component.table) * 2;
                        tokens.put_value(table, 0, value - *prediction);
                        *prediction = value;
                    } else {
                        tokens.put_bits(u64::from(value.cast_unsigned() & 1), 1);
                    }
                }
            }
        }
    }
}

/// Lists a band of one component, block after block.
struct BandLister<'t> {
    tokens: &'t mut Tokens,
    table: u32,
    band: u64,
    first: u32,
    last: u32,
    low: u8,
    is_first: bool,
    /// Blocks that ended with nothing more, not listed yet.
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

impl<'t> BandLister<'t> {
    fn new(component: &Component, scan: Scan, tokens: &'t mut Tokens) -> Self {
        let (first, last) = (u32::from(scan.band.0), u32::from(scan.band.1));
        Self {
            tokens,
            table: u32::from(component.table) * 2 + 1,
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

    fn list(&mut self, block: &Block) {
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
            self.tokens.put_value(self.table, run, value);
            next = at + 1;
        }
        if next <= self.last {
            self.end_block(Corrections::default());
        }
    }

    /// One more bit of known values, and values that begin with this bit (T.81, G.1.2.3).
    fn refine(&mut self, block: &Block) {
        let at_least = |magnitude: u16| {
            let mask = mask(&block.values, |value| value.unsigned_abs() >= magnitude);
            mask & self.band
        };
        let known = at_least(2 << self.low);
        let new = at_least(1 << self.low) & !known;
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

    /// Lists runs of 16 and returns the rest of the run.
    fn skip_zeroes(&mut self, mut run: u32) -> u32 {
        while run > 15 {
            self.tokens.put(self.table, 0xf0, 0);
            run -= 16;
        }
        run
    }

    fn skip_refined(&mut self, position: &mut Refinement) {
        while position.run > 15 {
            self.flush();
            self.tokens.put(self.table, 0xf0, 0);
            self.put_corrections(std::mem::take(&mut position.corrections));
            position.run -= 16;
        }
    }

    fn put_new(&mut self, position: &mut Refinement, value: i16) {
        self.flush();
        let symbol = position.run << 4 | 1;
        self.tokens.put(self.table, symbol, u32::from(value > 0));
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

    /// Lists how many blocks ended, and their correction bits.
    fn flush(&mut self) {
        if self.ended == 0 {
            return;
        }
        let size = self.ended.ilog2();
        let bits = self.ended - (1 << size);
        self.tokens.put(self.table, size << 4, bits);
        self.ended = 0;
        self.correction_bits = 0;
        let mut corrections = std::mem::take(&mut self.corrections);
        for bits in corrections.drain(..) {
            self.put_corrections(bits);
        }
        self.corrections = corrections;
    }

    fn put_corrections(&mut self, corrections: Corrections) {
        self.tokens.put_bits(corrections.bits, corrections.count);
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
