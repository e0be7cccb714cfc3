//! Where the bytes at hand have been seen before.

#![allow(clippy::cast_possible_truncation, reason = "lengths are at most 258")]

use super::symbols::{MAX_MATCH, WINDOW};
use crate::Error;
use crate::error::filled;

/// A copy that could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Match {
    pub(crate) length: usize,
    pub(crate) distance: usize,
}

impl Match {
    /// Bits that a match saves, in eighths.
    ///
    /// - `literal`: what a literal costs, in eighths of a bit.
    #[inline(always)]
    pub(crate) const fn gain(self, literal: u32) -> i32 {
        if self.length == 0 {
            return 0;
        }
        let cost = 8 * (MATCH_BITS + self.distance.ilog2());
        (self.length as u32 * literal).cast_signed() - cost.cast_signed()
    }
}

/// Chains of places with the same hash of four bytes, and the last place for three.
///
/// Positions are those of the caller's buffer. What lies behind the window, or was never entered,
/// costs a comparison and does no harm.
pub(crate) struct Matcher {
    heads: Vec<u32>,
    links: Vec<u32>,
    short: Vec<u32>,
}

/// How hard to search.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search {
    /// Places that are looked at.
    pub(crate) depth: u32,
    /// A match of this length is good enough.
    pub(crate) nice: usize,
    /// Inside a match of this length no others are looked for.
    pub(crate) skip: usize,
    /// What a literal costs, in eighths of a bit.
    pub(crate) literal: u32,
    /// Distances that are tried first: a pixel, a row.
    pub(crate) hints: [usize; 2],
}

impl Matcher {
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self {
            heads: filled(1 << HASH_BITS)?,
            links: filled(WINDOW)?,
            short: filled(1 << SHORT_BITS)?,
        })
    }

    /// The beginning of the buffer was dropped.
    pub(crate) fn slide(&mut self, by: usize) {
        let by = u32::try_from(by).unwrap_or(u32::MAX);
        let tables = [&mut self.heads, &mut self.short];
        for place in tables.into_iter().flatten() {
            *place = place.saturating_sub(by);
        }
        // Links are found by positions, which move.
        let shift = by as usize % WINDOW;
        self.links.rotate_left(shift);
        for place in &mut self.links {
            *place = place.saturating_sub(by);
        }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.heads.fill(0);
        self.links.fill(0);
        self.short.fill(0);
    }

    /// Enters a position that has four bytes; gives the last place of its hash.
    #[inline]
    pub(crate) fn enter(&mut self, data: &[u8], at: usize) -> usize {
        let word = word(data, at);
        let place = position(at);
        self.short[short_hash(word)] = place;
        let head = std::mem::replace(&mut self.heads[hash(word)], place);
        self.links[at % WINDOW] = head;
        head as usize
    }

    /// Enters a position in the first table only; gives the last place of its hash.
    #[inline(always)]
    pub(crate) fn enter_fast(&mut self, word: u32, at: usize) -> usize {
        std::mem::replace(&mut self.heads[hash(word)], position(at)) as usize
    }

    /// Enters a position into the chains of four bytes; gives the last place of its hash.
    #[inline(always)]
    pub(crate) fn enter_chain(&mut self, word: u32, at: usize) -> usize {
        let head = std::mem::replace(&mut self.heads[hash(word)], position(at));
        self.links[at % WINDOW] = head;
        head as usize
    }

    /// The place with the same hash in front of one.
    #[inline(always)]
    pub(crate) fn before(&self, place: usize) -> usize {
        self.links[place % WINDOW] as usize
    }

    /// Enters a position by its six bytes; gives the last place of its hash.
    #[inline(always)]
    pub(crate) fn enter_long(&mut self, word: u64, at: usize) -> usize {
        std::mem::replace(&mut self.heads[long_hash(word)], position(at)) as usize
    }

    /// Enters a position and gives the best match there, if there is one longer than `least`.
    pub(crate) fn find(
        &mut self,
        data: &[u8],
        (at, end): (usize, usize),
        least: usize,
        search: &Search,
    ) -> Option<Match> {
        let mut best = Match::default();
        let mut least = least;
        self.each(data, (at, end), search, &mut least, |found| {
            if found.gain(search.literal) > best.gain(search.literal) {
                best = found;
            }
        });
        (best.length > 0).then_some(best)
    }

    /// Enters a position and calls for each match that is longer than all before, nearest first.
    ///
    /// - `longest`: only longer ones count; then the length of the last one.
    pub(crate) fn each(
        &mut self,
        data: &[u8],
        (at, end): (usize, usize),
        search: &Search,
        longest: &mut usize,
        mut found: impl FnMut(Match),
    ) {
        if at + 4 > end {
            return;
        }
        let word = word(data, at);
        let short = self.short[short_hash(word)] as usize;
        let mut place = self.enter(data, at);
        let most = MAX_MATCH.min(end - at);
        let mut candidate = |place: usize, longest: &mut usize| {
            let length = common(data, place, at, most);
            if length > *longest {
                *longest = length;
                let distance = at - place;
                found(Match { length, distance });
            }
        };
        if *longest < 3 && short < at && at - short <= NEAR {
            candidate(short, longest);
        }
        for hint in search.hints {
            if (1..=at).contains(&hint)
                && hint <= WINDOW
                && ends_alike(data, at - hint, at, *longest)
            {
                candidate(at - hint, longest);
            }
        }
        let nice = search.nice.min(most);
        let mut last = at;
        for _ in 0..search.depth {
            // Links that are not older than the place before belong to places that were dropped.
            if place >= last || at - place > WINDOW || *longest >= nice {
                return;
            }
            if ends_alike(data, place, at, *longest) {
                candidate(place, longest);
            }
            last = place;
            place = self.links[place % WINDOW] as usize;
        }
    }
}

