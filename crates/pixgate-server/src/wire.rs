//! The web framework's server on our own connections; those with HTTP/2 are served beside it.

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;

use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive};
use actix_server::{GracefulShutdownSignal, Server};
use actix_service::{Service, ServiceFactory, fn_factory, fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::{App, web};
use pixgate_config::Settings;
use tokio_rustls::TlsAcceptor;

use super::connection::{Connection, Stream, Terms};
use super::descriptors::Bounds;
use super::http2::Front;
use super::listen::Listener;
use super::place::Places;
use super::{State, answer};

/// What every connection needs.
#[derive(Clone)]
pub(super) struct Wire {
    keep_alive: KeepAlive,
    pub(super) front: Front,
}

/// Starts to serve on a listener.
///
/// # Errors
///
/// What the operating system says of the listener.
pub(super) fn server(
    settings: &Settings,
    listener: Listener,
    bounds: &Bounds,
    state: web::Data<State>,
) -> io::Result<Server> {
    let builder = Server::build()
        .shutdown_timeout(settings.graceful_stop().as_secs())
        .max_concurrent_connections(connections_per_worker(bounds))
        .disable_signals();
    let stopping = builder.graceful_shutdown_signal();
    let wire = Wire::new(settings, bounds, state, stopping);
    let builder = match listener {
        Listener::Tcp(listener) => builder.listen(NAME, listener, move || service(&wire))?,
        #[cfg(not(unix))]
        Listener::Unix(listener) => listener.never(),
        #[cfg(unix)]
        Listener::Unix(listener) => builder.listen_uds(NAME, listener, move || service(&wire))?,
    };
    Ok(builder.run())
}

impl Wire {
    /// What a server with these settings needs.
    pub(super) fn new(
        settings: &Settings,
        bounds: &Bounds,
        state: web::Data<State>,
        stopping: GracefulShutdownSignal,
    ) -> Self {
        let tls = settings.server.tls.as_ref();
        let terms = Terms {
            tls: tls.map(|tls| TlsAcceptor::from(tls.server_config())),
            read_timeout: settings.server.read_timeout,
            write_timeout: settings.server.write_timeout,
            idle_timeout: settings.server.keep_alive,
            stopping,
            proxy: state.proxy.clone(),
        };
        Self {
            keep_alive: keep_alive(settings),
            front: Front {
                state,
                places: Places::new(bounds.clients),
                terms,
                max_streams: settings.server.http2_max_streams,
            },
        }
    }
}

impl Front {
    /// Waits for a place among the clients, then for the first bytes.
    ///
    /// Workers of the framework count their own connections only, so their limit is a little above
    /// the configured one, and the places are what is exact. Those who wait here make idle clients
    /// leave.
    async fn open<S: Stream>(&self, stream: S) -> io::Result<Connection<S>> {
        let opening = async {
            let place = self.places.take().await.ok_or(GONE)?;
            Connection::open(stream, place, &self.terms).await
        };
        tokio::select! {
            opened = opening => opened,
            () = self.terms.stopping.notified() => Err(GONE.into()),
        }
    }
}

/// From a connection to answers, on one worker.
fn service<S: Stream>(
    wire: &Wire,
) -> impl ServiceFactory<S, Config = (), Response = (), Error = DispatchError, InitError = ()> + use<S>
{
    let front = wire.front.clone();
    let http1 = http1(wire);
    fn_factory(move || {
        let (front, http1) = (front.clone(), http1.new_service(()));
        async move {
            let http1 = Rc::new(http1.await?);
            let serve = move |stream: S| serve(front.clone(), Rc::clone(&http1), stream);
            Ok(fn_service::<_, _, S, (), DispatchError, ()>(serve))
        }
    })
}

/// Speaks with one client.
pub(super) async fn serve<S: Stream>(
    front: Front,
    http1: Rc<
        impl Service<(Connection<S>, Option<SocketAddr>), Response = (), Error = DispatchError>,
    >,
    stream: S,
) -> Result<(), DispatchError> {
    let peer = stream.prepare();
    let connection = front.open(stream).await?;
    if !connection.is_http2() {
        return http1.call((connection, peer)).await;
    }
    if let Err(error) = front.serve(connection, peer).await {
        tracing::debug!("a connection with HTTP/2 broke off: {error}");
    }
    Ok(())
}

/// The web framework with all that it has to know.
pub(super) fn http1<S: Stream>(
    wire: &Wire,
) -> impl ServiceFactory<
    (Connection<S>, Option<SocketAddr>),
    Config = (),
    Response = (),
    Error = DispatchError,
    InitError = (),
> + use<S> {
    let terms = &wire.front.terms;
    let app = App::new()
        .app_data(wire.front.state.clone())
        .default_service(web::to(answer));
    let app = map_config(app, |()| AppConfig::default());
    let stopping = terms.stopping.clone();
    HttpService::build()
        .graceful_shutdown_signal(move || {
            let stopping = stopping.clone();
            async move { stopping.notified().await }
        })
        .keep_alive(wire.keep_alive)
        .client_request_timeout(terms.read_timeout)
        .h1_allow_half_closed(false)
        .on_connect_ext(|connection: &Connection<S>, data| {
            data.insert(connection.activity().clone());
        })
        .h1(app)
}

fn keep_alive(settings: &Settings) -> KeepAlive {
    match settings.server.keep_alive {
        idle if idle.is_zero() => KeepAlive::Disabled,
        idle => KeepAlive::Timeout(idle),
    }
}

fn connections_per_worker(bounds: &Bounds) -> usize {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    bounds
        .clients
        .saturating_add(bounds.waiting)
        .div_ceil(threads)
}

const NAME: &str = "http";
const GONE: io::ErrorKind = io::ErrorKind::ConnectionAborted;
