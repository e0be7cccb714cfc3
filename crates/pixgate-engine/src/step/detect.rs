//! Looking for objects, before anything is cut off or scaled.

use std::fmt;

use pixgate_raster::{Image, Layout, Orientation};

use super::operation::Operation;
use crate::Error;
use crate::geometry::{Pipeline, State, Track};
use crate::objects;
use crate::work::Work;

/// Looking for objects; the picture stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Detect {
    /// What shows the picture upright, as the detector has to see it.
    pub upright: Orientation,
}

impl Detect {
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        if !pipeline.detects {
            return Ok(None);
        }
        let upright = pipeline.turn.upright();
        let layout = state.layout();
        state.seen = Track::begin((layout.width, layout.height), upright);
        Ok(Some(Self { upright }))
    }
}

impl Operation for Detect {
    fn layout_after(&self, layout: Layout) -> Layout {
        layout
    }

    fn bytes(&self, layout: Layout) -> u64 {
        objects::find_bytes(layout)
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        let objects = objects::find(&image, self.upright)?;
        work.found.put_objects(objects);
        Ok(image)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("look for faces")
    }
}
