//! Scaling planes while they are decoded.

use pixgate_codec::{Decoder, Metadata, Pixels};
use pixgate_raster::resample::{PlaneReducer, Resampler};
use pixgate_raster::{Image, Planes};

use crate::plan::{PlanarJob, PlaneJob};
use crate::rect::Rect;
use crate::stage::Watch;
use crate::work::Work;
use crate::{Cancel, Error, ErrorKind, Plan, Stage};

/// Decodes and scales; the planes never exist at the size that they are decoded at.
///
/// - `job`: one that [streams](PlanarJob::streams).
pub(crate) fn process(
    plan: &Plan,
    job: &PlanarJob,
    bytes: &[u8],
    work: &Work<'_>,
    watch: Watch<'_>,
) -> Result<(Planes, Metadata), Error> {
    let mut decoder = plan.load().open_planes(bytes, work)?;
    let mut resampler = Resampler::new();
    let mut feed = |job: PlaneJob| Feed::new(&mut resampler, job);
    let mut feeds = [feed(job.luma())?, feed(job.chroma())?, feed(job.chroma())?];
    let planes = run(&mut *decoder, job, &mut feeds, (work.cancel, watch))?;
    let [y, cb, cr] = feeds.map(|feed| feed.reducer.finish());
    let planes = Planes {
        y: y?,
        chroma: Some([cb?, cr?]),
        ..planes
    };
    Ok((planes, decoder.metadata().clone()))
}

/// Reads all bands; gives what is to be known of planes apart from their samples.
fn run(
    decoder: &mut dyn Decoder,
    job: &PlanarJob,
    feeds: &mut [Feed; 3],
    (cancel, watch): (&Cancel, Watch<'_>),
) -> Result<Planes, Error> {
    let mut last = None;
    while let Some(band) = decoder.next_band()? {
        cancel.check()?;
        watch(Stage::Transform);
        let Pixels::Planar(mut planes) = band.pixels else {
            return Err(ErrorKind::SourceChanged.into());
        };
        let chroma = planes.chroma.take();
        let chroma = chroma.filter(|_| planes.subsampling == job.decoded);
        let [cb, cr] = chroma.ok_or(ErrorKind::SourceChanged)?;
        let first = job.decoded.chroma_size(1, band.first_row).1;
        let [luma, blue, red] = &mut *feeds;
        luma.push(band.first_row, &planes.y)?;
        blue.push(first, &cb)?;
        red.push(first, &cr)?;
        planes.subsampling = job.encoded;
        last = Some(planes);
        watch(Stage::Decode);
    }
    watch(Stage::Transform);
    last.ok_or_else(|| ErrorKind::SourceChanged.into())
}

/// One plane on its way.
struct Feed {
    reducer: PlaneReducer,
    crop: Rect,
}

impl Feed {
    fn new(resampler: &mut Resampler, job: PlaneJob) -> Result<Self, Error> {
        Ok(Self {
            reducer: PlaneReducer::new(resampler, job.layout(), job.scaling)?,
            crop: job.crop,
        })
    }

    /// Takes those of the next rows that are kept.
    fn push(&mut self, first: u32, rows: &Image) -> Result<(), Error> {
        let crop = self.crop;
        let top = first.max(crop.top);
        let bottom = first.saturating_add(rows.height());
        let bottom = bottom.min(crop.top.saturating_add(crop.height));
        if top >= bottom {
            return Ok(());
        }
        let view = rows.view::<u8>()?;
        let kept = view.crop(crop.left, top - first, crop.width, bottom - top)?;
        Ok(self.reducer.push(kept)?)
    }
}
