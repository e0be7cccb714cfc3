//! GIF: read by own blocks, weezl's codes and an own canvas; written through the gif crate.

mod animation;
mod area;
mod blocks;
mod canvas;
mod decode;
mod encode;
mod frames;
mod sound;

pub(crate) use animation::animation;
pub(crate) use blocks::header;
pub(crate) use decode::{frames, open};
pub(crate) use encode::encode;
pub(crate) use sound::is_sound;

use crate::{DecodeRequest, Header};

/// The canvas, a row of indices, the picture made of it and, for one disposal method, a copy of
/// the canvas.
pub(crate) fn decode_bytes(header: &Header, _: &DecodeRequest) -> u64 {
    let pixels = u64::from(header.width) * u64::from(header.height);
    13 * pixels + (128 << 10)
}
