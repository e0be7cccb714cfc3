//! From bytes to steps: quickly, or looking ahead.

use super::matcher::{LONG_MASK, Match, Matcher, Search, common, long_word, word};
use super::step::Steps;
use super::symbols::{MAX_MATCH, WINDOW};

/// Takes the last place of a hash or one of the usual distances, and hurries on where there is
/// nothing: for photographs, and to estimate.
pub(crate) fn fast(
    matcher: &mut Matcher,
    data: &[u8],
    (from, to): (usize, usize),
    search: &Search,
    steps: &mut Steps,
) {
    steps.begin(from);
    let (mut at, mut misses) = (from, 0);
    while at + 8 <= to {
        let now = word(data, at);
        let place = matcher.enter_fast(now, at);
        let is_old = place < at && at - place <= WINDOW && word(data, place) == now;
        let hint = search
            .hints
            .into_iter()
            .find(|hint| *hint <= at.min(WINDOW) && word(data, at - hint) == now);
        if !is_old && hint.is_none() {
            misses += 1;
            at += 1 + (misses >> 5).min(MAX_STRIDE);
            continue;
        }
        let most = MAX_MATCH.min(to - at);
        let of = |place: usize| Match {
            length: common(data, place, at, most),
            distance: at - place,
        };
        let of_hint = hint.map(|hint| of(at - hint)).unwrap_or_default();
        let of_hash = if is_old { of(place) } else { Match::default() };
        let gain = |found: Match| found.gain(search.literal);
        let best = if gain(of_hint) >= gain(of_hash) {
            of_hint
        } else {
            of_hash
        };
        if gain(best) <= 0 {
            at += 1;
            continue;
        }
        misses = 0;
        steps.matched(at, best.length, best.distance);
        at += best.length;
        if at + 2 <= to {
            matcher.enter_fast(word(data, at - 2), at - 2);
        }
    }
    steps.end(to);
}

/// Takes long repetitions only and looks at few places where there are none: for photographs.
pub(crate) fn skim(
    matcher: &mut Matcher,
    data: &[u8],
    (from, to): (usize, usize),
    steps: &mut Steps,
) {
    steps.begin(from);
    // One byte in front is what a run repeats.
    let (mut at, mut start, mut misses) = (from.max(1), from, 0_u32);
    while at + 8 <= to {
        let now = long_word(data, at);
        let is_run = (now ^ (now >> 8)) & RUN_MASK == 0;
        let mut distance = usize::from(is_run);
        if !is_run && misses.is_multiple_of(SKIM_PROBES) {
            let place = matcher.enter_long(now, at);
            let is_near = place < at && at - place <= WINDOW;
            if is_near && (long_word(data, place) ^ now) & LONG_MASK == 0 {
                distance = at - place;
            }
        }
        if distance == 0 {
            misses += 1;
            at += SKIM_STRIDE;
            continue;
        }
        // What was passed over may belong to it.
        at += usize::from(is_run);
        while at > start && at > distance && data[at - 1] == data[at - 1 - distance] {
            at -= 1;
        }
        let length = common(data, at - distance, at, MAX_MATCH.min(to - at));
        if length < SKIM_LENGTH {
            at += length + 1;
            continue;
        }
        misses = 0;
        steps.matched(at, length, distance);
        at += length;
        start = at;
    }
    steps.end(to);
}

/// Waits with a match to see whether the next positions have a better one.
pub(crate) fn lazy(
    matcher: &mut Matcher,
    data: &[u8],
    (from, to): (usize, usize),
    search: &Search,
    steps: &mut Steps,
) {
    steps.begin(from);
    let mut at = from;
    let mut waiting: Option<Match> = None;
    let gain = |found: Match| found.gain(search.literal);
    while at < to {
        let least = waiting.map_or(2, |found| found.length.min(search.nice));
        let is_enough = waiting.is_some_and(|found| found.length >= search.nice);
        let next = if is_enough {
            None
        } else {
            matcher.find(data, (at, to), least.saturating_sub(1).max(2), search)
        };
        match (waiting, next) {
            (Some(found), next) if next.is_none_or(|next| gain(next) <= gain(found)) => {
                // It began a byte earlier.
                let start = at - 1;
                steps.matched(start, found.length, found.distance);
                let end = start + found.length;
                let first = if is_enough { at } else { at + 1 };
                for inside in first..end.min(to.saturating_sub(3)) {
                    matcher.enter(data, inside);
                }
                at = end;
                waiting = None;
            }
            (_, next) => {
                waiting = next;
                at += 1;
            }
        }
    }
    steps.end(to);
}

/// Most bytes that are passed over at once.
const MAX_STRIDE: usize = 15;
/// The bytes that are the same as the next ones where a run begins.
const RUN_MASK: u64 = 0xFF_FFFF;
/// Bytes that are passed over between two looks for runs.
const SKIM_STRIDE: usize = 4;
/// Every so many looks other repetitions are looked for too.
const SKIM_PROBES: u32 = 4;
/// Shorter ones cost as much as literals.
const SKIM_LENGTH: usize = 6;
