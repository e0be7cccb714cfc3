//! Images in memory and what can be done to their pixels.
//!
//! Three ways of holding pixels, all plain data:
//!
//! | type | layout | used for |
//! |---|---|---|
//! | [`Image`] | interleaved channels, owned, rows without gaps | everything general |
//! | [`View`] | interleaved channels, borrowed, rows `stride` samples apart | crops and bands without copying |
//! | [`Planes`] | one [`Image`] per component, chroma possibly smaller | JPEG, lossy WebP and AVIF without an RGB round trip |
//!
//! Conventions: rows run top to bottom, pixels left to right; alpha is straight (not premultiplied)
//! unless a function says otherwise; colour values are encoded as the source had them (usually
//! sRGB), never linear, unless a function says otherwise. Allocation is fallible everywhere: a
//! size that cannot be had is an [`Error`], never an abort.
//!
//! | module | what it holds |
//! |---|---|
//! | [`geometry`] | crop, embed, orient, flip, tilt |
//! | [`resample`] | other sizes, of images and planes |
//! | [`filter`] | colours, blur, sharpening, pixelating, shadows |
//! | [`compose`] | one picture on another, flattening, masks, premultiplied alpha |
//! | [`convert`] | channels, depth, linear light, YUV |
//! | [`measure`] | average, border, attention, complexity, difference |
//! | [`cores`] | cores that have nothing else to do, for work in parts |
//!
//! Operations take an [`Image`] and give a new one, or work in place where that costs nothing; the
//! functions named `…_bytes` say how much memory an operation will allocate.
//!
//! # Examples
//!
//! ```
//! use pixgate_raster::geometry::orient;
//! use pixgate_raster::resample::{Resampler, Scaling};
//! use pixgate_raster::{Channels, Image, Layout, Orientation};
//!
//! let layout = Layout::u8(30, 20, Channels::Rgb);
//! let image = Image::from_u8(layout, vec![200; 30 * 20 * 3])?;
//! let upright = orient(&image, Orientation::from_exif(6))?;
//! let scaling = Scaling::scaled(upright.layout(), 0.5, 0.5);
//! let small = Resampler::new().resize(&upright, scaling)?;
//! assert_eq!((small.width(), small.height()), (10, 15));
//! # Ok::<(), pixgate_raster::Error>(())
//! ```
//!
//! What this crate does not do: read or write files, know options or URLs, or choose sizes.

pub mod compose;
pub mod convert;
pub mod cores;
mod dispatch;
mod error;
pub mod filter;
mod gaussian;
pub mod geometry;
mod image;
mod kernels;
mod lab;
mod layout;
pub mod measure;
mod orientation;
mod planes;
mod rect;
pub mod resample;
mod sample;
mod samples;
mod view;

pub use error::{Error, ErrorKind};
pub use image::Image;
pub use layout::{Channels, Depth, Layout};
pub use orientation::Orientation;
pub use planes::{ChromaSubsampling, Planes, YuvMatrix, YuvRange};
pub use rect::Rect;
pub use sample::Sample;
pub use samples::{Samples, SamplesMut, zeroed};
pub use view::View;

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;