/// Whether the bytes at which a longer match would differ are the same.
#[inline(always)]
fn ends_alike(data: &[u8], place: usize, at: usize, longest: usize) -> bool {
    data.get(place + longest) == data.get(at + longest) && word(data, place) == word(data, at)
}

/// How many bytes are the same from two places on.
#[inline]
pub(crate) fn common(data: &[u8], place: usize, at: usize, most: usize) -> usize {
    let old = data.get(place..place + most).unwrap_or_default();
    let new = data.get(at..at + most).unwrap_or_default();
    let (old_words, old_rest) = old.as_chunks::<8>();
    let (new_words, new_rest) = new.as_chunks::<8>();
    let mut length = 0;
    for (old, new) in old_words.iter().zip(new_words) {
        let differ = u64::from_le_bytes(*old) ^ u64::from_le_bytes(*new);
        if differ != 0 {
            return length + (differ.trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    let rest = old_rest.iter().zip(new_rest);
    length + rest.take_while(|(old, new)| old == new).count()
}

/// Four bytes; zeros beyond the end.
#[inline(always)]
pub(crate) fn word(data: &[u8], at: usize) -> u32 {
    let bytes = data.get(at..).and_then(|rest| rest.first_chunk());
    bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// Eight bytes; zeros beyond the end.
#[inline(always)]
pub(crate) fn long_word(data: &[u8], at: usize) -> u64 {
    let bytes = data.get(at..).and_then(|rest| rest.first_chunk());
    bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[inline(always)]
const fn hash(word: u32) -> usize {
    (word.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as usize
}

#[inline(always)]
const fn short_hash(word: u32) -> usize {
    ((word << 8).wrapping_mul(0x9E37_79B1) >> (32 - SHORT_BITS)) as usize
}

#[inline(always)]
const fn long_hash(word: u64) -> usize {
    ((word << 16).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - HASH_BITS)) as usize
}

/// The bytes of a word that count for long repetitions.
pub(crate) const LONG_MASK: u64 = 0xFFFF_FFFF_FFFF;
const HASH_BITS: u32 = 15;
const SHORT_BITS: u32 = 13;
/// About what a match costs beside the bits of its distance.
const MATCH_BITS: u32 = 9;
/// Three bytes from farther away cost more than three literals.
const NEAR: usize = 4096;
