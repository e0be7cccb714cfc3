//! The composition: one request in, one response out.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use http::{HeaderValue, header};
use pixgate_codec::Header;
use pixgate_engine::Plan;
use pixgate_options::ProcessingOptions;
use pixgate_sign::KeyRing;
use pixgate_source::{BoxFuture, Fetcher, Transport};
use tokio::runtime::Handle;

use crate::network::Network;
use crate::parts::Parts;
use crate::progress::Counted;
use crate::stage::{
    Accepted, Job, JobOutcome, Maker, Questions, Relay, Request, Resolved, Responder, Verified,
    Verifier,
};
use crate::support::refuse_unsupported;
use crate::{
    Admission, Config, Error, ErrorKind, Pool, Response, Route, StartError, Trace, clock,
    concealed, preload,
};

/// An image proxy: configured once, shared by all requests.
#[derive(Clone)]
pub struct Proxy {
    inner: Arc<Inner>,
}

/// The stages, and what they were made from.
#[derive(Clone)]
struct Inner {
    parts: Parts,
    verifier: Verifier,
    questions: Questions,
    maker: Maker,
    relay: Relay,
    responder: Responder,
    landing: Option<Landing>,
}

/// Makes the landing page, see [`Proxy::with_landing`].
pub type Landing = Arc<dyn Fn(Proxy) -> BoxFuture<'static, Response> + Send + Sync>;

impl Proxy {
    /// Checks a configuration and starts the CPU pool.
    ///
    /// # Errors
    ///
    /// [`StartError`] for a configuration that cannot be used.
    pub fn new(config: Config) -> Result<Self, StartError> {
        Ok(Self::of(Parts::new(config)?, None))
    }

    fn of(parts: Parts, landing: Option<Landing>) -> Self {
        let inner = Inner {
            verifier: Verifier::new(&parts),
            questions: Questions::new(&parts.config),
            maker: Maker::new(&parts),
            relay: Relay::new(&parts),
            responder: Responder::new(&parts),
            landing,
            parts,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// The same proxy, made from other parts.
    fn with(self, change: impl FnOnce(&mut Parts)) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.inner);
        change(&mut inner.parts);
        Self::of(inner.parts, inner.landing)
    }

    /// The same proxy with another way to fetch the URLs of a scheme; the allowlist applies.
    #[must_use]
    pub fn with_transport(self, scheme: &str, transport: Arc<dyn Transport>) -> Self {
        self.with(|parts| {
            parts.fetcher = parts.fetcher.clone().with_transport(scheme, transport);
        })
    }

    /// The same proxy with sources of its own behind a scheme, which need no pattern of the
    /// allowlist.
    #[must_use]
    pub fn with_builtin(self, scheme: &str, transport: Arc<dyn Transport>) -> Self {
        let proxy = self.with_transport(scheme, transport);
        proxy.with(|parts| parts.builtin_schemes.push(scheme.to_owned()))
    }

    /// The same proxy, speaking to its sources on this runtime instead of on threads of its own.
    ///
    /// An origin that keeps a thread busy then keeps this runtime busy: for trusted sources, and
    /// for tests with paused time.
    #[must_use]
    pub fn with_runtime(self, runtime: Handle) -> Self {
        self.with(|parts| parts.network = Arc::new(Network::on(runtime)))
    }

    /// The same proxy with a page of one's own behind `/`.
    #[must_use]
    pub fn with_landing(self, landing: Landing) -> Self {
        let inner = Arc::unwrap_or_clone(self.inner);
        Self::of(inner.parts, Some(landing))
    }

    /// The same proxy with the fallback image and the watermark fetched, where they are configured
    /// by URL only; as imgproxy does at its start, without asking the allowlist.
    ///
    /// # Errors
    ///
    /// [`StartError`] that should end the start: a picture that cannot be had.
    pub async fn preload(self) -> Result<Self, StartError> {
        let mut inner = Arc::unwrap_or_clone(self.inner);
        preload::preload(&mut inner.parts).await?;
        Ok(Self::of(inner.parts, inner.landing))
    }

    /// Asks the object stores whether they can be used, where imgproxy does so at its start:
    /// Swift signs in, and Google's credentials are looked for.
    ///
    /// # Errors
    ///
    /// [`StartError`] that should end the start.
    pub async fn check_stores(&self) -> Result<(), StartError> {
        Ok(self.inner.parts.stores.check_start().await?)
    }

    /// From now on the health check answers 503: whoever distributes requests should choose another
    /// server. Requests are answered as before.
    pub fn begin_stopping(&self) {
        self.inner.parts.progress.begin_stopping();
    }

