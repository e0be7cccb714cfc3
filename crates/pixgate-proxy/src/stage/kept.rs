//! Pictures by URL that are not sources: fetched under the same guards, and kept.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderMap;
use pixgate_engine::{Cancel, Settings, WatermarkImage};
use pixgate_source::{Conditions, ErrorKind as Source, SourceRequest};
use tokio::time::timeout_at;

use super::load::{Loader, SourceImage, SourceOutcome};
use crate::coalesce::Flights;
use crate::companion_cache::{Companion, CompanionCache, Known};
use crate::network::Place;
use crate::parts::Parts;
use crate::{Admission, Error, ErrorKind, Pool, clock};

/// Loads pictures by URL and keeps some of them.
///
/// Of what a client sends nothing goes to their origins: all clients share what is kept.
#[derive(Clone)]
pub(crate) struct KeptPictures {
    loader: Loader,
    cache: Arc<CompanionCache>,
    flights: Arc<Flights<String, Result<Arc<Companion>, Error>>>,
    reader: Reader,
    max_bytes: Option<u64>,
    timeout: Duration,
}

impl KeptPictures {
    /// Keeps so many pictures, and no more bytes.
    pub(crate) fn new(parts: &Parts, cached: usize, cached_bytes: u64) -> Self {
        let limit = parts.config.limits.max_source_bytes;
        Self {
            loader: Loader::new(parts),
            cache: Arc::new(CompanionCache::new(cached, cached_bytes)),
            flights: Arc::new(Flights::new(&parts.network)),
            reader: Reader {
                engine: Arc::clone(&parts.engine),
                max_pixels: parts.config.limits.max_source_pixels,
                admission: Arc::clone(&parts.admission),
                pool: Arc::clone(&parts.pool),
            },
            max_bytes: (limit > 0).then_some(limit),
            timeout: parts.config.source.timeout,
        }
    }

    /// What is kept, or what comes of asking, together with all who ask for the same.
    pub(crate) async fn load(
        &self,
        url: &String,
        deadline: Instant,
    ) -> Result<Arc<Companion>, Error> {
        let (old, conditions) = match self.cache.look_up(url, clock::now()) {
            Known::Fresh(picture) => return Ok(picture),
            Known::Failed(error) => return Err(error),
            Known::Stale(picture, conditions) => (Some(picture), conditions),
            Known::Unknown => (None, Conditions::default()),
        };
        let work = || self.clone().ask(url.clone(), old, conditions);
        let joined = self.flights.join(Some(url), Place::Network, work);
        match timeout_at(deadline.into(), joined).await {
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
        request.deadline = Some(clock::now() + self.timeout);
        let outcome = self.answer(request).await;
        let now = clock::now();
        match (outcome, old) {
            (Ok(Answer::Picture(picture)), _) => {
                self.cache.keep(&url, &picture, now);
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
                tracing::warn!(%error, "a picture beside the source cannot be asked for, the old one is used");
                Ok(old)
            }
            (Err(error), _) => {
                self.cache.fail(&url, &error, now);
                Err(error)
            }
        }
    }

    async fn answer(&self, request: SourceRequest) -> Result<Answer, Error> {
        match self.loader.clone().load(request).await? {
            SourceOutcome::Image(image) => {
                let deadline = clock::now() + PROBE_TIME;
                let image = self.loader.checked(image, None, deadline).await?;
                let picture = self.reader.read(image).await?;
                Ok(Answer::Picture(Arc::new(picture)))
            }
            SourceOutcome::NotModified(headers) => Ok(Answer::NotModified(headers)),
        }
    }
}

/// What an origin answers.
enum Answer {
    Picture(Arc<Companion>),
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
    async fn read(&self, source: SourceImage) -> Result<Companion, Error> {
        let SourceImage {
            bytes: source,
            headers,
        } = source;
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
            headers,
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
const PROBE_TIME: Duration = Duration::from_secs(5);
