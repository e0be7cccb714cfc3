//! What stands at the beginning of a frame (RFC 6386, section 9).

use super::bits::Bits;
use super::tables::{AC_STEPS, DC_STEPS, TOKEN_PROBS, TokenProbs, UPDATE_PROBS};
use crate::Error;
use crate::bytes::{le16, le24};
use crate::error::broken;

/// Everything about a frame that is not said per macroblock.
pub(super) struct FrameHeader {
    /// Width and height in pixels.
    pub(super) size: (u32, u32),
    pub(super) segments: Segments,
    pub(super) filter: Filter,
    /// Quantiser steps of each segment.
    pub(super) steps: [Steps; 4],
    pub(super) token_probs: TokenProbs,
    /// How likely macroblocks have coefficients; none if all are said to.
    pub(super) skip_prob: Option<u8>,
}

/// Parts of the picture with settings of their own (9.3).
#[derive(Default)]
pub(super) struct Segments {
    pub(super) is_enabled: bool,
    /// Whether macroblocks say which segment they are in.
    pub(super) has_map: bool,
    is_absolute: bool,
    quantizers: [i32; 4],
    filter_levels: [i32; 4],
    pub(super) probs: [u8; 3],
}

/// The loop filter (9.3, 9.6).
pub(super) struct Filter {
    pub(super) is_simple: bool,
    level: i32,
    sharpness: i32,
    /// What is added for key frames, and for macroblocks that are predicted by parts.
    deltas: (i32, i32),
}

/// How strongly one macroblock is filtered (15.2 to 15.4).
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Strength {
    /// 0 for not at all.
    pub(super) limit: i32,
    pub(super) interior: i32,
    pub(super) edge_variance: i32,
}

/// DC and AC steps of the three kinds of blocks.
#[derive(Clone, Copy, Default)]
pub(super) struct Steps {
    pub(super) luma: [i32; 2],
    /// The block of luma's DC coefficients.
    pub(super) second: [i32; 2],
    pub(super) chroma: [i32; 2],
}

/// A parsed header with the rest of the first partition and the others, by rows.
pub(super) struct Frame<'a> {
    pub(super) header: FrameHeader,
    pub(super) modes: Bits<'a>,
    pub(super) tokens: Vec<Bits<'a>>,
}

/// Reads the header of a key frame.
pub(super) fn frame(payload: &[u8]) -> Result<Frame<'_>, Error> {
    let tag = le24(payload, 0).ok_or_else(|| broken("VP8 frame tag"))?;
    if tag & 1 != 0 || payload.get(3..6) != Some(b"\x9D\x01\x2A") {
        return Err(broken("VP8 without a key frame"));
    }
    let side = |at| le16(payload, at).map(|side| u32::from(side & 0x3FFF));
    let size = side(6).zip(side(8)).filter(|(w, h)| *w > 0 && *h > 0);
    let size = size.ok_or_else(|| broken("VP8 size"))?;
    let body = payload.get(10..).unwrap_or_default();
    let length = (tag >> 5) as usize;
    let (first, rest) = body
        .split_at_checked(length)
        .ok_or_else(|| broken("first VP8 partition"))?;
    let mut bits = Bits::new(first);
    // Colour space and clamping: nothing follows from them here.
    let _ = bits.literal(2);
    let segments = Segments::read(&mut bits);
    let filter = Filter::read(&mut bits);
    let partitions = 1 << bits.literal(2);
    let steps = steps(&mut bits, &segments);
    // Whether probabilities are kept for a next frame, which there is not.
    let _ = bits.flag();
    let token_probs = token_probs(&mut bits);
    let skip_prob = bits.flag().then(|| literal_byte(&mut bits));
    Ok(Frame {
        header: FrameHeader {
            size,
            segments,
            filter,
            steps,
            token_probs,
            skip_prob,
        },
        modes: bits,
        tokens: token_partitions(rest, partitions)?,
    })
}

/// Sizes of all but the last stand in front (9.5).
fn token_partitions(rest: &[u8], count: usize) -> Result<Vec<Bits<'_>>, Error> {
    let sizes = 3 * (count - 1);
    let cut = || broken("VP8 partition sizes");
    let (sizes, mut data) = rest.split_at_checked(sizes).ok_or_else(cut)?;
    let mut partitions = Vec::with_capacity(count);
    for at in 0..count - 1 {
        let size = le24(sizes, 3 * at).ok_or_else(cut)? as usize;
        let (partition, rest) = data.split_at(size.min(data.len()));
        partitions.push(Bits::new(partition));
        data = rest;
    }
    partitions.push(Bits::new(data));
    Ok(partitions)
}

