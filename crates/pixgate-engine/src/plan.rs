//! What will be done to an image, before any pixel of it exists.

mod assemble;
mod autoquality;
mod best;
mod build;
mod choice;
mod draft;
mod execution;
mod formats;
mod keep_source;
mod left_out;
mod output;
mod pipeline;
mod planar;
mod remarks;
mod replan;
mod rows;
#[cfg(feature = "serde")]
mod serialize;
mod sketch;
mod stack;
mod thumbnail;

use pixgate_codec::{DecodeRequest, Header, SharedSandbox};
use pixgate_options::{Format, ProcessingOptions};
use pixgate_raster::{Channels, Depth};

use crate::admit;
use crate::load::Load;
use crate::recipe::Recipe;
use crate::stack::Stack;
use crate::step::Step;
use crate::style::Style;
use crate::support::check_options;
use crate::target_profile::TargetProfile;
use crate::texts::Texts;
use crate::{Cancel, Companions, Error, Negotiation, Settings, Warning};

#[cfg(test)]
pub(crate) use assemble::decide;
pub use autoquality::{QualityGoal, QualitySearch};
pub use execution::{Execution, PixelPath};
pub use output::{MetadataPolicy, Output, ProfileAction, ResolutionAction};
pub use planar::PlanarJob;
pub(crate) use planar::PlaneJob;
pub(crate) use rows::Chunk;
pub use rows::RowJob;

/// What will be done to an image: every size and position, how pixels are held, what comes out.
///
/// A plan is made from options and header alone, so it can be looked at, compared and refused
/// before the source is decoded. Two things depend on pixels and stay open: the box that trimming
/// finds ([`Plan::after_trim`] computes what follows from it) and the place of a smart crop, of
/// which the step has the size only.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// How it is carried out.
    pub execution: Execution,
    /// Format of the source.
    pub source_format: Format,
    /// Frames that are read, each going through all steps; more than one make an animation.
    pub frames: u32,
    /// What is asked of the decoder.
    pub decode: DecodeRequest,
    /// Width and height as decoded, in stored orientation.
    pub loaded: (u32, u32),
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
    /// Upper bound of the bytes that [`run`](crate::run()) allocates at once. Not counted: the
    /// source, and metadata copied from it (at most max(source length, 256 KiB) per block).
    pub peak_bytes: u64,
    /// What the options ask for but will not happen.
    pub warnings: Vec<Warning>,
    /// Depth of interleaved pixels that the first step sees.
    pub(crate) depth: Depth,
    /// Factor by which the decoded image is averaged before the first step; 1 = not.
    pub(crate) box_shrink: u32,
    pub(crate) header: Header,
    /// Where codecs run that cannot be bounded from inside.
    pub(crate) sandbox: SharedSandbox,
    /// Below this [`complexity`](pixgate_raster::measure::complexity()) only alternatives without loss are
    /// tried.
    pub(crate) complexity_threshold: f64,
    /// Formats of results in place of which the source comes out if it is smaller.
    pub(crate) yields_to_source: Vec<Format>,
    /// What planning again after a trim takes; nothing where nothing is trimmed.
    pub(crate) replan: Option<Box<replan::Replan>>,
    /// The profile that the result is to have.
    pub(crate) target: Option<TargetProfile>,
    /// Whether an option names the resolution.
    pub(crate) asks_resolution: bool,
    /// Pages that are put under each other when they are decoded.
    pub(crate) stack: Option<Stack>,
    /// What is put into a drawing first.
    pub(crate) style: Option<Style>,
    /// What is done if the embedded thumbnail, which this plan is for, cannot be read.
    pub(crate) instead: Option<Box<Self>>,
}

/// Plans what the options mean for an image with this header.
///
/// Nothing is decoded; only text is laid out, which takes [`plan_bytes`](crate::plan_bytes()) at
/// most. All limits that depend on the header are
/// checked here, and an option that cannot be carried out is refused rather than left out.
///
/// # Errors
///
/// [`ErrorKind::SourceTooLarge`](crate::ErrorKind), [`ErrorKind::UnsupportedOption`](crate::ErrorKind),
/// [`ErrorKind::OptionOutOfRange`](crate::ErrorKind), [`ErrorKind::CannotWrite`](crate::ErrorKind),
/// [`ErrorKind::ResultTooLarge`](crate::ErrorKind), [`ErrorKind::InvalidText`](crate::ErrorKind).
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
///     band_bytes: None,
///     parts: Default::default(),
/// };
/// let mut options = ProcessingOptions::default();
/// options.pipelines[0].width = Some(100);
/// let plan = plan(&options, &header, &Settings::default(), &Negotiation::default())?;
/// assert_eq!((plan.width, plan.height), (100, 50));
/// assert!(matches!(plan.steps[..], [Step::Resample(_)]));
/// # Ok::<(), pixgate_engine::Error>(())
/// ```
pub fn plan(
    options: &ProcessingOptions,
    header: &Header,
    settings: &Settings,
    negotiation: &Negotiation,
) -> Result<Plan, Error> {
    let (companions, cancel) = (Companions::NONE, &Cancel::never());
    plan_with(options, header, settings, negotiation, companions, cancel)
}

