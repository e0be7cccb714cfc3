//! What coded AV1 data says of itself, without decoding it (AV1 bitstream, sections 5.3 to 5.5).
//!
//! Boxes may say otherwise, and what a decoder takes depends on the data alone.

use pixgate_av1::{DecodeSettings, Decoder};

/// Facts of the sequence header and of the frames behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coded {
    pub(super) bits: u8,
    pub(super) is_monochrome: bool,
    /// Whether chroma is halved horizontally and vertically.
    halves_chroma: (bool, bool),
    /// Pictures that are made of the decoded one: with film grain, made wider.
    copies: u64,
    frames: u64,
    /// Bytes that this project's decoder takes, if it decodes the data.
    own_bytes: Option<u64>,
}

impl Coded {
    /// Reads the facts; none if there is no sequence header among the first units.
    pub(super) fn read(data: &[u8]) -> Option<Self> {
        let mut rest = data;
        let mut found: Option<Self> = None;
        let mut frames = 0;
        for _ in 0..MOST_UNITS {
            if rest.is_empty() {
                break;
            }
            let (kind, unit, behind) = unit(rest)?;
            match kind {
                SEQUENCE_HEADER => found = found.or(sequence_header(unit)),
                FRAME_HEADER | FRAME => frames += 1,
                _ => {}
            }
            rest = behind;
        }
        // Data of more units than any picture has is taken for a film.
        let frames = if rest.is_empty() { frames } else { MOST_FRAMES };
        let own = Decoder::new(data, DecodeSettings::new()).ok();
        let own_bytes = own.map(|decoder| decoder.memory() as u64);
        found.map(|coded| Self {
            frames,
            own_bytes,
            ..coded
        })
    }

    /// The same data when all of it was not seen.
    pub(super) const fn of_many_frames(self) -> Self {
        Self {
            frames: MOST_FRAMES,
            own_bytes: None,
            ..self
        }
    }

    /// Whether this project's decoder decodes it.
    pub(super) const fn is_own(self) -> bool {
        self.own_bytes.is_some()
    }

    /// Bytes that the decoder takes for a picture of so many pixels. What this project's decoder does
    /// not decode may be left to another: coefficients of two frames at most, pictures, those that
    /// others are predicted from, and what is known of each block.
    ///
    /// - `pixels`: sides rounded up to whole blocks.
    pub(super) fn decoder_bytes(&self, pixels: u64) -> u64 {
        if let Some(bytes) = self.own_bytes {
            return bytes;
        }
        let half_planes = match (self.is_monochrome, self.halves_chroma) {
            (true, _) => 2,
            (false, (true, true)) => 3,
            (false, (true, false)) => 4,
            (false, _) => 6,
        };
        let sample = if self.bits > 8 { 2 } else { 1 };
        let picture = pixels.saturating_mul(half_planes * sample) / 2;
        let kept = self.frames.clamp(1, MOST_FRAMES);
        let contexts = kept.min(2);
        let coefficients = picture.saturating_mul(2);
        let blocks = pixels.saturating_mul(BLOCK_BYTES);
        picture
            .saturating_mul(kept + self.copies)
            .saturating_add(contexts * (coefficients.saturating_add(blocks)))
    }
}

/// A unit's kind, its content, and what stands behind it.
fn unit(data: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (header, rest) = data.split_first()?;
    let rest = if header & 4 != 0 {
        rest.get(1..)?
    } else {
        rest
    };
    let kind = header >> 3 & 15;
    if header & 2 == 0 {
        return Some((kind, rest, &[]));
    }
    let (mut length, mut rest) = (0_u64, rest);
    for shift in (0..56).step_by(7) {
        let (byte, behind) = rest.split_first()?;
        rest = behind;
        length |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            let length = usize::try_from(length).ok()?.min(rest.len());
            let (content, behind) = rest.split_at(length);
            return Some((kind, content, behind));
        }
    }
    None
}

fn sequence_header(unit: &[u8]) -> Option<Coded> {
    let mut bits = Bits { bytes: unit, at: 0 };
    let profile = bits.take(3)?;
    bits.take(1)?;
    let is_reduced = bits.flag()?;
    if is_reduced {
        bits.take(5)?;
    } else {
        operating_points(&mut bits)?;
    }
    let (width_bits, height_bits) = (bits.take(4)? + 1, bits.take(4)? + 1);
    bits.take(width_bits)?;
    bits.take(height_bits)?;
    if !is_reduced && bits.flag()? {
        bits.take(7)?;
    }
    bits.take(3)?;
    if !is_reduced {
        tools(&mut bits)?;
    }
    let is_widened = bits.flag()?;
    bits.take(2)?;
    let mut coded = color(&mut bits, profile)?;
    coded.copies = u64::from(is_widened) + u64::from(bits.flag()?);
    Some(coded)
}

