//! VP8L, the lossless half of WebP (the WebP lossless bitstream specification).

mod alpha;
mod bits;
mod cache;
mod coded;
mod color;
mod decoder;
mod distance;
mod encode;
mod kernels;
mod narrow;
mod predict;
mod prefix;
mod transform;
mod window;

pub(crate) use narrow::{low8, rounded};

pub use alpha::{AlphaOptions, decode_alpha, decode_alpha_bytes, encode_alpha, encode_alpha_bytes};
pub use decoder::{Decoder, Header, decode_bytes};
pub use encode::{EncodeOptions, MAX_SIDE, encode, encode_bytes};
