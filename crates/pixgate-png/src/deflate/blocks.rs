//! Steps into blocks, each with the codes that suit it.

use super::bits::{BitWriter, Pending};
use super::block;
use super::histogram::Histogram;
use super::step::Step;
use crate::Error;

/// A run of steps that shares its codes.
struct Block {
    /// Steps and bytes of it.
    steps: usize,
    bytes: usize,
    histogram: Histogram,
    bits: u64,
}

/// Cuts steps into blocks where statistics change, and calls for each.
fn split(steps: &[Step], data: &[u8], mut each: impl FnMut(Block)) {
    let (mut at, mut byte) = (0, 0);
    let mut open: Option<Block> = None;
    while at < steps.len() {
        let piece = piece(&steps[at..], data.get(byte..).unwrap_or_default());
        at += piece.steps;
        byte += piece.bytes;
        open = Some(match open.take() {
            None => piece,
            Some(block) => match merged(&block, &piece) {
                Some(merged) => merged,
                None => {
                    each(block);
                    piece
                }
            },
        });
    }
    if let Some(block) = open {
        each(block);
    }
}

/// The first steps, with about as many symbols as a block needs to be worth its codes.
fn piece(steps: &[Step], data: &[u8]) -> Block {
    let mut symbols = 0;
    let fits = steps.iter().take_while(|step| {
        let fits = symbols < PIECE_SYMBOLS;
        symbols += step.literals + 1;
        fits
    });
    let count = fits.count();
    let mut histogram = Histogram::new();
    let bytes = histogram.add(&steps[..count], data);
    Block {
        steps: count,
        bytes,
        bits: histogram.bits(),
        histogram,
    }
}

/// Both in one, if that is no larger.
fn merged(block: &Block, piece: &Block) -> Option<Block> {
    let mut histogram = block.histogram.clone();
    histogram.merge(&piece.histogram);
    let bits = histogram.bits();
    (bits <= block.bits + piece.bits).then_some(Block {
        steps: block.steps + piece.steps,
        bytes: block.bytes + piece.bytes,
        histogram,
        bits,
    })
}

/// Bits that the steps will take, nearly.
pub(crate) fn estimate(steps: &[Step], data: &[u8]) -> u64 {
    let mut bits = 0;
    split(steps, data, |block| bits += block.bits);
    bits
}

/// Writes steps as blocks.
///
/// - `data`: the bytes that the steps stand for.
/// - `is_last`: nothing comes behind them.
pub(crate) fn write(
    steps: &[Step],
    data: &[u8],
    is_last: bool,
    pending: &mut Pending,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let (mut at, mut byte) = (0, 0);
    let mut result = Ok(());
    split(steps, data, |block| {
        let (end, end_byte) = (at + block.steps, byte + block.bytes);
        let parts = block::Parts {
            steps: &steps[at..end],
            data: data.get(byte..end_byte).unwrap_or_default(),
            is_last: is_last && end == steps.len(),
        };
        if result.is_ok() {
            result = block::write(&parts, &block.histogram, pending, out);
        }
        (at, byte) = (end, end_byte);
    });
    result
}

/// Ends a stream that has nothing left to say, with an empty block.
pub(crate) fn end(pending: &mut Pending, out: &mut Vec<u8>) -> Result<(), Error> {
    crate::error::grow(out, 16)?;
    let start = out.len();
    out.resize(start + 16, 0);
    let mut writer = BitWriter::new(&mut out[start..], *pending);
    // Last, fixed codes, end of block.
    writer.write(0b011, 10);
    let (written, rest) = writer.finish();
    *pending = rest;
    out.truncate(start + written);
    Ok(())
}

/// Fills the last byte.
pub(crate) fn flush(pending: &mut Pending, out: &mut Vec<u8>) -> Result<(), Error> {
    crate::error::grow(out, 16)?;
    let start = out.len();
    out.resize(start + 16, 0);
    let mut writer = BitWriter::new(&mut out[start..], *pending);
    writer.align();
    let (written, rest) = writer.finish();
    *pending = rest;
    out.truncate(start + written);
    Ok(())
}

/// Symbols of a piece.
const PIECE_SYMBOLS: u32 = 4096;
