//! Room around the image.

use super::step::Sides;
use super::wanted::Padding;
use crate::rounding::scale_even;

/// Padding in pixels of the result, or none if every side is zero.
pub(crate) fn padding(wanted: Padding, dpr: f64) -> Option<Sides<i64>> {
    let sides = Sides {
        top: scale_even(wanted.top, dpr),
        right: scale_even(wanted.right, dpr),
        bottom: scale_even(wanted.bottom, dpr),
        left: scale_even(wanted.left, dpr),
    };
    (sides != Sides::default()).then_some(sides)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Padding = Padding {
        top: 10,
        right: 11,
        bottom: 12,
        left: 13,
    };

    #[test]
    fn sides_follow_the_dpr_and_round_to_even() {
        let sides = padding(TEN, 0.5).unwrap();
        assert_eq!(
            (sides.top, sides.right, sides.bottom, sides.left),
            (5, 6, 6, 6)
        );
    }

    #[test]
    fn padding_that_rounds_to_nothing_is_none() {
        assert_eq!(padding(TEN, 0.001), None);
        assert_eq!(padding(Padding::default(), 3.0), None);
    }
}
