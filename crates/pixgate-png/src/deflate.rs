//! DEFLATE, written (RFC 1951).

mod bits;
mod block;
mod blocks;
mod code_lengths;
mod histogram;
mod huffman;
mod matcher;
mod optimal;
mod parse;
mod priced;
mod step;
mod symbols;
mod zlib;

pub(crate) use symbols::{
    CODE_ORDER, DISTANCE_BASES, DISTANCE_BITS, LENGTH_BASES, LENGTH_BITS, WINDOW,
};
pub(crate) use zlib::Zlib;
pub use zlib::compress_zlib;

use self::bits::Pending;
use self::matcher::{Matcher, Search};
use self::step::Steps;
use crate::Error;

/// How matches are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parse {
    /// Long ones only.
    Skim,
    /// The first that is found.
    Fast,
    /// Looking at so many places, by what everything costs.
    Priced(u32),
    /// Looking at so many places, and ahead.
    Lazy(u32),
    /// So many times over, by what everything costs, with matches from so many places.
    Optimal(u32, u32),
}

/// Bytes to compress, and what is known about them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Input<'a> {
    /// What was compressed before and still counts, and what is to be.
    pub(crate) data: &'a [u8],
    /// Where the latter begins.
    pub(crate) from: usize,
    /// Distances at which repetitions are likely.
    pub(crate) hints: [usize; 2],
}

/// A compressor with its window, which the caller holds.
pub(crate) struct Deflater {
    matcher: Matcher,
    steps: Steps,
    optimal: optimal::Store,
    prices: priced::Prices,
    pending: Pending,
}

impl Deflater {
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self {
            matcher: Matcher::new()?,
            steps: Steps::default(),
            optimal: optimal::Store::new(),
            prices: priced::Prices::new(),
            pending: Pending::default(),
        })
    }

    /// Compresses input; whole bytes go to `out`.
    ///
    /// - `is_last`: ends the stream with it.
    pub(crate) fn compress(
        &mut self,
        input: &Input<'_>,
        parse: Parse,
        is_last: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let mut from = input.from;
        while from < input.data.len() {
            let to = input.data.len().min(from + UNIT);
            self.parse(input, (from, to), parse);
            let data = input.data.get(from..to).unwrap_or_default();
            let ends = is_last && to == input.data.len();
            blocks::write(&self.steps.list, data, ends, &mut self.pending, out)?;
            from = to;
        }
        if is_last && input.from >= input.data.len() {
            blocks::end(&mut self.pending, out)?;
        }
        if is_last {
            blocks::flush(&mut self.pending, out)?;
        }
        Ok(())
    }

    /// About the bits that input would take, from an empty window on; the window is lost.
    pub(crate) fn estimate(&mut self, input: &Input<'_>, parse: Parse) -> u64 {
        self.matcher.clear();
        self.optimal.clear();
        self.prices.clear();
        let mut from = input.from;
        let mut bits = 0;
        while from < input.data.len() {
            let to = input.data.len().min(from + UNIT);
            self.parse(input, (from, to), parse);
            bits += blocks::estimate(
                &self.steps.list,
                input.data.get(from..to).unwrap_or_default(),
            );
            from = to;
        }
        bits
    }

    /// The beginning of the window was dropped.
    pub(crate) fn slide(&mut self, by: usize) {
        self.matcher.slide(by);
    }

    fn parse(&mut self, input: &Input<'_>, range: (usize, usize), parse: Parse) {
        let data = input.data.get(range.0..range.1).unwrap_or_default();
        let search = Search {
            depth: 0,
            nice: symbols::MAX_MATCH,
            skip: symbols::MAX_MATCH,
            literal: histogram::literal_cost(data),
            hints: input.hints,
        };
        let (matcher, steps) = (&mut self.matcher, &mut self.steps);
        match parse {
            Parse::Skim => parse::skim(matcher, input.data, range, steps),
            Parse::Fast => parse::fast(matcher, input.data, range, &search, steps),
            Parse::Priced(depth) => {
                let how = (input.hints, depth);
                self.prices.parse(matcher, input.data, range, how, steps);
            }
            Parse::Lazy(depth) => {
                let nice = (depth as usize * 4).clamp(32, symbols::MAX_MATCH);
                let search = Search {
                    depth,
                    nice,
                    ..search
                };
                parse::lazy(matcher, input.data, range, &search, steps);
            }
            Parse::Optimal(passes, depth) => {
                let skip = (depth as usize).clamp(48, symbols::MAX_MATCH);
                let search = Search {
                    depth,
                    skip,
                    ..search
                };
                let store = &mut self.optimal;
                store.parse(matcher, input.data, range, (&search, passes), steps);
            }
        }
    }
}

/// Bytes that are parsed at once.
const UNIT: usize = 128 << 10;
