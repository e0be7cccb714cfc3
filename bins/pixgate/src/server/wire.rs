//! The web framework's server on our own connections.

use std::io;
use std::sync::Arc;

use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive, Protocol};
use actix_server::Server;
use actix_service::{ServiceFactory, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::{App, web};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use super::connection::{Connection, Stream, Terms};
use super::listen::Listener;
use super::{State, answer};
use crate::config::Settings;

/// What every connection needs.
#[derive(Clone)]
struct Wire {
    keep_alive: KeepAlive,
    terms: Terms,
    places: Arc<Semaphore>,
    state: web::Data<State>,
}

/// Starts to serve on a listener.
///
/// # Errors
///
/// What the operating system says of the listener.
pub(super) fn server(
    settings: &Settings,
    listener: Listener,
    state: web::Data<State>,
) -> io::Result<Server> {
    let builder = Server::build()
        .shutdown_timeout(settings.graceful_stop().as_secs())
        .max_concurrent_connections(connections_per_worker(settings))
        .disable_signals();
    let tls = settings.server.tls.as_ref();
    let wire = Wire {
        keep_alive: keep_alive(settings),
        terms: Terms {
            tls: tls.map(|tls| TlsAcceptor::from(tls.config())),
            read_timeout: settings.server.read_timeout,
            write_timeout: settings.server.write_timeout,
            idle_timeout: settings.server.keep_alive,
            stopping: builder.graceful_shutdown_signal(),
        },
        places: Arc::new(Semaphore::new(places(settings))),
        state,
    };
    let builder = match listener {
        Listener::Tcp(listener) => builder.listen(NAME, listener, move || service(wire.clone()))?,
        Listener::Unix(listener) => {
            builder.listen_uds(NAME, listener, move || service(wire.clone()))?
        }
    };
    Ok(builder.run())
}

impl Wire {
    /// Waits for a place among the clients, then for the first bytes.
    ///
    /// Workers of the framework count their own connections only, so their limit is a little above
    /// the configured one, and the places are what is exact.
    async fn open<S: Stream>(&self, stream: S) -> io::Result<(Connection<S>, Protocol)> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(io::Error::other)?;
        Connection::open(stream, place, &self.terms).await
    }
}

/// From a connection to answers, on one worker.
fn service<S: Stream>(
    wire: Wire,
) -> impl ServiceFactory<S, Config = (), Response = (), Error = DispatchError, InitError = ()> {
    let app = App::new()
        .app_data(wire.state.clone())
        .default_service(web::to(answer));
    let stopping = wire.terms.stopping.clone();
    let http = HttpService::build()
        .graceful_shutdown_signal(move || {
            let stopping = stopping.clone();
            async move { stopping.notified().await }
        })
        .keep_alive(wire.keep_alive)
        .client_request_timeout(wire.terms.read_timeout)
        .h1_allow_half_closed(false)
        .on_connect_ext(|connection: &Connection<S>, data| {
            data.insert(connection.activity().clone());
        })
        .finish(map_config(app, |()| AppConfig::default()));
    let open = move |stream: S| {
        let wire = wire.clone();
        async move {
            let peer = stream.prepare();
            let opening = wire.open(stream);
            let (connection, protocol) = tokio::select! {
                opened = opening => opened?,
                () = wire.terms.stopping.notified() => return Err(io::Error::from(io::ErrorKind::ConnectionAborted).into()),
            };
            Ok((connection, protocol, peer))
        }
    };
    fn_service(open).and_then(http)
}

fn keep_alive(settings: &Settings) -> KeepAlive {
    match settings.server.keep_alive {
        idle if idle.is_zero() => KeepAlive::Disabled,
        idle => KeepAlive::Timeout(idle),
    }
}

/// How many clients may be connected.
fn places(settings: &Settings) -> usize {
    match settings.server.max_clients {
        0 => Semaphore::MAX_PERMITS,
        clients => clients.min(Semaphore::MAX_PERMITS),
    }
}

fn connections_per_worker(settings: &Settings) -> usize {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    match settings.server.max_clients {
        0 => usize::MAX >> 1,
        clients => clients.div_ceil(threads),
    }
}

const NAME: &str = "http";