    /// Looks at where a request goes, once for everything that is to be done with it.
    #[must_use]
    pub fn accept<'r>(&self, request: Request<'r>) -> Accepted<'r> {
        let parts = &self.inner.parts;
        Accepted::new(request, &parts.config.routes, &parts.grammar)
    }

    /// Answers any request.
    ///
    /// Dropping the future gives the work up: a download ends, a waiting job never starts, a
    /// running one stops at its next look at the flag.
    pub async fn handle(&self, request: &Request<'_>) -> Response {
        self.answer(&self.accept(*request), &Trace::begin()).await
    }

    /// Answers a request that was accepted, and notes in `trace` where the time goes.
    pub async fn answer(&self, accepted: &Accepted<'_>, trace: &Arc<Trace>) -> Response {
        let mut response = match accepted.route() {
            Route::Landing => self.landing().await,
            Route::Health => self.health(),
            Route::Quiet | Route::Undefined => Response::blank(404),
            Route::Preflight => Response::blank(200),
            Route::Malformed => Response::new(400, "text/plain; charset=utf-8", "400 Bad Request"),
            Route::Image | Route::Info => match self.image(accepted, trace).await {
                Ok(response) => response,
                Err(error) => Response {
                    facts: trace.facts(),
                    ..self.inner.responder.refuse(accepted, error)
                },
            },
        };
        let responder = &self.inner.responder;
        responder.add_common_headers(&mut response, accepted);
        if self.config().answer.server_timing {
            response.add_timing(trace);
        }
        response
    }

    /// Answers an image request, concealed failures all at the same time.
    async fn image(&self, accepted: &Accepted<'_>, trace: &Arc<Trace>) -> Result<Response, Error> {
        let arrived = clock::now();
        let answer = self.image_from(accepted, arrived, trace).await;
        if let Err(error) = &answer
            && *error.kind() == ErrorKind::Concealed
        {
            concealed::wait(arrived).await;
        }
        answer
    }

    async fn image_from(
        &self,
        accepted: &Accepted<'_>,
        arrived: Instant,
        trace: &Arc<Trace>,
    ) -> Result<Response, Error> {
        let deadline = arrived + self.config().limits.timeout;
        let _counted = Counted::one(&self.inner.parts.progress.requests);
        let verified = self.verify(accepted, trace)?;
        let asked = &verified.request;
        let answer = self.made_image(accepted, asked, deadline, trace).await;
        answer.map_err(|error| {
            let conceals = self.inner.verifier.conceals(asked.source_kind);
            match conceals && concealed::is_about_source(&error) {
                true => error.concealed(),
                false => error,
            }
        })
    }

    /// The flow behind verify, parse and check: fetch, probe, plan, admit, run, respond.
    async fn made_image(
        &self,
        accepted: &Accepted<'_>,
        asked: &Arc<pixgate_url::Request>,
        deadline: Instant,
        trace: &Arc<Trace>,
    ) -> Result<Response, Error> {
        let Inner {
            questions,
            maker,
            relay,
            responder,
            ..
        } = &*self.inner;
        if asked.options.global.raw() {
            let source = questions.for_relay(accepted, asked, deadline);
            return relay.relay(accepted, asked, source, trace).await;
        }
        let _ticket = self.admission().ticket()?;
        let source = questions.for_picture(accepted, asked, deadline);
        let is_concealed = self.inner.verifier.conceals(asked.source_kind);
        let job = Job::new(accepted, asked, source, deadline, trace).concealed(is_concealed);
        Ok(match maker.make(job).await? {
            JobOutcome::NotModified(headers) => responder.not_modified(accepted, asked, &headers),
            JobOutcome::Picture(picture) => responder.picture(accepted, asked, picture),
            JobOutcome::NoFallback(error) => responder.refuse_fallback(accepted, error),
        })
    }

    /// Every check of a request for an image that needs no network: the bearer secret, the signature,
    /// the options, what is carried out, the allowlist.
    ///
    /// # Errors
    ///
    /// Every [`Error`] that is answered before a source is contacted.
    pub fn verify(
        &self,
        accepted: &Accepted<'_>,
        trace: &Trace,
    ) -> Result<Box<Verified<pixgate_url::Request>>, Error> {
        let verifier = &self.inner.verifier;
        verifier.authorize(accepted)?;
        let Resolved::Image(verified) = verifier.resolve(accepted)? else {
            return Err(Error::new(ErrorKind::InfoNotSupported));
        };
        verifier.check_concealed(&verified.request)?;
        trace.asked(&verified.request);
        if !verified.request.options.global.raw() {
            refuse_unsupported(&verified.request)?;
        }
        Ok(verified)
    }

    /// What a request asks for, whatever it may be: verified, parsed and checked, but for the bearer
    /// secret.
    ///
    /// # Errors
    ///
    /// Every [`Error`] that is answered before a source is contacted, but for the bearer secret.
    pub fn resolve(&self, accepted: &Accepted<'_>) -> Result<Resolved, Error> {
        self.inner.verifier.resolve(accepted)
    }

    /// Reads the header of a source and plans as a request with these options is; nothing is decoded.
    ///
    /// Marks and masks by URL are fetched, or are still kept; the plan holds them. It may take as long as a
    /// request.
    ///
    /// # Errors
    ///
    /// What is said of a mark or mask that does not come, the codec of the header, or the engine of the plan.
    pub async fn plan(
        &self,
        bytes: &[u8],
        options: &ProcessingOptions,
    ) -> Result<(Header, Plan), Error> {
        let deadline = clock::now() + self.config().limits.timeout;
        self.inner.maker.plan(bytes, options, deadline).await
    }

    async fn landing(&self) -> Response {
        match &self.inner.landing {
            Some(landing) => landing(self.clone()).await,
            None => Response::new(200, "text/html; charset=utf-8", LANDING),
        }
    }

    fn health(&self) -> Response {
        let parts = &self.inner.parts;
        if parts.progress.is_stopping() {
            return Response::new(503, "text/plain", "stopping");
        }
        if parts.pool.has_stalled(self.longest_job()) {
            return Response::new(503, "text/plain", "all workers are stuck");
        }
        if !parts.config.sandbox.get().is_healthy() {
            return Response::new(503, "text/plain", "no process for drawings can be started");
        }
        let message = parts.config.answer.health_message.clone();
        let mut response = Response::new(200, "text/plain", message);
        let no_cache = HeaderValue::from_static("no-cache");
        response.add(header::CACHE_CONTROL, no_cache);
        response
    }
}

