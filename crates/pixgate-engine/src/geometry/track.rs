//! Where a part of the picture comes to.

use pixgate_options::Area;
use pixgate_raster::Orientation;

use crate::rect::Rect;
use crate::work::{Found, Place};

/// A change of place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Move {
    /// All but this part is cut off.
    Cut(Rect),
    /// A part of this size is kept, whose place is found in the pixels.
    FoundCut(Place, (u32, u32)),
    /// Scaled to this size: what lies at `start` comes to 0, and a pixel is `factor` source pixels.
    Scale {
        start: (f64, f64),
        factor: (f64, f64),
        size: (u32, u32),
    },
    /// Turned and mirrored.
    Turn(Orientation),
}

/// All that has happened to places since a pipeline began.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Track {
    /// The size that the pipeline begins with, as it is stored.
    size: (u32, u32),
    /// What shows that upright.
    upright: Orientation,
    moves: Vec<Move>,
}

impl Track {
    pub(crate) const fn begin(size: (u32, u32), upright: Orientation) -> Self {
        Self {
            size,
            upright,
            moves: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, step: Move) {
        self.moves.push(step);
    }

    /// Whether places can be told before the pixels are there.
    pub(crate) fn is_known(&self) -> bool {
        let mut moves = self.moves.iter();
        !moves.any(|step| matches!(step, Move::FoundCut(..)))
    }

    /// The pixels that an area of the upright picture touches now; none if it was cut off.
    pub(crate) fn pixels(&self, area: Area, found: &Found) -> Option<Rect> {
        let whole = Part::whole((1, 1));
        let upright = Part {
            left: area.left,
            top: area.top,
            right: area.left + area.width,
            bottom: area.top + area.height,
        };
        let mut part = upright.within(whole)?;
        part = part.turned((1.0, 1.0), self.upright.inverse());
        let mut size = self.size;
        part = part.scaled(
            (0.0, 0.0),
            (1.0 / f64::from(size.0), 1.0 / f64::from(size.1)),
        );
        for step in &self.moves {
            (part, size) = match *step {
                Move::Cut(kept) => (
                    part.shifted((kept.left, kept.top)),
                    (kept.width, kept.height),
                ),
                Move::FoundCut(place, kept) => (part.shifted(found.at(place)), kept),
                Move::Scale {
                    start,
                    factor,
                    size,
                } => (part.scaled(start, factor), size),
                Move::Turn(turn) => {
                    let sides = (f64::from(size.0), f64::from(size.1));
                    (part.turned(sides, turn), turn.size(size.0, size.1))
                }
            };
            part = part.within(Part::whole(size))?;
        }
        part.pixels(size)
    }
}

/// A rectangle between its edges.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Part {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Part {
    fn whole((width, height): (u32, u32)) -> Self {
        Self {
            left: 0.0,
            top: 0.0,
            right: width.into(),
            bottom: height.into(),
        }
    }

    fn within(self, whole: Self) -> Option<Self> {
        let part = Self {
            left: self.left.max(whole.left),
            top: self.top.max(whole.top),
            right: self.right.min(whole.right),
            bottom: self.bottom.min(whole.bottom),
        };
        (part.left < part.right && part.top < part.bottom).then_some(part)
    }

    fn shifted(self, (left, top): (u32, u32)) -> Self {
        self.scaled((left.into(), top.into()), (1.0, 1.0))
    }

    fn scaled(self, start: (f64, f64), factor: (f64, f64)) -> Self {
        let x = |x: f64| (x - start.0) / factor.0;
        let y = |y: f64| (y - start.1) / factor.1;
        Self {
            left: x(self.left),
            top: y(self.top),
            right: x(self.right),
            bottom: y(self.bottom),
        }
    }

    /// Where it lies once an image of this size has been turned.
    fn turned(self, (width, height): (f64, f64), turn: Orientation) -> Self {
        let mut part = self;
        let (columns, rows) = turn.mirrors();
        if columns {
            (part.left, part.right) = (width - part.right, width - part.left);
        }
        if rows {
            (part.top, part.bottom) = (height - part.bottom, height - part.top);
        }
        if turn.swaps_sides() {
            part = Self {
                left: part.top,
                top: part.left,
                right: part.bottom,
                bottom: part.right,
            };
        }
        part
    }

