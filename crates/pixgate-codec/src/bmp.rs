//! BMP, read and written by own code.

mod decode;
mod encode;
mod header;

pub(crate) use decode::{icon, open};
pub(crate) use encode::encode;
pub(crate) use header::{Info, header};

use crate::{DecodeRequest, Header};

/// Nothing but a row's worth of buffers.
pub(crate) fn decode_bytes(_: &Header, _: &DecodeRequest) -> u64 {
    64 << 10
}
