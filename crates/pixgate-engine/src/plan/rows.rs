//! Scaling rows while they are decoded, so that the whole source never exists.

use pixgate_options::{Format, ResizingAlgorithm};
use pixgate_raster::resample::{Axis, ResamplingFilter, Scaling, resize_bytes};
use pixgate_raster::{Channels, Layout};

use super::output::ProfileAction;
use super::sketch::Sketch;
use crate::line::waiting_bytes;
use crate::load::{Load, band_bytes};
use crate::rect::Rect;
use crate::step::{Resample, RowChain, Step, factor};

/// How a source is scaled a few result rows at a time.
///
/// The rows of a chunk depend on source rows a little beyond its own, so chunks overlap in what
/// they read; what they give is what scaling the whole image gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RowJob {
    /// Part of the source that is scaled.
    pub(crate) crop: Rect,
    /// How the part is scaled as a whole.
    pub(crate) scaling: Scaling,
    /// How rows are mixed.
    filter: ResamplingFilter,
    /// How many steps of the plan are done with that.
    scaling_steps: usize,
    /// How many steps come right after that and filter rows.
    filters: usize,
    /// Source rows per result row.
    factor: f64,
    /// Source position of the upper edge of the result.
    start: f64,
    /// Result rows of a chunk.
    count: u32,
    /// Source rows that are read beyond a chunk's own, on both sides.
    margin: u32,
    /// Source rows that are averaged before they are filtered.
    group: u32,
}

/// Result rows that are made at a time, and the source rows that they take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Chunk {
    /// First and end of the result rows.
    pub(crate) result: (u32, u32),
    /// First and end of the source rows, counted from the top of the part.
    pub(crate) source: (u32, u32),
}

impl RowJob {
    /// Reads the job from a plan of interleaved pixels; none if rows cannot be had one by one.
    pub(crate) fn of(sketch: &Sketch<'_>) -> Option<Self> {
        let is_plain = sketch.begins
            && !sketch.is_linear
            && sketch.load.box_shrink == 1
            && sketch.output.profile != ProfileAction::ConvertBefore;
        if !(is_plain && comes_in_rows(&sketch.load)) {
            return None;
        }
        let (crop, resample, rest) = match sketch.steps {
            [Step::Crop(crop), Step::Resample(step), rest @ ..] => (Some(crop.rect), step, rest),
            [Step::Resample(step), rest @ ..] => (None, step, rest),
            _ => return None,
        };
        let whole = Rect::whole(sketch.load.size);
        let job = Self::new(crop.unwrap_or(whole), resample)?;
        Some(Self {
            scaling_steps: 1 + usize::from(crop.is_some()),
            filters: RowChain::leading(rest).len(),
            ..job
        })
    }

    fn new(crop: Rect, step: &Resample) -> Option<Self> {
        let Resample { width, height, .. } = *step;
        // Picking counts every n-th row of the whole.
        if step.algorithm == ResizingAlgorithm::Nearest {
            return None;
        }
        if width > crop.width || height >= crop.height {
            return None;
        }
        let layout = Layout::u8(crop.width, crop.height, Channels::Grey);
        let factor = factor(crop.height, step.scale_y);
        let overhang = f64::from(height) * factor - f64::from(crop.height);
        // As the resampler groups them: the same groups in every chunk give the same rows.
        let group = whole_rows(f64::from(crop.height) / f64::from(height.max(1)) / 2.0).max(1);
        let margin = whole_rows(factor * 3.0 + overhang.abs() / 2.0)
            .saturating_add(group.saturating_mul(3))
            .saturating_add(4);
        let count = whole_rows(f64::from(margin.saturating_mul(2).max(64)) / factor).max(1);
        Some(Self {
            crop,
            scaling: step.scaling(layout),
            filter: step.filter(),
            scaling_steps: 0,
            filters: 0,
            factor,
            start: -overhang / 2.0,
            count,
            margin,
            group,
        })
    }

