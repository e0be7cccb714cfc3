#![doc = include_str!("../README.md")]

mod adam7;
mod decode;
mod deflate;
mod encode;
mod error;
mod filter;
mod header;
mod inflate;
mod kernels;
mod unfilter;

pub use decode::{Colors, Decoder, decompress_zlib};
pub use deflate::compress_zlib;
pub use encode::{EncodeOptions, Encoder, Metadata};
pub use error::Error;
pub use header::{ColorType, Header};

/// Rows that a decoder best reads at once, or a multiple of them.
pub const TOGETHER: usize = kernels::ROWS;
/// What a file begins with.
pub const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
