//! Scaling and filtering rows while they are decoded.

use pixgate_codec::{Band, Decoder, Metadata, Pixels};
use pixgate_raster::convert::convert_depth;
use pixgate_raster::resample::Resampler;
use pixgate_raster::{Depth, Image, Layout, Sample};

use crate::line::{self, Line, Taker};
use crate::load::{beside, copy_rows};
use crate::plan::{Chunk, RowJob};
use crate::stage::Watch;
use crate::step::{RowChain, RowPlace};
use crate::work::Work;
use crate::{Cancel, Error, ErrorKind, Plan, Stage};

/// Decodes and scales; the result is the image after the first steps of the plan.
pub(crate) fn process(
    plan: &Plan,
    job: &RowJob,
    bytes: &[u8],
    work: &Work<'_>,
    watch: Watch<'_>,
) -> Result<(Image, Metadata), Error> {
    let mut opened = plan.load().open_rows(bytes, work)?;
    let decoder = &mut *opened;
    let layout = plan.load().working_layout();
    let filters = job.filters(&plan.steps);
    let image = match layout.depth {
        Depth::U16 => {
            let scaler = Scaler::<u16>::new(job, layout, filters)?;
            beside(decoder, bytes, work.cores, |decoder| {
                scaler.run(decoder, work, watch)
            })?
        }
        Depth::U8 | Depth::F32 => {
            let scaler = Scaler::<u8>::new(job, layout, filters)?;
            beside(decoder, bytes, work.cores, |decoder| {
                scaler.run(decoder, work, watch)
            })?
        }
    };
    Ok((image, decoder.metadata().clone()))
}

/// Reads all bands.
fn read<T: Sample>(
    decoder: &mut dyn Decoder,
    line: &mut Line<'_, '_, Scaler<'_, T>>,
    cancel: &Cancel,
    watch: Watch<'_>,
) -> Result<(), Error> {
    while let Some(band) = decoder.next_band()? {
        cancel.check()?;
        watch(Stage::Transform);
        line.push(band)?;
        watch(Stage::Decode);
    }
    Ok(())
}

/// Rows that are still needed, and what has been made of the earlier ones.
struct Scaler<'a, T: Sample> {
    job: &'a RowJob,
    /// What the rows of a chunk go through once they are scaled.
    filters: RowChain<'a>,
    layout: Layout,
    /// The image that the rows of chunks are part of, before the filters.
    scaled: Layout,
    resampler: Resampler,
    /// Rows of the source that have come.
    row: u32,
    /// Rows of the part, from `first` on.
    kept: Image,
    first: u32,
    count: u32,
    next: Option<Chunk>,
    result: Image,
    of: std::marker::PhantomData<T>,
}

impl<'a, T: Sample> Scaler<'a, T> {
    fn new(job: &'a RowJob, layout: Layout, filters: RowChain<'a>) -> Result<Self, Error> {
        let scaled = job.scaling.apply(layout);
        Ok(Self {
            job,
            filters,
            layout,
            scaled,
            resampler: Resampler::new(),
            row: 0,
            kept: Image::zeroed(layout.sized(job.crop.width, job.kept_rows()))?,
            first: 0,
            count: 0,
            next: job.chunk(0),
            result: Image::zeroed(filters.layout_after(scaled))?,
            of: std::marker::PhantomData,
        })
    }

    fn run(
        self,
        decoder: &mut dyn Decoder,
        work: &Work<'_>,
        watch: Watch<'_>,
    ) -> Result<Image, Error> {
        let ((), scaler) = line::run(work.cores, self, |line| {
            read(decoder, line, work.cancel, watch)
        })?;
        if scaler.row == scaler.layout.height && scaler.next.is_none() {
            Ok(scaler.result)
        } else {
            Err(ErrorKind::SourceChanged.into())
        }
    }

    /// Takes a row of the source; as soon as a chunk has all of its rows it is scaled.
    fn push(&mut self, y: u32, row: &[T]) -> Result<(), Error> {
        let crop = self.job.crop;
        let inside = y.checked_sub(crop.top).filter(|y| *y < crop.height);
        if inside.is_none() || self.next.is_none() {
            return Ok(());
        }
        let samples = self.layout.channels.count();
        let start = crop.left as usize * samples;
        let row = row.get(start..start + crop.width as usize * samples);
        let at = self.count as usize * self.kept.layout().row_samples();
        let length = self.kept.layout().row_samples();
        let target = self.kept.slice_mut::<T>()?.get_mut(at..at + length);
        match (target, row) {
            (Some(target), Some(row)) => target.copy_from_slice(row),
            _ => return Err(ErrorKind::Internal.into()),
        }
        self.count += 1;
        while let Some(chunk) = self.next {
            if chunk.source.1 > self.first + self.count {
                break;
            }
            self.scale(&chunk)?;
            self.next = self.job.chunk(chunk.result.1);
            self.forget()?;
        }
        Ok(())
    }

    fn scale(&mut self, chunk: &Chunk) -> Result<(), Error> {
        let skipped = chunk.source.0.saturating_sub(self.first);
        let height = chunk.source.1.saturating_sub(chunk.source.0);
        let view = self.kept.view::<T>()?;
        let part = view.crop(0, skipped, view.width(), height)?;
        let scaling = self.job.chunk_scaling(chunk, true);
        let rows = self.resampler.resize_view(part, scaling)?;
        let place = RowPlace {
            first: chunk.result.0,
            image: self.scaled,
        };
        let rows = self.filters.filter(rows, place)?;
        copy_rows(&mut self.result, chunk.result.0, &rows)
    }

    /// Moves the rows that the next chunk needs to the front.
    fn forget(&mut self) -> Result<(), Error> {
        let Some(next) = self.next else {
            return Ok(());
        };
        let gone = next.source.0.saturating_sub(self.first).min(self.count);
        let length = self.kept.layout().row_samples();
        let rows = gone as usize * length..self.count as usize * length;
        self.kept.slice_mut::<T>()?.copy_within(rows, 0);
        self.first += gone;
        self.count -= gone;
        Ok(())
    }
}

impl<T: Sample> Taker for Scaler<'_, T> {
    type Item = Band;

    fn take(&mut self, band: Band) -> Result<(), Error> {
        let Pixels::Interleaved(rows) = band.pixels else {
            return Err(ErrorKind::SourceChanged.into());
        };
        let rows = convert_depth(rows, self.layout.depth)?;
        let fits = rows.layout() == self.layout.sized(self.layout.width, rows.height());
        if !fits || band.first_row != self.row {
            return Err(ErrorKind::SourceChanged.into());
        }
        for y in 0..rows.height() {
            self.push(band.first_row + y, rows.view::<T>()?.row(y))?;
        }
        self.row += rows.height();
        Ok(())
    }

    fn item_bytes(band: &Band) -> u64 {
        band.pixels.output_layout().bytes()
    }
}
