//! The composition: one request in, one response out.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

use http::{HeaderMap, Method};
use pixgate_allow::Allowlist;
use pixgate_sign::{KeyRing, Secret};
use pixgate_source::{Fetcher, Transport};
use pixgate_stores::Stores;
use tokio::runtime::Handle;

use crate::clock;
use crate::concealed;
use crate::config::Config;
use crate::facts::facts;
use crate::fetch::refuse_unsupported;
use crate::job::{Made, Shared};
use crate::network::Network;
use crate::preload::FallbackImage;
use crate::trace::{Counted, Progress};
use crate::warnings::Warnings;
use crate::{
    Admission, Error, ErrorKind, Pool, Resolved, Response, Route, Trace, Verified, assemble,
};

/// An image proxy: configured once, shared by all requests.
#[derive(Clone)]
pub struct Proxy {
    pub(crate) parts: Arc<Parts>,
}

/// What a [`Proxy`] is made of.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) grammar: pixgate_url::Config,
    pub(crate) ring: KeyRing,
    pub(crate) secret: Option<Secret>,
    pub(crate) allowlist: Allowlist,
    pub(crate) fetcher: Fetcher,
    pub(crate) stores: Arc<Stores>,
    pub(crate) builtin_schemes: Vec<String>,
    pub(crate) engine: Arc<pixgate_engine::Settings>,
    pub(crate) pool: Arc<Pool>,
    pub(crate) admission: Arc<Admission>,
    pub(crate) progress: Arc<Progress>,
    pub(crate) warnings: Arc<Warnings>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) network: Arc<Network>,
    pub(crate) fallback: Option<FallbackImage>,
    pub(crate) extra_headers: HeaderMap,
}

/// A request, without its body: nothing here reads one.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// Method.
    pub method: &'r Method,
    /// The raw request target: path, not decoded, and query.
    pub target: &'r str,
    /// Headers.
    pub headers: &'r HeaderMap,
    /// The time of day, for expiry and caching.
    pub now: SystemTime,
}

impl Proxy {
    /// Checks a configuration and starts the CPU pool.
    ///
    /// # Errors
    ///
    /// [`Error`] with status 0 for a configuration that cannot be used.
    pub fn new(config: Config) -> Result<Self, Error> {
        let limits = &config.limits;
        let pool = Pool::new(limits.workers).map_err(no_threads)?;
        let network = Arc::new(Network::new(limits.workers).map_err(no_threads)?);
        let memory_bytes = limits
            .memory_bytes
            .saturating_sub(config.sandbox.get().idle_bytes());
        let admission = Admission::new(limits.workers, limits.queue_size, memory_bytes);
        let (fetcher, stores) = assemble::fetcher(&config)?;
        assemble::fonts(&config);
        let parts = Parts {
            grammar: assemble::grammar(&config)?,
            ring: assemble::key_ring(&config)?,
            secret: assemble::secret(&config)?,
            allowlist: assemble::allowlist(&config.source),
            fetcher,
            stores: Arc::new(stores),
            builtin_schemes: Vec::new(),
            engine: Arc::new(assemble::engine(&config)?),
            pool: Arc::new(pool),
            admission: Arc::new(admission),
            progress: Arc::default(),
            warnings: Arc::default(),
            shared: Arc::new(Shared::new(&network)),
            network,
            fallback: assemble::fallback(&config)?,
            extra_headers: assemble::headers(&config.answer.headers)?,
            config,
        };
        Ok(Self {
            parts: Arc::new(parts),
        })
    }

    /// The same proxy with another way to fetch the URLs of a scheme; the allowlist applies.
    #[must_use]
    pub fn with_transport(self, scheme: &str, transport: Arc<dyn Transport>) -> Self {
        let mut parts = Arc::unwrap_or_clone(self.parts);
        parts.fetcher = parts.fetcher.with_transport(scheme, transport);
        Self {
            parts: Arc::new(parts),
        }
    }

    /// The same proxy with sources of its own behind a scheme, which need no pattern of the
    /// allowlist.
    #[must_use]
    pub fn with_builtin(self, scheme: &str, transport: Arc<dyn Transport>) -> Self {
        let mut parts = Arc::unwrap_or_clone(self.with_transport(scheme, transport).parts);
        parts.builtin_schemes.push(scheme.to_owned());
        Self {
            parts: Arc::new(parts),
        }
    }

    /// The same proxy, speaking to its sources on this runtime instead of on threads of its own.
    ///
    /// An origin that keeps a thread busy then keeps this runtime busy: for trusted sources, and
    /// for tests with paused time.
    #[must_use]
    pub fn with_runtime(self, runtime: Handle) -> Self {
        let mut parts = Arc::unwrap_or_clone(self.parts);
        parts.network = Arc::new(Network::on(runtime));
        parts.shared = Arc::new(Shared::new(&parts.network));
        Self {
            parts: Arc::new(parts),
        }
    }

