//! The size that scaling by a factor gives.

use super::size::{Factors, Size};
use crate::rounding::to_float;
use crate::rounding::truncate;

/// Size of an image scaled by `factors`, as the reference's resampler rounds it.
pub(crate) fn resampled(image: Size, factors: Factors) -> Size {
    Size::new(
        resampled_length(image.width, factors.x),
        resampled_length(image.height, factors.y),
    )
}

fn resampled_length(length: i64, factor: f64) -> i64 {
    let n = to_float(length);
    let k = factor.max(1.0 / n);
    let exact = if k < 1.0 { n / (1.0 / k) } else { k * n };
    truncate((exact + 0.5).floor()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_round_half_up_and_stay_positive() {
        for (length, factor, expected) in [
            (3, 0.5, 2),
            (5, 0.5, 3),
            (1000, 0.0001, 1),
            (10, 1.25, 13),
            (7, 1.0, 7),
        ] {
            assert_eq!(resampled_length(length, factor), expected);
        }
    }
}
