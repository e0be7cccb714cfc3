//! What a format is to this crate: its signatures and its verbs.

use pixgate_options::Format;
use pixgate_raster::Layout;

use crate::{
    AnimationEncoder, DecodeRequest, Decoder, EncodeSettings, Encoder, Error, Frames, Header,
    Limits, Metadata, OutputLayout, Pixels,
};

/// A format and its verbs.
pub(crate) struct Row {
    pub(crate) format: Format,
    /// What its files begin with; empty for text, which is looked into.
    pub(crate) signatures: &'static [&'static [Option<u8>]],
    /// None if this build has no decoder.
    pub(crate) reading: Option<Reading>,
    /// None if this build has no encoder.
    pub(crate) writing: Option<Writing>,
}

/// What can be done with files of a format.
pub(crate) struct Reading {
    /// Reads the facts; no pixel is decoded.
    pub(crate) header: fn(&[u8], &Limits) -> Result<Header, Error>,
    /// Reads the facts of a page and of so many under it, where pages differ.
    pub(crate) pages: Option<PagesFn>,
    /// As [`crate::decode_bytes`].
    pub(crate) decode_bytes: fn(&Header, &DecodeRequest) -> u64,
    /// Starts to decode what was probed and is within the limits.
    pub(crate) open: OpenFn,
    /// Starts to read an animation.
    pub(crate) frames: Option<FramesFn>,
    /// As [`crate::is_sound`].
    pub(crate) is_sound: Option<IsSoundFn>,
    /// As [`crate::replace_metadata`].
    pub(crate) replace_metadata: Option<ReplaceFn>,
}

/// How files of a format are made.
pub(crate) struct Writing {
    /// Encodes a whole image.
    pub(crate) encode: fn(&Pixels, &EncodeSettings, &Metadata) -> Result<Vec<u8>, Error>,
    /// As [`crate::encode_bytes`]; see [`collected_bytes`].
    pub(crate) encode_bytes: fn(OutputLayout, &EncodeSettings) -> u64,
    /// Starts an encoder that takes bands as they come; without one they are collected.
    pub(crate) stream: Option<StreamFn>,
    /// How animations are written.
    pub(crate) animation: Option<AnimationWriting>,
}

/// How animations of a format are made.
pub(crate) struct AnimationWriting {
    /// Starts one.
    pub(crate) open: AnimationFn,
    /// Bytes that the encoder takes beside the file, the frame that it is handed included.
    pub(crate) bytes: fn(Layout, &EncodeSettings) -> u64,
}

type OpenFn =
    for<'a> fn(&'a [u8], &Header, &DecodeRequest, &Limits) -> Result<Box<dyn Decoder + 'a>, Error>;
type PagesFn = fn(&[u8], u32, u32, &Limits) -> Result<Header, Error>;
type FramesFn = for<'a> fn(&'a [u8], &Header, &Limits) -> Result<Box<dyn Frames + 'a>, Error>;
type IsSoundFn = fn(&[u8], &Header, &Limits) -> bool;
type ReplaceFn = fn(&[u8], &Metadata) -> Option<Vec<u8>>;
type StreamFn = fn(OutputLayout, &EncodeSettings, &Metadata) -> Result<Box<dyn Encoder>, Error>;
type AnimationFn =
    fn(Layout, &EncodeSettings, &Metadata) -> Result<Box<dyn AnimationEncoder>, Error>;

impl Row {
    /// A format that is recognised and no more.
    #[cfg(not(all(feature = "avif", feature = "jxl", feature = "svg")))]
    pub(crate) const fn unread(
        format: Format,
        signatures: &'static [&'static [Option<u8>]],
    ) -> Self {
        Self {
            format,
            signatures,
            reading: None,
            writing: None,
        }
    }
}

/// What an encoder takes that collects the bands and then takes `work` bytes more.
pub(crate) fn collected_bytes(layout: OutputLayout, work: u64) -> u64 {
    layout.bytes().saturating_add(work).saturating_add(4 << 20)
}

/// Pixels of a layout.
pub(crate) fn pixels(layout: OutputLayout) -> u64 {
    let (width, height) = layout.size();
    u64::from(width) * u64::from(height)
}
