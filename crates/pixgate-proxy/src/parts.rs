//! What the stages are made from.

use std::sync::Arc;

use http::{HeaderMap, HeaderName};
use pixgate_allow::Allowlist;
use pixgate_engine::Settings;
use pixgate_sign::{KeyRing, Secret};
use pixgate_source::Fetcher;
use pixgate_stores::Stores;

use crate::fallback_image::FallbackImage;
use crate::network::Network;
use crate::progress::Progress;
use crate::warnings::Warnings;
use crate::{Admission, Config, Pool, StartError, assemble};

/// Everything that is made once from a [`Config`]; a stage takes from it what it needs.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) config: Arc<Config>,
    pub(crate) grammar: Arc<pixgate_url::Config>,
    pub(crate) ring: Arc<KeyRing>,
    pub(crate) secret: Option<Secret>,
    pub(crate) allowlist: Allowlist,
    /// For watermarks that URLs name.
    pub(crate) watermark_allowlist: Allowlist,
    pub(crate) builtin_schemes: Vec<String>,
    pub(crate) fetcher: Fetcher,
    pub(crate) stores: Arc<Stores>,
    pub(crate) engine: Arc<Settings>,
    pub(crate) pool: Arc<Pool>,
    pub(crate) admission: Arc<Admission>,
    pub(crate) network: Arc<Network>,
    pub(crate) progress: Arc<Progress>,
    pub(crate) warnings: Arc<Warnings>,
    pub(crate) fallback: Option<Arc<FallbackImage>>,
    pub(crate) extra_headers: HeaderMap,
    /// Headers for cache tags, each with what stands between two.
    pub(crate) cache_tags: Vec<(HeaderName, String)>,
}

impl Parts {
    /// Checks a configuration and starts the threads.
    pub(crate) fn new(config: Config) -> Result<Self, StartError> {
        let limits = &config.limits;
        let pool = Pool::new(limits.workers)?;
        let network = Network::new(limits.workers)?;
        let idle_bytes = config.sandbox.get().idle_bytes();
        let memory_bytes = limits.memory_bytes.saturating_sub(idle_bytes);
        let admission = Admission::new(limits.workers, limits.queue_size, memory_bytes);
        let (fetcher, stores) = assemble::fetcher(&config)?;
        #[cfg(feature = "svg")]
        assemble::fonts(&config);
        Ok(Self {
            grammar: Arc::new(assemble::grammar(&config)?),
            ring: Arc::new(assemble::key_ring(&config)?),
            secret: assemble::secret(&config)?,
            allowlist: assemble::allowlist(&config.source),
            watermark_allowlist: assemble::watermark_allowlist(&config),
            builtin_schemes: Vec::new(),
            fetcher,
            stores: Arc::new(stores),
            engine: Arc::new(assemble::engine(&config)?),
            pool: Arc::new(pool),
            admission: Arc::new(admission),
            network: Arc::new(network),
            progress: Arc::default(),
            warnings: Arc::default(),
            fallback: assemble::fallback(&config)?.map(Arc::new),
            extra_headers: assemble::headers(&config.answer.headers)?,
            cache_tags: assemble::cache_tags(&config.answer.cache_tags)?,
            config: Arc::new(config),
        })
    }
}
