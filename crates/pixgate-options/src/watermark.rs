//! An image or text laid over the result.

use crate::GravityKind;
use crate::vocabulary::vocabulary;

/// The keys `watermark.*`.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct WatermarkOptions {
    /// 0 is off, 1 as opaque as the watermark is.
    pub opacity: Option<f64>,
    /// The nine places, `re` or `ch`.
    pub position: Option<GravityKind>,
    /// Inwards from the edge; the gap between tiles for `re` and `ch`.
    pub x_offset: Option<f64>,
    /// Inwards from the edge; the gap between tiles for `re` and `ch`.
    pub y_offset: Option<f64>,
    /// Size as a fraction of the image; unset is the watermark's own size.
    pub scale: Option<f64>,
}

/// A watermark in effect.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Watermark {
    /// Above 0, at most 1.
    pub opacity: f64,
    /// The nine places, `re` or `ch`.
    pub position: GravityKind,
    /// Pixels if 1 or more away from 0, else a fraction of the image.
    pub x: f64,
    /// Pixels if 1 or more away from 0, else a fraction of the image.
    pub y: f64,
    /// Size as a fraction of the image; none is the watermark's own size.
    pub scale: Option<f64>,
}

impl WatermarkOptions {
    /// The watermark in effect, none if its opacity is 0 or unset.
    #[must_use]
    pub fn resolve(&self) -> Option<Watermark> {
        let opacity = self.opacity.filter(|opacity| *opacity > 0.0)?;
        Some(Watermark {
            opacity,
            position: self.position.unwrap_or(GravityKind::Center),
            x: self.x_offset.unwrap_or(0.0),
            y: self.y_offset.unwrap_or(0.0),
            scale: self.scale,
        })
    }
}

/// The keys `watermark_size.*`, in pixels, 0 following from the other side; imgproxy Pro.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct WatermarkSizeOptions {
    /// Width of the box the watermark is fitted to.
    pub width: Option<u32>,
    /// Height of the box the watermark is fitted to.
    pub height: Option<u32>,
}

vocabulary! {
    /// Where the lines of a text stand in its box.
    TextAlign {
        /// At the left edge.
        Left = "left",
        /// In the middle.
        Center = "center",
        /// At the right edge.
        Right = "right",
    }
}

/// The keys `px_text_box.*`.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct TextBoxOptions {
    /// Pixels before `dpr` if 1 or more, below that a fraction of the image's width; 0 is none.
    pub width: Option<f64>,
    /// Most lines; 0 is any number.
    pub max_lines: Option<u32>,
    /// Where lines stand; unset is where each begins to be read.
    pub align: Option<TextAlign>,
    /// Whether text that is cut ends in an ellipsis; unset is yes.
    pub ellipsis: Option<bool>,
}

/// A box that the text of a watermark is wrapped to.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TextBox {
    /// Longest line, in pixels.
    pub width: f64,
    /// Most lines; 0 is any number.
    pub max_lines: u32,
    /// Where lines stand; none is where each begins to be read.
    pub align: Option<TextAlign>,
    /// Whether text that is cut ends in an ellipsis.
    pub ellipsis: bool,
}

impl TextBoxOptions {
    /// The box in effect; none unless it has a width.
    ///
    /// - `image_width`: of the image that the text is drawn on, in pixels.
    #[must_use]
    pub fn resolve(&self, image_width: f64, dpr: f64) -> Option<TextBox> {
        let width = self.width.filter(|width| *width > 0.0)?;
        let width = if width < 1.0 {
            width * image_width
        } else {
            width * dpr
        };
        Some(TextBox {
            width: width.max(1.0),
            max_lines: self.max_lines.unwrap_or(0),
            align: self.align,
            ellipsis: self.ellipsis.unwrap_or(true),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_as_wide_as_asked_for() {
        let width = |width| {
            let options = TextBoxOptions {
                width,
                ..TextBoxOptions::default()
            };
            options.resolve(300.0, 2.0).map(|text_box| text_box.width)
        };
        assert_eq!(width(None), None);
        assert_eq!(width(Some(0.0)), None);
        assert_eq!(width(Some(0.5)), Some(150.0));
        assert_eq!(width(Some(1.0)), Some(2.0));
        assert_eq!(width(Some(120.0)), Some(240.0));
        assert_eq!(width(Some(0.001)), Some(1.0));
    }
}
