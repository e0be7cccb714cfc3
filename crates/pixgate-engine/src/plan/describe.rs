//! Steps in words.

use std::fmt;

use pixgate_options::Rgb;
use pixgate_raster::{Canvas, Orientation};

use super::{Rect, Step, WatermarkPlacement};

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trim(trim) => write!(f, "trim borders, threshold {}", trim.threshold),
            Self::Crop(rect) => write!(f, "crop {}", within(rect)),
            Self::SmartCrop { width, height } => {
                write!(f, "crop {width} x {height} where there is most to see")
            }
            Self::Resample { width, height, .. } => write!(f, "scale to {width} x {height}"),
            Self::Orient(orientation) => f.write_str(turn(*orientation)),
            Self::ResultCrop(rect) => write!(f, "crop the scaled image {}", within(rect)),
            Self::SmartResultCrop { width, height } => write!(
                f,
                "crop the scaled image {width} x {height} where there is most to see"
            ),
            Self::Blur { sigma } => write!(f, "blur, sigma {sigma}"),
            Self::Sharpen { sigma } => write!(f, "sharpen, sigma {sigma}"),
            Self::Pixelate { size } => write!(f, "pixelate, blocks of {size}"),
            other => other.fmt_composition(f),
        }
    }
}

impl Step {
    fn fmt_composition(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extend(canvas) => write!(f, "extend {}", onto(canvas)),
            Self::ExtendAspectRatio(canvas) => write!(f, "extend to a ratio {}", onto(canvas)),
            Self::Pad(sides) => write!(
                f,
                "padding of {} above, {} right, {} below, {} left",
                sides.top, sides.right, sides.bottom, sides.left
            ),
            Self::FormatLimit { width, height } => {
                write!(f, "scale to {width} x {height}, which the format can hold")
            }
            Self::Flatten { background } => write!(f, "blend onto {}", color(background)),
            Self::Underlay { background, alpha } => {
                write!(f, "background {} of alpha {alpha}", color(background))
            }
            Self::Watermark(step) => match step.placement {
                WatermarkPlacement::Tiled { .. } => f.write_str("watermark, repeated"),
                _ => f.write_str("watermark"),
            },
            _ => f.write_str("step"),
        }
    }
}

fn within(rect: &Rect) -> String {
    format!(
        "{} x {} at {}, {}",
        rect.width, rect.height, rect.left, rect.top
    )
}

fn onto(canvas: &Canvas) -> String {
    format!(
        "to {} x {}, the image at {}, {}",
        canvas.width, canvas.height, canvas.left, canvas.top
    )
}

fn color(color: &Rgb) -> String {
    format!("#{:02x}{:02x}{:02x}", color.red, color.green, color.blue)
}

fn turn(orientation: Orientation) -> &'static str {
    const TRANSPOSE: Orientation = Orientation::from_exif(5);
    match orientation {
        Orientation::ROTATE_90 => "turn a quarter clockwise",
        Orientation::ROTATE_180 => "turn by half",
        Orientation::ROTATE_270 => "turn a quarter counter-clockwise",
        Orientation::FLIP_HORIZONTAL => "mirror left and right",
        Orientation::FLIP_VERTICAL => "mirror top and bottom",
        Orientation::UPRIGHT => "leave upright",
        TRANSPOSE => "mirror along the falling diagonal",
        _ => "mirror along the rising diagonal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_say_sizes_and_places() {
        let rect = Rect {
            left: 1,
            top: 2,
            width: 30,
            height: 40,
        };
        assert_eq!(Step::Crop(rect).to_string(), "crop 30 x 40 at 1, 2");
        let background = Rgb {
            red: 255,
            green: 0,
            blue: 10,
        };
        assert_eq!(
            Step::Flatten { background }.to_string(),
            "blend onto #ff000a"
        );
        for exif in 2..=8 {
            let step = Step::Orient(Orientation::from_exif(exif));
            assert_ne!(step.to_string(), "leave upright", "{exif}");
        }
    }
}
