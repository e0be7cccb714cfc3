//! Which part of an image matters, and how that turns with the image.

use pixgate_options::{Gravity as GravityOption, GravityKind};

/// A gravity with its offsets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gravity {
    pub(crate) toward: Toward,
    /// Pixels from 1 on, below that a share; the coordinate itself for a focus point.
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// What a gravity pulls toward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Toward {
    /// An edge, a corner or the centre: −1 is west or north, 0 the middle, 1 east or south.
    Compass { east: i8, south: i8 },
    /// A point given by shares of width and height.
    FocusPoint,
    /// The most interesting part, found in the pixels.
    Smart,
    /// The objects in the picture, found in the pixels.
    Objects,
}

impl Gravity {
    /// The middle, without offsets.
    pub(crate) const CENTER: Self = Self {
        toward: Toward::Compass { east: 0, south: 0 },
        x: 0.0,
        y: 0.0,
    };

    /// Undoes a rotation by `angle` (a multiple of 90, clockwise) that flips follow.
    pub(crate) fn unturned(self, angle: u16, flip_x: bool, flip_y: bool) -> Self {
        let mut gravity = self;
        if flip_x {
            gravity = gravity.flipped_x();
        }
        if flip_y {
            gravity = gravity.flipped_y();
        }
        match angle % 360 {
            90 => gravity.unturned_90(),
            180 => gravity.flipped_x().flipped_y(),
            270 => gravity.unturned_270(),
            _ => gravity,
        }
    }

    fn flipped_x(self) -> Self {
        match self.toward {
            Toward::Compass { east: 0, .. } => Self { x: -self.x, ..self },
            Toward::Compass { east, south } => Self {
                toward: Toward::Compass { east: -east, south },
                ..self
            },
            Toward::FocusPoint => Self {
                x: 1.0 - self.x,
                ..self
            },
            Toward::Smart | Toward::Objects => self,
        }
    }

    fn flipped_y(self) -> Self {
        match self.toward {
            Toward::Compass { south: 0, .. } => Self { y: -self.y, ..self },
            Toward::Compass { east, south } => Self {
                toward: Toward::Compass {
                    east,
                    south: -south,
                },
                ..self
            },
            Toward::FocusPoint => Self {
                y: 1.0 - self.y,
                ..self
            },
            Toward::Smart | Toward::Objects => self,
        }
    }

    fn unturned_90(self) -> Self {
        match self.toward {
            Toward::Compass { east, south } => Self {
                toward: Toward::Compass {
                    east: south,
                    south: -east,
                },
                x: self.y,
                y: if east == 0 { -self.x } else { self.x },
            },
            Toward::FocusPoint => Self {
                x: self.y,
                y: 1.0 - self.x,
                ..self
            },
            Toward::Smart | Toward::Objects => self,
        }
    }

    fn unturned_270(self) -> Self {
        match self.toward {
            Toward::Compass { east, south } => Self {
                toward: Toward::Compass {
                    east: -south,
                    south: east,
                },
                x: if south == 0 { -self.y } else { self.y },
                y: self.x,
            },
            Toward::FocusPoint => Self {
                x: 1.0 - self.y,
                y: self.x,
                ..self
            },
            Toward::Smart | Toward::Objects => self,
        }
    }
}

impl From<GravityOption> for Gravity {
    fn from(gravity: GravityOption) -> Self {
        let compass = |east, south| Toward::Compass { east, south };
        let toward = match gravity.kind {
            GravityKind::North => compass(0, -1),
            GravityKind::South => compass(0, 1),
            GravityKind::East => compass(1, 0),
            GravityKind::West => compass(-1, 0),
            GravityKind::NorthEast => compass(1, -1),
            GravityKind::NorthWest => compass(-1, -1),
            GravityKind::SouthEast => compass(1, 1),
            GravityKind::SouthWest => compass(-1, 1),
            GravityKind::FocusPoint => Toward::FocusPoint,
            GravityKind::Smart => Toward::Smart,
            GravityKind::Objects | GravityKind::WeightedObjects => Toward::Objects,
            // The rest is refused before a gravity is read.
            _ => compass(0, 0),
        };
        Self {
            toward,
            x: gravity.x,
            y: gravity.y,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compass(east: i8, south: i8, x: f64, y: f64) -> Gravity {
        Gravity {
            toward: Toward::Compass { east, south },
            x,
            y,
        }
    }

    #[test]
    fn north_becomes_west_when_a_quarter_turn_is_undone() {
        let north = compass(0, -1, 3.0, 5.0);
        assert_eq!(north.unturned(90, false, false), compass(-1, 0, 5.0, -3.0));
        assert_eq!(north.unturned(270, false, false), compass(1, 0, 5.0, 3.0));
        assert_eq!(north.unturned(180, false, false), compass(0, 1, -3.0, 5.0));
    }

    #[test]
    fn corners_keep_their_offsets_when_turned_half() {
        let corner = compass(-1, -1, 3.0, 5.0);
        assert_eq!(corner.unturned(180, false, false), compass(1, 1, 3.0, 5.0));
        assert_eq!(corner.unturned(90, false, false), compass(-1, 1, 5.0, 3.0));
    }

    #[test]
    fn the_centre_turns_its_offsets() {
        let centre = compass(0, 0, 3.0, 5.0);
        assert_eq!(centre.unturned(90, false, false), compass(0, 0, 5.0, -3.0));
        assert_eq!(
            centre.unturned(180, false, false),
            compass(0, 0, -3.0, -5.0)
        );
        assert_eq!(centre.unturned(270, false, false), compass(0, 0, -5.0, 3.0));
        assert_eq!(centre.unturned(0, true, true), compass(0, 0, -3.0, -5.0));
    }

    #[test]
    fn a_focus_point_mirrors_its_coordinates() {
        let point = Gravity {
            toward: Toward::FocusPoint,
            x: 0.25,
            y: 0.125,
        };
        let at = |g: Gravity| (g.x, g.y);
        assert_eq!(at(point.unturned(0, true, false)), (0.75, 0.125));
        assert_eq!(at(point.unturned(90, false, false)), (0.125, 0.75));
        assert_eq!(at(point.unturned(180, false, false)), (0.75, 0.875));
        assert_eq!(at(point.unturned(270, false, false)), (0.875, 0.25));
    }

    #[test]
    fn flips_come_before_the_turn() {
        let west = compass(-1, 0, 3.0, 5.0);
        assert_eq!(west.unturned(90, true, false), compass(0, -1, 5.0, 3.0));
    }
}
