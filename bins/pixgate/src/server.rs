//! The web server: actix-web around [`pixgate_proxy::Proxy`].

mod activity;
mod channel;
mod connection;
mod convert;
mod heads;
mod idle;
mod listen;
mod memory;
mod metrics;
mod observation;
mod stop;
mod wire;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::dev::Server;
use actix_web::{HttpRequest, HttpResponse, web};
use pixgate_proxy::{Proxy, Response, Route};

use crate::config::Settings;
use crate::landing::Landing;
use crate::log::{Level, Record};
use crate::telemetry::Telemetry;
use crate::{clock, sample};
use activity::{Activity, OngoingBody};
use observation::Observation;

pub use listen::health_url;

/// What every request needs.
struct State {
    proxy: Proxy,
    landing: Landing,
    telemetry: Telemetry,
    stopping: AtomicBool,
}

/// Why the server did not start or had to stop.
#[derive(Debug)]
pub enum Error {
    /// The configuration cannot be used.
    Config(pixgate_proxy::Error),
    /// The listener, a thread or the runtime failed.
    Io(io::Error),
    /// The listener for Prometheus failed.
    Metrics(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Io(error) => write!(f, "can't start server: {error}"),
            Self::Metrics(error) => write!(f, "can't start Prometheus metrics server: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<pixgate_proxy::Error> for Error {
    fn from(error: pixgate_proxy::Error) -> Self {
        Self::Config(error)
    }
}

/// Makes the library's server with the sample picture built in.
///
/// # Errors
///
/// [`Error`] if the configuration cannot be used.
pub fn proxy(settings: &Settings) -> Result<Proxy, Error> {
    let proxy = Proxy::new(settings.proxy.clone())?;
    Ok(proxy.with_builtin("sample", Arc::new(sample::Sample)))
}

/// Serves until told to stop.
///
/// # Errors
///
/// [`Error`] if the server cannot start.
pub fn run(settings: &Settings) -> Result<(), Error> {
    actix_web::rt::System::new().block_on(serve(settings))
}

async fn serve(settings: &Settings) -> Result<(), Error> {
    let proxy = proxy(settings)?;
    proxy.check_stores().await?;
    let proxy = proxy.preload().await?;
    let telemetry =
        Telemetry::start(settings, &proxy).map_err(|error| Error::Config(error.into()))?;
    let state = web::Data::new(State {
        proxy,
        landing: Landing::default(),
        telemetry,
        stopping: AtomicBool::new(false),
    });
    let metrics = metrics_server(settings, &state)?;
    if settings.server.log_memory {
        let interval = settings.server.memory_interval;
        actix_web::rt::spawn(memory::log(state.clone(), interval));
    }
    announce_schemes(settings);
    let (listener, place) = listen::listen(settings)?;
    let server = wire::server(settings, listener, state.clone())?;
    let signals = stop::Signals::register()?;
    announce(&place);
    let hurry = signals.stop(server.handle(), state.clone());
    let outcome = tokio::select! {
        result = server => result.map_err(Error::from),
        () = hurry => Ok(()),
        Some(result) = async { Some(metrics?.await) } => result.map_err(Error::Metrics),
    };
    place.leave();
    state.telemetry.flush().await;
    outcome
}

/// The schemes of sources beside http(s).
fn announce_schemes(settings: &Settings) {
    let stores = &settings.proxy.source.stores.0;
    let is_on = |name| {
        stores
            .get(name)
            .is_some_and(|value| value.trim().starts_with(['1', 't', 'T']))
    };
    let all = [
        ("local", settings.proxy.source.local_root.is_some()),
        ("s3", is_on("IMGPROXY_USE_S3")),
        ("gs", is_on("IMGPROXY_USE_GCS")),
        ("abs", is_on("IMGPROXY_USE_ABS")),
        ("swift", is_on("IMGPROXY_USE_SWIFT")),
    ];
    for (scheme, _) in all.into_iter().filter(|(_, is_on)| *is_on) {
        let text = format!("Source URL scheme registered, you can now use {scheme}:// source URLs");
        Record::new(Level::Info, text).with("scheme", scheme).emit();
    }
}

fn metrics_server(settings: &Settings, state: &web::Data<State>) -> Result<Option<Server>, Error> {
    if settings.metrics.bind.is_empty() {
        return Ok(None);
    }
    metrics::server(&settings.metrics, state)
        .map(Some)
        .map_err(Error::Metrics)
}

fn announce(place: &listen::Place) {
    tracing::info!("Starting server at {}", place.bound);
    tracing::info!("pixgate is ready: {}", place.url);
}

async fn answer(request: HttpRequest, state: web::Data<State>) -> HttpResponse<OngoingBody> {
    let ongoing = request.conn_data::<Activity>().map(Activity::begin);
    let incoming = convert::Incoming::new(&request);
    let asked = incoming.request(clock::system_time());
    let route = state.proxy.route(asked.method, asked.target);
    let observation = Observation::start(&state, route, &incoming);
    let response = match route {
        Route::Landing => {
            let page = state.landing.page(&state.proxy).await;
            let response = Response::new(200, "text/html; charset=utf-8", page);
            state.proxy.dress(response, route, &asked)
        }
        Route::Health if state.stopping.load(Ordering::Relaxed) => {
            let response = Response::new(503, "text/plain", "stopping");
            state.proxy.dress(response, route, &asked)
        }
        _ => state.proxy.handle_traced(&asked, observation.trace()).await,
    };
    let response = convert::outgoing(observation.complete(response));
    response.map_body(|_, body| OngoingBody::new(body, ongoing))
}

impl stop::Stoppable for web::Data<State> {
    fn begin_stopping(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }
}
