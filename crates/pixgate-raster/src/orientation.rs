//! The eight ways an upright image can lie: turns by 90° and mirror images.

/// A turn by a multiple of 90° combined with a mirror image.
///
/// # Examples
///
/// ```
/// use pixgate_raster::Orientation;
///
/// let stored = Orientation::from_exif(6);
/// assert_eq!(stored, Orientation::ROTATE_90);
/// assert_eq!(stored.then(Orientation::ROTATE_270), Orientation::UPRIGHT);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Orientation {
    /// Rows and columns change places, before the flips.
    pub(crate) transpose: bool,
    /// Left and right change places.
    pub(crate) flip_x: bool,
    /// Top and bottom change places.
    pub(crate) flip_y: bool,
}

impl Orientation {
    /// Nothing to do.
    pub const UPRIGHT: Self = Self::new(false, false, false);
    /// A quarter turn clockwise.
    pub const ROTATE_90: Self = Self::new(true, true, false);
    /// A half turn.
    pub const ROTATE_180: Self = Self::new(false, true, true);
    /// A quarter turn counter-clockwise.
    pub const ROTATE_270: Self = Self::new(true, false, true);
    /// Left and right change places.
    pub const FLIP_HORIZONTAL: Self = Self::new(false, true, false);
    /// Top and bottom change places.
    pub const FLIP_VERTICAL: Self = Self::new(false, false, true);

    const fn new(transpose: bool, flip_x: bool, flip_y: bool) -> Self {
        Self {
            transpose,
            flip_x,
            flip_y,
        }
    }

    /// What shows an image with this EXIF orientation (1 to 8) upright; other values are upright.
    #[must_use]
    pub const fn from_exif(value: u8) -> Self {
        match value {
            2 => Self::FLIP_HORIZONTAL,
            3 => Self::ROTATE_180,
            4 => Self::FLIP_VERTICAL,
            5 => Self::new(true, false, false),
            6 => Self::ROTATE_90,
            7 => Self::new(true, true, true),
            8 => Self::ROTATE_270,
            _ => Self::UPRIGHT,
        }
    }

    /// A clockwise turn by this many quarters; 4 is 0.
    #[must_use]
    pub const fn quarter_turns(turns: u32) -> Self {
        match turns % 4 {
            1 => Self::ROTATE_90,
            2 => Self::ROTATE_180,
            3 => Self::ROTATE_270,
            _ => Self::UPRIGHT,
        }
    }

    /// This one first and `next` after it, as one.
    #[must_use]
    pub const fn then(self, next: Self) -> Self {
        let (x, y) = if next.transpose {
            (self.flip_y, self.flip_x)
        } else {
            (self.flip_x, self.flip_y)
        };
        Self {
            transpose: self.transpose ^ next.transpose,
            flip_x: x ^ next.flip_x,
            flip_y: y ^ next.flip_y,
        }
    }

    /// What undoes this one.
    #[must_use]
    pub const fn inverse(self) -> Self {
        if self.transpose {
            Self::new(true, self.flip_y, self.flip_x)
        } else {
            self
        }
    }

    /// Whether nothing would change.
    #[must_use]
    pub const fn is_upright(self) -> bool {
        !(self.transpose || self.flip_x || self.flip_y)
    }

    /// Whether width and height change places.
    #[must_use]
    pub const fn swaps_sides(self) -> bool {
        self.transpose
    }

    /// Whether source columns, source rows run backwards in the result.
    #[must_use]
    pub const fn mirrors(self) -> (bool, bool) {
        if self.transpose {
            (self.flip_y, self.flip_x)
        } else {
            (self.flip_x, self.flip_y)
        }
    }

    /// The size that an image of this size has afterwards.
    #[must_use]
    pub const fn size(self, width: u32, height: u32) -> (u32, u32) {
        if self.transpose {
            (height, width)
        } else {
            (width, height)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = Orientation> {
        (1..=8).map(Orientation::from_exif)
    }

    #[test]
    fn the_eight_are_distinct_and_form_a_group() {
        for a in all() {
            assert_eq!(all().filter(|b| *b == a).count(), 1);
            assert_eq!(a.then(a.inverse()), Orientation::UPRIGHT);
            for b in all() {
                assert!(all().any(|c| c == a.then(b)));
            }
        }
    }

    #[test]
    fn exif_is_a_turn_and_then_a_horizontal_flip() {
        let flip = Orientation::FLIP_HORIZONTAL;
        let turns = [0, 0, 2, 2, 1, 1, 3, 3];
        let flips = [0, 1, 0, 1, 1, 0, 1, 0];
        for (exif, (turn, flipped)) in (1..=8).zip(turns.into_iter().zip(flips)) {
            let turned = Orientation::quarter_turns(turn);
            let expected = if flipped == 1 {
                turned.then(flip)
            } else {
                turned
            };
            assert_eq!(Orientation::from_exif(exif), expected, "{exif}");
        }
    }
}
