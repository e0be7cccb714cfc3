//! Pictures that options name beside the source.

use std::collections::BTreeMap;

use pixgate_options::{PipelineOptions, ProcessingOptions};

use crate::WatermarkImage;
use crate::texts::watermark_text;

/// Pictures that options name beside the source, by the URL that names them.
///
/// # Examples
///
/// ```
/// use pixgate_engine::Companions;
/// use pixgate_options::ProcessingOptions;
///
/// let mut options = ProcessingOptions::default();
/// options.pipelines[0].watermark.opacity = Some(1.0);
/// options.pipelines[0].watermark_url = Some("https://img.test/logo".to_owned());
/// let wanted: Vec<_> = Companions::wanted_by(&options).into_iter().collect();
/// assert_eq!(wanted, ["https://img.test/logo"]);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Companions {
    by_url: BTreeMap<String, WatermarkImage>,
}

impl Companions {
    /// None at all.
    pub const NONE: &Self = &Self {
        by_url: BTreeMap::new(),
    };

    /// The URLs that options name to some effect, each once.
    #[must_use]
    pub fn wanted_by(options: &ProcessingOptions) -> Vec<&str> {
        let pipelines = options.pipelines.iter();
        let urls = pipelines.flat_map(|options| [watermark_url(options), mask_url(options)]);
        let mut wanted: Vec<&str> = urls.flatten().collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    /// Adds the picture of a URL.
    pub fn insert(&mut self, url: impl Into<String>, image: WatermarkImage) {
        self.by_url.insert(url.into(), image);
    }

    /// The picture of a URL.
    pub(crate) fn get(&self, url: &str) -> Option<&WatermarkImage> {
        self.by_url.get(url)
    }
}

/// The watermark that a pipeline draws in place of the configured one: nothing is drawn without
/// opacity, and text goes before pictures.
pub(crate) fn watermark_url(options: &PipelineOptions) -> Option<&str> {
    let url = options.watermark_url.as_deref();
    let draws = options.watermark().is_some() && watermark_text(options).is_none();
    url.filter(|url| !url.is_empty() && draws)
}

/// The picture that is the mask of a pipeline.
pub(crate) fn mask_url(options: &PipelineOptions) -> Option<&str> {
    let url = options.px_mask.as_deref();
    url.filter(|url| !url.is_empty())
}
