//! What will be done to an image, before any pixel of it exists.

mod admit;
mod autoquality;
mod best;
mod build;
mod choice;
mod crop;
mod crop_ratio;
mod describe;
mod extend;
mod flatten;
mod format_limit;
mod gravity;
mod memory;
mod orientation;
mod output;
mod padding;
mod pass;
mod planar;
mod position;
mod resample;
mod rows;
mod scale;
mod shrink;
mod size;
mod step;
mod wanted;
mod warning;
mod watermark;

use pixgate_codec::{DecodeRequest, Header};
use pixgate_options::{Format, ProcessingOptions};

use crate::support::check_options;
use crate::{Error, Negotiation, Settings};
use build::Recipe;

pub use autoquality::{QualityGoal, QualitySearch};
pub(crate) use memory::{METADATA_BYTES, channels_of, padded};
pub use output::{MetadataPolicy, Output, ProfileAction};
pub(crate) use planar::{PlanarJob, PlaneJob};
pub(crate) use rows::{Chunk, RowJob};
pub use step::{Rect, Sides, Step};
pub use watermark::{WatermarkPlacement, WatermarkStep};

/// What will be done to an image: every size and position, how pixels are held, what comes out.
///
/// A plan is made from options and header alone, so it can be looked at, compared and refused
/// before the source is decoded. Two things depend on pixels and stay open: the box that trimming
/// finds ([`Plan::after_trim`] computes what follows from it) and the place of a smart crop, of
/// which the step has the size only.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// How pixels are held on the way.
    pub path: PixelPath,
    /// Format of the source.
    pub source_format: Format,
    /// Frames that are read, each going through all steps; more than one make an animation.
    pub frames: u32,
    /// Whether rows are scaled while they are decoded, so that the whole source never exists.
    pub streams_rows: bool,
    /// What is asked of the decoder.
    pub decode: DecodeRequest,
    /// Width and height as decoded, in stored orientation.
    pub loaded: (u32, u32),
    /// Whether images are scaled in linear light.
    pub linear_light: bool,
    /// What is done to the decoded pixels, in this order.
    pub steps: Vec<Step>,
    /// Width of the result in pixels.
    pub width: u32,
    /// Height of the result in pixels.
    pub height: u32,
    /// The DPR in effect after all corrections; of the last of chained pipelines.
    pub effective_dpr: f64,
    /// What comes out.
    pub output: Output,
    /// What else is tried: of all results that hold the same pixels the smallest comes out.
    pub alternatives: Vec<Output>,
    /// Most bytes that [`run`](crate::run()) has allocated at any time, the source and what is
    /// copied from it unchanged not counted: a metadata block is no longer than the source, or
    /// than the 256 KiB that are counted here, and is dropped otherwise.
    pub peak_bytes: u64,
    /// What the options ask for but will not happen.
    pub warnings: Vec<Warning>,
    /// Pixels of the whole image per pixel of what the first step sees, on each side, where the
    /// decoder gives the whole.
    pub(crate) averaged: u32,
    pub(crate) header: Header,
    /// The format as chosen, before a small AVIF becomes another.
    pub(crate) chosen_format: Format,
    /// Formats that might be tried as well, whatever the pixels turn out to be.
    pub(crate) others: Vec<Format>,
    pub(crate) recipe: Box<Recipe>,
}

/// How pixels are held on the way from decoder to encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PixelPath {
    /// Not at all: the source is the result.
    PassThrough,
    /// As YCbCr planes, chroma staying subsampled; no RGB in between.
    Planar,
    /// As interleaved channels of 8 bits.
    Interleaved8,
    /// As interleaved channels of 16 bits.
    Interleaved16,
}

/// Something that was asked for but does not apply; [`Display`](std::fmt::Display) says what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// `enforce_thumbnail`: embedded thumbnails are not read; the main image is used.
    ThumbnailNotUsed,
    /// The source's profile describes inks, but CMYK results are not made; the result is sRGB
    /// without a profile.
    ProfileNotKept,
    /// A watermark is asked for, but none is configured.
    NoWatermarkConfigured,
    /// Frames of an animation are not trimmed, since each would be cut differently.
    AnimationNotTrimmed,
    /// `autoquality:dssim`: animations are not compared; the quality is the usual one.
    AnimationNotCompared,
    /// An option of the encoder that would have saved bytes, and nothing else.
    EncoderOptionNotUsed {
        /// Its name in URLs.
        option: &'static str,
    },
}

