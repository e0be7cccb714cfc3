//! TIFF: the first page, its fields checked and odd compressions undone by own code, the rest
//! through the tiff crate; written by own code.

mod alpha;
mod decode;
mod decompress;
mod encode;
mod facts;
mod fax;
mod joined;
mod page;
mod samples;
mod special;

pub(crate) use decode::open;
pub(crate) use encode::encode;
pub(crate) use facts::header;

use crate::{DecodeRequest, Header};

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
