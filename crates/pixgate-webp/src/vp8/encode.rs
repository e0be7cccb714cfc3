//! Encodes key frames of VP8 (RFC 6386).
//!
//! The whole picture is kept as planes, modes and levels: how busy all of it is decides about the steps of its
//! parts, and how often each level comes decides how it is written.

mod analysis;
mod bool_writer;
mod budget;
mod cost;
mod frame;
mod hidden;
mod levels;
mod macroblock;
mod pass;
mod picture;
mod probabilities;
mod search;
#[cfg(any(test, feature = "fuzzing"))]
#[cfg_attr(
    not(feature = "fuzzing"),
    allow(unreachable_pub, reason = "for fuzz targets")
)]
mod seen;
mod segments;
mod settings;
#[cfg(test)]
mod tests;
mod trellis;

use self::budget::Budget;
use self::pass::Observer;
use self::picture::Picture;
#[cfg(feature = "fuzzing")]
pub use self::seen::encode_seen;
use self::segments::Segments;
use self::settings::Tools;
pub use self::settings::{Preset, Settings};
use super::kernels::Kernels;
use crate::Error;

/// Takes a picture row by row, and encodes it when it is complete.
#[derive(Debug)]
pub struct Encoder {
    picture: Picture,
    settings: Settings,
}

impl Encoder {
    /// Starts a picture.
    ///
    /// # Errors
    ///
    /// [`Error::Size`] for sides that the format cannot have, [`Error::OutOfMemory`].
    pub fn new(width: u32, height: u32, settings: Settings) -> Result<Self, Error> {
        Ok(Self {
            picture: Picture::new(width, height)?,
            settings,
        })
    }

    /// Takes the next rows of planes in 4:2:0: BT.601, luma 16 to 235.
    ///
    /// - `luma`: rows without gaps; an even number of them unless they are the last.
    /// - `chroma`: Cb and Cr, half as many rows of half the width, rounded up.
    ///
    /// # Errors
    ///
    /// [`Error::SampleCount`] for rows that are cut or too many.
    pub fn push_planes(&mut self, luma: &[u8], chroma: [&[u8]; 2]) -> Result<(), Error> {
        let (width, half) = (self.picture.size.0, self.picture.size.0.div_ceil(2));
        let rows = luma.len() / width;
        let is_even = rows.is_multiple_of(2) || rows == self.picture.missing();
        let wanted = rows.min(self.picture.missing()) * width;
        check(luma.len(), if is_even { wanted } else { wanted - width })?;
        for plane in chroma {
            check(plane.len(), rows.div_ceil(2) * half)?;
        }
        let first = (self.picture.size.1 - self.picture.missing()) / 2;
        for row in luma.chunks_exact(width) {
            self.picture.push_luma(row);
        }
        let [cb, cr] = chroma.map(|plane| plane.chunks_exact(half));
        for (y, (cb, cr)) in cb.zip(cr).enumerate() {
            self.picture.set_chroma(first + y, [cb, cr]);
        }
        Ok(())
    }

    /// Takes the next rows of a picture without colour: luma as for [`Self::push_planes`], any number of rows.
    ///
    /// # Errors
    ///
    /// [`Error::SampleCount`] for rows that are cut or too many.
    pub fn push_grey(&mut self, luma: &[u8]) -> Result<(), Error> {
        let width = self.picture.size.0;
        let rows = (luma.len() / width).min(self.picture.missing());
        check(luma.len(), rows * width)?;
        for row in luma.chunks_exact(width) {
            self.picture.push_luma(row);
        }
        Ok(())
    }

    /// Changes colours under pixels without opacity to what takes the fewest bits.
    ///
    /// - `alpha`: of all pixels, a row after the other.
    ///
    /// # Errors
    ///
    /// [`Error::SampleCount`] if it is not that of the picture, or rows of that are missing.
    pub fn hide(&mut self, alpha: &[u8]) -> Result<(), Error> {
        let (width, height) = self.picture.size;
        check(height - self.picture.missing(), height)?;
        check(alpha.len(), width * height)?;
        self.picture.hide(alpha);
        Ok(())
    }

    /// The content of a `VP8 ` chunk.
    ///
    /// # Errors
    ///
    /// [`Error::SampleCount`] if rows are missing, [`Error::TooLong`] for what the format has no room for,
    /// [`Error::OutOfMemory`].
    pub fn finish(self) -> Result<Vec<u8>, Error> {
        self.finish_with(&mut |_, _, _| {})
    }

    /// Shows what decoders see before the loop filter, too.
    fn finish_with(self, observer: Observer<'_>) -> Result<Vec<u8>, Error> {
        let picture = &self.picture;
        check(picture.size.1 - picture.missing(), picture.size.1)?;
        let tools = Tools::new(self.settings.effort);
        self.finish_by(tools, observer)
    }

    /// Encodes with tools of a certain effort.
    fn finish_by(self, tools: Tools, observer: Observer<'_>) -> Result<Vec<u8>, Error> {
        let picture = &self.picture;
        let has_flags = Budget::new(tools.mode_bits, picture.columns * picture.rows).has_flags();
        let segments = match self.settings.effort {
            0 => Segments::single(&self.settings),
            _ if !has_flags => Segments::single(&self.settings),
            _ => {
                let busyness = analysis::busyness(picture, Kernels::detect())?;
                Segments::new(&self.settings, busyness)
            }
        };
        let mut probs = None;
        for _ in 1..tools.passes {
            let quick = Tools::new(3);
            let coded = pass::run(picture, &segments, quick, probs.as_ref(), &mut |_, _, _| {})?;
            probs = Some(probabilities::best(&coded.counts));
        }
        let coded = pass::run(picture, &segments, tools, probs.as_ref(), observer)?;
        frame::frame(picture, &segments, &coded)
    }
}

/// Bytes that encoding takes at most: planes, what is decided of them, and the result.
///
/// An upper estimate: noise, the dearest there is, takes from three fifths to more than nine tenths of it.
#[must_use]
pub fn encode_bytes(width: u32, height: u32, settings: &Settings) -> u64 {
    let macroblocks = u64::from(width.div_ceil(16)) * u64::from(height.div_ceil(16));
    let of_levels = match settings.quality {
        ..=50 => 1240,
        51..=80 => 1290,
        81..=90 => 1390,
        _ => 1540,
    };
    // Planes, modes and busyness; then levels and the result, which grows by doubling.
    (macroblocks * (384 + 24 + of_levels)).saturating_add(1 << 18)
}

const fn check(found: usize, wanted: usize) -> Result<(), Error> {
    if found == wanted {
        Ok(())
    } else {
        Err(Error::SampleCount { wanted, found })
    }
}
