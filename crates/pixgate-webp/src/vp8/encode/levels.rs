//! Levels of blocks: how they are kept, counted and written (RFC 6386, section 13).

use super::bool_writer::BoolWriter;
use crate::Error;
use crate::vp8::tables::TokenProbs;
use crate::vp8::tokens::{BANDS, EXTRA_BITS};

/// What a block has to do with others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Luma whose DC is in a block of the second order.
    LumaRest,
    /// The DC coefficients of luma.
    Second,
    Chroma,
    /// Luma with DC.
    Luma,
}

impl Kind {
    /// The first place that is coded.
    #[inline(always)]
    pub(super) const fn first(self) -> usize {
        matches!(self, Self::LumaRest) as usize
    }
}

/// One block of levels, in the order in which they are coded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block<'a> {
    pub(super) levels: &'a [i16; 16],
    /// Which are not zero: a bit for each place.
    pub(super) used: u16,
}

impl Block<'_> {
    /// The place behind the last level, `first` if there is none.
    #[inline(always)]
    pub(super) const fn end(&self, first: usize) -> usize {
        let used = self.used >> first << first;
        let end = 16 - used.leading_zeros() as usize;
        if end < first { first } else { end }
    }
}

/// Probabilities of the extra bits of each category of large levels.
pub(super) const CATEGORIES: [&[u8]; 6] = [
    &[159],
    &[165, 145],
    EXTRA_BITS[0],
    EXTRA_BITS[1],
    EXTRA_BITS[2],
    EXTRA_BITS[3],
];

/// Where the booleans of levels go to.
pub(super) trait Sink {
    /// One of the branches whose probabilities a frame can change.
    fn branch(&mut self, place: (usize, usize, usize), number: usize, bit: bool);
    /// One of a fixed probability.
    fn fixed(&mut self, bit: bool, zero: u8);
}

/// Tells the booleans of a block.
#[inline(always)]
pub(super) fn tell(sink: &mut impl Sink, kind: Kind, levels: &[i16], before: usize) {
    let kind_number = kind as usize;
    let mut place = kind.first();
    let mut at = (kind_number, BANDS[place], before);
    let mut is_behind_zero = false;
    for level in levels {
        if !is_behind_zero {
            sink.branch(at, 0, true);
        }
        let size = level.unsigned_abs();
        sink.branch(at, 1, size != 0);
        let next = BANDS[place + 1];
        place += 1;
        if size == 0 {
            is_behind_zero = true;
            at = (kind_number, next, 0);
            continue;
        }
        is_behind_zero = false;
        tell_size(sink, at, size);
        sink.fixed(*level < 0, 128);
        at = (kind_number, next, usize::from(size.min(2)));
    }
    if place < 16 {
        sink.branch(at, 0, false);
    }
}

#[inline(always)]
fn tell_size(sink: &mut impl Sink, at: (usize, usize, usize), size: u16) {
    sink.branch(at, 2, size > 1);
    if size == 1 {
        return;
    }
    sink.branch(at, 3, size > 4);
    if size <= 4 {
        sink.branch(at, 4, size > 2);
        if size > 2 {
            sink.branch(at, 5, size > 3);
        }
        return;
    }
    sink.branch(at, 6, size > 10);
    let (category, least) = match size {
        ..7 => (0, 5),
        7..11 => (1, 7),
        11..19 => (2, 11),
        19..35 => (3, 19),
        35..67 => (4, 35),
        _ => (5, 67),
    };
    if category < 2 {
        sink.branch(at, 7, category == 1);
    } else {
        sink.branch(at, 8, category > 3);
        sink.branch(at, if category > 3 { 10 } else { 9 }, category & 1 == 1);
    }
    let probs = CATEGORIES[category];
    let places = (0..probs.len()).rev();
    for (place, prob) in places.zip(probs) {
        sink.fixed((size - least) >> place & 1 == 1, *prob);
    }
}

/// Counts of the branches of one kind of place.
type PlaceCounts = [[u32; 2]; 11];

/// How often each branch was taken.
#[derive(Clone, Debug)]
pub(super) struct Counts(Box<[[[PlaceCounts; 3]; 8]; 4]>);

impl Counts {
    pub(super) fn new() -> Self {
        Self(Box::new([[[[[0; 2]; 11]; 3]; 8]; 4]))
    }

