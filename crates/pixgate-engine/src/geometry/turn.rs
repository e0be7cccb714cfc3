//! How the stored image lies and how it is turned for the result.

use pixgate_codec::Orientation as Exif;
use pixgate_options::PipelineOptions;
use pixgate_raster::Orientation;

use super::gravity::Gravity;

/// The turn from the stored to the displayed image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    /// What the file says, if it is heeded.
    exif: Exif,
    /// Clockwise degrees asked for: 0, 90, 180 or 270.
    rotate: u16,
    flip_horizontal: bool,
    flip_vertical: bool,
}

impl Turn {
    pub(crate) fn new(exif: Exif, options: &PipelineOptions, auto_rotate: bool) -> Self {
        let heeds_exif = options.auto_rotate.unwrap_or(auto_rotate);
        Self {
            exif: if heeds_exif { exif } else { Exif::NORMAL },
            rotate: options.rotation(),
            flip_horizontal: options.flip.horizontal.unwrap_or(false),
            flip_vertical: options.flip.vertical.unwrap_or(false),
        }
    }

    /// What shows the stored image upright.
    pub(crate) const fn upright(self) -> Orientation {
        Orientation::from_exif(self.exif.exif())
    }

    /// Whether width and height change places.
    pub(crate) const fn swaps_sides(self) -> bool {
        self.exif.swaps_sides() == self.rotate.is_multiple_of(180)
    }

    /// Everything in one: EXIF orientation, rotation, flips, in this order.
    pub(crate) fn combined(self) -> Orientation {
        let mut turn = self.upright();
        turn = turn.then(Orientation::quarter_turns(u32::from(self.rotate / 90)));
        if self.flip_horizontal {
            turn = turn.then(Orientation::FLIP_HORIZONTAL);
        }
        if self.flip_vertical {
            turn = turn.then(Orientation::FLIP_VERTICAL);
        }
        turn
    }

    /// What a gravity of the displayed image is in the stored one.
    pub(crate) fn stored_gravity(self, gravity: Gravity) -> Gravity {
        gravity
            .unturned(self.rotate, self.flip_horizontal, self.flip_vertical)
            .unturned(self.exif.angle(), self.exif.is_flipped(), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(exif: u16, rotate: i64, flip: bool) -> Turn {
        let mut options = PipelineOptions::default();
        options.rotate = Some(rotate);
        options.flip.horizontal = Some(flip);
        Turn::new(Exif::from_exif(exif), &options, true)
    }

    #[test]
    fn a_rotation_can_undo_the_orientation() {
        assert_eq!(turn(6, 270, false).combined(), Orientation::UPRIGHT);
        assert_eq!(turn(6, -90, false).combined(), Orientation::UPRIGHT);
        assert!(!turn(6, 270, false).swaps_sides());
        assert!(turn(6, 180, false).swaps_sides());
    }

    #[test]
    fn a_flip_comes_after_the_rotation() {
        let expected = Orientation::ROTATE_90.then(Orientation::FLIP_HORIZONTAL);
        assert_eq!(turn(1, 90, true).combined(), expected);
    }

    #[test]
    fn the_option_wins_over_the_setting() {
        let mut options = PipelineOptions::default();
        options.auto_rotate = Some(false);
        let turn = Turn::new(Exif::from_exif(6), &options, true);
        assert_eq!(turn.combined(), Orientation::UPRIGHT);
    }
}
