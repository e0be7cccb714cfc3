//! When YCbCr planes go from decoder to encoder, without RGB in between.

use pixgate_codec::{Header, OutputLayout};
use pixgate_options::{Format, ResizingAlgorithm};
use pixgate_raster::filter::unsharp_bytes;
use pixgate_raster::geometry::crop_bytes;
use pixgate_raster::resample::{Axis, PlaneReducer, ResamplingFilter, Scaling, resize_bytes};
use pixgate_raster::{
    Channels, ChromaSubsampling, Depth, Layout, Orientation, YuvMatrix, YuvRange,
};

use super::output::{Output, ProfileAction};
use super::sketch::Sketch;
use crate::encode::encoding_bytes;
use crate::line::waiting_bytes;
use crate::load::BAND_ROWS;
use crate::rect::Rect;
use crate::step::{RowChain, Step, Unsharp, factor};

/// Rows of floats while planes become colours, per column.
const FLOAT_ROW_BYTES: u64 = 32;

/// What is done to planes: all of it is one mapping per plane, and a turn.
///
/// Its parts are the business of whoever carries it out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlanarJob {
    /// Resolution of chroma as decoded.
    pub(crate) decoded: ChromaSubsampling,
    /// Resolution of chroma as encoded.
    pub(crate) encoded: ChromaSubsampling,
    /// What is kept before scaling, in decoded pixels.
    crop: Rect,
    /// Size after scaling, in stored orientation.
    scaled: (u32, u32),
    /// Scaled pixels per decoded pixel.
    scale: (f64, f64),
    /// How samples are mixed.
    filter: ResamplingFilter,
    /// What is kept of that.
    cut: Rect,
    /// How the result is turned.
    pub(crate) turn: Orientation,
    /// How luma is sharpened, whose neighbours are the same before and after a turn.
    pub(crate) unsharp: Option<Unsharp>,
    /// How many steps come after that: filters of rows, which see colours.
    filters: usize,
}

/// What is done to one plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PlaneJob {
    /// What is kept of the decoded plane.
    pub(crate) crop: Rect,
    /// How that is mapped onto the result.
    pub(crate) scaling: Scaling,
}

impl PlanarJob {
    /// Reads the job from a plan of interleaved pixels; none if it needs their colours.
    pub(crate) fn of(sketch: &Sketch<'_>) -> Option<Self> {
        let keeps_colors = matches!(
            sketch.output.profile,
            ProfileAction::None | ProfileAction::Keep | ProfileAction::Embed
        );
        let header = sketch.load.header;
        let is_plain = keeps_colors
            && sketch.begins
            && sketch.alternatives.is_empty()
            && !sketch.is_linear
            && sketch.load.depth == Depth::U8;
        if is_plain && has_planes(header) && takes_planes(header, sketch.output.format) {
            Self::of_steps(sketch)
        } else {
            None
        }
    }

    fn of_steps(sketch: &Sketch<'_>) -> Option<Self> {
        let (decoded, loaded) = (sketch.load.decoded_size(), sketch.load.size);
        let mut steps = Steps(sketch.steps);
        let crop = steps.next(|step| match step {
            // Positions count in pixels of the size that was planned for.
            Step::Crop(crop) if decoded == loaded => Some(crop.rect),
            _ => None,
        });
        let scaled = steps.next(|step| match step {
            Step::Resample(step) if step.algorithm != ResizingAlgorithm::Nearest => Some((
                (step.width, step.height),
                (step.scale_x, step.scale_y),
                step.filter(),
            )),
            _ => None,
        });
        let unscaled = crop.map_or(loaded, |rect| (rect.width, rect.height));
        // A decoder that cannot shrink is followed by a mapping of the whole onto that size.
        let shrink = |decoded: u32, loaded: u32| f64::from(loaded) / f64::from(decoded.max(1));
        let shrink = (shrink(decoded.0, loaded.0), shrink(decoded.1, loaded.1));
        let default = (unscaled, (1.0, 1.0), ResamplingFilter::Lanczos3);
        let (scaled, scale, filter) = scaled.unwrap_or(default);
        let turn = steps.next(|step| match step {
            Step::Orient(step) => Some(step.turn),
            _ => None,
        });
        let turn = turn.unwrap_or(Orientation::UPRIGHT);
        let cut = steps.next(|step| match step {
            Step::ResultCrop(crop) => Some(crop.rect),
            _ => None,
        });
        let unsharp = steps.next(|step| match step {
            Step::Unsharp(step) => Some(*step),
            _ => None,
        });
        let filters = RowChain::leading(steps.0);
        (filters.len() == steps.0.len()).then_some(Self {
            decoded: sketch.load.header.subsampling?,
            encoded: encoded_subsampling(sketch.output),
            crop: crop.unwrap_or_else(|| Rect::whole(decoded)),
            scaled,
            scale: (scale.0 * shrink.0, scale.1 * shrink.1),
            cut: cut.map_or_else(|| Rect::whole(scaled), |cut| turned_back(cut, scaled, turn)),
            filter,
            turn,
            unsharp,
            filters: filters.len(),
        })
    }

