//! What a path asks for.

use pixgate_options::{Format, InfoOptions, ProcessingOptions};

use crate::segment::Segment;
use crate::source::{SourceKind, SourceUrl};

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

/// Something that was accepted but is probably not meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Byte offset in the signed text.
    pub position: usize,
    /// What was noticed.
    pub text: String,
}
