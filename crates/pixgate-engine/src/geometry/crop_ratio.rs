//! Correcting the crop to a ratio of its sides.

use super::size::Size;
use super::size_request::SizeRequest;
use crate::rounding::{round, to_float};

/// Ratios beyond this leave a line of one pixel anyway.
const EXTREME: f64 = 1e9;

/// The crop with the asked ratio of its sides; a zero side is that of the whole source.
///
/// One side is shortened or, if the crop may grow, the other lengthened; what exceeds the source
/// then is scaled down to fit.
pub(crate) fn with_ratio(crop: Size, source: Size, request: &SizeRequest) -> Size {
    if request.crop_ratio <= 0.0 {
        return crop;
    }
    let ratio = request.crop_ratio.clamp(EXTREME.recip(), EXTREME);
    let area = crop.min_set(source);
    let (width, height) = (to_float(area.width), to_float(area.height));
    let is_wide = width / height > ratio;
    let (width, height) = if is_wide == request.enlarge_crop {
        (width, width / ratio)
    } else {
        (height * ratio, height)
    };
    fitted(width, height, source)
}

/// Sides scaled down to those of the source; one that is as long is left whole.
fn fitted(width: f64, height: f64, source: Size) -> Size {
    let excess_x = width / to_float(source.width);
    let excess_y = height / to_float(source.height);
    let excess = excess_x.max(excess_y).max(1.0);
    let side = |length: f64, whole: i64| match round(length / excess).max(1) {
        length if length >= whole => 0,
        length => length,
    };
    Size::new(side(width, source.width), side(height, source.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corrected(crop: (i64, i64), ratio: f64, enlarge_crop: bool) -> (i64, i64) {
        let request = SizeRequest {
            crop_ratio: ratio,
            enlarge_crop,
            ..SizeRequest::default()
        };
        let crop = with_ratio(Size::new(crop.0, crop.1), Size::new(300, 200), &request);
        (crop.width, crop.height)
    }

    #[test]
    fn the_side_that_is_too_long_is_shortened() {
        for (crop, ratio, expected) in [
            ((100, 100), 2.0, (100, 50)),
            ((100, 100), 0.5, (50, 100)),
            ((100, 100), 1.5, (100, 67)),
            ((0, 0), 1.0, (200, 0)),
            ((0, 0), 1.5, (0, 0)),
            ((0, 50), 1.0, (50, 50)),
            ((999, 0), 3.0, (0, 100)),
        ] {
            assert_eq!(corrected(crop, ratio, false), expected, "{crop:?} {ratio}");
        }
    }

    #[test]
    fn the_side_that_is_too_short_is_lengthened_within_the_source() {
        for (crop, ratio, expected) in [
            ((100, 100), 2.0, (200, 100)),
            ((100, 100), 0.5, (100, 0)),
            ((200, 100), 0.5, (100, 0)),
            ((100, 100), 4.0, (0, 75)),
            ((0, 0), 1.0, (200, 0)),
        ] {
            assert_eq!(corrected(crop, ratio, true), expected, "{crop:?} {ratio}");
        }
    }

    #[test]
    fn no_ratio_leaves_the_crop_and_extreme_ones_leave_a_line() {
        assert_eq!(corrected((400, 0), 0.0, true), (400, 0));
        for enlarge in [false, true] {
            assert_eq!(corrected((0, 0), f64::MAX, enlarge), (0, 1));
            assert_eq!(corrected((0, 0), f64::MIN_POSITIVE, enlarge), (1, 0));
        }
    }
}