    /// How many steps of the plan are done with it.
    pub(crate) const fn steps(&self) -> usize {
        self.scaling_steps + self.filters
    }

    /// The filters that the rows of each chunk go through.
    pub(crate) fn filters<'a>(&self, steps: &'a [Step]) -> RowChain<'a> {
        let filters = self.scaling_steps..self.steps();
        RowChain::leading(steps.get(filters).unwrap_or_default())
    }

    /// Most bytes while rows are decoded, and the layout of what comes of it.
    pub(crate) fn peak_bytes(&self, load: &Load<'_>, steps: &[Step]) -> (u64, Layout) {
        let working = load.working_layout();
        let (width, height) = load.size;
        // A band and, if it is of another depth, a copy of it.
        let decoded = load.layout((width, height));
        let codec = load.decoder_bytes().saturating_add(band_bytes(decoded));
        let filters = self.filters(steps);
        let scaling = self.bytes(working, &filters);
        let bytes = codec
            .saturating_add(waiting_bytes(band_bytes(decoded)))
            .saturating_add(band_bytes(working))
            .saturating_add(scaling);
        (bytes, filters.layout_after(self.scaling.apply(working)))
    }

    /// The chunk that begins with this result row; none behind the last one.
    pub(crate) fn chunk(&self, first: u32) -> Option<Chunk> {
        let height = self.scaling.y.length();
        if first >= height {
            return None;
        }
        let end = height.min(first.saturating_add(self.count));
        let at = |row: u32| self.start + f64::from(row) * self.factor;
        let top = whole_rows(at(first)).saturating_sub(self.margin);
        let bottom = whole_rows(at(end)).saturating_add(self.margin);
        Some(Chunk {
            result: (first, end),
            source: (
                top - top % self.group,
                bottom.next_multiple_of(self.group).min(self.crop.height),
            ),
        })
    }

    /// How the source rows of a chunk are mapped onto its result rows.
    pub(crate) fn chunk_scaling(&self, chunk: &Chunk, premultiply: bool) -> Scaling {
        let count = chunk.result.1.saturating_sub(chunk.result.0);
        let start = self.start + f64::from(chunk.result.0) * self.factor;
        let y = Axis::window(
            start - f64::from(chunk.source.0),
            f64::from(count) * self.factor,
            count,
        );
        Scaling {
            x: self.scaling.x,
            y: y.with_filter(self.filter),
            premultiply,
        }
    }

    /// Most source rows that are kept at a time.
    pub(crate) fn kept_rows(&self) -> u32 {
        let own = whole_rows(f64::from(self.count) * self.factor);
        let around = self.margin.saturating_add(self.group).saturating_add(1);
        own.saturating_add(around.saturating_mul(2))
            .min(self.crop.height)
    }

    /// Bytes taken besides the decoder: kept rows, the scaling of a chunk, its filters, the result.
    fn bytes(&self, source: Layout, filters: &RowChain<'_>) -> u64 {
        let kept = source.sized(self.crop.width, self.kept_rows());
        let first = self.chunk(0).map_or(0, |chunk| {
            let scaling = self.chunk_scaling(&chunk, true);
            resize_bytes(kept, scaling).saturating_add(filters.bytes(scaling.apply(kept)))
        });
        let result = filters.layout_after(self.scaling.apply(source));
        kept.bytes()
            .saturating_add(first)
            .saturating_add(result.bytes())
    }
}

/// Whether the decoder hands over a few rows at a time.
fn comes_in_rows(load: &Load<'_>) -> bool {
    let header = load.header;
    let is_rowwise = match header.format {
        Format::Jpeg => header.bits == 8,
        Format::Png => true,
        _ => false,
    };
    is_rowwise && !header.is_multi_pass && header.channels != Channels::Cmyk
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate, which is what is wanted"
)]
fn whole_rows(rows: f64) -> u32 {
    rows.max(0.0).floor() as u32
}