/// What it is made of and how it is.
impl Proxy {
    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.inner.parts.config
    }

    /// The schemes of sources that are switched on beside http(s).
    pub fn schemes(&self) -> impl Iterator<Item = &'static str> {
        let has_root = self.config().source.local_root.is_some();
        let local = has_root.then_some("local");
        local.into_iter().chain(self.inner.parts.stores.schemes())
    }

    /// What the engine was told.
    #[must_use]
    pub fn engine_settings(&self) -> &pixgate_engine::Settings {
        &self.inner.parts.engine
    }

    /// The URL grammar's configuration.
    #[must_use]
    pub fn grammar(&self) -> &pixgate_url::Config {
        &self.inner.parts.grammar
    }

    /// The signing keys.
    #[must_use]
    pub fn key_ring(&self) -> &KeyRing {
        &self.inner.parts.ring
    }

    /// Puts a signature in front of a path: `/signature/rest`, or `/unsafe/rest` without keys.
    #[must_use]
    pub fn sign(&self, rest: &str) -> String {
        self.key_ring().sign(rest)
    }

    /// What fetches sources, without the allowlist in front of it.
    #[must_use]
    pub fn fetcher(&self) -> &Fetcher {
        &self.inner.parts.fetcher
    }

    /// Threads, and how many are busy.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        &self.inner.parts.pool
    }

    /// The gate in front of the threads.
    #[must_use]
    pub fn admission(&self) -> &Admission {
        &self.inner.parts.admission
    }

    /// Requests for images that are being answered, waiting ones included.
    #[must_use]
    pub fn requests_in_progress(&self) -> usize {
        let progress = &self.inner.parts.progress;
        progress.requests.load(Ordering::Relaxed)
    }

    /// Images that are worked on or streamed right now.
    #[must_use]
    pub fn images_in_progress(&self) -> usize {
        let progress = &self.inner.parts.progress;
        self.pool().busy() + progress.streams.load(Ordering::Relaxed)
    }

    /// How often something that was asked for was left out, by kind, since the start.
    #[must_use]
    pub fn left_out(&self) -> Vec<(&'static str, u64)> {
        self.inner.parts.warnings.counts()
    }

    /// Threads that hang in a picture long after every request's deadline: they cannot be stopped, only
    /// the process can be started anew.
    #[must_use]
    pub fn stuck_workers(&self) -> usize {
        self.pool().stuck(self.longest_job())
    }

    fn longest_job(&self) -> Duration {
        self.config().limits.timeout + STUCK_AFTER
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("pool", self.pool())
            .field("admission", self.admission())
            .finish_non_exhaustive()
    }
}

/// How long after its deadline a job counts as stuck; one that listens ends within a quarter second.
const STUCK_AFTER: Duration = Duration::from_secs(2);

const LANDING: &str = "<!doctype html><title>pixgate</title><h1>pixgate</h1>";

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use http::{HeaderMap, Method};
    use std::time::SystemTime;

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
        // Workers read a clock that went on while this one stood still, on a busy machine for long.
        tokio::time::advance(proxy.longest_job() + Duration::from_mins(10)).await;
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
