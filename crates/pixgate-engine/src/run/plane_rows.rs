//! Scaling planes while they are decoded.

use pixgate_codec::{Band, Decoder, Metadata, Pixels};
use pixgate_raster::resample::{PlaneReducer, Resampler};
use pixgate_raster::{Image, Planes, YuvMatrix, YuvRange};

use crate::line::{self, Line, Taker};
use crate::load::beside;
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
    let feeds = Feeds::new(job)?;
    let ((), feeds) = beside(&mut *decoder, bytes, work.cores, |decoder| {
        line::run(work.cores, feeds, |line| {
            read(decoder, line, work.cancel, watch)
        })
    })?;
    Ok((feeds.finish()?, decoder.metadata().clone()))
}

/// Reads all bands.
fn read(
    decoder: &mut dyn Decoder,
    line: &mut Line<'_, '_, Feeds<'_>>,
    cancel: &Cancel,
    watch: Watch<'_>,
) -> Result<(), Error> {
    while let Some(band) = decoder.next_band()? {
        cancel.check()?;
        watch(Stage::Transform);
        line.push(band)?;
        watch(Stage::Decode);
    }
    watch(Stage::Transform);
    Ok(())
}

/// All planes on their way.
struct Feeds<'a> {
    job: &'a PlanarJob,
    planes: [Feed; 3],
    /// How the bands so far hold colours.
    colors: Option<(YuvMatrix, YuvRange)>,
}

impl<'a> Feeds<'a> {
    fn new(job: &'a PlanarJob) -> Result<Self, Error> {
        let mut resampler = Resampler::new();
        let mut feed = |job: PlaneJob| Feed::new(&mut resampler, job);
        Ok(Self {
            planes: [feed(job.luma())?, feed(job.chroma())?, feed(job.chroma())?],
            job,
            colors: None,
        })
    }

    fn finish(self) -> Result<Planes, Error> {
        let (matrix, range) = self.colors.ok_or(ErrorKind::SourceChanged)?;
        let [y, cb, cr] = self.planes.map(|feed| feed.reducer.finish());
        Ok(Planes {
            y: y?,
            chroma: Some([cb?, cr?]),
            alpha: None,
            subsampling: self.job.encoded,
            matrix,
            range,
        })
    }
}

impl Taker for Feeds<'_> {
    type Item = Band;

    fn take(&mut self, band: Band) -> Result<(), Error> {
        let Pixels::Planar(planes) = band.pixels else {
            return Err(ErrorKind::SourceChanged.into());
        };
        let decoded = self.job.decoded;
        let chroma = planes.chroma.filter(|_| planes.subsampling == decoded);
        let [cb, cr] = chroma.ok_or(ErrorKind::SourceChanged)?;
        let first = decoded.chroma_size(1, band.first_row).1;
        let [luma, blue, red] = &mut self.planes;
        luma.push(band.first_row, &planes.y)?;
        blue.push(first, &cb)?;
        red.push(first, &cr)?;
        self.colors = Some((planes.matrix, planes.range));
        Ok(())
    }

    fn item_bytes(band: &Band) -> u64 {
        band.pixels.output_layout().bytes()
    }
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
