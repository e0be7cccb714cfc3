//! Decodes JPEG files to planes or pixels, at full or reduced size, within bounds known from the
//! header, and encodes them.
//!
//! A file is a row of *segments*; [`Header`] reads them up to the first scan and says how large the
//! picture is, what its components mean, and which metadata it carries. [`Decoder`] then hands the
//! picture over in *bands*: a sequential file is read one row of units (8 or 16 rows of pixels) at
//! a time, so that the whole picture is never in memory; a progressive one keeps as many of its
//! coefficients as the asked-for size needs. Components come as planes at their stored resolution,
//! each at 1/1, 1/2, 1/4 or 1/8, or interleaved as grey, RGB or CMYK. [`encode`] goes the other way,
//! from planes, grey or RGB.
//!
//! ```
//! use pixgate_jpeg::{DecodeOptions, Decoder};
//!
//! # fn run(file: &[u8]) -> Result<(), pixgate_jpeg::Error> {
//! let mut decoder = Decoder::new(file, DecodeOptions::default())?;
//! while let Some(band) = decoder.next_band()? {
//!     for (_, part) in band.parts() {
//!         println!("{} rows from row {}", part.rows.layout().height, part.first_row);
//!     }
//! }
//! if let Some(damage) = decoder.damage() {
//!     println!("incomplete: {damage}");
//! }
//! # Ok(())
//! # }
//! # assert!(run(b"not a picture").is_err());
//! ```
//!
//! | | |
//! |---|---|
//! | processes | baseline, extended sequential and progressive, Huffman or arithmetic coding, 8 bits |
//! | components | one to four, any sampling factors, restart intervals, one scan or many |
//! | colours | grey, YCbCr, RGB, CMYK, YCCK, told apart as libjpeg does |
//! | damage | noted ([`Tolerance::Lenient`]) or refused ([`Tolerance::Strict`]); never a panic |
//! | encoding | baseline with typical or optimised tables, progressive; 4:4:4, 4:2:2, 4:2:0; grey, CMYK |
//! | exactness | at full size the bytes of libjpeg's accurate integer method |
//!
//! What this crate does not do: lossless and hierarchical processes and samples of more than 8
//! bits, which are recognised and refused; colour profiles and orientation, which are reported and
//! not applied; encoding with arithmetic coding.

#![deny(unsafe_op_in_unsafe_fn)]

mod ahead;
mod arithmetic;
mod band;
mod bits;
mod block;
mod coefficients;
mod color;
mod convert;
mod damage;
mod decoder;
mod encode;
mod error;
mod frame;
mod geometry;
mod header;
mod huffman;
mod idct;
mod input;
mod kernels;
mod markers;
mod metadata;
mod multi_scan;
mod options;
mod orientation;
mod pixels;
mod progressive;
mod quantization;
mod scale;
mod scan;
mod sequential;
mod standard;
mod upsample;
mod window;
mod words;

pub use ahead::{AHEAD_BYTES, Ahead};
pub use band::{Band, Part};
pub use color::ColorModel;
pub use decoder::{Decoder, memory_bytes};
pub use encode::{EncodeOptions, Entropy, Source, encode};
pub use error::{Error, ErrorKind, Unsupported};
pub use frame::{Component, Process};
pub use header::Header;
pub use metadata::{Adobe, Jfif, Metadata};
pub use options::{DecodeOptions, Output, Tolerance};
pub use scale::{Rounding, Scale};

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;
