//! GIF: read by own blocks, weezl's codes and an own canvas; written through the gif crate.

mod animation;
mod area;
mod blocks;
mod canvas;
mod decode;
mod encode;
mod frames;
mod sound;
mod strip;

use pixgate_options::Format;

use crate::row::{AnimationWriting, Reading, Row, Writing, collected_bytes, pixels};
use crate::signature::pattern;
use crate::{DecodeRequest, EncodeSettings, Header, OutputLayout};

/// What this build does with GIF.
pub(crate) const FORMAT: Row = Row {
    format: Format::Gif,
    signatures: &[&pattern(b"GIF8?a")],
    reading: Some(Reading {
        header: blocks::header,
        pages: None,
        decode_bytes,
        open: decode::open,
        frames: Some(decode::frames),
        is_sound: Some(sound::is_sound),
        replace_metadata: Some(strip::replace_metadata),
    }),
    writing: Some(Writing {
        encode: encode::encode,
        encode_bytes,
        stream: None,
        animation: Some(AnimationWriting {
            open: animation::animation,
            // Three canvases, what is left of a frame after the difference, indices, dithering.
            bytes: |layout, _| u64::from(layout.width) * u64::from(layout.height) * 20,
        }),
    }),
};

/// The canvas, a row of indices, the picture made of it and, for one disposal method, a copy of
/// the canvas.
pub(crate) fn decode_bytes(header: &Header, _: &DecodeRequest) -> u64 {
    let pixels = u64::from(header.width) * u64::from(header.height);
    13 * pixels + (128 << 10)
}

/// Indices and the result.
fn encode_bytes(layout: OutputLayout, _: &EncodeSettings) -> u64 {
    collected_bytes(layout, pixels(layout).saturating_mul(3))
}
