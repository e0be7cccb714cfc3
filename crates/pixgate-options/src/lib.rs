//! What an image transformation is, as plain data.
//!
//! A [`ProcessingOptions`] holds the options that were set explicitly, nothing else: a field that
//! is `None` was not mentioned, and the default is the business of a small method of the same
//! name ([`PipelineOptions::width`], [`PipelineOptions::crop_gravity`]) or of the server's
//! configuration. Options of the whole request are in [`GlobalOptions`], those of one pass over
//! the pixels in [`PipelineOptions`]; [`InfoOptions`] is the same for questions about an image.
//! Names are those of imgproxy's URLs, and closed lists of names are enums with `name` and
//! `from_name`; [`OptionId`] lists the options themselves.
//!
//! ```
//! use pixgate_options::{Format, GravityKind, ProcessingOptions, ResizingType};
//!
//! let mut options = ProcessingOptions::default();
//! options.global.format = Some(Format::Webp);
//! options.pipelines[0].width = Some(300);
//! options.pipelines[0].gravity.kind = Some(GravityKind::North);
//!
//! let pipeline = options.first();
//! assert_eq!(pipeline.resizing_type(), ResizingType::Fit);
//! assert_eq!((pipeline.width(), pipeline.height()), (300, 0));
//! assert_eq!(pipeline.crop_gravity().kind, GravityKind::North);
//! ```
//!
//! What this crate does not do: read URLs (`pixgate-url`), know a server's configuration, or
//! touch an image.
#![forbid(unsafe_code)]

mod color;
mod crop;
mod delivery;
mod effects;
mod extend;
mod format;
mod global;
mod gravity;
mod info;
mod mask;
mod metadata;
mod negotiation;
mod option_id;
mod output;
mod pipeline;
mod processing;
mod size;
mod unknown_name;
mod video;
mod vocabulary;
mod watermark;

pub use color::Rgb;
pub use crop::{CropAspectRatioOptions, CropObjectsOptions, CropOptions, Trim, TrimOptions};
pub use delivery::{HashKind, HashsumOptions};
pub use effects::{
    Area, BlurAreasOptions, BlurDetectionsOptions, ColorizeOptions, DrawDetectionsOptions,
    DuotoneOptions, GradientOptions, MonochromeOptions, ProgressiveBlurOptions,
    UnsharpMaskingOptions, UnsharpMode,
};
pub use extend::{ExtendOptions, Padding, PaddingOptions};
pub use format::Format;
pub use global::GlobalOptions;
pub use gravity::{Gravity, GravityKind, GravityOptions};
pub use info::{
    AlphaOptions, AverageOptions, BlurhashOptions, ClassifyOptions, DominantColorsOptions,
    ExifOptions, InfoOptions,
};
pub use mask::{MaskFit, MaskModeOptions, MaskReading, Radius, RoundOptions};
pub use metadata::FlipOptions;
pub use negotiation::{Negotiation, Preference};
pub use option_id::OptionId;
pub use output::{
    AutoqualityMethod, AutoqualityOptions, AvifOptions, AvifSubsample, JpegOptions, PngOptions,
    WebpCompression, WebpOptions, WebpPreset,
};
pub use pipeline::PipelineOptions;
pub use processing::ProcessingOptions;
pub use size::{ResizingAlgorithm, ResizingType, Zoom};
pub use unknown_name::UnknownName;
pub use video::VideoFramesOptions;
pub use watermark::{
    TextAlign, TextBox, TextBoxOptions, Watermark, WatermarkOptions, WatermarkSizeOptions,
};

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;
