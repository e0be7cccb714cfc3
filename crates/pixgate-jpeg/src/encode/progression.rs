//! Coding in several scans, in libjpeg's progression (`jcparam.c`, `jcphuff.c`).

use super::blocks::{Component, Picture};
use super::fdct::Block;
use super::segments::{write_code, write_scan};
use super::tokens::Tokens;
use crate::words::{Magnitudes, Words};
use crate::{Error, ErrorKind};

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
#[inline(always)]
pub(crate) fn write(file: &mut Vec<u8>, picture: &Picture, words: impl Words) -> Result<(), Error> {
    let scans = if picture.is_ycbcr() {
        COLOR.to_vec()
    } else {
        equal_components(picture.components.len())
    };
    let magnitudes = magnitudes(picture, words)?;
    let mut tokens = Tokens::new();
    for scan in scans {
        tokens.clear();
        match scan.component {
            None => list_dc(picture, scan, &mut tokens),
            Some(at) => list_band(picture, &magnitudes, (scan, at), &mut tokens, words),
        }
        write_listed(file, picture, scan, &tokens)?;
    }
    Ok(())
}

/// Magnitudes of all blocks that hold samples, for each component.
#[inline(always)]
fn magnitudes(picture: &Picture, words: impl Words) -> Result<Vec<Vec<Magnitudes>>, Error> {
    let of = |component: &Component| {
        let count = component.blocks.0 * component.blocks.1;
        let mut all = Vec::new();
        let bytes = (count * size_of::<Magnitudes>()) as u64;
        all.try_reserve_exact(count)
            .map_err(|_| ErrorKind::OutOfMemory { bytes })?;
        for block in component.filled() {
            all.push(if block.nonzero & !1 == 0 {
                Magnitudes::default()
            } else {
                words.magnitudes(&block.values)
            });
        }
        Ok(all)
    };
    picture.components.iter().map(of).collect()
}

/// Writes a scan with tables made for it.
#[inline(always)]
fn write_listed(
    file: &mut Vec<u8>,
    picture: &Picture,
    scan: Scan,
    tokens: &Tokens,
) -> Result<(), Error> {
    let codes = tokens.optimal_codes();
    for (slot, code) in [0x00, 0x10, 0x01, 0x11].iter().zip(&codes) {
        if !code.symbols.is_empty() {
            write_code(file, *slot, code);
        }
    }
    write_scan(file, &components(picture, scan), scan.band, scan.step);
    tokens.write(file, &codes, scan.component.is_some())
}

fn components(picture: &Picture, scan: Scan) -> Vec<(u8, u8)> {
    let is_in = |number: usize| scan.component.is_none_or(|only| only == number);
    let all = picture.components.iter().enumerate();
    all.filter(|(number, _)| is_in(*number))
        .map(|(number, component)| (number.to_le_bytes()[0], component.table * 0x11))
        .collect()
}

#[inline(always)]
fn list_band(
    picture: &Picture,
    magnitudes: &[Vec<Magnitudes>],
    (scan, at): (Scan, usize),
    tokens: &mut Tokens,
    words: impl Words,
) {
    let (Some(component), Some(magnitudes)) = (picture.components.get(at), magnitudes.get(at))
    else {
        return;
    };
    let mut lister = BandLister::new(component, scan, tokens, words);
    let blocks = component.filled().zip(magnitudes);
    if scan.step.0 == 0 {
        blocks.for_each(|(block, magnitudes)| lister.first(block, magnitudes));
    } else {
        blocks.for_each(|(block, magnitudes)| lister.refine(block, magnitudes));
    }
    lister.flush();
}

#[inline(always)]
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
struct BandLister<'t, W> {
    tokens: &'t mut Tokens,
    words: W,
    table: u32,
    band: u64,
    low: usize,
    /// Blocks that ended with nothing more, not listed yet.
    ended: u32,
    /// Correction bits that belong to them.
    corrections: Vec<Corrections>,
    correction_bits: u32,
}

