//! The roundings that sizes and positions are made with (imgproxy's `imath` package).
//!
//! Everything is computed in double precision in the order written: several results sit on ties.

/// Rounds, halves away from zero.
pub(crate) fn round(value: f64) -> i64 {
    to_integer(value.round())
}

/// Rounds, halves to even.
pub(crate) fn round_even(value: f64) -> i64 {
    to_integer(value.round_ties_even())
}

/// Cuts off the fraction.
pub(crate) fn truncate(value: f64) -> i64 {
    to_integer(value)
}

/// A length times a factor; zero stays zero.
pub(crate) fn scale(length: i64, factor: f64) -> i64 {
    if length == 0 {
        return 0;
    }
    round(to_float(length) * factor)
}

/// As [`scale`], halves to even.
pub(crate) fn scale_even(length: i64, factor: f64) -> i64 {
    if length == 0 {
        return 0;
    }
    round_even(to_float(length) * factor)
}

/// A length divided by a factor; zero stays zero.
pub(crate) fn shrink(length: i64, factor: f64) -> i64 {
    if length == 0 {
        return 0;
    }
    round(to_float(length) / factor)
}

/// As [`shrink`], halves to even.
pub(crate) fn shrink_even(length: i64, factor: f64) -> i64 {
    if length == 0 {
        return 0;
    }
    round_even(to_float(length) / factor)
}

/// The smaller of the two that are set, zero being unset.
pub(crate) fn min_set(a: i64, b: i64) -> i64 {
    match (a, b) {
        (0, other) | (other, 0) => other,
        (a, b) => a.min(b),
    }
}

/// A length for arithmetic; exact below 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "lengths that matter are far below 2^53"
)]
pub(crate) fn to_float(length: i64) -> f64 {
    length as f64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates; sizes that large are refused when the plan is finished"
)]
fn to_integer(value: f64) -> i64 {
    value as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero_or_to_even() {
        for (value, away, even) in [
            (0.5, 1, 0),
            (1.5, 2, 2),
            (2.5, 3, 2),
            (-0.5, -1, 0),
            (-1.5, -2, -2),
            (-2.5, -3, -2),
            (2.4, 2, 2),
            (-2.6, -3, -3),
        ] {
            assert_eq!(round(value), away, "round {value}");
            assert_eq!(round_even(value), even, "round_even {value}");
        }
    }

    #[test]
    fn zero_length_stays_zero_whatever_the_factor() {
        assert_eq!(scale(0, f64::INFINITY), 0);
        assert_eq!(scale_even(0, f64::NAN), 0);
        assert_eq!(shrink(0, 0.0), 0);
        assert_eq!(shrink_even(0, 0.0), 0);
    }

    #[test]
    fn scaling_and_shrinking_round_their_own_way() {
        assert_eq!((scale(5, 0.5), scale_even(5, 0.5)), (3, 2));
        assert_eq!((shrink(5, 2.0), shrink_even(5, 2.0)), (3, 2));
    }

    #[test]
    fn unset_lengths_do_not_limit() {
        for (a, b, expected) in [(0, 0, 0), (0, 7, 7), (7, 0, 7), (3, 7, 3), (7, 3, 3)] {
            assert_eq!(min_set(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn huge_values_saturate() {
        assert_eq!(scale(i64::MAX, 4.0), i64::MAX);
        assert_eq!(round(f64::NAN), 0);
    }
}
