//! Writes a frame (RFC 6386, sections 9 and 11).

use super::bool_writer::BoolWriter;
use super::cost::PART_PATHS;
use super::levels::{LevelWriter, tell};
use super::macroblock::{BY_PARTS, Modes};
use super::pass::Coded;
use super::picture::Picture;
use super::probabilities;
use super::segments::{CHROMA_AC, CHROMA_DC, Segments};
use crate::Error;
use crate::vp8::modes::{DC, Whole, of_whole};
use crate::vp8::tables::{SUBBLOCK_PROBS, TokenProbs};

/// All of a key frame: the content of a `VP8 ` chunk.
pub(super) fn frame(
    picture: &Picture,
    segments: &Segments,
    coded: &Coded,
) -> Result<Vec<u8>, Error> {
    let probs = probabilities::best(&coded.counts);
    let first = first_partition(picture, segments, coded, &probs)?;
    let tokens = tokens(coded, &probs)?;
    let length = u32::try_from(first.len()).unwrap_or(u32::MAX);
    if length >= 1 << 19 {
        return Err(Error::TooLong {
            what: "the first partition",
        });
    }
    let mut bytes = Vec::new();
    let wanted = 10 + first.len() + tokens.len();
    bytes
        .try_reserve_exact(wanted)
        .map_err(|_| Error::OutOfMemory {
            bytes: wanted as u64,
        })?;
    // A key frame of version 0 that is shown.
    bytes.extend_from_slice(&(length << 5 | 1 << 4).to_le_bytes()[..3]);
    bytes.extend_from_slice(b"\x9D\x01\x2A");
    for side in [picture.size.0, picture.size.1] {
        bytes.extend_from_slice(&u16::try_from(side).unwrap_or_default().to_le_bytes());
    }
    bytes.extend_from_slice(&first);
    bytes.extend_from_slice(&tokens);
    Ok(bytes)
}

fn first_partition(
    picture: &Picture,
    segments: &Segments,
    coded: &Coded,
    probs: &TokenProbs,
) -> Result<Vec<u8>, Error> {
    let mut to = BoolWriter::new();
    // Colour space and clamping.
    to.literal(0, 2);
    let tree = write_segments(segments, &mut to);
    // The normal filter; its level where segments do not say it, and sharpness.
    to.flag(false);
    let strongest = segments.all.iter().map(|segment| segment.filter).max();
    to.literal(u32::from(strongest.unwrap_or_default()), 6);
    to.literal(u32::from(segments.sharpness), 3);
    // No differences by mode, and one partition of levels.
    to.flag(false);
    to.literal(0, 2);
    to.literal(u32::from(segments.all[0].index), 7);
    for offset in [0, 0, 0, CHROMA_DC, CHROMA_AC] {
        to.optional(i32::from(offset), 4);
    }
    // Probabilities need not be kept.
    to.flag(false);
    probabilities::write(probs, &mut to);
    let skipped = coded.modes.iter().filter(|modes| modes.is_skipped).count();
    let skip_prob = skip_probability(skipped, coded.modes.len());
    to.flag(skip_prob.is_some());
    if let Some(prob) = skip_prob {
        to.literal(u32::from(prob), 8);
    }
    let mut above = crate::memory::filled([DC; 4], picture.columns)?;
    for row in coded.modes.chunks(picture.columns) {
        let mut left = [DC; 4];
        for (modes, above) in row.iter().zip(&mut above) {
            if let Some(probs) = tree {
                write_segment(modes.segment, probs, &mut to);
            }
            if let Some(prob) = skip_prob {
                to.bit(modes.is_skipped, prob);
            }
            write_modes(modes, (above, &mut left), &mut to);
        }
    }
    to.finish()
}

/// How likely it is that a macroblock has levels, if there are any that have none.
fn skip_probability(skipped: usize, all: usize) -> Option<u8> {
    let count = |count| u32::try_from(count).unwrap_or(u32::MAX);
    (skipped > 0).then(|| probabilities::probability(count(all - skipped), count(skipped)))
}

/// Writes what segments have of their own, and returns the probabilities of the tree that tells them.
fn write_segments(segments: &Segments, to: &mut BoolWriter) -> Option<[u8; 3]> {
    let is_divided = segments.all.len() > 1;
    to.flag(is_divided);
    if !is_divided {
        return None;
    }
    // A map, and values that are absolute.
    to.flag(true);
    to.flag(true);
    to.flag(true);
    let of = |i: usize| &segments.all[i.min(segments.all.len() - 1)];
    for i in 0..4 {
        to.optional(i32::from(of(i).index), 7);
    }
    for i in 0..4 {
        to.optional(i32::from(of(i).filter), 6);
    }
    let mut counts = [0_u32; 4];
    for segment in &segments.map {
        counts[usize::from(segment & 3)] += 1;
    }
    let [a, b, c, d] = counts;
    let probs = [(a + b, c + d), (a, b), (c, d)].map(|(zeros, ones)| match (zeros, ones) {
        (0, 0) => 255,
        _ => probabilities::probability(zeros, ones),
    });
    for prob in probs {
        to.flag(prob != 255);
        if prob != 255 {
            to.literal(u32::from(prob), 8);
        }
    }
    Some(probs)
}

fn write_segment(segment: u8, probs: [u8; 3], to: &mut BoolWriter) {
    let is_high = segment & 2 != 0;
    to.bit(is_high, probs[0]);
    to.bit(segment & 1 != 0, probs[if is_high { 2 } else { 1 }]);
}

fn write_modes(modes: &Modes, (above, left): (&mut [u8; 4], &mut [u8; 4]), to: &mut BoolWriter) {
    let is_whole = modes.luma != BY_PARTS;
    to.bit(is_whole, 145);
    if is_whole {
        let whole = Whole::from_number(modes.luma);
        let is_far = matches!(whole, Whole::Horizontal | Whole::TrueMotion);
        to.bit(is_far, 156);
        match is_far {
            true => to.bit(whole == Whole::TrueMotion, 128),
            false => to.bit(whole == Whole::Vertical, 163),
        }
        *above = [of_whole(whole); 4];
        *left = *above;
    } else {
        for (row, left) in modes.parts.chunks_exact(4).zip(left) {
            for (mode, above) in row.iter().zip(above.iter_mut()) {
                let probs = &SUBBLOCK_PROBS[usize::from(*above)][usize::from(*left)];
                for (prob, bit) in PART_PATHS[usize::from(*mode)] {
                    to.bit(*bit, probs[*prob]);
                }
                (*above, *left) = (*mode, *mode);
            }
        }
    }
    let chroma = Whole::from_number(modes.chroma);
    to.bit(chroma != Whole::Dc, 142);
    if chroma != Whole::Dc {
        to.bit(chroma != Whole::Vertical, 114);
        if chroma != Whole::Vertical {
            to.bit(chroma == Whole::TrueMotion, 183);
        }
    }
}

/// The partition of all levels.
fn tokens(coded: &Coded, probs: &TokenProbs) -> Result<Vec<u8>, Error> {
    let mut writer = LevelWriter {
        to: BoolWriter::new(),
        probs,
    };
    let mut reader = coded.levels.reader();
    let mut levels = [0; 16];
    while let Some((kind, count, before)) = reader.next(&mut levels) {
        tell(&mut writer, kind, &levels[..count], before);
    }
    writer.to.finish()
}
