//! TIFF: the first page, through the tiff crate, two old compressions by own code; written by own
//! code.

mod decode;
mod encode;
mod facts;
mod samples;
mod special;

pub(crate) use decode::open;
pub(crate) use encode::encode;
pub(crate) use facts::header;

use crate::{DecodeRequest, Header};

/// The samples as they are stored, all of them, and a strip or tile of about a megabyte.
pub(crate) fn decode_bytes(header: &Header, _: &DecodeRequest) -> u64 {
    let pixels = u64::from(header.width) * u64::from(header.height);
    let alpha = u64::from(header.has_ink_alpha);
    let samples = pixels.saturating_mul(header.channels.count() as u64 + 1 + alpha);
    let sample = u64::from(header.bits).div_ceil(8).max(1);
    samples.saturating_mul(sample).saturating_add(4 << 20)
}
