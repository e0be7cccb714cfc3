#![doc = include_str!("../README.md")]

mod animation;
mod bmp;
mod boundary;
mod buffered;
mod bytes;
mod decode;
mod directory;
mod encode;
mod error;
mod exif;
mod formats;
mod gif;
mod header;
#[cfg(feature = "avif")]
mod heif;
mod ico;
mod jpeg;
#[cfg(feature = "jxl")]
mod jxl;
mod limits;
mod metadata;
mod palette;
mod photoshop;
mod pixels;
mod png;
mod probe;
mod room;
mod row;
mod sandbox;
mod signature;
mod sniff;
mod sound;
mod strip;
#[cfg(feature = "svg")]
mod svg;
mod tiff;
mod webp;

pub use animation::{
    AnimationEncoder, Frames, animation_bytes, animation_encoder, can_write_animation, frames,
    frames_bytes,
};
pub use boundary::silence_contained_panics;
pub use decode::{
    DecodeRequest, Decoder, OutputLayout, Shrink, can_read, decode, decode_bytes, open,
};
pub use encode::{EncodeSettings, Encoder, can_write, encode, encode_bytes, encoder};
pub use error::{Blame, Error, ErrorKind, Killed};
pub use header::{Animation, Header, Orientation};
pub use limits::Limits;
pub use metadata::Metadata;
pub use photoshop::{iptc_block, iptc_data};
pub use pixels::{Band, Pixels};
pub use probe::probe;
pub use sandbox::{Allowance, InProcess, Sandbox, SandboxCounts, SharedSandbox, Stop};
pub use sniff::{has_signature, sniff};
pub use sound::is_sound;
pub use strip::replace_metadata;
#[cfg(feature = "svg")]
pub use svg::{add_fonts, add_system_fonts, sanitize_svg};
