//! A larger canvas around the image.

use super::gravity::Gravity;
use super::position::position;
use super::size::Size;
use super::step::Rect;

/// Where an image lies on a canvas of the `wanted` size; none if the image covers it.
///
/// A side of the canvas that is not set is that of the image. One side can be smaller than the
/// image by a pixel of rounding; the image is clipped there.
pub(crate) fn place(image: Size, wanted: Size, gravity: Gravity, ratio: f64) -> Option<Rect<i64>> {
    if wanted.fits_in(image) {
        return None;
    }
    let or = |side: i64, other: i64| if side <= 0 { other } else { side };
    let canvas = Size::new(
        or(wanted.width, image.width),
        or(wanted.height, image.height),
    );
    let (left, top) = position(canvas, image, gravity, ratio);
    Some(Rect {
        left,
        top,
        width: canvas.width,
        height: canvas.height,
    })
}

#[cfg(test)]
mod tests {
    use super::super::gravity::Toward;
    use super::*;

    const NORTH_WEST: Gravity = Gravity {
        toward: Toward::Compass {
            east: -1,
            south: -1,
        },
        x: 3.0,
        y: 0.0,
    };

    fn placed(wanted: (i64, i64)) -> Option<(i64, i64, i64, i64)> {
        let wanted = Size::new(wanted.0, wanted.1);
        place(Size::new(20, 10), wanted, NORTH_WEST, 1.0)
            .map(|c| (c.left, c.top, c.width, c.height))
    }

    #[test]
    fn a_covered_canvas_is_none() {
        assert_eq!(placed((20, 10)), None);
        assert_eq!(placed((0, 0)), None);
        assert_eq!(placed((5, 10)), None);
    }

    #[test]
    fn an_unset_side_is_that_of_the_image() {
        assert_eq!(placed((30, 0)), Some((3, 0, 30, 10)));
    }

    #[test]
    fn the_smaller_side_clips() {
        assert_eq!(placed((30, 9)), Some((3, 0, 30, 9)));
    }
}
