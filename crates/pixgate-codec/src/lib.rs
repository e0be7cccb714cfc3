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
#[cfg(not(feature = "svg"))]
mod no_svg;
mod output_layout;
mod palette;
mod photoshop;
mod pixels;
mod png;
mod probe;
mod read;
mod resolution;
mod room;
mod row;
mod sandbox;
mod signature;
mod sniff;
mod sound;
mod strip;
#[cfg(feature = "svg")]
mod svg;
mod text;
mod text_layout;
mod tiff;
mod webp;
mod write;

pub use animation::{AnimationEncoder, Frames};
pub use boundary::silence_contained_panics;
pub use decode::{Ahead, DecodeRequest, Decoder, Shrink};
pub use encode::{EncodeSettings, Encoder};
pub use error::{Blame, Error, ErrorKind, Killed};
pub use header::{Animation, Header, Orientation, Parts};
pub use limits::Limits;
pub use metadata::Metadata;
#[cfg(not(feature = "svg"))]
pub use no_svg::add_style;
pub use output_layout::OutputLayout;
pub use photoshop::{iptc_block, iptc_data};
pub use pixels::{Band, Pixels};
pub use probe::{probe, probe_pages};
pub use read::{can_read, decode, decode_bytes, frames, frames_bytes, open};
pub use resolution::Resolution;
pub use sandbox::{Allowance, InProcess, Sandbox, SandboxCounts, SharedSandbox, Stop};
pub use sniff::{sniff, sniff_signature};
pub use sound::is_sound;
pub use strip::replace_metadata;
#[cfg(feature = "svg")]
pub use svg::{add_fonts, add_style, add_system_fonts, sanitize_svg};
pub use text::{TEXT_BYTES, TextMark, TextRequest};
pub use text_layout::{check_markup, lay_out_text};
pub use write::{
    animation_bytes, animation_encoder, can_write, can_write_animation, encode, encode_bytes,
    encoder,
};