    /// All pixels that it touches, but for what rounding errors add.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within an image"
    )]
    fn pixels(self, (width, height): (u32, u32)) -> Option<Rect> {
        let first = |edge: f64| (edge + ROUNDING).floor().max(0.0) as u32;
        let end = |edge: f64, most: u32| ((edge - ROUNDING).ceil().max(0.0) as u32).min(most);
        let (left, top) = (first(self.left), first(self.top));
        let width = end(self.right, width).checked_sub(left)?;
        let height = end(self.bottom, height).checked_sub(top)?;
        (width > 0 && height > 0).then_some(Rect {
            left,
            top,
            width,
            height,
        })
    }
}

/// A part of a pixel that nobody meant.
const ROUNDING: f64 = 1e-6;

#[cfg(test)]
mod tests {
    use super::*;

    const CORNER: Area = Area {
        left: 0.0,
        top: 0.0,
        width: 0.5,
        height: 0.25,
    };

    fn pixels(track: &Track, area: Area) -> Option<[u32; 4]> {
        let rect = track.pixels(area, &Found::default())?;
        Some([rect.left, rect.top, rect.width, rect.height])
    }

    fn track(moves: &[Move]) -> Track {
        Track {
            moves: moves.to_vec(),
            ..Track::begin((16, 8), Orientation::UPRIGHT)
        }
    }

    #[test]
    fn areas_follow_every_turn() {
        for (turn, expected) in [
            (Orientation::UPRIGHT, [0, 0, 8, 2]),
            (Orientation::ROTATE_90, [6, 0, 2, 8]),
            (Orientation::ROTATE_180, [8, 6, 8, 2]),
            (Orientation::ROTATE_270, [0, 8, 2, 8]),
            (Orientation::FLIP_HORIZONTAL, [8, 0, 8, 2]),
            (Orientation::FLIP_VERTICAL, [0, 6, 8, 2]),
        ] {
            let track = track(&[Move::Turn(turn)]);
            assert_eq!(pixels(&track, CORNER), Some(expected), "{turn:?}");
        }
    }

    #[test]
    fn areas_are_those_of_the_upright_picture() {
        for exif in 1..=8 {
            let upright = Orientation::from_exif(exif);
            let mut track = Track::begin((16, 8), upright);
            track.push(Move::Turn(upright));
            let expected = if upright.swaps_sides() {
                [0, 0, 4, 4]
            } else {
                [0, 0, 8, 2]
            };
            assert_eq!(pixels(&track, CORNER), Some(expected), "{exif}");
        }
    }

    #[test]
    fn parts_of_pixels_are_whole_ones_and_what_is_cut_off_is_gone() {
        let cut = Move::Cut(Rect {
            left: 3,
            top: 1,
            width: 10,
            height: 5,
        });
        let half = Move::Scale {
            start: (0.0, 0.0),
            factor: (2.0, 2.0),
            size: (5, 3),
        };
        assert_eq!(pixels(&track(&[cut, half]), CORNER), Some([0, 0, 3, 1]));
        let right = Area {
            left: 0.9,
            ..CORNER
        };
        assert_eq!(pixels(&track(&[cut, half]), right), None);
        let thirds = Area {
            left: 0.3,
            width: 0.1,
            ..CORNER
        };
        assert_eq!(pixels(&track(&[]), thirds), Some([4, 0, 3, 2]));
    }

    #[test]
    fn places_that_are_found_count_when_they_are() {
        let track = track(&[Move::FoundCut(Place::Crop, (6, 6))]);
        assert!(!track.is_known());
        let found = Found::default();
        found.put(Place::Crop, (4, 1));
        let rect = track.pixels(CORNER, &found).unwrap();
        assert_eq!((rect.left, rect.top, rect.width, rect.height), (0, 0, 4, 1));
    }
}
