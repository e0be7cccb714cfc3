//! Turning and mirroring.

use std::fmt;

use pixgate_raster::geometry::{orient, orient_bytes};
use pixgate_raster::{Image, Layout, Orientation};

use super::operation::Operation;
use crate::Error;
use crate::geometry::{Move, Pipeline, State, Turn};
use crate::work::Work;

/// Turning and mirroring: EXIF orientation, rotation and flips in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Orient {
    /// What becomes of the image.
    pub turn: Orientation,
}

impl Orient {
    pub(crate) fn plan(_: &mut State<'_>, pipeline: &Pipeline<'_>) -> Result<Option<Self>, Error> {
        Ok(Self::by(pipeline.turn))
    }

    /// This turn, if it is one.
    pub(super) fn by(turn: Turn) -> Option<Self> {
        let turn = turn.combined();
        (turn != Orientation::UPRIGHT).then_some(Self { turn })
    }
}

impl Operation for Orient {
    fn layout_after(&self, layout: Layout) -> Layout {
        let (width, height) = self.turn.size(layout.width, layout.height);
        layout.sized(width, height)
    }

    fn movement(&self, _: Layout) -> Option<Move> {
        Some(Move::Turn(self.turn))
    }

    fn bytes(&self, layout: Layout) -> u64 {
        orient_bytes(layout)
    }

    fn run(&self, image: Image, _: &Work<'_>) -> Result<Image, Error> {
        Ok(orient(&image, self.turn)?)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const TRANSPOSE: Orientation = Orientation::from_exif(5);
        f.write_str(match self.turn {
            Orientation::ROTATE_90 => "turn a quarter clockwise",
            Orientation::ROTATE_180 => "turn by half",
            Orientation::ROTATE_270 => "turn a quarter counter-clockwise",
            Orientation::FLIP_HORIZONTAL => "mirror left and right",
            Orientation::FLIP_VERTICAL => "mirror top and bottom",
            Orientation::UPRIGHT => "leave upright",
            TRANSPOSE => "mirror along the falling diagonal",
            _ => "mirror along the rising diagonal",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_turn_is_said() {
        for exif in 2..=8 {
            let turn = Orientation::from_exif(exif);
            let step = crate::Step::Orient(Orient { turn });
            assert_ne!(step.to_string(), "leave upright", "{exif}");
        }
    }
}
