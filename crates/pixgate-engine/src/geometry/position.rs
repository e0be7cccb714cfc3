//! Where an inner box lies in an outer one.

use super::gravity::{Gravity, Toward};
use super::size::Size;
use crate::rounding::{round_even, scale_even, shrink_even};

/// Left and top of an `inner` box inside `outer`.
///
/// Offsets of at least a pixel are multiplied by `ratio`. A side on which the inner box is the
/// larger one gives 0. What is found in the pixels counts as centre.
pub(crate) fn position(outer: Size, inner: Size, gravity: Gravity, ratio: f64) -> (i64, i64) {
    let (left, top) = unclamped(outer, inner, gravity, ratio);
    (
        left.min(outer.width - inner.width).max(0),
        top.min(outer.height - inner.height).max(0),
    )
}

/// As [`position`], but the inner box may hang over the edges so far that one pixel is left.
pub(crate) fn hanging_position(
    outer: Size,
    inner: Size,
    gravity: Gravity,
    ratio: f64,
) -> (i64, i64) {
    let (left, top) = unclamped(outer, inner, gravity, ratio);
    (
        left.min(outer.width - 1).max(1 - inner.width),
        top.min(outer.height - 1).max(1 - inner.height),
    )
}

fn unclamped(outer: Size, inner: Size, gravity: Gravity, ratio: f64) -> (i64, i64) {
    let (east, south) = match gravity.toward {
        Toward::FocusPoint => {
            let left = scale_even(outer.width, gravity.x).saturating_sub(inner.width / 2);
            let top = scale_even(outer.height, gravity.y).saturating_sub(inner.height / 2);
            return (left, top);
        }
        Toward::Compass { east, south } => (east, south),
        Toward::Smart | Toward::Objects => (0, 0),
    };
    let x = offset(gravity.x, ratio, outer.width);
    let y = offset(gravity.y, ratio, outer.height);
    (
        along_axis(east, outer.width - inner.width, x),
        along_axis(south, outer.height - inner.height, y),
    )
}

/// Offset in pixels: absolute from 1 on, below that a share of the length.
pub(crate) fn offset(value: f64, ratio: f64, length: i64) -> i64 {
    if value.abs() >= 1.0 {
        round_even(value * ratio)
    } else {
        scale_even(length, value)
    }
}

/// Position on one axis; offsets count inwards from the edge.
///
/// The middle is half of the room plus one, rounded to even: it lies off by one pixel for some
/// even sums. That is how the reference has it.
fn along_axis(toward: i8, room: i64, offset: i64) -> i64 {
    match toward {
        -1 => offset,
        0 => shrink_even(room + 1, 2.0).saturating_add(offset),
        _ => room.saturating_sub(offset),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTER: Size = Size::new(200, 100);
    const INNER: Size = Size::new(20, 10);

    fn compass(east: i8, south: i8, x: f64, y: f64) -> Gravity {
        Gravity {
            toward: Toward::Compass { east, south },
            x,
            y,
        }
    }

    #[test]
    fn the_centre_is_half_to_even_of_room_plus_one() {
        for (room, expected) in [
            (0, 0),
            (1, 1),
            (2, 2),
            (3, 2),
            (4, 2),
            (5, 3),
            (6, 4),
            (8, 4),
            (50, 26),
            (100, 50),
        ] {
            let outer = Size::new(10 + room, 10);
            let (left, _) = position(outer, Size::new(10, 10), compass(0, 0, 0.0, 0.0), 1.0);
            assert_eq!(left, expected, "room {room}");
        }
    }

    #[test]
    fn edges_count_offsets_inwards() {
        for (east, south, expected) in [
            (-1, -1, (7, 3)),
            (1, 1, (173, 87)),
            (0, -1, (97, 3)),
            (1, 0, (173, 49)),
        ] {
            let gravity = compass(east, south, 7.0, 3.0);
            assert_eq!(position(OUTER, INNER, gravity, 1.0), expected);
        }
    }

    #[test]
    fn small_offsets_are_shares_and_ignore_the_ratio() {
        let gravity = compass(-1, -1, 0.1, 2.0);
        assert_eq!(position(OUTER, INNER, gravity, 3.0), (20, 6));
    }

    #[test]
    fn the_box_is_kept_inside() {
        let far = compass(-1, -1, 900.0, -900.0);
        assert_eq!(position(OUTER, INNER, far, 1.0), (180, 0));
        assert_eq!(hanging_position(OUTER, INNER, far, 1.0), (199, -9));
    }

    #[test]
    fn a_focus_point_becomes_the_middle_of_the_box() {
        let gravity = Gravity {
            toward: Toward::FocusPoint,
            x: 0.5,
            y: 1.0,
        };
        assert_eq!(position(OUTER, INNER, gravity, 1.0), (90, 90));
    }
}
