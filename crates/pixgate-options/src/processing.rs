//! Everything a processing URL can ask for.

use crate::{GlobalOptions, PipelineOptions};

/// Everything a processing URL can ask for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct ProcessingOptions {
    /// Options of the whole request.
    pub global: GlobalOptions,
    /// Passes over the pixels, in order; never empty.
    pub pipelines: Vec<PipelineOptions>,
}

impl ProcessingOptions {
    /// The first pipeline's options, or defaults should the list be empty.
    #[must_use]
    pub fn first(&self) -> &PipelineOptions {
        static NONE: std::sync::LazyLock<PipelineOptions> =
            std::sync::LazyLock::new(PipelineOptions::default);
        self.pipelines.first().unwrap_or(&NONE)
    }
}

impl Default for ProcessingOptions {
    fn default() -> Self {
        Self {
            global: GlobalOptions::default(),
            pipelines: vec![PipelineOptions::default()],
        }
    }
}