/// Plans what the options mean for an image with this header.
///
/// Nothing is decoded and nothing large is allocated. All limits that depend on the header are
/// checked here, and an option that cannot be carried out is refused rather than left out.
///
/// # Errors
///
/// [`ErrorKind::SourceTooLarge`](crate::ErrorKind), [`ErrorKind::UnsupportedOption`](crate::ErrorKind),
/// [`ErrorKind::OptionOutOfRange`](crate::ErrorKind), [`ErrorKind::CannotWrite`](crate::ErrorKind),
/// [`ErrorKind::ResultTooLarge`](crate::ErrorKind).
///
/// # Examples
///
/// ```
/// use pixgate_codec::{Header, Orientation};
/// use pixgate_engine::{Negotiation, Settings, Step, plan};
/// use pixgate_options::{Format, ProcessingOptions};
/// use pixgate_raster::Channels;
///
/// let header = Header {
///     format: Format::Png,
///     width: 400,
///     height: 200,
///     frames: 1,
///     orientation: Orientation::NORMAL,
///     channels: Channels::Rgb,
///     has_ink_alpha: false,
///     bits: 8,
///     palette_bits: None,
///     has_color_profile: false,
///     subsampling: None,
///     is_multi_pass: false,
///     animation: None,
///     part_bytes: None,
/// };
/// let mut options = ProcessingOptions::default();
/// options.pipelines[0].width = Some(100);
/// let plan = plan(&options, &header, &Settings::default(), &Negotiation::default())?;
/// assert_eq!((plan.width, plan.height), (100, 50));
/// let (scale_x, scale_y) = (0.25, 0.25);
/// assert_eq!(plan.steps, [Step::Resample { width: 100, height: 50, scale_x, scale_y }]);
/// # Ok::<(), pixgate_engine::Error>(())
/// ```
pub fn plan(
    options: &ProcessingOptions,
    header: &Header,
    settings: &Settings,
    negotiation: &Negotiation,
) -> Result<Plan, Error> {
    check_options(options)?;
    let recipe = Recipe::new(options, header, settings, negotiation);
    if admit::is_passed_through(options, header, settings) {
        admit::check_source(&recipe, 1)?;
        return Ok(build::pass_through(recipe));
    }
    let choice = choice::choose_format(&recipe)?;
    admit::check_source(&recipe, choice.frames)?;
    build::whole(&recipe, choice)
}

impl Plan {
    /// What is done to planes, if the path is planar.
    pub(crate) fn planar_job(&self) -> Option<PlanarJob> {
        PlanarJob::of(self)
    }

    /// How rows are scaled while they are decoded, if they are.
    pub(crate) fn row_job(&self) -> Option<RowJob> {
        RowJob::of(self).filter(|_| self.streams_rows)
    }

    /// Bytes that a sandbox takes on top of [`peak_bytes`](Self::peak_bytes), for a source of this
    /// length: its copy, what is made of its text, and the process itself. Nothing without a
    /// sandbox.
    #[must_use]
    pub fn beside_bytes(&self, source_bytes: usize) -> u64 {
        let settings = &self.recipe.settings;
        let source = settings
            .sandbox
            .beside_bytes(self.source_format, source_bytes);
        let is_marked = self
            .steps
            .iter()
            .any(|step| matches!(step, Step::Watermark(_)));
        let mark = settings.watermark.as_ref().filter(|_| is_marked);
        mark.map_or(source, |mark| {
            let sandbox = &settings.sandbox;
            source.max(sandbox.beside_bytes(mark.header.format, mark.bytes.len()))
        })
    }

    /// Plans again what follows a trim, now that the size of what it keeps is known.
    ///
    /// - `step`: index of the [`Step::Trim`] in [`steps`](Self::steps).
    /// - `width`, `height`: what trimming keeps, in stored orientation.
    /// - Returns a plan whose steps begin after the trim.
    ///
    /// # Errors
    ///
    /// As [`plan`], and [`ErrorKind::Internal`](crate::ErrorKind) if there is no trim at `step`.
    pub fn after_trim(&self, step: usize, width: u32, height: u32) -> Result<Self, Error> {
        build::after_trim(self, step, width, height)
    }
}
