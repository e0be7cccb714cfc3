//! Carrying out a plan.

mod animation;
mod keep_source;
mod planar;
mod plane_rows;
mod rows;

use std::borrow::Cow;

use pixgate_codec::{Allowance, Metadata, Pixels};
use pixgate_raster::Image;
use pixgate_raster::cores::{IdleCores, NoCores};

use crate::colour::{convert_to, convert_to_srgb, srgb_to_cmyk};
use crate::encode::save_pixels;
use crate::stage::Watch;
use crate::style::styled;
use crate::work::{Found, Work};
use crate::{Cancel, Encoded, Error, ErrorKind, Execution, Plan, ProfileAction, Stage, metadata};
use keep_source::source_if_smaller;

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

/// Like [`run`], and takes idle cores to help as long as there are some.
///
/// The source is decoded beside what is done to its rows or frames, and formats that are tried for the
/// smallest file are encoded side by side. The result is that of [`run`], and so is the most memory.
///
/// # Errors
///
/// Those of [`run`].
///
/// # Examples
///
/// ```
/// use pixgate_codec::{Limits, probe};
/// use pixgate_engine::{Cancel, Negotiation, Settings, SpareCores, plan, run, run_helped};
/// # use pixgate_codec::{EncodeSettings, Metadata, Pixels, encode};
/// # let image = pixgate_raster::Image::zeroed(pixgate_raster::Layout::u8(8, 8, pixgate_raster::Channels::Rgb))?;
/// # let source = EncodeSettings::new(pixgate_options::Format::Png, 80);
/// # let bytes = encode(&Pixels::Interleaved(image), &source, &Metadata::default())?;
///
/// let header = probe(&bytes, &Limits::default())?;
/// let plan = plan(&Default::default(), &header, &Settings::default(), &Negotiation::default())?;
/// let (cores, cancel) = (SpareCores::of_machine(), Cancel::never());
/// let helped = run_helped(&plan, &bytes, &cancel, &cores, &|_| ())?;
/// assert_eq!(helped, run(&plan, &bytes, &cancel)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn run_helped(
    plan: &Plan,
    bytes: &[u8],
    cancel: &Cancel,
    cores: &dyn IdleCores,
    watch: &dyn Fn(Stage),
) -> Result<Encoded, Error> {
    cancel.check()?;
    let aids = Aids {
        cancel,
        cores,
        watch,
    };
    if let Some(main) = &plan.instead {
        return match run_plan(plan, bytes, aids) {
            Err(error) if is_of_source(&error) => run_plan(main, bytes, aids),
            done => done,
        };
    }
    run_plan(plan, bytes, aids)
}

/// What the caller hands in beside plan and source.
#[derive(Clone, Copy)]
struct Aids<'a> {
    cancel: &'a Cancel,
    cores: &'a dyn IdleCores,
    watch: Watch<'a>,
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
    run_helped(plan, bytes, cancel, &NoCores, watch)
}

/// Whether another picture of the same source may be read all the same.
fn is_of_source(error: &Error) -> bool {
    let kind = error.kind();
    matches!(kind, ErrorKind::Codec | ErrorKind::SourceChanged)
}

fn run_plan(plan: &Plan, bytes: &[u8], aids: Aids<'_>) -> Result<Encoded, Error> {
    let Aids {
        cancel,
        cores,
        watch,
    } = aids;
    let styled = styled(bytes, plan.style.as_ref())?;
    let bytes = &*styled;
    let work = &Work {
        cancel,
        max_bytes: plan.peak_bytes,
        sandbox: &plan.sandbox,
        cores,
        found: &Found::default(),
    };
    match &plan.execution {
        Execution::PassThrough { sanitizes } => unchanged(plan, *sanitizes, bytes, work),
        Execution::Frames => animation::make(plan, bytes, work, watch),
        Execution::Planar(job) => {
            watch(Stage::Decode);
            let (pixels, metadata) = planar::process(plan, job, bytes, work, watch)?;
            let encoded = encoded(plan, &pixels, metadata, work, watch);
            Ok(unless_larger(plan, bytes, encoded?))
        }
        Execution::Rows(job) => {
            watch(Stage::Decode);
            let decoded = rows::process(plan, job, bytes, work, watch)?;
            interleaved(plan, bytes, decoded, job.steps(), work, watch)
        }
        Execution::Whole => {
            watch(Stage::Decode);
            let decoded = plan.load().read(bytes, work)?;
            interleaved(plan, bytes, decoded, 0, work, watch)
        }
    }
}

