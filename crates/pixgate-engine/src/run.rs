//! Carrying out a plan.

mod animation;
mod compare;
mod load;
mod planar;
mod rows;
mod smaller;
mod steps;
mod underlay;
mod watermark;

use std::borrow::Cow;

use pixgate_codec::{Metadata, Pixels, encode};
use pixgate_options::Format;
use pixgate_raster::Image;

use crate::colour::convert_to_srgb;
use crate::fit_bytes::save;
use crate::{
    Cancel, Error, ErrorKind, PixelPath, Plan, ProfileAction, QualityGoal, Step, metadata,
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
    cancel.check()?;
    if plan.path == PixelPath::PassThrough {
        return unchanged(plan, bytes);
    }
    if plan.frames > 1 {
        return animation::make(plan, bytes, cancel);
    }
    if plan.path == PixelPath::Planar {
        let (planes, metadata) = planar::process(plan, bytes, cancel)?;
        let kept = metadata::kept(metadata, &plan.output);
        let encoded = save_pixels(plan, &Pixels::Planar(planes), &kept, cancel)?;
        return Ok(smaller::instead(plan, bytes, &kept, encoded));
    }
    let (image, metadata, done) = match plan.row_job() {
        Some(job) => {
            let (image, metadata) = rows::process(plan, &job, bytes, cancel)?;
            (image, metadata, job.steps)
        }
        None => {
            let (image, metadata) = load::source(plan, bytes, cancel)?;
            (image, metadata, 0)
        }
    };
    let (plan, image) = process(plan, image, done, cancel)?;
    let (encoded, kept) = finish(&plan, image, metadata, cancel)?;
    Ok(smaller::instead(&plan, bytes, &kept, encoded))
}

fn unchanged(plan: &Plan, bytes: &[u8]) -> Result<Encoded, Error> {
    Ok(Encoded {
        bytes: passed_through(plan, bytes)?,
        format: plan.source_format,
        width: plan.width,
        height: plan.height,
        quality: plan.output.quality,
    })
}

/// The source as it is, but for an SVG, which is cleaned unless the settings say otherwise.
fn passed_through(plan: &Plan, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    #[cfg(feature = "svg")]
    if plan.source_format == Format::Svg && plan.recipe.settings.sanitize_svg {
        return Ok(pixgate_codec::sanitize_svg(bytes)?);
    }
    #[cfg(not(feature = "svg"))]
    let _ = plan;
    Ok(bytes.to_vec())
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
        image = steps::carry_out(&current, step, image, cancel)?;
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
) -> Result<(Encoded, Metadata), Error> {
    cancel.check()?;
    let mut image = image;
    if let (ProfileAction::ConvertAfter, Some(profile)) = (plan.output.profile, &metadata.icc) {
        convert_to_srgb(&mut image, profile)?;
    }
    let kept = metadata::kept(metadata, &plan.output);
    let encoded = save_pixels(plan, &Pixels::Interleaved(image), &kept, cancel)?;
    Ok((encoded, kept))
}

fn save_pixels(
    plan: &Plan,
    pixels: &Pixels,
    metadata: &Metadata,
    cancel: &Cancel,
) -> Result<Encoded, Error> {
    let goal = plan.output.search.as_ref().map(|search| search.goal);
    let original = match goal {
        Some(QualityGoal::Dssim { .. }) => Some(compare::luma_of(pixels)?),
        _ => None,
    };
    save(
        &plan.output,
        pixels.size(),
        cancel,
        |settings| Ok(encode(pixels, settings, metadata)?),
        |file| match &original {
            Some(original) => compare::dissimilarity(original, file),
            None => Err(ErrorKind::Internal.into()),
        },
    )
}
