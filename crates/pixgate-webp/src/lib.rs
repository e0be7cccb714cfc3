#![doc = include_str!("../README.md")]

mod bytes;
mod error;
pub mod lossless;
mod memory;
pub mod vp8;

pub use error::Error;