    /// Decoding to planes, all mapped planes beside all decoded ones or beside the rows that they
    /// are made of, turning, filtering, encoding.
    pub(crate) fn peak_bytes(&self, sketch: &Sketch<'_>) -> u64 {
        let load = &sketch.load;
        let decoded = planar(load.decoded_size(), self.decoded);
        let mapped = planar(self.size(), self.encoded);
        let band = (decoded.bytes() / u64::from(decoded.size().1.max(1))).saturating_mul(BAND_ROWS);
        let codec = load.decoder_bytes().saturating_add(band);
        let result = self.result_bytes(sketch, mapped);
        if self.streams(load.header) {
            let plane = |job: PlaneJob| PlaneReducer::bytes(job.layout(), job.scaling);
            let codec = codec.saturating_add(waiting_bytes(band));
            return codec.saturating_add(self.sum(plane)).max(result);
        }
        let plane = |job: PlaneJob| {
            let layout = job.layout();
            let cropped = crop_bytes(layout, layout.width, layout.height);
            cropped.saturating_add(resize_bytes(layout, job.scaling))
        };
        codec
            .max(self.sum(plane))
            .saturating_add(decoded.bytes())
            .max(result)
    }

    fn sum(&self, bytes: impl Fn(PlaneJob) -> u64) -> u64 {
        bytes(self.luma()).saturating_add(bytes(self.chroma()).saturating_mul(2))
    }

    /// Turning and encoding; before that the colours, if they are filtered.
    fn result_bytes(&self, sketch: &Sketch<'_>, mapped: OutputLayout) -> u64 {
        let planes = mapped.bytes();
        let output = sketch.output;
        let encoding =
            |pixels| encoding_bytes(sketch.load.header, output, sketch.alternatives, pixels);
        let sharpening = self.unsharp.map_or(0, |_| {
            unsharp_bytes(Layout::u8(self.size().0, self.size().1, Channels::Grey))
        });
        let turning = planes.saturating_add(planes.max(sharpening));
        if self.filters == 0 {
            return turning.max(planes.saturating_add(encoding(mapped)));
        }
        let (width, height) = self.turn.size(self.size().0, self.size().1);
        let layout = Layout::u8(width, height, Channels::Rgb);
        let filters = self.filters(sketch.steps);
        let colours = planes
            .saturating_add(layout.bytes())
            .saturating_add(u64::from(width).saturating_mul(FLOAT_ROW_BYTES));
        let filtering = layout.bytes().saturating_add(filters.bytes(layout));
        let encoding = encoding(OutputLayout::Interleaved(output.layout));
        turning
            .max(colours)
            .max(filtering)
            .max(output.layout.bytes().saturating_add(encoding))
    }

    /// The filters that the steps end with.
    pub(crate) fn filters<'a>(&self, steps: &'a [Step]) -> RowChain<'a> {
        let first = steps.len().saturating_sub(self.filters);
        RowChain::leading(steps.get(first..).unwrap_or_default())
    }

    /// The luma plane.
    pub(crate) fn luma(&self) -> PlaneJob {
        let scaling = Scaling {
            x: axis(
                (self.crop.width, self.scale.0, self.scaled.0),
                (self.cut.left, self.cut.width),
            ),
            y: axis(
                (self.crop.height, self.scale.1, self.scaled.1),
                (self.cut.top, self.cut.height),
            ),
            premultiply: false,
        };
        PlaneJob {
            crop: self.crop,
            scaling: scaling.with_filter(self.filter),
        }
    }

    /// The chroma planes, whose samples stay where they are in the picture.
    pub(crate) fn chroma(&self) -> PlaneJob {
        let luma = self.luma().scaling;
        let (from, to) = (self.decoded.steps(), self.encoded.steps());
        let mirrored = self.turn.mirrors();
        let columns = Samples::of(self.crop.left, self.crop.width, from.0);
        let rows = Samples::of(self.crop.top, self.crop.height, from.1);
        let crop = Rect {
            left: columns.first,
            top: rows.first,
            width: columns.count,
            height: rows.count,
        };
        let x = luma.x.chroma(from.0, to.0, mirrored.0);
        let y = luma.y.chroma(from.1, to.1, mirrored.1);
        PlaneJob {
            crop,
            scaling: Scaling {
                x: x.shifted(columns.offset),
                y: y.shifted(rows.offset),
                premultiply: false,
            },
        }
    }

    /// Whether planes are scaled while they are decoded: from JPEG, WebP and most AVIF, which come in
    /// bands, and where all become smaller.
    pub(crate) fn streams(&self, source: &Header) -> bool {
        let becomes_smaller = |job: PlaneJob| PlaneReducer::can_map(job.layout(), job.scaling);
        let always_comes_so = matches!(source.format, Format::Jpeg | Format::Webp);
        let comes_in_bands = always_comes_so || source.band_bytes.is_some();
        comes_in_bands && becomes_smaller(self.luma()) && becomes_smaller(self.chroma())
    }

    /// Sizes of the planes before the turn.
    pub(crate) const fn size(&self) -> (u32, u32) {
        (self.cut.width, self.cut.height)
    }
}