fn operating_points(bits: &mut Bits<'_>) -> Option<()> {
    let mut delay_bits = None;
    if bits.flag()? {
        bits.take(32)?;
        bits.take(32)?;
        if bits.flag()? {
            bits.skip_variable()?;
        }
        if bits.flag()? {
            delay_bits = Some(bits.take(5)? + 1);
            bits.take(32)?;
            bits.take(10)?;
        }
    }
    let has_display_delay = bits.flag()?;
    for _ in 0..=bits.take(5)? {
        bits.take(12)?;
        if bits.take(5)? > 7 {
            bits.take(1)?;
        }
        if let Some(delay_bits) = delay_bits
            && bits.flag()?
        {
            bits.take(delay_bits)?;
            bits.take(delay_bits)?;
            bits.take(1)?;
        }
        if has_display_delay && bits.flag()? {
            bits.take(4)?;
        }
    }
    Some(())
}

/// Tools of prediction between frames, and for contents of screens.
fn tools(bits: &mut Bits<'_>) -> Option<()> {
    bits.take(4)?;
    let has_order = bits.flag()?;
    if has_order {
        bits.take(2)?;
    }
    let is_chosen = bits.flag()?;
    let may_have_screens = is_chosen || bits.flag()?;
    if may_have_screens && !bits.flag()? {
        bits.take(1)?;
    }
    if has_order {
        bits.take(3)?;
    }
    Some(())
}

fn color(bits: &mut Bits<'_>, profile: u32) -> Option<Coded> {
    let is_deep = bits.flag()?;
    let depth = match is_deep {
        true if profile == 2 && bits.flag()? => 12,
        true => 10,
        false => 8,
    };
    let is_monochrome = profile != 1 && bits.flag()?;
    let points = match bits.flag()? {
        true => (bits.take(8)?, bits.take(8)?, bits.take(8)?),
        false => (2, 2, 2),
    };
    let mut halves_chroma = (false, false);
    if is_monochrome {
        bits.take(1)?;
    } else {
        if points != (1, 13, 0) {
            bits.take(1)?;
            halves_chroma = match (profile, depth) {
                (0, _) => (true, true),
                (1, _) => (false, false),
                (_, 12) => {
                    let across = bits.flag()?;
                    (across, across && bits.flag()?)
                }
                _ => (true, false),
            };
            if halves_chroma == (true, true) {
                bits.take(2)?;
            }
        }
        bits.take(1)?;
    }
    Some(Coded {
        bits: depth,
        is_monochrome,
        halves_chroma,
        copies: 0,
        frames: 1,
        own_bytes: None,
    })
}

/// Bits from the highest of each byte on.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = *self.bytes.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    fn flag(&mut self) -> Option<bool> {
        self.take(1).map(|bit| bit == 1)
    }

    /// Passes over a number of as many bits as there are zeros in front of it.
    fn skip_variable(&mut self) -> Option<()> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
        }
        self.take(if zeros < 32 { zeros } else { 0 }).map(|_| ())
    }
}

const SEQUENCE_HEADER: u8 = 1;
const FRAME_HEADER: u8 = 3;
const FRAME: u8 = 6;
/// Units that are looked at.
const MOST_UNITS: usize = 256;
/// Pictures that a decoder keeps: eight to predict from, and the one at hand.
const MOST_FRAMES: u64 = 9;
/// What is kept of each pixel of a frame in blocks: modes, levels, palettes.
const BLOCK_BYTES: u64 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    /// A sequence header of 10 bits, 4:4:4, with film grain.
    const DEEP: [u8; 12] = [
        0x0a, 0x0a, 0x3c, 0x33, 0x27, 0x0f, 0x38, 0x7e, 0x30, 0x10, 0xd0, 0x6b,
    ];

    #[test]
    fn reads_the_sequence_header_and_counts_frames() {
        let coded = Coded::read(&DEEP).unwrap();
        assert_eq!((coded.bits, coded.is_monochrome), (10, false));
        assert_eq!((coded.halves_chroma, coded.copies), ((false, false), 1));
        let frames = [&DEEP[..], &[0x32, 1, 0, 0x1a, 0, 0x32, 0]].concat();
        assert_eq!(Coded::read(&frames).unwrap().frames, 3);
        for cut in 0..DEEP.len() {
            let _ = Coded::read(&DEEP[..cut]);
        }
    }

    #[test]
    fn grain_and_frames_take_more() {
        let one = Coded {
            bits: 8,
            is_monochrome: false,
            halves_chroma: (true, true),
            copies: 0,
            frames: 1,
            own_bytes: None,
        };
        let grain = Coded { copies: 1, ..one };
        assert_eq!(one.decoder_bytes(1000), 1500 + 3000 + 4000);
        assert_eq!(grain.decoder_bytes(1000), one.decoder_bytes(1000) + 1500);
        let deep = Coded { bits: 10, ..one };
        assert!(deep.decoder_bytes(1000) > one.decoder_bytes(1000));
        assert!(one.of_many_frames().decoder_bytes(1000) > 3 * one.decoder_bytes(1000));
    }
}