/// Plans like [`plan()`], with the pictures that the options name beside the source, until it has
/// to give up.
///
/// # Errors
///
/// As [`plan()`]; [`ErrorKind::CompanionMissing`](crate::ErrorKind) for a picture that is not among
/// them; [`ErrorKind::DeadlineExceeded`](crate::ErrorKind) and
/// [`ErrorKind::Cancelled`](crate::ErrorKind) where text was to be laid out.
pub fn plan_with(
    options: &ProcessingOptions,
    header: &Header,
    settings: &Settings,
    negotiation: &Negotiation,
    companions: &Companions,
    cancel: &Cancel,
) -> Result<Plan, Error> {
    check_options(options)?;
    let texts = &Texts::new(cancel);
    let recipe = Recipe {
        options,
        header,
        settings,
        negotiation: *negotiation,
        companions,
        target: None,
        stack: None,
        texts,
    };
    if admit::is_passed_through(&recipe) {
        admit::check_source(&recipe, 1)?;
        return Ok(build::pass_through(&recipe));
    }
    let target = TargetProfile::of(options, &settings.color_profiles)?;
    let recipe = Recipe {
        target: target.as_ref(),
        ..recipe
    };
    let main = processed(&recipe)?;
    let Some(thumbnail) = thumbnail::wanted(&recipe) else {
        return Ok(main);
    };
    let mut plan = processed(&Recipe {
        header: thumbnail,
        ..recipe
    })?;
    plan.peak_bytes = plan.peak_bytes.max(main.peak_bytes);
    plan.instead = Some(Box::new(main));
    Ok(plan)
}

/// Plans what is done with a source that is not passed through.
fn processed(recipe: &Recipe<'_>) -> Result<Plan, Error> {
    let choice = choice::choose_format(recipe)?;
    let stack = Stack::of(recipe, &choice)?;
    let whole = stack.as_ref().map(Stack::header);
    let recipe = Recipe {
        header: whole.as_ref().unwrap_or(recipe.header),
        stack: stack.as_ref(),
        ..*recipe
    };
    admit::check_source(&recipe, choice.frames)?;
    build::whole(&recipe, choice)
}

impl Plan {
    /// How pixels are held on the way from decoder to encoder.
    #[must_use]
    pub const fn path(&self) -> PixelPath {
        self.execution.path(self.depth)
    }

    /// Whether rows are scaled while they are decoded, so that the whole source never exists.
    #[must_use]
    pub const fn streams_rows(&self) -> bool {
        matches!(self.execution, Execution::Rows(_))
    }

    /// Bytes that a sandbox takes on top of [`peak_bytes`](Self::peak_bytes), for a source of this
    /// length: its copy, what is made of its text, and the process itself; nothing without a
    /// sandbox. A source that gets a style sheet has copies here as well.
    #[must_use]
    pub fn beside_bytes(&self, source_bytes: usize) -> u64 {
        let sandbox = &self.sandbox;
        let (source_bytes, copies) = match &self.style {
            Some(style) => {
                let styled = style.styled_bytes(source_bytes);
                // Its text, and the text with the sheet in it.
                (styled, (styled as u64).saturating_mul(2))
            }
            None => (source_bytes, 0),
        };
        let source = sandbox.beside_bytes(self.source_format, source_bytes);
        let overlays = self.steps.iter().filter_map(Step::overlay);
        let overlays = overlays.map(|overlay| {
            let image = overlay.source();
            sandbox.beside_bytes(image.header.format, image.bytes.len())
        });
        overlays.fold(source, u64::max).saturating_add(copies)
    }

    /// The profile of the pixels behind the last step: none where they have become sRGB.
    pub(crate) fn own_profile<'a>(&self, embedded: Option<&'a [u8]>) -> Option<&'a [u8]> {
        embedded.filter(|_| self.header.channels != Channels::Cmyk)
    }

    /// All outputs that are tried.
    pub(crate) fn outputs(&self) -> impl Iterator<Item = &Output> {
        std::iter::once(&self.output).chain(&self.alternatives)
    }

    /// What is decoded, and to what.
    pub(crate) const fn load(&self) -> Load<'_> {
        Load {
            header: &self.header,
            decode: &self.decode,
            size: self.loaded,
            depth: self.depth,
            box_shrink: self.box_shrink,
            stack: self.stack.as_ref(),
        }
    }
}