impl PlaneJob {
    /// The cropped plane.
    pub(crate) const fn layout(&self) -> Layout {
        Layout::u8(self.crop.width, self.crop.height, Channels::Grey)
    }
}

/// Steps that are taken off one by one, in the only order that there is.
struct Steps<'a>(&'a [Step]);

impl Steps<'_> {
    fn next<T>(&mut self, read: impl FnOnce(&Step) -> Option<T>) -> Option<T> {
        let (first, rest) = self.0.split_first()?;
        let value = read(first)?;
        self.0 = rest;
        Some(value)
    }
}

/// The chroma samples that luma pixels lie in.
struct Samples {
    first: u32,
    count: u32,
    /// How far into the first sample the pixels begin.
    offset: f64,
}

impl Samples {
    fn of(first: u32, count: u32, step: u32) -> Self {
        let step = step.max(1);
        Self {
            first: first / step,
            count: first.saturating_add(count).div_ceil(step) - first / step,
            offset: f64::from(first % step) / f64::from(step),
        }
    }
}

/// Whether chroma can be had apart from luma.
pub(crate) fn has_planes(header: &Header) -> bool {
    header.subsampling.is_some() && header.channels == Channels::Rgb && header.bits <= 8
}

/// AVIF knows every kind of YCbCr, the others one each.
const fn takes_planes(source: &Header, result: Format) -> bool {
    match source.format {
        Format::Jpeg | Format::Webp => {
            matches!(result, Format::Jpeg | Format::Webp | Format::Avif)
        }
        Format::Avif => matches!(result, Format::Avif),
        _ => false,
    }
}

fn encoded_subsampling(output: &Output) -> ChromaSubsampling {
    match output.format {
        Format::Webp => ChromaSubsampling::Both,
        _ => output.encoding.chroma_subsampling(),
    }
}

/// Sizes count here only.
const fn planar((width, height): (u32, u32), subsampling: ChromaSubsampling) -> OutputLayout {
    OutputLayout::Planar {
        width,
        height,
        depth: Depth::U8,
        subsampling: Some(subsampling),
        alpha: false,
        matrix: YuvMatrix::Bt601,
        range: YuvRange::Full,
    }
}

/// Where a rectangle of the turned image lies before the turn.
fn turned_back(cut: Rect, (width, height): (u32, u32), turn: Orientation) -> Rect {
    let mut rect = cut;
    if turn.swaps_sides() {
        rect = Rect {
            left: cut.top,
            top: cut.left,
            width: cut.height,
            height: cut.width,
        };
    }
    let (columns, rows) = turn.mirrors();
    if columns {
        rect.left = width.saturating_sub(rect.left.saturating_add(rect.width));
    }
    if rows {
        rect.top = height.saturating_sub(rect.top.saturating_add(rect.height));
    }
    rect
}

/// Output pixels `first` to `first + length` of `source` pixels scaled to `scaled`.
fn axis((source, scale, scaled): (u32, f64, u32), (first, length): (u32, u32)) -> Axis {
    let factor = factor(source, scale);
    if length == scaled {
        return Axis::mapped(source, factor, scaled);
    }
    let overhang = f64::from(scaled) * factor - f64::from(source);
    let start = if factor > 1.0 { -overhang / 2.0 } else { 0.0 };
    Axis::window(
        start + f64::from(first) * factor,
        f64::from(length) * factor,
        length,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_is_found_where_it_was_before_the_turn() {
        let cut = Rect {
            left: 2,
            top: 1,
            width: 3,
            height: 2,
        };
        let at = |turn| turned_back(cut, (10, 8), turn);
        assert_eq!(at(Orientation::UPRIGHT), cut);
        assert_eq!(
            (
                at(Orientation::ROTATE_180).left,
                at(Orientation::ROTATE_180).top
            ),
            (5, 5)
        );
        // A quarter turn clockwise makes the left column the top row.
        let quarter = turned_back(cut, (10, 8), Orientation::ROTATE_90);
        assert_eq!((quarter.left, quarter.top), (1, 3));
        assert_eq!((quarter.width, quarter.height), (2, 3));
    }

    #[test]
    fn chroma_of_an_odd_crop_begins_half_a_sample_early() {
        let samples = Samples::of(3, 4, 2);
        assert_eq!((samples.first, samples.count), (1, 3));
        assert!((samples.offset - 0.5).abs() < f64::EPSILON);
    }
}
