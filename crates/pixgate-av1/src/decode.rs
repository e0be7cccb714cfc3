//! AV1 to still pictures.

mod band;
mod bits;
mod block;
pub(crate) mod cdfs;
pub(crate) mod coefficients;
mod context;
mod decoded;
mod engine;
mod error;
mod frame;
mod obu;
mod parse;
mod picture;
mod post;
mod predict;
mod quantizers;
mod reconstruct;
mod scans;
mod sequence;
mod size;
mod stream;
pub(crate) mod symbol;
#[cfg(test)]
mod tests;
mod tile;
mod units;

pub use self::error::DecodeError;
pub use self::picture::{DecodeSettings, Filters, PictureInfo, PlaneRows, Rows, Subsampling};

use self::engine::Engine;
use self::stream::Found;
use crate::BitDepth;

/// The first shown frame of an AV1 stream, decoded superblock row by superblock row.
///
/// A decoder does not keep the stream: it is given again to each call.
#[derive(Debug)]
pub struct Decoder {
    found: Found,
    info: PictureInfo,
    settings: DecodeSettings,
    engine: Option<AnyEngine>,
}

#[derive(Debug)]
enum AnyEngine {
    U8(Box<Engine<u8>>),
    U16(Box<Engine<u16>>),
}

impl Decoder {
    /// Reads headers up to the first shown frame. Nothing is decoded yet.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if there is no such frame, if it needs other frames, or if it is larger than allowed.
    pub fn new(stream: &[u8], settings: DecodeSettings) -> Result<Self, DecodeError> {
        let found = stream::find(stream, settings.max_pixels)?;
        Ok(Self {
            info: PictureInfo::of(&found.frame),
            found,
            settings,
            engine: None,
        })
    }

    /// What is going to be decoded.
    #[must_use]
    pub const fn info(&self) -> &PictureInfo {
        &self.info
    }

    /// Bytes that decoding takes at most, beside the stream.
    #[must_use]
    pub fn memory(&self) -> usize {
        let (frame, filters) = (&self.found.frame, self.settings.filters);
        if self.info.bit_depth == BitDepth::Eight {
            Engine::<u8>::memory(frame, filters)
        } else {
            Engine::<u16>::memory(frame, filters)
        }
    }

    /// Decodes the next superblock row; whether there are more.
    ///
    /// - `stream`: what [`Self::new`] was given.
    /// - `show`: is given rows that are final, from the top down, without gaps.
    ///
    /// # Errors
    ///
    /// [`DecodeError`], or the error of `show`.
    pub fn decode_row<E: From<DecodeError>>(
        &mut self,
        stream: &[u8],
        show: &mut impl FnMut(Rows<'_>) -> Result<(), E>,
    ) -> Result<bool, E> {
        if self.engine.is_none() {
            self.engine = Some(self.start()?);
        }
        let Self { found, engine, .. } = self;
        match engine {
            Some(AnyEngine::U8(engine)) => engine.row(found, stream, show),
            Some(AnyEngine::U16(engine)) => engine.row(found, stream, show),
            None => Ok(false),
        }
    }

    fn start(&self) -> Result<AnyEngine, DecodeError> {
        let (frame, filters) = (&self.found.frame, self.settings.filters);
        Ok(if self.info.bit_depth == BitDepth::Eight {
            AnyEngine::U8(Box::new(Engine::new(frame, filters)?))
        } else {
            AnyEngine::U16(Box::new(Engine::new(frame, filters)?))
        })
    }
}
