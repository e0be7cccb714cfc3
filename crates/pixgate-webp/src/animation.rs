//! Animations: of each frame only what differs from those before it (WebP container specification,
//! "Animation").

mod before;
mod file;
#[cfg(test)]
mod tests;

use crate::Error;
use crate::frame::{Coding, Frame, still};
use crate::memory::zeroed;
use before::{Before, Place};
use file::File;

/// Takes frames one after the other, and keeps what was made of them.
///
/// A frame is written as the smallest rectangle that holds what changed. Where some of that did not change, it
/// may be left transparent, and what was there before shows through; where a frame left transparent ground
/// behind, its place may be cleared first. Whichever takes the fewest bytes is written.
///
/// Lossy frames leave out what changed by less than the quality would show. Changes are counted from what was
/// written last, so that slow ones add up until they are seen.
///
/// # Examples
///
/// ```
/// use pixgate_webp::animation::Encoder;
/// use pixgate_webp::{Coding, lossless::EncodeOptions};
///
/// let mut encoder = Encoder::new((2, 1), Coding::Lossless(EncodeOptions::default()))?;
/// encoder.push(&[[255, 0, 0, 255], [0, 0, 0, 0]], 100)?;
/// encoder.push(&[[0, 0, 0, 0], [255, 0, 0, 255]], 100)?;
/// let file = encoder.finish(0)?;
/// assert_eq!(&file[12..16], b"VP8X");
/// # Ok::<(), pixgate_webp::Error>(())
/// ```
#[derive(Debug)]
pub struct Encoder {
    size: (u32, u32),
    coding: Coding,
    /// Each pixel as it was in the frame that wrote it last.
    canvas: Vec<[u8; 4]>,
    /// Where the last frame lies.
    previous: Option<Place>,
    file: File,
}

/// One way to write a frame.
struct Candidate {
    frame: Frame,
    place: Place,
    /// Which blocks let what was before show through; none if it is replaced.
    shown_through: Option<Vec<bool>>,
}

impl Encoder {
    /// Starts an animation.
    ///
    /// - `size`: width and height of all frames.
    ///
    /// # Errors
    ///
    /// [`Error::Size`] for sides that frames cannot have, [`Error::OutOfMemory`].
    pub fn new(size: (u32, u32), coding: Coding) -> Result<Self, Error> {
        let (width, height) = size;
        let sides = 1..=crate::lossless::MAX_SIDE;
        if !sides.contains(&width) || !sides.contains(&height) {
            return Err(Error::Size { width, height });
        }
        Ok(Self {
            size,
            coding,
            canvas: zeroed(width as usize * height as usize)?,
            previous: None,
            file: File::new()?,
        })
    }

    /// Takes the next frame.
    ///
    /// One that looks like the one before only prolongs it. Frames are shown for at most 2^24 - 1 ms.
    ///
    /// - `pixels`: red, green, blue and alpha of the whole canvas, a row after the other.
    ///
    /// # Errors
    ///
    /// [`Error::SampleCount`] if the size is not that of the pixels, [`Error::TooLong`] and
    /// [`Error::OutOfMemory`].
    pub fn push(&mut self, pixels: &[[u8; 4]], delay_ms: u32) -> Result<(), Error> {
        if pixels.len() != self.canvas.len() {
            return Err(Error::SampleCount {
                wanted: self.canvas.len(),
                found: pixels.len(),
            });
        }
        let Some(previous) = self.previous else {
            let place = Place::all(self.width(), self.size.1 as usize);
            let candidate = self.replacing(pixels, place)?;
            return self.write(candidate, pixels, delay_ms);
        };
        let Some(place) = self.before(None).bounds(pixels) else {
            self.file.prolong(delay_ms);
            return Ok(());
        };
        let mut best = self.best(None, pixels, place)?;
        let cleared = self.before(Some(previous)).bounds(pixels);
        // A canvas that is as it should be still takes a frame.
        let cleared = cleared.unwrap_or(Place::all(1, 1));
        if cleared.area() < place.area() {
            let other = self.best(Some(previous), pixels, cleared)?;
            if other.frame.chunks.len() < best.frame.chunks.len() {
                self.file.clear_last();
                previous.fill(&mut self.canvas, self.size.0 as usize);
                best = other;
            }
        }
        self.write(best, pixels, delay_ms)
    }

