//! What a step is planned from.

use pixgate_codec::Orientation;
use pixgate_options::{Format, PipelineOptions, ResizingAlgorithm};
use pixgate_raster::{Channels, Depth, Layout};

use super::gravity::Gravity;
use super::scale::Geometry;
use super::size::Size;
use super::track::Track;
use super::turn::Turn;
use crate::recipe::Recipe;
use crate::rect::{Rect, length};
use crate::{Error, ErrorKind, Warning};

/// Longest side that an image can have while it is processed, as in the reference's library.
const SIDE_LIMIT: u32 = 10_000_000;

/// The image as the steps so far leave it.
#[derive(Debug)]
pub(crate) struct State<'a> {
    pub(crate) recipe: Recipe<'a>,
    /// The format that was chosen.
    pub(crate) format: Format,
    /// Frames that are read.
    pub(crate) frames: u32,
    pub(crate) size: Size,
    pub(crate) channels: Channels,
    pub(crate) depth: Depth,
    /// The DPR in effect.
    pub(crate) dpr: f64,
    /// What has become of places since the pipeline began.
    pub(crate) track: Track,
    /// What has become of places since objects were looked for.
    pub(crate) seen: Track,
    pub(crate) warnings: Vec<Warning>,
}

impl State<'_> {
    pub(crate) fn layout(&self) -> Layout {
        Layout {
            width: length(self.size.width),
            height: length(self.size.height),
            channels: self.channels,
            depth: self.depth,
        }
    }

    pub(crate) fn set_layout(&mut self, layout: Layout) {
        self.size = Size::of(layout.width, layout.height);
        self.channels = layout.channels;
        self.depth = layout.depth;
    }
}

/// One pipeline's options, read, and the sizes that follow from them.
pub(crate) struct Pipeline<'a> {
    pub(crate) options: &'a PipelineOptions,
    pub(crate) turn: Turn,
    pub(crate) gravity: Gravity,
    /// Where the crop before scaling lies, in pixels as decoded.
    pub(crate) crop_gravity: Gravity,
    pub(crate) geometry: Geometry,
    /// Whether what it gives is encoded.
    pub(crate) is_last: bool,
    /// How pixels are mixed where the picture is scaled.
    pub(crate) algorithm: ResizingAlgorithm,
    /// Whether borders are cut off first.
    pub(crate) trims: bool,
    /// Whether pixels are lost in scaling; drawings lose none.
    pub(crate) shrinks: bool,
    /// Whether that is done.
    pub(crate) is_trimmed: bool,
    /// Whether steps have to know where objects are.
    pub(crate) detects: bool,
    /// Whether the picture is cut to its objects first.
    pub(crate) cuts_to_objects: bool,
}

/// What a pipeline begins with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// Size in stored orientation.
    pub(crate) stored: Size,
    pub(crate) orientation: Orientation,
    /// Whether the encoded source is at hand, so that it can be decoded smaller.
    pub(crate) is_source: bool,
    /// The size before this pipeline's trim and the cut to objects, once one of them is done.
    pub(crate) untrimmed: Option<Size>,
    /// Whether objects were found to cut to, once they have been looked for.
    pub(crate) has_objects: Option<bool>,
}

impl Entry {
    /// What a pipeline begins with that follows another.
    pub(crate) const fn between(size: Size) -> Self {
        Self {
            stored: size,
            orientation: Orientation::NORMAL,
            is_source: false,
            untrimmed: None,
            has_objects: None,
        }
    }
}

impl Size {
    /// Final sides, within what an image can have.
    pub(crate) fn sides(self) -> Result<(u32, u32), Error> {
        let side = |length: i64| {
            u32::try_from(length)
                .ok()
                .filter(|side| (1..=SIDE_LIMIT).contains(side))
        };
        match (side(self.width), side(self.height)) {
            (Some(width), Some(height)) => Ok((width, height)),
            _ => Err(ErrorKind::ResultTooLarge {
                width: self.width.max(0).unsigned_abs(),
                height: self.height.max(0).unsigned_abs(),
                limit: SIDE_LIMIT,
            }
            .into()),
        }
    }
}

impl Rect<i64> {
    /// The rectangle with final sides, within what an image can have.
    pub(crate) fn finished(self) -> Result<Rect, Error> {
        let (width, height) = Size::new(self.width, self.height).sides()?;
        Ok(Rect {
            left: length(self.left),
            top: length(self.top),
            width,
            height,
        })
    }
}
