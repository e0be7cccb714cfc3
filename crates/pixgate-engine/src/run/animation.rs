//! Animations: one frame after the other from decoder to encoder.

use pixgate_codec::{AnimationEncoder, EncodeSettings, Metadata, animation_encoder};
use pixgate_raster::Image;
use pixgate_raster::convert::convert_depth;

use super::keep_source::source_if_smaller;
use crate::colour::{convert_to, convert_to_srgb};
use crate::encode::save;
use crate::line::{self, Taker};
use crate::stage::Watch;
use crate::work::Work;
use crate::{Encoded, Error, ErrorKind, Plan, ProfileAction, Stage, metadata};

/// Makes an animation; every frame is forgotten before the next one is decoded.
///
/// Where the number of bytes is limited, frames are made again for every quality that is tried.
pub(crate) fn make(
    plan: &Plan,
    bytes: &[u8],
    work: &Work<'_>,
    watch: Watch<'_>,
) -> Result<Encoded, Error> {
    watch(Stage::Transform);
    let marks = ready_overlays(plan, work)?;
    let layout = plan.output.layout;
    let mut kept = Metadata::default();
    let encoded = save(
        &plan.output,
        (layout.width, layout.height),
        work.cancel,
        |settings| {
            let (file, metadata) = write(plan, bytes, &marks, settings, work, watch)?;
            kept = metadata;
            Ok(file)
        },
        |_| Err(ErrorKind::Internal.into()),
    )?;
    Ok(source_if_smaller(plan, bytes, &kept, encoded))
}

fn write(
    plan: &Plan,
    bytes: &[u8],
    marks: &[Option<Image>],
    settings: &EncodeSettings,
    work: &Work<'_>,
    watch: Watch<'_>,
) -> Result<(Vec<u8>, Metadata), Error> {
    watch(Stage::Decode);
    let (mut frames, source) = plan.load().open_frames(bytes, work)?;
    let kept = metadata::kept(source.clone(), &plan.output, plan.target.as_ref());
    let writer = Writer(animation_encoder(plan.output.layout, settings, &kept)?);
    let ((), Writer(encoder)) = line::run(work.cores, writer, |line| {
        for _ in 0..plan.frames {
            work.cancel.check()?;
            watch(Stage::Decode);
            let Some((frame, delay_ms)) = frames.next_frame()? else {
                break;
            };
            watch(Stage::Transform);
            let frame = process(plan, frame, &source, marks, work)?;
            watch(Stage::Encode);
            line.push((frame, delay_ms))?;
        }
        Ok(())
    })?;
    let animation = plan.header.animation.as_ref();
    watch(Stage::Encode);
    let file = encoder.finish(animation.map_or(0, |animation| animation.loop_count))?;
    Ok((file, kept))
}

/// Takes frames, each with the milliseconds it is shown.
struct Writer(Box<dyn AnimationEncoder>);

impl Taker for Writer {
    type Item = (Image, u32);

    fn take(&mut self, (frame, delay_ms): Self::Item) -> Result<(), Error> {
        Ok(self.0.write_frame(frame, delay_ms)?)
    }

    fn item_bytes((frame, _): &Self::Item) -> u64 {
        frame.layout().bytes()
    }
}

/// All steps of the plan, and the colours of the result.
fn process(
    plan: &Plan,
    frame: Image,
    source: &Metadata,
    marks: &[Option<Image>],
    work: &Work<'_>,
) -> Result<Image, Error> {
    let working = plan.load().working_layout();
    let mut image = convert_depth(frame, working.depth)?;
    if image.layout() != working {
        return Err(ErrorKind::SourceChanged.into());
    }
    for (step, mark) in plan.steps.iter().zip(marks) {
        work.cancel.check()?;
        image = match (step.overlay(), mark) {
            (Some(overlay), Some(mark)) => overlay.draw(mark, image, work)?,
            _ => step.run(image, work)?,
        };
    }
    match (plan.output.profile, &source.icc) {
        (ProfileAction::ConvertAfter, Some(profile)) => convert_to_srgb(&mut image, profile)?,
        (ProfileAction::ConvertTo, profile) => {
            let target = plan.target.as_ref().ok_or(ErrorKind::Internal)?;
            image = convert_to(image, plan.own_profile(profile.as_deref()), target)?;
        }
        _ => {}
    }
    Ok(image)
}

/// For each step what it draws, made ready once.
fn ready_overlays(plan: &Plan, work: &Work<'_>) -> Result<Vec<Option<Image>>, Error> {
    let overlays = plan.steps.iter().map(|step| step.overlay());
    overlays
        .map(|overlay| overlay.map(|overlay| overlay.ready(work)).transpose())
        .collect()
}
