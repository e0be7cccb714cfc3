//! Planes from decoder to encoder.

use pixgate_codec::{Metadata, Pixels};
use pixgate_raster::convert::planes_to_image;
use pixgate_raster::geometry::{crop, orient_planes};
use pixgate_raster::resample::Resampler;
use pixgate_raster::{Image, Planes};

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
    let (mut planes, metadata) = if job.streams(&plan.header) {
        plane_rows::process(plan, job, bytes, work, watch)?
    } else {
        let (decoded, metadata) = plan.load().read_planes(bytes, work)?;
        watch(Stage::Transform);
        (mapped(decoded, job, work.cancel)?, metadata)
    };
    work.cancel.check()?;
    if let Some(step) = &job.unsharp {
        step.sharpen(&mut planes.y, work)?;
    }
    let filters = job.filters(&plan.steps);
    if filters.len() == 0 {
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

#[cfg(test)]
mod tests {
    use pixgate_codec::{DecodeRequest, EncodeSettings, Limits, decode, encode, probe};
    use pixgate_options::{Format, ProcessingOptions, Rgb};
    use pixgate_raster::{Channels, Image, Layout};

    use super::*;
    use crate::plan::decide;
    use crate::step::Flatten;
    use crate::{Execution, Negotiation, Settings, Step, plan, run};

    fn jpeg() -> Vec<u8> {
        let sample = |i: usize| u8::try_from(i / 3 % 251).unwrap_or(0);
        let samples = (0..200 * 120 * 3).map(sample).collect();
        let image = Image::from_u8(Layout::u8(200, 120, Channels::Rgb), samples).unwrap();
        let settings = EncodeSettings::new(Format::Jpeg, 95);
        encode(&Pixels::Interleaved(image), &settings, &Metadata::default()).unwrap()
    }

    fn pixels(file: &[u8]) -> Image {
        let (limits, request) = (Limits::default(), DecodeRequest::default());
        let header = probe(file, &limits).unwrap();
        match decode(file, &header, &request, &limits).unwrap().0 {
            Pixels::Interleaved(image) => image,
            Pixels::Planar(_) => panic!("planes were not asked for"),
        }
    }

    /// Nothing is transparent in a JPEG, so that flattening must leave what planes give as it is.
    #[test]
    fn filters_of_rows_see_the_colours_of_scaled_and_turned_planes() {
        let source = jpeg();
        let header = probe(&source, &Limits::default()).unwrap();
        let mut options = ProcessingOptions::default();
        options.pipelines[0].width = Some(40);
        options.pipelines[0].rotate = Some(90);
        let (settings, none) = (Settings::default(), Negotiation::default());
        let plain = plan(&options, &header, &settings, &none).unwrap();
        let mut filtered = plain.clone();
        let background = Rgb::WHITE;
        filtered.steps.push(Step::Flatten(Flatten { background }));
        decide(&mut filtered, true, false);
        for plan in [&plain, &filtered] {
            assert!(matches!(plan.execution, Execution::Planar(_)), "{plan:?}");
        }
        assert!(filtered.peak_bytes >= plain.peak_bytes);
        let made = |plan| pixels(&run(plan, &source, &Cancel::never()).unwrap().bytes);
        let (expected, found) = (made(&plain), made(&filtered));
        assert_eq!(found.layout(), expected.layout());
        let (found, expected) = (found.view::<u8>().unwrap(), expected.view::<u8>().unwrap());
        let pairs = found.rows().flatten().zip(expected.rows().flatten());
        let off = pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).sum::<u32>();
        let count = u32::try_from(found.rows().flatten().count()).unwrap();
        assert!(off < count * 4, "{off} of {count}");
    }
}
