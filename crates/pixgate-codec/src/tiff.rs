//! TIFF: pages, their fields checked and odd compressions undone by own code, the rest
//! through the tiff crate; written by own code.

mod alpha;
mod decode;
mod decompress;
mod encode;
mod facts;
mod fault;
mod fax;
mod joined;
mod page;
mod pages;
mod samples;
mod thunderscan_logluv;

use pixgate_options::Format;

use crate::row::{Reading, Row, Writing, collected_bytes};
use crate::signature::pattern;
use crate::{DecodeRequest, EncodeSettings, Header, OutputLayout};

/// What this build does with TIFF.
pub(crate) const FORMAT: Row = Row {
    format: Format::Tiff,
    signatures: &[&pattern(b"II*\0"), &pattern(b"MM\0*")],
    reading: Some(Reading {
        header: facts::header,
        pages: Some(pages::header),
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

/// The samples as they are stored, those that are left out and strips decompressed apart, and a strip
/// or tile of about a megabyte.
pub(crate) fn decode_bytes(header: &Header, _: &DecodeRequest) -> u64 {
    let pixels = u64::from(header.width) * u64::from(header.height);
    let alpha = u64::from(header.has_ink_alpha);
    let samples = pixels.saturating_mul(header.channels.count() as u64 + 1 + alpha);
    let sample = u64::from(header.bits).div_ceil(8).max(1);
    let more = header.part_bytes.unwrap_or(0).saturating_add(4 << 20);
    samples.saturating_mul(sample).saturating_add(more)
}

/// The result.
fn encode_bytes(layout: OutputLayout, _: &EncodeSettings) -> u64 {
    collected_bytes(layout, layout.bytes())
}
