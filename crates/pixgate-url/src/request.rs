//! What a path asks for.

use std::ops::Range;

use pixgate_options::{Format, InfoOptions, ProcessingOptions};

use crate::source::{SourceKind, SourceUrl};
use crate::table::OptionRow;

/// An image to process: what a processing path asks for.
pub type Request = Parsed<ProcessingOptions>;

/// Questions about an image: what an info path asks for.
pub type InfoRequest = Parsed<InfoOptions>;

/// What a path asks for.
#[derive(Debug, Clone)]
pub struct Parsed<O> {
    /// The options set by defaults, presets and path, later ones overruling.
    pub options: O,
    /// Names of the presets that were applied, in order, repeated ones included.
    pub presets: Vec<String>,
    /// The source to fetch, after replacements and base URL.
    pub source: SourceUrl,
    /// The source as the path has it.
    pub written_source: SourceUrl,
    /// How the source was written.
    pub source_kind: SourceKind,
    /// The format after the source, if there is one and it counts.
    pub extension: Option<Format>,
    /// What each piece of the signed text was taken for.
    pub segments: Vec<Segment>,
    /// Things that were accepted but are probably not meant; at most 100.
    pub notes: Vec<Note>,
}

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

/// Something that was accepted but is probably not meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Byte offset in the signed text.
    pub position: usize,
    /// What was noticed.
    pub text: String,
}
