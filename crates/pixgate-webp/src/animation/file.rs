//! The file of an animation, which grows frame by frame.

use super::before::Place;
use crate::Error;
use crate::container::{FLAG_ALPHA, FLAG_ANIMATION, extended, push_chunk};
use crate::frame::Frame;

/// What is written so far.
#[derive(Debug)]
pub(super) struct File {
    bytes: Vec<u8>,
    frames: usize,
    /// Where the last frame's chunk begins.
    last: usize,
    has_alpha: bool,
}

impl File {
    /// Leaves room for what is known at the end only.
    pub(super) fn new() -> Result<Self, Error> {
        Ok(Self {
            bytes: crate::memory::zeroed(HEADER)?,
            frames: 0,
            last: 0,
            has_alpha: false,
        })
    }

    /// How many frames there are.
    pub(super) const fn frames(&self) -> usize {
        self.frames
    }

    /// The chunks of the last frame.
    pub(super) fn last_chunks(&self) -> &[u8] {
        self.bytes.get(self.last + 8 + FRAME..).unwrap_or_default()
    }

    /// Appends a frame.
    pub(super) fn push(
        &mut self,
        frame: &Frame,
        place: Place,
        is_blended: bool,
        delay_ms: u32,
    ) -> Result<(), Error> {
        let mut start = [0; FRAME];
        let (width, height) = place.size();
        let corner = Place::all(place.left / 2 + 1, place.top / 2 + 1).size();
        let fields = [corner.0 - 1, corner.1 - 1, width - 1, height - 1];
        for (to, field) in start.chunks_exact_mut(3).zip(fields) {
            to.copy_from_slice(&field.to_le_bytes()[..3]);
        }
        start[15] = if is_blended { 0 } else { NO_BLENDING };
        self.last = self.bytes.len();
        self.frames += 1;
        self.has_alpha |= frame.has_alpha;
        let length = frame.chunks.len() + FRAME;
        let too_long = Error::TooLong { what: "a frame" };
        let length = u32::try_from(length).map_err(|_| too_long)?;
        let more = frame.chunks.len() + 8 + FRAME;
        self.bytes
            .try_reserve(more)
            .map_err(|_| Error::OutOfMemory { bytes: more as u64 })?;
        self.bytes.extend_from_slice(b"ANMF");
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(&start);
        // Whole chunks have an even length.
        self.bytes.extend_from_slice(&frame.chunks);
        self.prolong(delay_ms);
        Ok(())
    }

    /// Shows the last frame for longer.
    pub(super) fn prolong(&mut self, delay_ms: u32) {
        if let Some([a, b, c]) = self.bytes.get_mut(self.last + 20..self.last + 23) {
            let delay = u32::from_le_bytes([*a, *b, *c, 0]);
            let delay = delay.saturating_add(delay_ms).min(MAX_DELAY);
            [*a, *b, *c, _] = delay.to_le_bytes();
        }
    }

    /// Makes the place of the last frame transparent before the next.
    pub(super) fn clear_last(&mut self) {
        // Players let what is behind the canvas show through.
        self.has_alpha = true;
        if let Some(flags) = self.bytes.get_mut(self.last + 23) {
            *flags |= CLEAR;
        }
    }

    /// Fills in what is in front of the frames.
    pub(super) fn finish(mut self, size: (u32, u32), loop_count: u16) -> Result<Vec<u8>, Error> {
        let too_long = Error::TooLong { what: "the file" };
        let length = u32::try_from(self.bytes.len() - 8).map_err(|_| too_long)?;
        let flags = if self.has_alpha { FLAG_ALPHA } else { 0 };
        let mut header = Vec::with_capacity(HEADER);
        header.extend_from_slice(b"RIFF");
        header.extend_from_slice(&length.to_le_bytes());
        header.extend_from_slice(b"WEBP");
        push_chunk(
            &mut header,
            *b"VP8X",
            &extended(flags | FLAG_ANIMATION, size),
        )?;
        let [low, high] = loop_count.to_le_bytes();
        // The ground is white where players show it.
        push_chunk(&mut header, *b"ANIM", &[255, 255, 255, 255, low, high])?;
        self.bytes[..HEADER].copy_from_slice(&header);
        Ok(self.bytes)
    }
}

/// RIFF, VP8X and ANIM.
const HEADER: usize = 12 + 18 + 14;
/// What a frame has in front of its chunks.
const FRAME: usize = 16;
const NO_BLENDING: u8 = 2;
const CLEAR: u8 = 1;
/// Milliseconds.
const MAX_DELAY: u32 = (1 << 24) - 1;
