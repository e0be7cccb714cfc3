//! Pictures that options name beside the source: fetched under the same guards, and kept.

use std::sync::Arc;
use std::time::Instant;

use futures_util::future::try_join_all;
use http::HeaderMap;
use pixgate_engine::{Cancel, Companions, Settings, WatermarkImage};
use pixgate_options::ProcessingOptions;
use pixgate_source::{Conditions, ErrorKind as Source, SourceRequest};
use tokio::time::timeout_at;

use super::{BudgetedBytes, Loader, SourceOutcome};
use crate::coalesce::Flights;
use crate::companion_cache::{Companion, CompanionCache, Known};
use crate::parts::Parts;
use crate::{Admission, Config, Error, ErrorKind, Pool, clock};

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
    loader: Loader,
    cache: Arc<CompanionCache>,
    flights: Arc<Flights<String, Result<Arc<Companion>, Error>>>,
    reader: Reader,
    max_bytes: Option<u64>,
}

impl CompanionLoader {
    pub(crate) fn new(parts: &Parts) -> Self {
        let bounds = &parts.config.output.watermarks;
        // Most of what sources may take stays for sources.
        let most_bytes = parts.admission.source_budget_bytes() / 4;
        let limit = parts.config.limits.max_source_bytes;
        Self {
            urls: CompanionUrls::new(parts),
            loader: Loader::new(parts),
            cache: Arc::new(CompanionCache::new(
                bounds.cached,
                bounds.cached_bytes.min(most_bytes),
            )),
            flights: Arc::new(Flights::new(&parts.network)),
            reader: Reader {
                engine: Arc::clone(&parts.engine),
                max_pixels: parts.config.limits.max_source_pixels,
                admission: Arc::clone(&parts.admission),
                pool: Arc::clone(&parts.pool),
            },
            max_bytes: (limit > 0).then_some(limit),
        }
    }

    /// Loads all that the options name; all of them must be there.
    pub(crate) async fn load(
        &self,
        options: &ProcessingOptions,
        deadline: Instant,
    ) -> Result<Loaded, Error> {
        let urls = self.urls.of(options);
        let loading = urls.iter().map(|(_, url)| self.load_one(url, deadline));
        let held = try_join_all(loading).await?;
        let mut companions = Companions::default();
        for ((name, _), companion) in urls.iter().zip(&held) {
            companions.insert(*name, companion.image.clone());
        }
        Ok(Loaded {
            companions: Arc::new(companions),
            _held: held,
        })
    }

    /// What is kept, or what comes of asking, together with all who ask for the same.
    async fn load_one(&self, url: &String, deadline: Instant) -> Result<Arc<Companion>, Error> {
        let (old, conditions) = match self.cache.look_up(url, clock::now()) {
            Known::Fresh(picture) => return Ok(picture),
            Known::Failed(error) => return Err(error),
            Known::Stale(picture, conditions) => (Some(picture), conditions),
            Known::Unknown => (None, Conditions::default()),
        };
        let work = || self.clone().ask(url.clone(), old, conditions);
        match timeout_at(deadline.into(), self.flights.join(Some(url), work)).await {
            Ok(Some(outcome)) => outcome,
            Ok(None) | Err(_) => Err(Error::new(ErrorKind::TimedOut)),
        }
    }

    /// Asks the origin; what it answers is kept.
    async fn ask(
        self,
        url: String,
        old: Option<Arc<Companion>>,
        conditions: Conditions,
    ) -> Result<Arc<Companion>, Error> {
        let mut request = SourceRequest::new(url.as_str());
        request.conditions = conditions;
        request.max_bytes = self.max_bytes;
        request.deadline = Some(clock::now() + self.urls.config.source.timeout);
        let outcome = self.answer(request).await;
        let now = clock::now();
        match (outcome, old) {
            (Ok(Answer::Picture(picture, headers)), _) => {
                self.cache.keep(&url, &picture, &headers, now);
                Ok(picture)
            }
            (Ok(Answer::NotModified(headers)), Some(old)) => {
                self.cache.renew(&url, &headers, now);
                Ok(old)
            }
            (Ok(Answer::NotModified(_)), None) => Err(Error::new(ErrorKind::Source)),
            (Err(error), Some(old))
                if is_unreachable(&error) && self.cache.stands_in(&url, now) =>
            {
                tracing::warn!(%error, "a watermark cannot be asked for, the old one is used");
                Ok(old)
            }
            (Err(error), _) => {
                let error = error.of_watermark();
                self.cache.fail(&url, &error, now);
                Err(error)
            }
        }
    }

    async fn answer(&self, request: SourceRequest) -> Result<Answer, Error> {
        match self.loader.clone().load(request).await? {
            SourceOutcome::Image(image) => {
                let picture = self.reader.read(image.bytes).await?;
                Ok(Answer::Picture(Arc::new(picture), image.headers))
            }
            SourceOutcome::NotModified(headers) => Ok(Answer::NotModified(headers)),
            SourceOutcome::Fallback(..) => Err(Error::new(ErrorKind::Source)),
        }
    }
}

/// What an origin answers.
enum Answer {
    Picture(Arc<Companion>, HeaderMap),
    NotModified(HeaderMap),
}

/// Reads headers on the workers' threads.
#[derive(Clone)]
struct Reader {
    engine: Arc<Settings>,
    max_pixels: u64,
    admission: Arc<Admission>,
    pool: Arc<Pool>,
}

impl Reader {
    /// Makes a picture of bytes; only its header is read.
    async fn read(&self, source: BudgetedBytes) -> Result<Companion, Error> {
        let deadline = clock::now() + PROBE_TIME;
        let bytes = pixgate_engine::probe_bytes(&source.bytes, &self.engine);
        let memory = self.admission.memory(bytes, PROBE_TIME).await?;
        let copy = self
            .admission
            .source_memory(source.bytes.len() as u64, PROBE_TIME);
        let copy = copy.await?;
        let mut limits = pixgate_codec::Limits::default();
        limits.max_decode_bytes = self.admission.budget_bytes();
        limits.max_frame_pixels = self.max_pixels;
        let engine = Arc::clone(&self.engine);
        let cancel = Cancel::at(deadline);
        let seen = cancel.clone();
        let read = move || {
            let _memory = memory;
            let header = pixgate_engine::probe(&source.bytes, &limits, &engine, &seen)?;
            let bytes = source.bytes.as_ref().into();
            Ok::<_, pixgate_engine::Error>(WatermarkImage { bytes, header })
        };
        let image = self.pool.submit(cancel, read).await??;
        Ok(Companion {
            image,
            _memory: copy,
        })
    }
}

/// Whether the origin said nothing about its picture.
fn is_unreachable(error: &Error) -> bool {
    let cause = error.cause();
    let source = cause.and_then(|cause| cause.downcast_ref::<pixgate_source::Error>());
    match source.map(pixgate_source::Error::kind) {
        Some(Source::Status { status }) => *status >= 500,
        Some(kind) => matches!(
            kind.name(),
            "source_unreachable" | "source_timeout" | "source_incomplete" | "too_many_downloads"
        ),
        None => error.is_out_of_time(),
    }
}

/// How long the header of a picture may take.
const PROBE_TIME: std::time::Duration = std::time::Duration::from_secs(5);
