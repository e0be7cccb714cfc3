//! BMP, read and written by own code.

mod decode;
mod encode;
mod header;

use pixgate_options::Format;

pub(crate) use decode::icon;
pub(crate) use header::Info;

use crate::row::{Reading, Row, Writing, collected_bytes, pixels};
use crate::signature::pattern;
use crate::{DecodeRequest, EncodeSettings, Header, OutputLayout};

/// What this build does with BMP.
pub(crate) const FORMAT: Row = Row {
    format: Format::Bmp,
    signatures: &[&pattern(b"BM")],
    reading: Some(Reading {
        header: header::header,
        pages: None,
        decode_bytes,
        open: decode::open,
        frames: None,
        is_sound: None,
        replace_metadata: None,
    }),
    writing: Some(Writing {
        encode: encode::encode,
        encode_bytes,
        stream: None,
        animation: None,
    }),
};

/// Nothing but a row's worth of buffers.
pub(crate) fn decode_bytes(_: &Header, _: &DecodeRequest) -> u64 {
    64 << 10
}

/// The result.
fn encode_bytes(layout: OutputLayout, _: &EncodeSettings) -> u64 {
    collected_bytes(layout, pixels(layout).saturating_mul(4))
}
