//! When YCbCr planes go from decoder to encoder, without RGB in between.

use pixgate_codec::Header;
use pixgate_options::Format;
use pixgate_raster::{
    Axis, Channels, ChromaSubsampling, Layout, Orientation, PlaneReducer, Scaling,
};

use super::memory::decoded_size;
use super::output::ProfileAction;
use super::step::{Rect, Step, factor};
use super::{PixelPath, Plan};

/// What is done to planes: all of it is one mapping per plane, and a turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PlanarJob {
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
    /// What is kept of that.
    cut: Rect,
    /// How the result is turned.
    pub(crate) turn: Orientation,
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
    pub(crate) fn of(plan: &Plan) -> Option<Self> {
        let keeps_colors = matches!(
            plan.output.profile,
            ProfileAction::None | ProfileAction::Keep
        );
        let is_plain = keeps_colors
            && plan.alternatives.is_empty()
            && !plan.linear_light
            && plan.path != PixelPath::Interleaved16;
        if is_plain && has_planes(&plan.header) && takes_planes(&plan.header, plan.output.format) {
            Self::of_steps(plan)
        } else {
            None
        }
    }

    fn of_steps(plan: &Plan) -> Option<Self> {
        let decoded = decoded_size(plan);
        let mut steps = Steps(&plan.steps);
        let crop = steps.next(|step| match step {
            // Positions count in pixels of the size that was planned for.
            Step::Crop(rect) if decoded == plan.loaded => Some(*rect),
            _ => None,
        });
        let scaled = steps.next(|step| match step {
            Step::Resample {
                width,
                height,
                scale_x,
                scale_y,
            } => Some(((*width, *height), (*scale_x, *scale_y))),
            _ => None,
        });
        let unscaled = crop.map_or(plan.loaded, |rect| (rect.width, rect.height));
        // A decoder that cannot shrink is followed by a mapping of the whole onto that size.
        let shrink = |decoded: u32, loaded: u32| f64::from(loaded) / f64::from(decoded.max(1));
        let shrink = (
            shrink(decoded.0, plan.loaded.0),
            shrink(decoded.1, plan.loaded.1),
        );
        let (scaled, scale) = scaled.unwrap_or((unscaled, (1.0, 1.0)));
        let turn = steps.next(|step| match step {
            Step::Orient(turn) => Some(*turn),
            _ => None,
        });
        let turn = turn.unwrap_or(Orientation::UPRIGHT);
        let cut = steps.next(|step| match step {
            Step::ResultCrop(rect) => Some(*rect),
            _ => None,
        });
        steps.0.is_empty().then_some(Self {
            decoded: plan.header.subsampling?,
            encoded: encoded_subsampling(plan),
            crop: crop.unwrap_or_else(|| whole(decoded)),
            scaled,
            scale: (scale.0 * shrink.0, scale.1 * shrink.1),
            cut: cut.map_or_else(|| whole(scaled), |cut| turned_back(cut, scaled, turn)),
            turn,
        })
    }

    /// The luma plane.
    pub(crate) fn luma(&self) -> PlaneJob {
        PlaneJob {
            crop: self.crop,
            scaling: Scaling {
                x: axis(
                    (self.crop.width, self.scale.0, self.scaled.0),
                    (self.cut.left, self.cut.width),
                ),
                y: axis(
                    (self.crop.height, self.scale.1, self.scaled.1),
                    (self.cut.top, self.cut.height),
                ),
                premultiply: false,
            },
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

    /// Whether planes are scaled while they are decoded: from JPEG and WebP, which come in bands,
    /// and where all become smaller.
    pub(crate) fn streams(&self, source: Format) -> bool {
        let becomes_smaller = |job: PlaneJob| PlaneReducer::can_map(job.layout(), job.scaling);
        let comes_in_bands = matches!(source, Format::Jpeg | Format::Webp);
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

fn encoded_subsampling(plan: &Plan) -> ChromaSubsampling {
    match plan.output.format {
        Format::Webp => ChromaSubsampling::Both,
        _ => plan.output.encoding.chroma_subsampling(),
    }
}

const fn whole((width, height): (u32, u32)) -> Rect {
    Rect {
        left: 0,
        top: 0,
        width,
        height,
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
