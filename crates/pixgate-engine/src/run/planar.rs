//! Planes from decoder to encoder.

use pixgate_codec::{Metadata, Pixels};
use pixgate_raster::{Image, Planes, Resampler, crop, orient_planes, planes_to_image};

use super::plane_rows;
use crate::colour::set_range;
use crate::plan::{PlanarJob, PlaneJob};
use crate::stage::Watch;
use crate::step::RowPlace;
use crate::work::Work;
use crate::{Cancel, Error, Plan, Stage};

/// Decodes to planes and carries out all steps on them.
pub(crate) fn process(
    plan: &Plan,
    job: &PlanarJob,
    bytes: &[u8],
    work: &Work<'_>,
    watch: Watch<'_>,
) -> Result<(Pixels, Metadata), Error> {
    let (planes, metadata) = if job.streams(plan.header.format) {
        plane_rows::process(plan, job, bytes, work, watch)?
    } else {
        let (decoded, metadata) = plan.load().read_planes(bytes, work)?;
        watch(Stage::Transform);
        (mapped(decoded, job, work.cancel)?, metadata)
    };
    work.cancel.check()?;
    let filters = job.filters(&plan.steps);
    if filters.len() == 0 {
        let mut planes = planes;
        set_range(&mut planes, plan.output.format);
        return Ok((Pixels::Planar(turned(planes, job)?), metadata));
    }
    let image = planes_to_image(&turned(planes, job)?)?;
    let all = RowPlace::whole(image.layout());
    let image = filters.filter(image, all)?;
    Ok((Pixels::Interleaved(image), metadata))
}

fn turned(planes: Planes, job: &PlanarJob) -> Result<Planes, Error> {
    if job.turn.is_upright() {
        return Ok(planes);
    }
    Ok(orient_planes(&planes, job.turn)?)
}

/// Crops and scales plane by plane.
fn mapped(planes: Planes, job: &PlanarJob, cancel: &Cancel) -> Result<Planes, Error> {
    let (luma, chroma) = (job.luma(), job.chroma());
    let mut resampler = Resampler::new();
    let mut map = |plane: Image, job: &PlaneJob| mapped_plane(&mut resampler, plane, job, cancel);
    Ok(Planes {
        y: map(planes.y, &luma)?,
        chroma: match planes.chroma {
            Some([cb, cr]) => Some([map(cb, &chroma)?, map(cr, &chroma)?]),
            None => None,
        },
        alpha: None,
        subsampling: job.encoded,
        matrix: planes.matrix,
        range: planes.range,
    })
}

fn mapped_plane(
    resampler: &mut Resampler,
    plane: Image,
    job: &PlaneJob,
    cancel: &Cancel,
) -> Result<Image, Error> {
    let mut plane = plane;
    if plane.layout() != job.layout() {
        let rect = job.crop;
        plane = crop(&plane, rect.left, rect.top, rect.width, rect.height)?;
    }
    let stop = || cancel.check().is_err();
    cancel.explain(resampler.resize_until(&plane, job.scaling, &stop))
}
