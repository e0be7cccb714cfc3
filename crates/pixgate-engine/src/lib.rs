//! Options and an image header become a plan; the plan and the image's bytes become a result.
//!
//! [`plan()`] looks at no pixel: from [`ProcessingOptions`](pixgate_options::ProcessingOptions) and
//! a probed [`Header`](pixgate_codec::Header) it computes every size and position, the output format
//! and quality, and the memory that is needed at most, or it refuses. [`run()`] carries the plan out.
//! Geometry is imgproxy's, to the pixel.
//!
//! # Example
//!
//! ```
//! use pixgate_codec::{EncodeSettings, Limits, Metadata, Pixels, encode, probe};
//! use pixgate_engine::{Cancel, Negotiation, Settings, plan, run};
//! use pixgate_options::{Format, ProcessingOptions};
//! use pixgate_raster::{Channels, Image, Layout};
//!
//! let image = Image::zeroed(Layout::u8(64, 32, Channels::Rgb))?;
//! let source = EncodeSettings::new(Format::Png, 80);
//! let bytes = encode(&Pixels::Interleaved(image), &source, &Metadata::default())?;
//!
//! let header = probe(&bytes, &Limits::default())?;
//! let mut options = ProcessingOptions::default();
//! options.pipelines[0].width = Some(16);
//! let plan = plan(&options, &header, &Settings::default(), &Negotiation::default())?;
//! assert_eq!((plan.width, plan.height), (16, 8));
//! let result = run(&plan, &bytes, &Cancel::never())?;
//! assert_eq!(result.format, Format::Png);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The order of steps
//!
//! | # | step | when |
//! |---|---|---|
//! | 1 | decode, smaller than stored where that loses nothing; a style sheet into a drawing, pages under each other; CMYK to sRGB; 16 to 8 bits unless kept | always |
//! | 2 | [`Step::Trim`] | `trim`; everything after it is planned again |
//! | 3 | [`Step::Detect`], [`Step::CropObjects`] | objects matter to a later step; `crop_objects`, after which everything is planned again |
//! | 3 | [`Step::Crop`], [`Step::SmartCrop`], [`Step::ObjectCrop`] | `crop`, in stored orientation |
//! | 4 | [`Step::Resample`] | any size option |
//! | 5 | [`Step::Orient`] | EXIF orientation, `rotate`, `flip` |
//! | 6 | [`Step::ResultCrop`], [`Step::SmartResultCrop`], [`Step::ObjectCrop`] | the scaled image is larger than the target |
//! | 7 | [`Step::Unsharp`] | `unsharp_masking` |
//! | 8 | [`Step::Recolor`], [`Step::Blur`], [`Step::Sharpen`], [`Step::Pixelate`], [`Step::BlurAreas`], [`Step::BlurDetections`], [`Step::ProgressiveBlur`], [`Step::DrawDetections`] | filters; 8-bit colour from here on |
//! | 9 | [`Step::Extend`] | `extend` |
//! | 10 | [`Step::ExtendAspectRatio`] | `extend_aspect_ratio` |
//! | 11 | [`Step::Pad`] | `padding` |
//! | 12 | [`Step::FormatLimit`] | the result format cannot be that large |
//! | 13 | [`Step::Colorize`], [`Step::Gradient`] | `colorize`, `gradient` |
//! | 14 | [`Step::Flatten`], [`Step::Underlay`] | `background`, or the result format has no alpha |
//! | 15 | [`Step::Watermark`], which has steps of its own: [`Step::Tilt`], [`Step::Repeat`], [`Step::Shadow`] | `watermark` |
//! | 16 | [`Step::CutOut`], [`Step::Mask`] | `px_round`, `px_ellipse`, `px_mask`; [`Step::Flatten`] after it if the result format has no alpha |
//! | 17 | colours to sRGB or to the profile asked for, metadata, encoding, again with less quality for `max_bytes` | always |
//!
//! Where nothing but size, place and encoding changes, YCbCr planes go through without RGB in between
//! ([`Execution::Planar`]); where rows are only scaled down first, that happens while they are decoded
//! ([`Execution::Rows`]), and so do the steps right after that see no more than one row.
//!
//! Chained pipelines repeat 2 to 16; 12 and the flattening for the format are left to the last.
//!
//! Animations ([`Plan::frames`]) go through all steps but 2 frame by frame, from the reader to the
//! writer; no two frames are in memory at a time.
//!
//! What this crate does not do: read URLs, fetch sources, cache, decide how many runs go on at a
//! time. What options it refuses, [`support()`] says.
#![forbid(unsafe_code)]

mod admit;
mod cancel;
mod colour;
mod companions;
mod encode;
mod error;
mod geometry;
mod line;
mod load;
mod metadata;
mod objects;
mod plan;
mod probe;
mod profiles;
mod recipe;
mod rect;
mod rounding;
mod run;
mod settings;
mod stack;
mod stage;
pub mod step;
mod style;
mod support;
mod target_profile;
mod texts;
mod warning;
mod window;
mod work;

pub use cancel::Cancel;
pub use companions::Companions;
pub use encode::Encoded;
pub use error::{Error, ErrorKind};
pub use pixgate_codec::Blame;
pub use pixgate_options::{Negotiation, Preference};
pub use pixgate_raster::cores::{IdleCores, Loan, NoCores, SpareCores};
pub use plan::{
    Execution, MetadataPolicy, Output, PixelPath, Plan, PlanarJob, ProfileAction, QualityGoal,
    QualitySearch, ResolutionAction, RowJob, plan, plan_with,
};
pub use probe::{probe, probe_bytes, probe_bytes_for, probe_for};
pub use profiles::{ColorProfiles, ProfileFault, SharedColorProfiles};
pub use rect::{Rect, Sides};
pub use run::{run, run_helped, run_watched};
pub use settings::{
    Autoquality, BestFormat, EmbeddedThumbnails, ObjectDetection, ObjectGravity, Settings,
    SmallerSource, UnsharpMasking, WatermarkImage,
};
pub use stage::Stage;
pub use step::Step;
pub use support::{Support, check_options, support};
pub use texts::plan_bytes;
pub use warning::Warning;

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;