    /// Ends the file.
    ///
    /// One frame alone becomes a still picture.
    ///
    /// - `loop_count`: how often the whole is played; 0 is forever.
    ///
    /// # Errors
    ///
    /// [`Error::NoFrame`], [`Error::TooLong`].
    pub fn finish(self, loop_count: u16) -> Result<Vec<u8>, Error> {
        match self.file.frames() {
            0 => Err(Error::NoFrame),
            1 => still(self.file.last_chunks(), self.size),
            _ => self.file.finish(self.size, loop_count),
        }
    }

    fn width(&self) -> usize {
        self.size.0 as usize
    }

    /// - `cleared`: what becomes transparent before the next frame.
    fn before(&self, cleared: Option<Place>) -> Before<'_> {
        let tolerance = match self.coding {
            Coding::Lossy { settings, .. } => tolerance(settings.quality),
            Coding::Lossless(_) => 0,
        };
        Before {
            canvas: &self.canvas,
            width: self.width(),
            cleared,
            tolerance,
        }
    }

    /// The smaller way to write a place.
    fn best(
        &self,
        cleared: Option<Place>,
        pixels: &[[u8; 4]],
        place: Place,
    ) -> Result<Candidate, Error> {
        let before = self.before(cleared);
        let (side, effort) = match self.coding {
            Coding::Lossy { settings, .. } => (BLOCK, settings.effort),
            Coding::Lossless(options) => (1, options.effort),
        };
        let same = before.same_blocks(pixels, place, side)?;
        let count = same.iter().filter(|is_same| **is_same).count();
        let is_exact = side == 1;
        if count == 0 || !before.allows_blending(pixels, place, is_exact) {
            return self.replacing(pixels, place);
        }
        let tries_both = is_exact || effort > 4;
        if tries_both || count * 8 >= same.len() {
            let blended = self.blended(pixels, place, same, side)?;
            if !tries_both {
                return Ok(blended);
            }
            let replacing = self.replacing(pixels, place)?;
            let is_smaller = blended.frame.chunks.len() < replacing.frame.chunks.len();
            return Ok(if is_smaller { blended } else { replacing });
        }
        self.replacing(pixels, place)
    }

    /// All of a place, whatever was there.
    fn replacing(&self, pixels: &[[u8; 4]], place: Place) -> Result<Candidate, Error> {
        let pixels = place.cut(pixels, self.width())?;
        Ok(Candidate {
            frame: Frame::new(pixels, place.size(), self.coding)?,
            place,
            shown_through: None,
        })
    }

    /// What changed of a place, over what was there.
    fn blended(
        &self,
        pixels: &[[u8; 4]],
        place: Place,
        same: Vec<bool>,
        side: usize,
    ) -> Result<Candidate, Error> {
        let mut pixels = place.cut(pixels, self.width())?;
        for (at, pixel) in pixels.iter_mut().enumerate() {
            if same[place.block(at, side)] {
                pixel[3] = 0;
            }
        }
        Ok(Candidate {
            frame: Frame::new(pixels, place.size(), self.coding)?,
            place,
            // What did not change at all is on the canvas as it is.
            shown_through: Some(if side == 1 { Vec::new() } else { same }),
        })
    }

    fn write(
        &mut self,
        candidate: Candidate,
        pixels: &[[u8; 4]],
        delay_ms: u32,
    ) -> Result<(), Error> {
        let Candidate {
            frame,
            place,
            shown_through,
        } = candidate;
        let is_blended = shown_through.is_some();
        self.file.push(&frame, place, is_blended, delay_ms)?;
        let same = shown_through.unwrap_or_default();
        let width = self.width();
        for (at, to) in place.pixels_mut(&mut self.canvas, width).enumerate() {
            let (x, y) = (at % place.width, at / place.width);
            let is_kept = !same.is_empty() && same[place.block(at, BLOCK)];
            if !is_kept {
                *to = pixels[(place.top + y) * width + place.left + x];
            }
        }
        self.previous = Some(place);
        Ok(())
    }
}

/// Bytes that writing takes at most beside the file and the frame that is pushed.
///
/// An upper estimate.
#[must_use]
pub fn encode_bytes(width: u32, height: u32, coding: &Coding) -> u64 {
    let pixels = u64::from(width) * u64::from(height);
    // The canvas, what is cut out of the frame, and which of it changed.
    pixels * 9 + crate::encode_bytes(width, height, coding)
}

/// Side of the blocks of lossy frames that may be left out, in pixels.
const BLOCK: usize = 8;

/// How much a value may change before that is written.
const fn tolerance(quality: u8) -> u8 {
    (100 - if quality > 100 { 100 } else { quality }) / 6 + 1
}
