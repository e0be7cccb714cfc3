//! Carrying out a plan.

mod animation;
mod best;
mod compare;
mod load;
mod planar;
mod plane_rows;
mod rows;
mod smaller;
mod steps;
mod underlay;
mod watermark;

use std::borrow::Cow;

use pixgate_codec::{Allowance, Metadata, Pixels, encode};
use pixgate_options::Format;
use pixgate_raster::Image;

use crate::colour::{convert_to_srgb, srgb_to_cmyk};
use crate::fit_bytes::save;
use crate::stage::Watch;
use crate::{
    Cancel, Error, ErrorKind, Output, PixelPath, Plan, ProfileAction, QualityGoal, Stage, Step,
    metadata,
};

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Encoded {
    /// The encoded image.
    pub bytes: Vec<u8>,
    /// Its format.
    pub format: Format,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// The quality it was saved with, lower than planned if the number of bytes was limited.
    pub quality: u8,
}

/// Decodes the source, carries out the steps of the plan and encodes the result.
///
/// - `bytes`: the whole source that the header of the plan was read from.
/// - Takes at most [`Plan::peak_bytes`], and four times the source's length for its metadata.
///
/// A plan that passes the source through gives a copy of it, an SVG cleaned of scripts and the
/// like; for other formats whoever holds the bytes already need not call this.
///
/// # Errors
///
/// [`ErrorKind::Codec`] if the source is broken or the result cannot be encoded,
/// [`ErrorKind::SourceChanged`] if the bytes do not fit the plan,
/// [`ErrorKind::MemoryExceedsPlan`] if trimming left an image that grows beyond what was planned,
/// [`ErrorKind::OutOfMemory`], [`ErrorKind::DeadlineExceeded`], [`ErrorKind::Cancelled`].
pub fn run(plan: &Plan, bytes: &[u8], cancel: &Cancel) -> Result<Encoded, Error> {
    run_watched(plan, bytes, cancel, &|_| ())
}

/// Like [`run`], and tells `watch` of every [`Stage`] that begins.
///
/// Nothing is said of a plan that passes the source through.
///
/// # Errors
///
/// Those of [`run`].
///
/// # Examples
///
/// Adds up the time of each stage:
///
/// ```
/// use std::cell::RefCell;
/// use std::time::Instant;
/// use pixgate_codec::{Limits, probe};
/// use pixgate_engine::{Cancel, Negotiation, Settings, Stage, plan, run_watched};
/// # use pixgate_codec::{EncodeSettings, Metadata, Pixels, encode};
/// # let image = pixgate_raster::Image::zeroed(pixgate_raster::Layout::u8(8, 8, pixgate_raster::Channels::Rgb))?;
/// # let source = EncodeSettings::new(pixgate_options::Format::Png, 80);
/// # let bytes = encode(&Pixels::Interleaved(image), &source, &Metadata::default())?;
///
/// let header = probe(&bytes, &Limits::default())?;
/// let plan = plan(&Default::default(), &header, &Settings::default(), &Negotiation::default())?;
/// let begun = RefCell::new(Vec::new());
/// run_watched(&plan, &bytes, &Cancel::never(), &|stage| {
///     begun.borrow_mut().push((stage, Instant::now()));
/// })?;
/// assert!(begun.borrow().iter().any(|(stage, _)| *stage == Stage::Encode));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn run_watched(
    plan: &Plan,
    bytes: &[u8],
    cancel: &Cancel,
    watch: &dyn Fn(Stage),
) -> Result<Encoded, Error> {
    cancel.check()?;
    if plan.path == PixelPath::PassThrough {
        return unchanged(plan, bytes, cancel);
    }
    if plan.frames > 1 {
        return animation::make(plan, bytes, cancel, watch);
    }
    watch(Stage::Decode);
    if plan.path == PixelPath::Planar {
        let (planes, metadata) = planar::process(plan, bytes, cancel, watch)?;
        let kept = metadata::kept(metadata, &plan.output);
        watch(Stage::Encode);
        let encoded = saved(plan, &Pixels::Planar(planes), &kept, cancel)?;
        return Ok(smaller::instead(plan, bytes, &kept, encoded));
    }
    let (image, metadata, done) = match plan.row_job() {
        Some(job) => {
            let (image, metadata) = rows::process(plan, &job, bytes, cancel, watch)?;
            (image, metadata, job.steps)
        }
        None => {
            let (image, metadata) = load::source(plan, bytes, cancel)?;
            (image, metadata, 0)
        }
    };
    watch(Stage::Transform);
    let (plan, image) = process(plan, image, done, cancel)?;
    let (encoded, kept) = finish(&plan, image, metadata, cancel, watch)?;
    Ok(smaller::instead(&plan, bytes, &kept, encoded))
}

