//! Animations: one frame after the other from decoder to encoder.

use pixgate_codec::{EncodeSettings, Metadata, animation_encoder};
use pixgate_raster::{Image, convert_depth};

use super::steps::carry_out;
use super::watermark::{draw, prepare};
use super::{load, smaller};
use crate::colour::convert_to_srgb;
use crate::fit_bytes::save;
use crate::stage::Watch;
use crate::{Cancel, Encoded, Error, ErrorKind, Plan, ProfileAction, Stage, Step, metadata};

/// Makes an animation; every frame is forgotten before the next one is decoded.
///
/// Where the number of bytes is limited, frames are made again for every quality that is tried.
pub(crate) fn make(
    plan: &Plan,
    bytes: &[u8],
    cancel: &Cancel,
    watch: Watch<'_>,
) -> Result<Encoded, Error> {
    watch(Stage::Transform);
    let marks = ready_marks(plan, cancel)?;
    let layout = plan.output.layout;
    let mut kept = Metadata::default();
    let encoded = save(
        &plan.output,
        (layout.width, layout.height),
        cancel,
        |settings| {
            let (file, metadata) = write(plan, bytes, &marks, settings, cancel, watch)?;
            kept = metadata;
            Ok(file)
        },
        |_| Err(ErrorKind::Internal.into()),
    )?;
    Ok(smaller::instead(plan, bytes, &kept, encoded))
}

fn write(
    plan: &Plan,
    bytes: &[u8],
    marks: &[Image],
    settings: &EncodeSettings,
    cancel: &Cancel,
    watch: Watch<'_>,
) -> Result<(Vec<u8>, Metadata), Error> {
    watch(Stage::Decode);
    let (mut frames, source) = load::frames(plan, bytes, cancel)?;
    let kept = metadata::kept(source.clone(), &plan.output);
    let mut encoder = animation_encoder(plan.output.layout, settings, &kept)?;
    for _ in 0..plan.frames {
        cancel.check()?;
        watch(Stage::Decode);
        let Some((frame, delay_ms)) = frames.next_frame()? else {
            break;
        };
        watch(Stage::Transform);
        let frame = process(plan, frame, &source, marks, cancel)?;
        watch(Stage::Encode);
        encoder.write_frame(frame, delay_ms)?;
    }
    let animation = plan.header.animation.as_ref();
    watch(Stage::Encode);
    let file = encoder.finish(animation.map_or(0, |animation| animation.loop_count))?;
    Ok((file, kept))
}

/// All steps of the plan, and the colours of the result.
fn process(
    plan: &Plan,
    frame: Image,
    source: &Metadata,
    marks: &[Image],
    cancel: &Cancel,
) -> Result<Image, Error> {
    let working = plan.working_layout();
    let mut image = convert_depth(frame, working.depth)?;
    if image.layout() != working {
        return Err(ErrorKind::SourceChanged.into());
    }
    let mut marks = marks.iter();
    for (index, step) in plan.steps.iter().enumerate() {
        cancel.check()?;
        image = match step {
            Step::Watermark(step) => {
                let mark = marks.next().ok_or(ErrorKind::Internal)?;
                draw(mark, step, image, cancel)?
            }
            _ => carry_out(plan, index, image, cancel)?,
        };
    }
    if let (ProfileAction::ConvertAfter, Some(profile)) = (plan.output.profile, &source.icc) {
        convert_to_srgb(&mut image, profile)?;
    }
    Ok(image)
}

/// The watermarks of all steps that draw one, in order.
fn ready_marks(plan: &Plan, cancel: &Cancel) -> Result<Vec<Image>, Error> {
    let steps = plan.steps.iter().filter_map(|step| match step {
        Step::Watermark(mark) => Some(mark),
        _ => None,
    });
    steps.map(|mark| prepare(plan, mark, cancel)).collect()
}
