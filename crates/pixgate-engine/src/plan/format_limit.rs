//! Sizes that a result format can hold.

use pixgate_options::Format;

use super::resample::resampled;
use super::size::{Factors, Size};
use crate::rounding::to_float;

/// The size an image has to be brought down to for a format; none if it fits.
///
/// GIF's factor is a square root even where a side is the cause, so very long results stay too
/// long for the encoder; that is the reference's behaviour.
pub(crate) fn format_limit(format: Format, image: Size) -> Option<Size> {
    let factor = match format {
        Format::Webp => side_factor(image, 16_383),
        Format::Avif | Format::Heic => side_factor(image, 16_384),
        Format::Ico => side_factor(image, 256),
        Format::Gif => gif_factor(image),
        _ => 1.0,
    };
    (factor < 1.0).then(|| {
        resampled(
            image,
            Factors {
                x: factor,
                y: factor,
            },
        )
    })
}

fn side_factor(image: Size, limit: i64) -> f64 {
    to_float(limit) / to_float(image.longest())
}

fn gif_factor(image: Size) -> f64 {
    let pixels = to_float(image.width) * to_float(image.height) / 536_870_911.0;
    let side = to_float(image.longest()) / 65_535.0;
    (1.0 / pixels.max(side)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_its_own_limit() {
        for (format, image, expected) in [
            (Format::Webp, (20_000, 1000), Some((16_383, 819))),
            (Format::Webp, (16_383, 16_383), None),
            (Format::Avif, (17_000, 40), Some((16_384, 39))),
            (Format::Ico, (1000, 500), Some((256, 128))),
            (Format::Gif, (66_000, 10), Some((65_767, 10))),
            (Format::Gif, (40_000, 20_000), Some((32_768, 16_384))),
            (Format::Png, (70_000, 70_000), None),
        ] {
            let limited = format_limit(format, Size::new(image.0, image.1));
            let expected = expected.map(|(w, h)| Size::new(w, h));
            assert_eq!(limited, expected, "{format} {image:?}");
        }
    }
}
