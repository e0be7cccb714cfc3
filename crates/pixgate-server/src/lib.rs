//! The web server of pixgate: actix-web for HTTP/1, `h2` for HTTP/2, around [`pixgate_proxy::Proxy`].
//!
//! What it adds to both is what keeps hostile clients in bounds: places for connections, of which idle
//! ones are given to others; deadlines for heads and answers; memory for heads from the server's budget;
//! request targets byte by byte as they were sent. Beside the main listener there are those for
//! Prometheus and for health checks. [`run`] serves until SIGTERM or SIGINT.
//!
//! ```
//! use pixgate_config::Settings;
//! use pixgate_server::Loopback;
//!
//! // The same server without sockets, for tests and fuzzing.
//! let settings = Settings::load([])?;
//! let server = Loopback::new(&settings)?;
//! let answer = server.converse(b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")?;
//! assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What this crate does not do
//!
//! It reads no environment variables and no command line (`pixgate-config` and the program `pixgate`
//! do), and decides nothing about pictures.

#![forbid(unsafe_code)]

mod activity;
mod admin;
mod channel;
mod connection;
mod convert;
mod descriptors;
mod frames;
mod half;
mod heads;
mod http2;
mod idle;
mod landing;
mod listen;
mod loopback;
mod memory;
mod metrics;
mod observation;
mod os;
mod place;
mod sample;
mod stop;
mod wire;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use pixgate_config::Settings;
use pixgate_proxy::{Proxy, Response, StartError};
use pixgate_telemetry::{Telemetry, clock};

use activity::{Activity, OngoingBody};
use convert::Incoming;
use descriptors::Bounds;
use observation::Observation;
use pixgate_telemetry::log::{Level, Record};

pub use listen::health_url;
pub use loopback::Loopback;

/// What every request needs.
struct State {
    proxy: Proxy,
    telemetry: Telemetry,
}

/// Why the server did not start or had to stop.
#[derive(Debug)]
pub enum Error {
    /// The configuration cannot be used.
    Config(StartError),
    /// The listener, a thread or the runtime failed.
    Io(io::Error),
    /// The listener for Prometheus failed.
    Metrics(io::Error),
    /// The listener for health and metrics failed.
    Admin(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Io(error) => write!(f, "can't start server: {error}"),
            Self::Metrics(error) => write!(f, "can't start Prometheus metrics server: {error}"),
            Self::Admin(error) => write!(f, "can't listen at PIXGATE_ADMIN_BIND: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<StartError> for Error {
    fn from(error: StartError) -> Self {
        Self::Config(error)
    }
}

/// Makes the library's server with the sample picture and the landing page built in.
///
/// # Errors
///
/// [`Error`] if the configuration cannot be used.
pub fn proxy(settings: &Settings) -> Result<Proxy, Error> {
    Ok(furnished(Proxy::new(settings.proxy.clone())?))
}

fn furnished(proxy: Proxy) -> Proxy {
    let proxy = proxy.with_builtin("sample", Arc::new(sample::Sample));
    proxy.with_landing(landing::page())
}

/// Serves until told to stop.
///
/// # Errors
///
/// [`Error`] if the server cannot start.
pub fn run(settings: &Settings) -> Result<(), Error> {
    actix_web::rt::System::new().block_on(serve(settings))
}

/// Everything that a start does before it listens: services are asked, pictures of the configuration are
/// fetched, certificates are read.
///
/// # Errors
///
/// [`Error`] that ends the start.
pub async fn prepare(settings: &Settings) -> Result<(Proxy, Telemetry), Error> {
    prepare_with(settings, settings.proxy.clone()).await
}

async fn prepare_with(
    settings: &Settings,
    config: pixgate_proxy::Config,
) -> Result<(Proxy, Telemetry), Error> {
    let proxy = furnished(Proxy::new(config)?);
    proxy.check_stores().await?;
    let proxy = proxy.preload().await?;
    let telemetry = Telemetry::start(&settings.telemetry, &proxy)
        .map_err(|error| Error::Config(error.into()))?;
    Ok((proxy, telemetry))
}

async fn serve(settings: &Settings) -> Result<(), Error> {
    let bounds = Bounds::claim(settings);
    let mut config = settings.proxy.clone();
    config.source.max_downloads = bounds.downloads_within(config.limits.memory_bytes);
    if bounds.is_tight() {
        // Idle connections to any number of origins are not counted.
        config.source.keep_alive = Duration::ZERO;
    }
    let (proxy, telemetry) = prepare_with(settings, config).await?;
    let state = web::Data::new(State { proxy, telemetry });
    let mut beside: FuturesUnordered<_> = beside(settings, &state)?.into_iter().collect();
    if settings.server.log_memory {
        let interval = settings.server.memory_interval;
        actix_web::rt::spawn(memory::log(state.clone(), interval));
    }
    announce_schemes(&state.proxy);
    let (listener, place) = listen::listen(settings)?;
    let server = wire::server(settings, listener, &bounds, state.clone())?;
    let signals = stop::Signals::register()?;
    announce(&place);
    let hurry = signals.stop(server.handle(), state.clone());
    let outcome = tokio::select! {
        result = server => result.map_err(Error::from),
        () = hurry => Ok(()),
        Some(result) = beside.next() => result.map_err(Error::Metrics),
    };
    place.leave();
    state.telemetry.flush().await;
    outcome
}

/// The schemes of sources beside http(s).
fn announce_schemes(proxy: &Proxy) {
    for scheme in proxy.schemes() {
        let text = format!("Source URL scheme registered, you can now use {scheme}:// source URLs");
        Record::new(Level::Info, text).with("scheme", scheme).emit();
    }
}

/// The listeners for those who watch the server.
fn beside(settings: &Settings, state: &web::Data<State>) -> Result<Vec<Server>, Error> {
    let mut servers = Vec::new();
    servers.extend(admin::server(settings, state).map_err(Error::Admin)?);
    if !settings.metrics.bind.is_empty() {
        servers.push(metrics::server(&settings.metrics, state).map_err(Error::Metrics)?);
    }
    Ok(servers)
}

fn announce(place: &listen::Place) {
    tracing::info!("Starting server at {}", place.bound);
    tracing::info!("pixgate is ready: {}", place.url);
}

/// A request over HTTP/1.
async fn answer(request: HttpRequest, state: web::Data<State>) -> HttpResponse<OngoingBody> {
    let ongoing = request.conn_data::<Activity>().map(Activity::begin);
    let response = respond(&state, &Incoming::new(&request)).await;
    convert::outgoing(response).map_body(|_, body| OngoingBody::new(body, ongoing))
}

/// Answers a request, whatever it came over, and notes what became of it.
async fn respond(state: &web::Data<State>, incoming: &Incoming) -> Response {
    let accepted = state.proxy.accept(incoming.request(clock::system_time()));
    let observation = Observation::start(state, &accepted, incoming);
    let response = state.proxy.answer(&accepted, observation.trace()).await;
    observation.complete(response)
}

impl stop::Stoppable for web::Data<State> {
    fn begin_stopping(&self) {
        self.proxy.begin_stopping();
    }
}

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;
