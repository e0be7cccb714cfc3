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
//! Operations take an [`Image`] and give a new one, or work in place where that costs nothing; the
//! functions named `…_bytes` say how much memory an operation will allocate.
//!
//! # Examples
//!
//! ```
//! use pixgate_raster::{Channels, Image, Layout, Orientation, Resampler, Scaling, orient};
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

mod alpha;
mod attention;
mod average;
mod blur;
mod blur_area;
mod complexity;
mod composite;
mod convert;
mod crop;
mod cut_out;
mod dispatch;
mod dissimilarity;
mod embed;
mod error;
mod filter;
mod flatten;
mod flip;
mod gaussian;
mod image;
mod kernel;
mod lab;
mod layout;
mod mask;
mod orientation;
mod pixelate;
mod planes;
mod progressive_blur;
mod resample;
mod rotate;
mod sample;
mod samples;
mod shadow;
mod sharpen;
mod tilt;
mod transfer;
mod trim;
mod unsharp;
mod view;
mod yuv;

pub use alpha::{premultiply, unpremultiply};
pub use attention::{attention, attention_bytes};
pub use average::{average, average_bytes};
pub use blur::{blur, blur_bytes, blur_until};
pub use blur_area::{blur_area, blur_area_bytes};
pub use complexity::complexity;
pub use composite::{composite, composite_bytes};
pub use convert::{convert_bytes, convert_channels, convert_depth};
pub use crop::{crop, crop_bytes};
pub use cut_out::{RoundedRect, cut_out, cut_out_bytes};
pub use dissimilarity::{dssim, luma};
pub use embed::{Canvas, embed, embed_bytes};
pub use error::{Error, ErrorKind};
pub use filter::{Ramp, RampLine, Recoloring, Tint, tint_bytes};
pub use flatten::{flatten, flatten_bytes};
pub use flip::{flip_horizontal, flip_vertical};
pub use image::Image;
pub use kernel::ResamplingFilter;
pub use layout::{Channels, Depth, Layout};
pub use mask::{coverage, mask, mask_bytes};
pub use orientation::Orientation;
pub use pixelate::{pixelate, pixelate_bytes};
pub use planes::{ChromaSubsampling, Planes, YuvMatrix, YuvRange};
pub use progressive_blur::{progressive_blur, progressive_blur_bytes};
pub use resample::{Axis, PlaneReducer, Resampler, Scaling, resize_bytes, resize_linear_bytes};
pub use rotate::{orient, orient_bytes, orient_planes, orients_exactly};
pub use sample::Sample;
pub use samples::{Samples, SamplesMut, zeroed};
pub use shadow::{shadow, shadow_bytes, shadow_margin};
pub use sharpen::{sharpen, sharpen_bytes, sharpen_until};
pub use tilt::{tilt, tilt_bytes, tilted};
pub use transfer::{from_linear, linear_bytes, linear_to_srgb, srgb_to_linear, to_linear};
pub use trim::{Rect, find_trim, find_trim_bytes};
pub use unsharp::{unsharp, unsharp_bytes};
pub use view::View;
pub use yuv::{
    YuvFormat, image_to_planes, image_to_planes_bytes, planes_to_image, planes_to_image_bytes,
};

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;