fn unchanged(plan: &Plan, bytes: &[u8], cancel: &Cancel) -> Result<Encoded, Error> {
    Ok(Encoded {
        bytes: passed_through(plan, bytes, cancel)?,
        format: plan.source_format,
        width: plan.width,
        height: plan.height,
        quality: plan.output.quality,
    })
}

/// The source as it is, but for an SVG, which is cleaned unless the settings say otherwise.
fn passed_through(plan: &Plan, bytes: &[u8], cancel: &Cancel) -> Result<Vec<u8>, Error> {
    if plan.source_format != Format::Svg || !plan.recipe.settings.sanitize_svg {
        return Ok(bytes.to_vec());
    }
    let allowance = Allowance {
        memory_bytes: plan.beside_bytes(bytes.len()),
        stop: cancel.stop(),
    };
    let sandbox = &plan.recipe.settings.sandbox;
    cancel.explain_codec(sandbox.sanitize_svg(bytes, &allowance))
}

/// Carries out the steps behind the first `done`; a trim replaces the plan of what follows it.
fn process<'a>(
    plan: &'a Plan,
    image: Image,
    done: usize,
    cancel: &Cancel,
) -> Result<(Cow<'a, Plan>, Image), Error> {
    let mut image = image;
    let mut current = Cow::Borrowed(plan);
    let mut index = done;
    while let Some(step) = current.steps.get(index) {
        cancel.check()?;
        image = steps::carry_out(&current, index, image, cancel)?;
        let is_trim = matches!(step, Step::Trim(_));
        index += 1;
        if is_trim {
            let next = current.after_trim(index - 1, image.width(), image.height())?;
            if next.peak_bytes > plan.peak_bytes {
                return Err(ErrorKind::MemoryExceedsPlan {
                    bytes: next.peak_bytes,
                    planned: plan.peak_bytes,
                }
                .into());
            }
            current = Cow::Owned(next);
            index = 0;
        }
    }
    Ok((current, image))
}

/// Settles colour and metadata, and encodes.
fn finish(
    plan: &Plan,
    image: Image,
    metadata: Metadata,
    cancel: &Cancel,
    watch: Watch<'_>,
) -> Result<(Encoded, Metadata), Error> {
    cancel.check()?;
    let (image, metadata) = recoloured(plan, image, metadata)?;
    let kept = metadata::kept(metadata, &plan.output);
    watch(Stage::Encode);
    let encoded = saved(plan, &Pixels::Interleaved(image), &kept, cancel)?;
    Ok((encoded, kept))
}

/// Brings colours to those of the result; a profile of inks that cannot be used is dropped.
fn recoloured(
    plan: &Plan,
    mut image: Image,
    mut metadata: Metadata,
) -> Result<(Image, Metadata), Error> {
    match (plan.output.profile, &metadata.icc) {
        (ProfileAction::ConvertAfter, Some(profile)) => convert_to_srgb(&mut image, profile)?,
        (ProfileAction::Restore, Some(profile)) => match srgb_to_cmyk(&image, profile)? {
            Some(inks) => image = inks,
            None => metadata.icc = None,
        },
        _ => {}
    }
    Ok((image, metadata))
}

/// Encodes in the format of the plan, or in whichever takes fewest bytes.
fn saved(
    plan: &Plan,
    pixels: &Pixels,
    metadata: &Metadata,
    cancel: &Cancel,
) -> Result<Encoded, Error> {
    if plan.alternatives.is_empty() {
        save_pixels(&plan.output, pixels, metadata, cancel)
    } else {
        best::save_smallest(plan, pixels, metadata, cancel)
    }
}

fn save_pixels(
    output: &Output,
    pixels: &Pixels,
    metadata: &Metadata,
    cancel: &Cancel,
) -> Result<Encoded, Error> {
    let goal = output.search.as_ref().map(|search| search.goal);
    let original = match goal {
        Some(QualityGoal::Dssim { .. }) => Some(compare::luma_of(pixels)?),
        _ => None,
    };
    save(
        output,
        pixels.size(),
        cancel,
        |settings| Ok(encode(pixels, settings, metadata)?),
        |file| match &original {
            Some(original) => compare::dissimilarity(original, file),
            None => Err(ErrorKind::Internal.into()),
        },
    )
}
