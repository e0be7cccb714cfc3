#![doc = include_str!("../README.md")]

mod decode;
mod encode;
mod error;
mod kernels;
mod modes;
#[cfg(test)]
mod peer;
mod picture;
mod scan;
mod tables;

pub use decode::{
    DecodeError, DecodeSettings, Decoder, Filters, PictureInfo, PlaneRows, Rows, Subsampling,
};
pub use encode::{Effort, Settings, Stream, encode, encode_shown};
pub use error::Error;
pub use picture::{BitDepth, Chroma, ColorDescription, Picture, Samples};