impl Segments {
    fn read(bits: &mut Bits<'_>) -> Self {
        let mut segments = Self {
            is_enabled: bits.flag(),
            ..Self::default()
        };
        if !segments.is_enabled {
            return segments;
        }
        segments.has_map = bits.flag();
        if bits.flag() {
            segments.is_absolute = bits.flag();
            segments.quantizers = std::array::from_fn(|_| bits.optional(7));
            segments.filter_levels = std::array::from_fn(|_| bits.optional(6));
        }
        if segments.has_map {
            segments.probs = std::array::from_fn(|_| match bits.flag() {
                true => literal_byte(bits),
                false => 255,
            });
        }
        segments
    }

    fn value(&self, base: i32, values: &[i32; 4], segment: usize) -> i32 {
        match (self.is_enabled, self.is_absolute) {
            (false, _) => base,
            (true, true) => values[segment & 3],
            (true, false) => base + values[segment & 3],
        }
    }
}

impl Filter {
    fn read(bits: &mut Bits<'_>) -> Self {
        let is_simple = bits.flag();
        let level = bits.literal(6);
        let sharpness = bits.literal(3);
        let mut deltas = (0, 0);
        if bits.flag() && bits.flag() {
            let references: [i32; 4] = std::array::from_fn(|_| bits.optional(6));
            let modes: [i32; 4] = std::array::from_fn(|_| bits.optional(6));
            deltas = (references[0], modes[0]);
        }
        Self {
            is_simple,
            level,
            sharpness,
            deltas,
        }
    }

    /// Whether any macroblock is filtered; segments may differ.
    pub(super) const fn is_on(&self) -> bool {
        self.level > 0
    }

    pub(super) fn strength(&self, segments: &Segments, segment: usize, by_parts: bool) -> Strength {
        let base = segments.value(self.level, &segments.filter_levels, segment);
        let parts = if by_parts { self.deltas.1 } else { 0 };
        let level = (base + self.deltas.0 + parts).clamp(0, 63);
        if level == 0 {
            return Strength::default();
        }
        let interior = match self.sharpness {
            0 => level,
            sharpness => {
                let shift = if sharpness > 4 { 2 } else { 1 };
                (level >> shift).min(9 - sharpness)
            }
        };
        let interior = interior.max(1);
        Strength {
            limit: 2 * level + interior,
            interior,
            edge_variance: i32::from(level >= 15) + i32::from(level >= 40),
        }
    }
}

/// Quantiser steps of all segments (9.6, 14.1).
fn steps(bits: &mut Bits<'_>, segments: &Segments) -> [Steps; 4] {
    let base = bits.literal(7);
    let [luma_dc, second_dc, second_ac, chroma_dc, chroma_ac] =
        std::array::from_fn(|_| bits.optional(4));
    std::array::from_fn(|segment| {
        let index = segments.value(base, &segments.quantizers, segment);
        let dc = |delta: i32, most| i32::from(DC_STEPS[clamped(index + delta, most)]);
        let ac = |delta: i32| i32::from(AC_STEPS[clamped(index + delta, 127)]);
        Steps {
            luma: [dc(luma_dc, 127), ac(0)],
            second: [dc(second_dc, 127) * 2, (ac(second_ac) * 155 / 100).max(8)],
            chroma: [dc(chroma_dc, 117), ac(chroma_ac)],
        }
    })
}

fn clamped(index: i32, most: i32) -> usize {
    usize::try_from(index.clamp(0, most)).unwrap_or_default()
}

/// Probabilities of tokens, of which the frame changes some (13.4).
fn token_probs(bits: &mut Bits<'_>) -> TokenProbs {
    let mut probs = TOKEN_PROBS;
    let all = probs
        .as_flattened_mut()
        .as_flattened_mut()
        .as_flattened_mut();
    let updates = UPDATE_PROBS.as_flattened().as_flattened().as_flattened();
    for (prob, update) in all.iter_mut().zip(updates) {
        if bits.bit(*update) {
            *prob = literal_byte(bits);
        }
    }
    probs
}

fn literal_byte(bits: &mut Bits<'_>) -> u8 {
    u8::try_from(bits.literal(8)).unwrap_or(u8::MAX)
}