    /// Asks the object stores whether they can be used, where imgproxy does so at its start:
    /// Swift signs in, and Google's credentials are looked for.
    ///
    /// # Errors
    ///
    /// [`Error`] that should end the start.
    pub async fn check_stores(&self) -> Result<(), Error> {
        Ok(self.parts.stores.check_start().await?)
    }

    /// The schemes of sources that are switched on beside http(s).
    pub fn schemes(&self) -> impl Iterator<Item = &'static str> {
        let has_root = self.parts.config.source.local_root.is_some();
        let local = has_root.then_some("local");
        local.into_iter().chain(self.parts.stores.schemes())
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.parts.config
    }

    /// What the engine was told.
    #[must_use]
    pub fn engine_settings(&self) -> &pixgate_engine::Settings {
        &self.parts.engine
    }

    /// The URL grammar's configuration.
    #[must_use]
    pub fn grammar(&self) -> &pixgate_url::Config {
        &self.parts.grammar
    }

    /// The signing keys.
    #[must_use]
    pub fn key_ring(&self) -> &KeyRing {
        &self.parts.ring
    }

    /// What fetches sources, without the allowlist in front of it.
    #[must_use]
    pub fn fetcher(&self) -> &Fetcher {
        &self.parts.fetcher
    }

    /// Threads, and how many are busy.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        &self.parts.pool
    }

    /// The gate in front of the threads.
    #[must_use]
    pub fn admission(&self) -> &Admission {
        &self.parts.admission
    }

    /// Requests for images that are being answered, waiting ones included.
    #[must_use]
    pub fn requests_in_progress(&self) -> usize {
        self.parts.progress.requests.load(Ordering::Relaxed)
    }

    /// Images that are worked on or streamed right now.
    #[must_use]
    pub fn images_in_progress(&self) -> usize {
        let streams = self.parts.progress.streams.load(Ordering::Relaxed);
        self.parts.pool.busy() + streams
    }

    /// Puts a signature in front of a path: `/signature/rest`, or `/unsafe/rest` without keys.
    #[must_use]
    pub fn sign(&self, rest: &str) -> String {
        self.parts.ring.sign(rest)
    }

    /// Where a request goes.
    #[must_use]
    pub fn route(&self, method: &Method, target: &str) -> Route {
        let routes = &self.parts.config.routes;
        routes.route(method, target, &self.parts.grammar)
    }

    /// Answers any request.
    ///
    /// Dropping the future gives the work up: a download ends, a waiting job never starts, a
    /// running one stops at its next look at the flag.
    pub async fn handle(&self, request: &Request<'_>) -> Response {
        self.handle_traced(request, &Trace::begin()).await
    }

    /// Answers any request, and notes in `trace` where the time goes.
    pub async fn handle_traced(&self, request: &Request<'_>, trace: &Arc<Trace>) -> Response {
        let route = self.route(request.method, request.target);
        let response = match route {
            Route::Landing => Response::new(200, "text/html; charset=utf-8", LANDING),
            Route::Health => self.health(),
            Route::Quiet | Route::Undefined => Response::blank(404),
            Route::Preflight => Response::blank(200),
            Route::Malformed => Response::new(400, "text/plain; charset=utf-8", "400 Bad Request"),
            Route::Image | Route::Info => match self.image(request, trace).await {
                Ok(response) => response,
                Err(error) => Response {
                    facts: trace.facts(),
                    ..self.refuse(error, request)
                },
            },
        };
        let mut response = self.dress(response, route, request);
        if self.parts.config.answer.server_timing {
            response.add_timing(trace);
        }
        response
    }

    /// Answers an image request, concealed failures all at the same time.
    async fn image(&self, request: &Request<'_>, trace: &Arc<Trace>) -> Result<Response, Error> {
        let arrived = clock::now();
        let answer = self.accepted_image(request, arrived, trace).await;
        if let Err(error) = &answer
            && *error.kind() == ErrorKind::Concealed
        {
            concealed::wait(arrived).await;
        }
        answer
    }

    async fn accepted_image(
        &self,
        request: &Request<'_>,
        arrived: Instant,
        trace: &Arc<Trace>,
    ) -> Result<Response, Error> {
        let deadline = arrived + self.parts.config.limits.timeout;
        let _counted = Counted::one(&self.parts.progress.requests);
        let verified = self.accept(request, trace)?;
        let asked = &verified.request;
        let answer = self.made_image(request, asked, deadline, trace).await;
        answer.map_err(|error| {
            let is_concealed =
                self.conceals(asked.source_kind) && concealed::is_about_source(&error);
            if is_concealed {
                error.concealed()
            } else {
                error
            }
        })
    }

    /// The flow behind verify, parse and check: fetch, probe, plan, admit, run, respond.
    async fn made_image(
        &self,
        request: &Request<'_>,
        asked: &pixgate_url::Request,
        deadline: Instant,
        trace: &Arc<Trace>,
    ) -> Result<Response, Error> {
        if asked.options.global.raw() {
            return self.stream(request, asked, deadline, trace).await;
        }
        let _ticket = self.parts.admission.ticket()?;
        let made = self.made(self.job(request, asked, deadline, trace)).await;
        Ok(match made? {
            Made::NotModified(headers) => self.not_modified(request, asked, &headers),
            Made::Picture(picture) => self.respond(request, asked, picture),
            Made::NoFallback(error) => self.refuse_fallback(error, request),
        })
    }

    /// Every check of a request for an image that needs no network: the bearer secret, the signature,
    /// the options, what is carried out, the allowlist.
    ///
    /// # Errors
    ///
    /// Every [`Error`] that is answered before a source is contacted.
    pub fn accept(
        &self,
        request: &Request<'_>,
        trace: &Trace,
    ) -> Result<Box<Verified<pixgate_url::Request>>, Error> {
        self.authorize(request)?;
        let resolved = self.resolve(request.target, request.headers, unix(request.now))?;
        let Resolved::Image(verified) = resolved else {
            return Err(Error::new(ErrorKind::InfoNotSupported));
        };
        self.check_concealed(&verified.request)?;
        trace.asked(facts(&verified.request, None));
        if !verified.request.options.global.raw() {
            refuse_unsupported(&verified.request)?;
        }
        Ok(verified)
    }

    fn authorize(&self, request: &Request<'_>) -> Result<(), Error> {
        let Some(secret) = &self.parts.secret else {
            return Ok(());
        };
        let header = request.headers.get(http::header::AUTHORIZATION);
        Ok(secret.authorize(header.map(http::HeaderValue::as_bytes))?)
    }

    /// Threads that hang in a picture long after every request's deadline: they cannot be stopped, only
    /// the process can be started anew.
    #[must_use]
    pub fn stuck_workers(&self) -> usize {
        self.parts.pool.stuck(self.longest_job())
    }

    fn longest_job(&self) -> Duration {
        self.parts.config.limits.timeout + STUCK_AFTER
    }

    fn health(&self) -> Response {
        if self.parts.pool.has_stalled(self.longest_job()) {
            return Response::new(503, "text/plain", "all workers are stuck");
        }
        if !self.parts.config.sandbox.get().is_healthy() {
            return Response::new(503, "text/plain", "no process for drawings can be started");
        }
        let message = self.parts.config.answer.health_message.clone();
        let mut response = Response::new(200, "text/plain", message);
        response.add(
            http::header::CACHE_CONTROL,
            http::HeaderValue::from_static("no-cache"),
        );
        response
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("pool", &self.parts.pool)
            .field("admission", &self.parts.admission)
            .finish_non_exhaustive()
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape of an error conversion"
)]
fn no_threads(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Config {
        what: format!("no threads for the workers: {error}"),
    })
}

