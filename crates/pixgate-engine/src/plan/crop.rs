//! Cutting a part out of an image.

use super::gravity::{Gravity, Toward};
use super::position::position;
use super::size::Size;
use super::step::Rect;

/// What cutting comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cut {
    /// The part is the whole image.
    Nothing,
    /// A part whose place is known.
    At(Rect<i64>),
    /// A part whose place is found in the pixels.
    Smart(Size),
}

/// Cuts `wanted` out of an image of size `image`; a zero side is the whole side.
pub(crate) fn cut(image: Size, wanted: Size, gravity: Gravity, ratio: f64) -> Cut {
    if wanted.is_unset() {
        return Cut::Nothing;
    }
    let part = wanted.min_set(image);
    if image.fits_in(part) {
        return Cut::Nothing;
    }
    if gravity.toward == Toward::Smart {
        return Cut::Smart(part);
    }
    let (left, top) = position(image, part, gravity, ratio);
    Cut::At(Rect {
        left,
        top,
        width: part.width,
        height: part.height,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CENTRE: Gravity = Gravity {
        toward: Toward::Compass { east: 0, south: 0 },
        x: 0.0,
        y: 0.0,
    };

    #[test]
    fn larger_or_unset_parts_cut_nothing() {
        let image = Size::new(30, 20);
        for wanted in [(0, 0), (30, 20), (31, 0), (0, 99)] {
            let wanted = Size::new(wanted.0, wanted.1);
            assert_eq!(cut(image, wanted, CENTRE, 1.0), Cut::Nothing, "{wanted:?}");
        }
    }

    #[test]
    fn one_smaller_side_is_enough() {
        let expected = Rect {
            left: 10,
            top: 0,
            width: 10,
            height: 20,
        };
        let found = cut(Size::new(30, 20), Size::new(10, 50), CENTRE, 1.0);
        assert_eq!(found, Cut::At(expected));
    }
}
