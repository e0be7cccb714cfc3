//! How a plan is carried out, and what that takes.

use pixgate_codec::frames_bytes;
use pixgate_raster::{Depth, Layout};

use super::output::ProfileAction;
use super::planar::PlanarJob;
use super::rows::RowJob;
use super::sketch::Sketch;
use crate::colour::CONVERT_BYTES;
use crate::encode::encoding_bytes;
use crate::line::waiting_bytes_of_equals;
use crate::load::metadata_bytes;

/// Tables of a conversion to inks, with those of the profile itself.
const INK_BYTES: u64 = 32 << 20;
/// Small buffers of codecs and of the run itself.
const SLACK_BYTES: u64 = 256 << 10;

/// How a plan is carried out; decided once, with the plan.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Execution {
    /// Not at all: the source is the result.
    PassThrough {
        /// Whether scripts and the like are taken out of it, which is a drawing then.
        sanitizes: bool,
    },
    /// On YCbCr planes, chroma staying subsampled; no RGB in between.
    Planar(PlanarJob),
    /// The first steps on rows while they are decoded, so that the whole source never exists.
    Rows(RowJob),
    /// On the whole image.
    Whole,
    /// On one whole frame after the other.
    Frames,
}

/// How pixels are held on the way from decoder to encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PixelPath {
    /// Not at all: the source is the result.
    PassThrough,
    /// As YCbCr planes, chroma staying subsampled; no RGB in between.
    Planar,
    /// As interleaved channels of 8 bits.
    Interleaved8,
    /// As interleaved channels of 16 bits.
    Interleaved16,
}

impl Execution {
    /// The name: `pass_through`, `planar`, `rows`, `whole` or `frames`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PassThrough { .. } => "pass_through",
            Self::Planar(_) => "planar",
            Self::Rows(_) => "rows",
            Self::Whole => "whole",
            Self::Frames => "frames",
        }
    }

    /// On planes, if all steps can be carried out on them.
    pub(crate) fn planar(sketch: &Sketch<'_>) -> Option<Self> {
        PlanarJob::of(sketch).map(Self::Planar)
    }

    /// On interleaved pixels, as few at a time as possible.
    pub(crate) fn interleaved(sketch: &Sketch<'_>) -> Self {
        if sketch.frames > 1 {
            return Self::Frames;
        }
        RowJob::of(sketch).map_or(Self::Whole, Self::Rows)
    }

    /// How pixels are held, if interleaved ones have this depth.
    pub(crate) const fn path(&self, depth: Depth) -> PixelPath {
        match (self, depth) {
            (Self::PassThrough { .. }, _) => PixelPath::PassThrough,
            (Self::Planar(_), _) => PixelPath::Planar,
            (Self::Rows(_) | Self::Whole | Self::Frames, Depth::U8) => PixelPath::Interleaved8,
            (Self::Rows(_) | Self::Whole | Self::Frames, Depth::U16 | Depth::F32) => {
                PixelPath::Interleaved16
            }
        }
    }

    /// Most bytes allocated at any time: decoding, any step with its input and output, encoding.
    pub(crate) fn peak_bytes(&self, sketch: &Sketch<'_>) -> u64 {
        let working = match self {
            Self::PassThrough { .. } => return 0,
            Self::Planar(job) => job.peak_bytes(sketch),
            Self::Rows(job) => {
                let (decoding, layout) = job.peak_bytes(&sketch.load, sketch.steps);
                decoding.max(interleaved_bytes(sketch, layout, job.steps()))
            }
            Self::Whole => {
                let layout = sketch.load.working_layout();
                let decoding = sketch.load.bytes();
                decoding.max(interleaved_bytes(sketch, layout, 0))
            }
            Self::Frames => animation_bytes(sketch),
        };
        working
            .saturating_add(SLACK_BYTES)
            .saturating_add(metadata_bytes(sketch.load.header.format))
    }
}

/// The most expensive step behind the first `done`, colours, encoding.
fn interleaved_bytes(sketch: &Sketch<'_>, layout: Layout, done: usize) -> u64 {
    let (steps, layout) = sketch.step_bytes(layout, done);
    let result = sketch.output.layout;
    let converting = match sketch.output.profile {
        ProfileAction::ConvertAfter => layout.bytes().saturating_add(CONVERT_BYTES),
        ProfileAction::Restore => layout
            .bytes()
            .saturating_add(result.bytes())
            .saturating_add(INK_BYTES),
        // With other channels in between.
        ProfileAction::ConvertTo => layout
            .bytes()
            .saturating_add(result.bytes().saturating_mul(2))
            .saturating_add(INK_BYTES),
        ProfileAction::None
        | ProfileAction::Keep
        | ProfileAction::Embed
        | ProfileAction::ConvertBefore => 0,
    };
    let header = sketch.load.header;
    let pixels = pixgate_codec::OutputLayout::Interleaved(result);
    let encoding = encoding_bytes(header, sketch.output, sketch.alternatives, pixels);
    steps
        .max(converting)
        .max(encoding.saturating_add(result.bytes()))
}

/// The reader with the frame it hands over, the most expensive step, frames that wait for the writer,
/// the file that grows, and what is drawn on all frames.
fn animation_bytes(sketch: &Sketch<'_>) -> u64 {
    let (steps, layout) = sketch.step_bytes(sketch.load.working_layout(), 0);
    let overlays = sketch.steps.iter().filter_map(|step| step.overlay());
    let overlays = overlays.map(|overlay| overlay.ready_layout().bytes());
    let overlays = overlays.fold(0, u64::saturating_add);
    let converting = match sketch.output.profile {
        ProfileAction::ConvertAfter => CONVERT_BYTES,
        // The frame with other channels, and converted.
        ProfileAction::ConvertTo => INK_BYTES.saturating_add(layout.bytes().saturating_mul(4)),
        ProfileAction::None
        | ProfileAction::Embed
        | ProfileAction::Keep
        | ProfileAction::ConvertBefore
        | ProfileAction::Restore => 0,
    };
    let encoding = &sketch.output.encoding;
    let writing = pixgate_codec::animation_bytes(layout, sketch.frames, encoding);
    let searching = if sketch.output.search.is_some() {
        writing
    } else {
        0
    };
    steps
        .max(layout.bytes().saturating_add(converting))
        .saturating_add(frames_bytes(sketch.load.header))
        .saturating_add(waiting_bytes_of_equals(layout.bytes()))
        .saturating_add(writing)
        .saturating_add(searching)
        .saturating_add(overlays)
}