/// Seconds since 1970.
pub(crate) fn unix(now: SystemTime) -> i64 {
    now.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        })
}

/// How long after its deadline a job counts as stuck; one that listens ends within a quarter second.
const STUCK_AFTER: Duration = Duration::from_secs(2);

const LANDING: &str = "<!doctype html><title>pixgate</title><h1>pixgate</h1>";

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use pixgate_engine::Cancel;

    use super::*;

    async fn health(proxy: &Proxy) -> u16 {
        let request = Request {
            method: &Method::GET,
            target: "/health",
            headers: &HeaderMap::new(),
            now: SystemTime::UNIX_EPOCH,
        };
        proxy.handle(&request).await.status.as_u16()
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_whose_workers_all_hang_is_not_healthy() {
        let mut config = Config::default();
        config.limits.workers = 2;
        config.limits.timeout = Duration::from_millis(10);
        let proxy = Proxy::new(config).expect("defaults");
        let (begin, begun) = channel();
        let hang = || {
            let (begin, (release, released)) = (begin.clone(), channel::<()>());
            let job = move || begin.send(()).is_ok() && released.recv().is_err();
            (release, proxy.pool().submit(Cancel::never(), job))
        };
        let hanging = [hang(), hang()];
        assert!(begun.recv().is_ok() && begun.recv().is_ok());
        assert_eq!((health(&proxy).await, proxy.stuck_workers()), (200, 0));
        tokio::time::advance(proxy.longest_job() + Duration::from_millis(50)).await;
        assert_eq!((health(&proxy).await, proxy.stuck_workers()), (503, 2));
        for (release, task) in hanging {
            drop(release);
            assert_eq!(task.await, Ok(true));
        }
        // A result is there a moment before its thread is free.
        while proxy.pool().busy() > 0 {
            std::thread::yield_now();
        }
        assert_eq!((health(&proxy).await, proxy.stuck_workers()), (200, 0));
    }
}