/// Correction bits of one block or a part of it, the first highest.
#[derive(Debug, Clone, Copy)]
struct Corrections {
    bits: u64,
    count: u32,
}

impl<'t, W: Words> BandLister<'t, W> {
    fn new(component: &Component, scan: Scan, tokens: &'t mut Tokens, words: W) -> Self {
        let (first, last) = scan.band;
        Self {
            tokens,
            words,
            table: u32::from(component.table) * 2 + 1,
            band: (u64::MAX << first) & (u64::MAX >> (63 - last)),
            low: usize::from(scan.step.1),
            ended: 0,
            corrections: Vec::new(),
            correction_bits: 0,
        }
    }

    /// Values down to bit `low` (T.81, G.1.2.2).
    #[inline(always)]
    fn first(&mut self, block: &Block, magnitudes: &Magnitudes) {
        let mut rest = self.band;
        let mut new = magnitudes.at_least[self.low] & rest;
        while new != 0 {
            let at = new.trailing_zeros();
            self.flush();
            let mut run = (rest & ((1 << at) - 1)).count_ones();
            while run > 15 {
                self.tokens.put(self.table, 0xf0, 0);
                run -= 16;
            }
            let value = i32::from(block.values[(at & 63) as usize]);
            let sign = value >> 31;
            let magnitude = value.abs() >> self.low;
            self.tokens
                .put_value(self.table, run, (magnitude ^ sign) - sign);
            rest &= u64::MAX << at << 1;
            new &= new - 1;
        }
        if rest != 0 {
            self.end_block(Corrections { bits: 0, count: 0 });
        }
    }

    /// One more bit of known values, and values that begin with this bit (T.81, G.1.2.3).
    #[inline(always)]
    fn refine(&mut self, block: &Block, magnitudes: &Magnitudes) {
        let known = magnitudes.at_least[self.low + 1];
        let new = magnitudes.at_least[self.low] & !known;
        let bits = magnitudes.bit[self.low];
        let mut rest = self.band;
        while new & rest != 0 {
            let at = (new & rest).trailing_zeros();
            let below = rest & ((1 << at) - 1);
            let zeroes = below & !known;
            let run = zeroes.count_ones();
            self.flush();
            if run > 15 {
                let sixteenth = self.words.deposit(1 << 15, zeroes);
                let passed = rest & (sixteenth - 1);
                self.tokens.put(self.table, 0xf0, 0);
                self.put_corrections(self.corrections_of(bits, passed & known));
                rest &= !passed & !sixteenth;
                continue;
            }
            let is_positive = block.values[(at & 63) as usize] > 0;
            self.tokens
                .put(self.table, run << 4 | 1, u32::from(is_positive));
            self.put_corrections(self.corrections_of(bits, below & known));
            rest &= u64::MAX << at << 1;
        }
        if rest != 0 {
            self.end_block(self.corrections_of(bits, rest & known));
        }
    }

    /// - `bits`: the corrections of all coefficients.
    /// - `which`: those that count, 63 at most.
    #[inline(always)]
    fn corrections_of(&self, bits: u64, which: u64) -> Corrections {
        let count = which.count_ones();
        let bits = self.words.extract(bits, which);
        Corrections {
            bits: bits.reverse_bits() >> 1 >> (63 - count),
            count,
        }
    }

    #[inline(always)]
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
    #[inline(always)]
    fn flush(&mut self) {
        if self.ended > 0 {
            self.flush_ended();
        }
    }

    fn flush_ended(&mut self) {
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

    #[inline(always)]
    fn put_corrections(&mut self, corrections: Corrections) {
        self.tokens.put_bits(corrections.bits, corrections.count);
    }
}

/// libjpeg's bound: what a decoder may have to keep in mind is finite.
const MAX_CORRECTIONS: u32 = 1000 - 63;
