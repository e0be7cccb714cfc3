//! How children are kept.

use pixgate_options::Format;

use crate::process::Program;

/// How children are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// What is started.
    pub program: Program,
    /// The formats that are read in children; SVG, JPEG XL, AVIF and HEIC.
    pub formats: Vec<Format>,
    /// Most children that are kept while they have no work; 1.
    pub most_idle: usize,
    /// Seconds of processor time that one piece of work may take, should nobody stop it before; 60.
    pub cpu_seconds: u64,
}

impl Settings {
    /// The defaults, for a program.
    #[must_use]
    pub fn new(program: Program) -> Self {
        Self {
            program,
            formats: vec![Format::Svg, Format::Jxl, Format::Avif, Format::Heic],
            most_idle: 1,
            cpu_seconds: 60,
        }
    }

    /// Sets the formats that are read in children.
    #[must_use]
    pub fn with_formats(mut self, formats: impl Into<Vec<Format>>) -> Self {
        self.formats = formats.into();
        self
    }

    /// Sets how many children are kept while they have no work.
    #[must_use]
    pub fn with_most_idle(mut self, children: usize) -> Self {
        self.most_idle = children;
        self
    }

    /// Sets the processor time of one piece of work.
    #[must_use]
    pub fn with_cpu_seconds(mut self, seconds: u64) -> Self {
        self.cpu_seconds = seconds;
        self
    }
}
