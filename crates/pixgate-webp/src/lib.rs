#![doc = include_str!("../README.md")]

pub mod animation;
mod bytes;
pub mod container;
mod error;
mod frame;
pub mod lossless;
mod memory;
pub mod vp8;
pub mod yuv;

pub use error::Error;
pub use frame::{Coding, encode, encode_bytes};
