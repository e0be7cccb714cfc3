//! Reading ahead: the later part of a scan is read on another thread while the earlier is decoded.
//!
//! Wherever one begins to read codes of variable length, one is soon in step with them. So the later
//! part is read from a byte in the middle, as if a unit began there. Once the decoder comes to a bit
//! at which a unit began for that reader too, all that was read from there on is right, but for the
//! DC coefficients, which are off by one number for each component (S. T. Klein and Y. Wiseman,
//! "Parallel Huffman Decoding with Applications to JPEG Files", The Computer Journal 46, 2003).

mod later;
mod slot;
mod units;

use std::sync::Arc;

use crate::bits::Bits;
use crate::block::{Block, end_of_kept, read_block, slots};
use crate::huffman::{HuffmanTables, tables};
use slot::Slot;
use units::{End, Units};

pub(crate) use later::{Joined, Later, Turn};
pub(crate) use units::Lane;

/// The later part of a scan, to be read on another thread while bands are asked for.
///
/// The decoder uses what was read as soon as it comes there, and waits for it if it is being read; what
/// is not begun then it reads itself. Bands are the same in any case.
///
/// # Examples
///
/// ```
/// # use pixgate_jpeg::{DecodeOptions, Decoder, EncodeOptions, Source, encode};
/// # use pixgate_raster::{Channels, Layout, View};
/// # let pixels: Vec<u8> = (0..600 * 500 * 3_u32).map(|n| (n % 997 * n % 251) as u8).collect();
/// # let view = View::new(&pixels, Layout::u8(600, 500, Channels::Rgb), 600 * 3)?;
/// # let file = encode(Source::Rgb(view), &EncodeOptions::default())?;
/// let mut decoder = Decoder::new(&file, DecodeOptions::default())?;
/// let ahead = decoder.ahead();
/// std::thread::scope(|scope| {
///     if let Some(ahead) = ahead {
///         scope.spawn(|| ahead.read(&file, &|| false));
///     }
///     while decoder.next_band()?.is_some() {}
///     Ok::<(), pixgate_jpeg::Error>(())
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Ahead {
    slot: Arc<Slot>,
    /// Where to begin.
    from: usize,
    lanes: Vec<Lane>,
    huffman: HuffmanTables,
    kernel: ReadAhead,
}

impl Ahead {
    /// Gets ready to read from `from` on.
    pub(crate) fn new(
        from: usize,
        lanes: Vec<Lane>,
        (huffman, kernel): (&HuffmanTables, ReadAhead),
    ) -> Self {
        Self {
            slot: Arc::new(Slot::new(MOST_BYTES / Units::unit_bytes(&lanes))),
            from,
            lanes,
            huffman: huffman.clone(),
            kernel,
        }
    }

    /// What the decoder keeps of it.
    pub(crate) fn later(&self) -> Later {
        Later::new(&self.slot)
    }

    /// Reads, until `stop` says that it is not wanted any more or the decoder is gone.
    ///
    /// - `data`: the file that the decoder was made for.
    pub fn read(self, data: &[u8], stop: &dyn Fn() -> bool) {
        let Some(reading) = self.slot.begin() else {
            return;
        };
        let mut bits = Bits::new(data, self.from);
        bits.mark_start();
        let mut part = LaterPart {
            bits,
            lanes: &self.lanes,
            huffman: &self.huffman,
            units: Units::default(),
            end: End::Full,
        };
        let mut predictions = [0; 4];
        while !stop() {
            let Some(units) = Units::new(&self.lanes, UNITS_AT_A_TIME, predictions) else {
                return;
            };
            part.units = units;
            (self.kernel)(&mut part);
            predictions = match part.end {
                End::InvalidCode => [0; 4],
                _ => part.units.predictions(),
            };
            if !reading.put(std::mem::take(&mut part.units), part.end) {
                return;
            }
        }
    }
}

/// A part of a scan that is read from where a unit may begin or not.
#[derive(Debug)]
pub(crate) struct LaterPart<'r, 'a> {
    bits: Bits<'a>,
    lanes: &'r [Lane],
    huffman: &'r HuffmanTables,
    units: Units,
    end: End,
}

/// See [`read_ahead`].
pub(crate) type ReadAhead = fn(&mut LaterPart<'_, '_>);

/// Reads some units.
#[inline(always)]
pub(crate) fn read_ahead(part: &mut LaterPart<'_, '_>) {
    let mut block = [0; 128];
    let mut predictions = part.units.before;
    loop {
        part.bits.prepare();
        let place = part.bits.behind_mark().map(u32::try_from);
        let Some(Ok(place)) = place else {
            part.end = End::OfData;
            return;
        };
        part.units.end = place;
        if part.units.is_full() {
            part.end = End::Full;
            return;
        }
        read_unit(part, &mut predictions, &mut block);
        let is_valid = !part.bits.take_invalid_code();
        if part.bits.is_overrun() || !is_valid {
            part.units.drop_unfinished();
            part.end = match is_valid {
                true => End::OfData,
                false => End::InvalidCode,
            };
            return;
        }
        part.units.starts.push(place);
    }
}

#[inline(always)]
fn read_unit(part: &mut LaterPart<'_, '_>, predictions: &mut [i16; 4], block: &mut Block) {
    let (lanes, huffman, units) = (part.lanes, part.huffman, &mut part.units);
    part.bits.read(|cursor| {
        for (lane, prediction) in lanes.iter().zip(predictions) {
            let Some(tables) = tables(huffman, lane.tables) else {
                continue;
            };
            let kept = (slots(lane.scale), end_of_kept(lane.scale));
            let count = lane.kept() / lane.blocks;
            for _ in 0..lane.blocks {
                block[..count].fill(0);
                let (difference, has_ac) = read_block(cursor, tables, kept, block);
                *prediction = prediction.wrapping_add(difference);
                block[0] = *prediction;
                units.coefficients.extend_from_slice(&block[..count]);
                units.has_ac.push(has_ac);
            }
        }
    });
}

/// Bytes that [`Ahead`] takes at most, beside the decoder's.
pub const AHEAD_BYTES: u64 = MOST_BYTES as u64;

const MOST_BYTES: usize = 4 << 20;
/// Units that are handed over together.
const UNITS_AT_A_TIME: usize = 256;
