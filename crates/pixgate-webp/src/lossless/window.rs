//! Decoded pixels, as far back as copies reach.

use super::distance::FARTHEST;
use crate::Error;
use crate::error::broken;

/// The last pixels of a picture.
#[derive(Debug)]
pub(crate) struct Window {
    pixels: Vec<u32>,
    /// How many pixels came before those that are kept.
    dropped: usize,
    /// How many of `pixels` are decoded.
    filled: usize,
    /// How many pixels the picture has.
    total: usize,
}

impl Window {
    /// Room for a whole picture.
    pub(crate) fn whole(total: usize) -> Result<Self, Error> {
        Self::with_room(total, total)
    }

    /// Room for a picture of which a few rows at a time are decoded and taken.
    ///
    /// - `step`: most pixels between two calls of [`Window::make_room`].
    pub(crate) fn sliding(total: usize, step: usize) -> Result<Self, Error> {
        Self::with_room(total, Self::room(total, step))
    }

    /// How many pixels [`Window::sliding`] keeps.
    pub(crate) const fn room(total: usize, step: usize) -> usize {
        let room = 2 * FARTHEST + 2 * step + LONGEST;
        if room < total { room } else { total }
    }

    fn with_room(total: usize, room: usize) -> Result<Self, Error> {
        Ok(Self {
            pixels: crate::memory::zeroed(room)?,
            dropped: 0,
            filled: 0,
            total,
        })
    }

    /// How many pixels are decoded.
    #[inline(always)]
    pub(crate) const fn end(&self) -> usize {
        self.dropped + self.filled
    }

    /// Whether all pixels are decoded.
    pub(crate) const fn is_full(&self) -> bool {
        self.end() == self.total
    }

    /// Takes pixels back that were decoded last.
    ///
    /// - `end`: how many are left.
    pub(crate) fn truncate(&mut self, end: usize) {
        self.filled = self.filled.min(end.saturating_sub(self.dropped));
    }

    /// Moves what copies may still want to the front, if fewer places than this are free.
    pub(crate) fn make_room(&mut self, step: usize) {
        let wanted = (step + LONGEST).min(self.total - self.end());
        if self.pixels.len() - self.filled >= wanted {
            return;
        }
        let kept = FARTHEST + step + LONGEST;
        let gone = self.filled.saturating_sub(kept);
        self.pixels.copy_within(gone..self.filled, 0);
        self.dropped += gone;
        self.filled -= gone;
    }

    /// Adds a pixel; one too many is left out.
    #[inline(always)]
    pub(crate) fn push(&mut self, argb: u32) {
        if let Some(place) = self.pixels.get_mut(self.filled) {
            *place = argb;
            self.filled += 1;
        }
    }

    /// Adds the same pixel many times.
    pub(crate) fn fill(&mut self, argb: u32, count: usize) {
        let end = (self.filled + count).min(self.pixels.len());
        self.pixels[self.filled..end].fill(argb);
        self.filled = end;
    }

    /// Adds pixels that were there before.
    #[inline(always)]
    pub(crate) fn copy(&mut self, distance: usize, length: usize) -> Result<(), Error> {
        let start = self.filled;
        let end = start + length;
        if distance > start || end > self.pixels.len() || self.dropped + end > self.total {
            return Err(broken("a copy from or to outside the picture"));
        }
        if distance >= length {
            if length <= 8 {
                for i in start..end {
                    self.pixels[i] = self.pixels[i - distance];
                }
            } else {
                let from = start - distance;
                self.pixels.copy_within(from..from + length, start);
            }
        } else if distance == 1 {
            let argb = self.pixels[start - 1];
            self.pixels[start..end].fill(argb);
        } else {
            for i in start..end {
                self.pixels[i] = self.pixels[i - distance];
            }
        }
        self.filled = end;
        Ok(())
    }

    /// The newest pixels.
    #[inline(always)]
    pub(crate) fn last(&self, count: usize) -> &[u32] {
        &self.pixels[self.filled - count..self.filled]
    }

    /// Pixels from a number on that are still kept.
    pub(crate) fn from(&self, first: usize, count: usize) -> &[u32] {
        let start = first.saturating_sub(self.dropped);
        self.pixels.get(start..start + count).unwrap_or_default()
    }

    pub(crate) fn into_pixels(self) -> Vec<u32> {
        self.pixels
    }
}

/// Longest copy.
const LONGEST: usize = 4096;
