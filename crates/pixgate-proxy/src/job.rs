//! The work on one picture, apart from the request that asked for it: several requests may share it.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use bytes::Bytes;
use http::HeaderMap;
use pixgate_engine::Warning;
use pixgate_options::{Format, ProcessingOptions};
use pixgate_source::SourceRequest;
use tokio::time::timeout_at;

use crate::clock;
use crate::coalesce::Flights;
use crate::network::Network;
use crate::respond::Answered;
use crate::{Error, ErrorKind, Proxy, Request, Section, Trace, request_id};

/// What is to be made, until when, and for whom the time is taken.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) asked: Arc<pixgate_url::Request>,
    pub(crate) source: SourceRequest,
    pub(crate) deadline: Instant,
    pub(crate) trace: Arc<Trace>,
    /// For the log.
    pub(crate) request_id: String,
    /// Everything that a source's answer depends on.
    source_key: String,
}

/// What came of a job.
#[derive(Clone)]
pub(crate) enum Made {
    /// A picture.
    Picture(Picture),
    /// The client's copy is still good.
    NotModified(HeaderMap),
    /// The fallback image would have to stand in, and cannot.
    NoFallback(Error),
}

/// A picture that was made; clones share the bytes.
#[derive(Clone)]
pub(crate) struct Picture {
    pub(crate) bytes: Bytes,
    pub(crate) format: Format,
    pub(crate) size: (u32, u32),
    pub(crate) source_bytes: usize,
    pub(crate) origin_size: (u32, u32),
    pub(crate) headers: HeaderMap,
    pub(crate) fallback_status: Option<u16>,
    pub(crate) warnings: Vec<Warning>,
}

/// Work that several may wait for: pictures and sources.
#[derive(Debug)]
pub(crate) struct Shared {
    pictures: Flights<Result<Made, Error>>,
    sources: Flights<Result<Answered, Error>>,
}

impl Shared {
    pub(crate) fn new(network: &Arc<Network>) -> Self {
        Self {
            pictures: Flights::new(network),
            sources: Flights::new(network),
        }
    }
}

impl Job {
    /// A job with conditions depends on the copy that its client has, so it is not shared.
    fn is_shareable(&self) -> bool {
        let conditions = &self.source.conditions;
        conditions.if_none_match.is_none() && conditions.if_modified_since.is_none()
    }

    fn key(&self) -> String {
        let options = pixels_only(&self.asked.options);
        format!("{} {options:?}", self.source_key)
    }
}

impl Proxy {
    pub(crate) fn job(
        &self,
        request: &Request<'_>,
        asked: &pixgate_url::Request,
        deadline: Instant,
        trace: &Arc<Trace>,
    ) -> Job {
        let mut source = self.source_request(request, asked, deadline);
        let source_key = source_key(request, &source);
        // Not in the key: every request has headers of its own for who traces it.
        source.headers.extend(trace.source_headers().clone());
        Job {
            source_key,
            asked: Arc::new(asked.clone()),
            source,
            deadline,
            trace: Arc::clone(trace),
            request_id: request_id(request.headers),
        }
    }

    /// Carries a job out, together with all who want the same at this time.
    pub(crate) async fn made(&self, job: Job) -> Result<Made, Error> {
        let work = || self.clone().make(job.clone());
        let key = match self.is_shared(&job) {
            true => job.key(),
            false => unique(),
        };
        share(&self.parts.shared.pictures, &key, job.deadline, work).await
    }

    fn is_shared(&self, job: &Job) -> bool {
        self.parts.config.limits.coalesce && job.is_shareable()
    }

    async fn make(self, job: Job) -> Result<Made, Error> {
        let downloading = job.trace.enter(Section::Downloading);
        let fetched = self.fetch(&job).await;
        drop(downloading);
        match fetched? {
            Answered::NotModified(headers) => Ok(Made::NotModified(headers)),
            answered => {
                let is_fallback = matches!(answered, Answered::Fallback(..));
                match self.transform(&job, answered).await {
                    Err(error) if is_fallback => Ok(Made::NoFallback(error)),
                    picture => Ok(Made::Picture(picture?)),
                }
            }
        }
    }

    /// Asks the source, together with all who want the same source at this time.
    pub(crate) async fn load_shared(&self, job: &Job) -> Result<Answered, Error> {
        if !self.is_shared(job) {
            return self.clone().load(job.source.clone()).await;
        }
        let work = || self.clone().load(job.source.clone());
        share(
            &self.parts.shared.sources,
            &job.source_key,
            job.deadline,
            work,
        )
        .await
    }
}

fn source_key(request: &Request<'_>, source: &SourceRequest) -> String {
    let headers: Vec<_> = source
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect();
    // Cookies are sent or not depending on where the client believes to be.
    let cookies: Vec<_> = match source.cookies {
        Some(_) => COOKIE_HEADERS
            .into_iter()
            .flat_map(|name| request.headers.get_all(name))
            .map(http::HeaderValue::as_bytes)
            .collect(),
        None => Vec::new(),
    };
    format!("{:?}", (&source.url, source.max_bytes, headers, cookies))
}

/// Waits until one's own deadline; work that ended because of somebody else's begins anew.
async fn share<T, F>(
    flights: &Flights<Result<T, Error>>,
    key: &str,
    deadline: Instant,
    work: impl Fn() -> F,
) -> Result<T, Error>
where
    T: Clone + Send + Sync + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    for _ in 0..MOST_STARTS {
        let joined = flights.join(key.to_owned(), &work);
        match timeout_at(deadline.into(), joined).await {
            Ok(Some(Err(error))) if error.is_out_of_time() && clock::now() < deadline => {}
            Ok(Some(outcome)) => return outcome,
            // Without a result: the thread that did it is stopped.
            Ok(None) => {}
            Err(_) => break,
        }
    }
    Err(Error::new(ErrorKind::TimedOut))
}

/// A key that nobody else has.
fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("#{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Options without those that only change headers of the answer.
fn pixels_only(options: &ProcessingOptions) -> ProcessingOptions {
    let mut options = options.clone();
    let global = &mut options.global;
    global.filename = None;
    global.return_attachment = None;
    global.expires = None;
    options
}

const COOKIE_HEADERS: [&str; 5] = [
    "cookie",
    "host",
    "x-forwarded-proto",
    "x-forwarded-host",
    "x-forwarded-port",
];

/// How often work may end for reasons that have nothing to do with it.
const MOST_STARTS: u32 = 3;