    /// False and true of a branch.
    pub(super) fn of(&self, kind: usize, band: usize, before: usize, number: usize) -> [u32; 2] {
        self.0[kind][band][before][number]
    }
}

impl Sink for Counts {
    #[inline(always)]
    fn branch(&mut self, (kind, band, before): (usize, usize, usize), number: usize, bit: bool) {
        self.0[kind][band][before][number][usize::from(bit)] += 1;
    }

    #[inline(always)]
    fn fixed(&mut self, _: bool, _: u8) {}
}

/// Writes levels.
pub(super) struct LevelWriter<'a> {
    pub(super) to: BoolWriter,
    pub(super) probs: &'a TokenProbs,
}

impl Sink for LevelWriter<'_> {
    #[inline(always)]
    fn branch(&mut self, (kind, band, before): (usize, usize, usize), number: usize, bit: bool) {
        self.to.bit(bit, self.probs[kind][band][before][number]);
    }

    #[inline(always)]
    fn fixed(&mut self, bit: bool, zero: u8) {
        self.to.bit(bit, zero);
    }
}

/// Levels of all macroblocks, kept until the probabilities are known.
///
/// Of each block the number of levels and what came before it in a byte, then a byte for each level; larger
/// ones take three.
#[derive(Debug)]
pub(super) struct Store {
    pages: Vec<Vec<u8>>,
}

/// Bytes of a page.
const PAGE: usize = 1 << 15;
/// What 25 blocks of large levels can take.
const MACROBLOCK: usize = 25 * 2 + 400 * 3;
/// What stands before a level of two bytes.
const LARGE: i8 = i8::MIN;

impl Store {
    pub(super) const fn new() -> Self {
        Self { pages: Vec::new() }
    }

    /// Makes room for a macroblock, whose blocks are then all pushed.
    pub(super) fn begin(&mut self) -> Result<(), Error> {
        if self
            .pages
            .last()
            .is_some_and(|page| page.capacity() - page.len() >= MACROBLOCK)
        {
            return Ok(());
        }
        let mut page = Vec::new();
        let bytes = PAGE as u64;
        page.try_reserve_exact(PAGE)
            .map_err(|_| Error::OutOfMemory { bytes })?;
        self.pages.push(page);
        Ok(())
    }

    /// Appends a block: levels from the first place to the last that is not zero.
    pub(super) fn push(&mut self, kind: Kind, levels: &[i16], before: usize) {
        let Some(page) = self.pages.last_mut() else {
            return;
        };
        let head = levels.len() << 4 | before << 2 | kind as usize;
        let [low, high, ..] = head.to_le_bytes();
        page.extend_from_slice(&[low, high]);
        for level in levels {
            match i8::try_from(*level) {
                Ok(small) if small != LARGE => page.push(small.cast_unsigned()),
                _ => {
                    let [low, high] = level.to_le_bytes();
                    page.extend_from_slice(&[LARGE.cast_unsigned(), low, high]);
                }
            }
        }
    }

    /// All blocks in the order in which they came.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader {
            pages: self.pages.iter(),
            page: &[],
        }
    }
}

/// Reads blocks again.
pub(super) struct Reader<'a> {
    pages: std::slice::Iter<'a, Vec<u8>>,
    page: &'a [u8],
}

impl Reader<'_> {
    /// The next block: its kind, how many levels it has, what came before it.
    pub(super) fn next(&mut self, levels: &mut [i16; 16]) -> Option<(Kind, usize, usize)> {
        if self.page.is_empty() {
            self.page = self.pages.next()?;
        }
        let (head, rest) = self.page.split_first_chunk()?;
        let head = usize::from(u16::from_le_bytes(*head));
        let kind = match head & 3 {
            0 => Kind::LumaRest,
            1 => Kind::Second,
            2 => Kind::Chroma,
            _ => Kind::Luma,
        };
        let count = head >> 4 & 31;
        self.page = rest;
        for level in levels.iter_mut().take(count) {
            *level = self.level()?;
        }
        Some((kind, count, head >> 2 & 3))
    }

    fn level(&mut self) -> Option<i16> {
        let (byte, rest) = self.page.split_first()?;
        self.page = rest;
        let small = byte.cast_signed();
        if small != LARGE {
            return Some(i16::from(small));
        }
        let (bytes, rest) = self.page.split_first_chunk()?;
        self.page = rest;
        Some(i16::from_le_bytes(*bytes))
    }
}
