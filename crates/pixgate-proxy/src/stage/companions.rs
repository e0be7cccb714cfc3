//! Watermarks and masks that options name beside the source.

use std::sync::Arc;
use std::time::Instant;

use futures_util::future::try_join_all;
use pixgate_engine::Companions;
use pixgate_options::ProcessingOptions;

use super::KeptPictures;
use crate::companion_cache::Companion;
use crate::parts::Parts;
use crate::{Config, Error};

/// Where a picture is fetched that an option names.
#[derive(Clone)]
pub(crate) struct CompanionUrls {
    config: Arc<Config>,
    grammar: Arc<pixgate_url::Config>,
}

impl CompanionUrls {
    pub(crate) fn new(parts: &Parts) -> Self {
        Self {
            config: Arc::clone(&parts.config),
            grammar: Arc::clone(&parts.grammar),
        }
    }

    /// The URLs that options name, each with the one that is fetched.
    pub(crate) fn of<'o>(&self, options: &'o ProcessingOptions) -> Vec<(&'o str, String)> {
        let wanted = Companions::wanted_by(options).into_iter();
        wanted.map(|url| (url, self.fetched(url))).collect()
    }

    fn fetched(&self, url: &str) -> String {
        if self.config.output.watermarks.preprocess_url {
            pixgate_url::preprocessed(url, &self.grammar)
                .to_text()
                .into_owned()
        } else {
            url.to_owned()
        }
    }
}

/// The pictures of one request, with their shares of the memory budget.
#[derive(Clone, Default)]
pub(crate) struct Loaded {
    pub(crate) companions: Arc<Companions>,
    _held: Vec<Arc<Companion>>,
}

/// Loads pictures beside the source.
#[derive(Clone)]
pub(crate) struct CompanionLoader {
    urls: CompanionUrls,
    pictures: KeptPictures,
}

impl CompanionLoader {
    pub(crate) fn new(parts: &Parts) -> Self {
        let bounds = &parts.config.output.watermarks;
        // Most of what sources may take stays for sources.
        let most_bytes = parts.admission.source_budget_bytes() / 4;
        let cached_bytes = bounds.cached_bytes.min(most_bytes);
        Self {
            urls: CompanionUrls::new(parts),
            pictures: KeptPictures::new(parts, bounds.cached, cached_bytes),
        }
    }

    /// Loads all that the options name; all of them must be there.
    pub(crate) async fn load(
        &self,
        options: &ProcessingOptions,
        deadline: Instant,
    ) -> Result<Loaded, Error> {
        let urls = self.urls.of(options);
        let loading = urls
            .iter()
            .map(|(_, url)| self.pictures.load(url, deadline));
        let held = try_join_all(loading).await.map_err(Error::of_watermark)?;
        let mut companions = Companions::default();
        for ((name, _), companion) in urls.iter().zip(&held) {
            companions.insert(*name, companion.image.clone());
        }
        Ok(Loaded {
            companions: Arc::new(companions),
            _held: held,
        })
    }
}
