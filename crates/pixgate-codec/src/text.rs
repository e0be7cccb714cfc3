//! Text that is drawn as a mark: what is asked for, and what comes of it.

use pixgate_options::TextBox;

use crate::Header;

/// A text in Pango's markup.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TextRequest {
    /// The text, with tags; a line feed begins a new line.
    pub markup: String,
    /// The box that lines are wrapped to, in pixels; none keeps lines as they are.
    pub text_box: Option<TextBox>,
}

/// A text that was laid out: a drawing of it, whose edges are those of its ink.
#[derive(Debug, Clone, PartialEq)]
pub struct TextMark {
    /// The drawing, an SVG that [`decode`](crate::decode()) draws at any size.
    pub bytes: Vec<u8>,
    /// Its header; width and height are those of the ink, in whole pixels.
    pub header: Header,
}

/// Bytes that laying a text out takes at most.
pub const TEXT_BYTES: u64 = 32 << 20;
