//! Decodes JPEG files to planes or pixels, fast and within bounds known from the header.
//!
//! TODO

#![deny(unsafe_op_in_unsafe_fn)]

mod band;
mod bits;
mod block;
mod color;
mod convert;
mod decoder;
mod error;
mod frame;
mod geometry;
mod header;
mod huffman;
mod idct;
mod kernels;
mod markers;
mod metadata;
mod options;
mod orientation;
mod pixels;
mod progressive;
mod quantization;
mod scale;
mod scan;
mod sequential;
mod simd;
mod standard;
mod store;
mod stored;
mod upsample;
mod window;

pub use band::{Band, Part};
pub use color::ColorModel;
pub use decoder::{Decoder, memory_bytes};
pub use error::{Error, ErrorKind, Unsupported};
pub use frame::{Component, Process};
pub use header::Header;
pub use metadata::{Adobe, Jfif, Metadata};
pub use options::{DecodeOptions, Output, Tolerance};
pub use orientation::orientation;
pub use scale::{Rounding, Scale};
