//! Pieces of a path and what they are.

use std::ops::Range;

use crate::table::OptionRow;

/// A piece of the signed text and what it was taken for.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Where it is in the signed text, in bytes.
    pub range: Range<usize>,
    /// What it was taken for.
    pub kind: SegmentKind,
}

/// What a piece of the signed text was taken for.
#[derive(Debug, Clone, Copy)]
pub enum SegmentKind {
    /// An option with its arguments.
    Option(&'static OptionRow),
    /// Preset names, where only presets are allowed.
    Presets,
    /// The start of the next pipeline.
    PipelineBreak,
    /// `plain` or `enc`.
    SourceMarker,
    /// The source.
    Source,
    /// The format after the source.
    Extension,
    /// A file name without meaning.
    Filename,
}
