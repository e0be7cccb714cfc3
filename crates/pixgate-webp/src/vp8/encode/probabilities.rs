//! Probabilities of branches, from how often they were taken (RFC 6386, sections 9.9 and 13.4).

use super::bool_writer::BoolWriter;
use super::cost::bit;
use super::levels::Counts;
use crate::vp8::tables::{TOKEN_PROBS, TokenProbs, UPDATE_PROBS};

/// Runs over all branches with their counts.
fn each_branch(counts: &Counts, mut f: impl FnMut((usize, usize, usize, usize), [u32; 2])) {
    for kind in 0..4 {
        for band in 0..8 {
            for before in 0..3 {
                for number in 0..11 {
                    let of = counts.of(kind, band, before, number);
                    f((kind, band, before, number), of);
                }
            }
        }
    }
}

/// The probabilities that a frame with these counts is best written with.
pub(super) fn best(counts: &Counts) -> TokenProbs {
    let mut probs = TOKEN_PROBS;
    each_branch(counts, |(kind, band, before, number), [zeros, ones]| {
        let old = &mut probs[kind][band][before][number];
        let new = probability(zeros, ones);
        let update = UPDATE_PROBS[kind][band][before][number];
        let price = u64::from(bit(true, update)) + 8 * 256 - u64::from(bit(false, update));
        if cost([zeros, ones], new) + price < cost([zeros, ones], *old) {
            *old = new;
        }
    });
    probs
}

/// Probabilities as they seem after a part of the picture, those of the format counting a little.
pub(super) fn so_far(counts: &Counts, probs: &mut TokenProbs) {
    each_branch(counts, |(kind, band, before, number), [zeros, ones]| {
        let default = u32::from(TOKEN_PROBS[kind][band][before][number]);
        let zeros = u64::from(zeros) * 256 + u64::from(default * WEIGHT);
        let all = zeros + u64::from(ones) * 256 + u64::from((256 - default) * WEIGHT);
        let prob = u8::try_from(zeros * 256 / all).unwrap_or(u8::MAX);
        probs[kind][band][before][number] = prob.max(1);
    });
}

/// What the format's probabilities weigh against what was seen, in branches.
const WEIGHT: u32 = 12;

/// How likely it is that a boolean is false, in 256ths.
pub(super) fn probability(zeros: u32, ones: u32) -> u8 {
    let (zeros, all) = (u64::from(zeros), u64::from(zeros) + u64::from(ones));
    let prob = (zeros * 256 + all / 2).checked_div(all).unwrap_or(255);
    u8::try_from(prob.clamp(1, 255)).unwrap_or(u8::MAX)
}

/// What booleans cost with a probability, in 256ths of a bit.
fn cost([zeros, ones]: [u32; 2], prob: u8) -> u64 {
    u64::from(zeros) * u64::from(bit(false, prob)) + u64::from(ones) * u64::from(bit(true, prob))
}

/// Writes those that are not the format's own.
pub(super) fn write(probs: &TokenProbs, to: &mut BoolWriter) {
    let all = probs.as_flattened().as_flattened().as_flattened();
    let defaults = TOKEN_PROBS.as_flattened().as_flattened().as_flattened();
    let updates = UPDATE_PROBS.as_flattened().as_flattened().as_flattened();
    for ((prob, default), update) in all.iter().zip(defaults).zip(updates) {
        to.bit(prob != default, *update);
        if prob != default {
            to.literal(u32::from(*prob), 8);
        }
    }
}