/// The source as it is, but for what makes a drawing dangerous.
fn unchanged(
    plan: &Plan,
    sanitizes: bool,
    bytes: &[u8],
    work: &Work<'_>,
) -> Result<Encoded, Error> {
    let bytes = if sanitizes {
        let allowance = Allowance {
            memory_bytes: plan.beside_bytes(bytes.len()),
            stop: work.cancel.stop(),
        };
        let sanitized = work.sandbox.sanitize_svg(bytes, &allowance);
        work.cancel.explain_codec(sanitized)?
    } else {
        bytes.to_vec()
    };
    Ok(Encoded {
        bytes,
        format: plan.source_format,
        width: plan.width,
        height: plan.height,
        quality: plan.output.quality,
    })
}

/// Carries out the steps behind the first `done`, settles colours and encodes.
fn interleaved(
    plan: &Plan,
    bytes: &[u8],
    (image, metadata): (Image, Metadata),
    done: usize,
    work: &Work<'_>,
    watch: Watch<'_>,
) -> Result<Encoded, Error> {
    watch(Stage::Transform);
    let (plan, image) = process(plan, image, done, work)?;
    work.cancel.check()?;
    let (image, metadata) = recoloured(&plan, image, metadata)?;
    let pixels = Pixels::Interleaved(image);
    let encoded = encoded(&plan, &pixels, metadata, work, watch);
    Ok(unless_larger(&plan, bytes, encoded?))
}

/// Encodes, with the metadata that is kept.
fn encoded(
    plan: &Plan,
    pixels: &Pixels,
    metadata: Metadata,
    work: &Work<'_>,
    watch: Watch<'_>,
) -> Result<(Encoded, Metadata), Error> {
    let kept = metadata::kept(metadata, &plan.output, plan.target.as_ref());
    watch(Stage::Encode);
    let encoded = save_pixels(plan, pixels, &kept, work)?;
    Ok((encoded, kept))
}

fn unless_larger(plan: &Plan, bytes: &[u8], (encoded, kept): (Encoded, Metadata)) -> Encoded {
    source_if_smaller(plan, bytes, &kept, encoded)
}

/// Carries out the steps behind the first `done`; a trim and a cut to objects replace the plan of what follows it.
fn process<'a>(
    plan: &'a Plan,
    image: Image,
    done: usize,
    work: &Work<'_>,
) -> Result<(Cow<'a, Plan>, Image), Error> {
    let mut image = image;
    let mut current = Cow::Borrowed(plan);
    let mut index = done;
    while let Some(step) = current.steps.get(index) {
        work.cancel.check()?;
        image = step.run(image, work)?;
        let replans = step.has_size_to_find();
        index += 1;
        if replans {
            let next =
                current.after_trim(index - 1, (image.width(), image.height()), work.cancel)?;
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

/// Brings colours to those of the result; a profile of inks that cannot be used is dropped.
fn recoloured(
    plan: &Plan,
    mut image: Image,
    mut metadata: Metadata,
) -> Result<(Image, Metadata), Error> {
    match (plan.output.profile, &metadata.icc) {
        (ProfileAction::ConvertAfter, Some(profile)) => convert_to_srgb(&mut image, profile)?,
        (ProfileAction::ConvertTo, profile) => {
            let target = plan.target.as_ref().ok_or(ErrorKind::Internal)?;
            image = convert_to(image, plan.own_profile(profile.as_deref()), target)?;
        }
        (ProfileAction::Restore, Some(profile)) => match srgb_to_cmyk(&image, profile)? {
            Some(inks) => image = inks,
            None => metadata.icc = None,
        },
        _ => {}
    }
    Ok((image, metadata))
}
