//! A listener of its own for health and metrics, which no crowd of clients can fill.

use std::io;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use pixgate_config::Settings;
use pixgate_proxy::Route;
use pixgate_telemetry::clock;

use super::convert::{self, Incoming};
use super::{State, listen, metrics, respond};

/// Binds and makes the server; none if none is wanted.
pub(super) fn server(settings: &Settings, state: &web::Data<State>) -> io::Result<Option<Server>> {
    let address = &settings.server.admin_bind;
    if address.is_empty() {
        return Ok(None);
    }
    let listener = listen::tcp_listener("tcp", address, false)?;
    let bound = listener.local_addr()?;
    tracing::info!("Health and metrics at http://{bound}/health and http://{bound}/metrics");
    let shared = state.clone();
    let namespace = web::Data::new(settings.metrics.namespace.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .app_data(namespace.clone())
            .default_service(web::to(answer))
    })
    .workers(1)
    .max_connections(MAX_CONNECTIONS)
    .client_request_timeout(TIMEOUT)
    .disable_signals()
    .listen(listener)?;
    Ok(Some(server.run()))
}

async fn answer(
    request: HttpRequest,
    state: web::Data<State>,
    namespace: web::Data<String>,
) -> HttpResponse {
    if request.path() == METRICS {
        return metrics::answer(request, state, namespace).await;
    }
    let incoming = Incoming::new(&request);
    let request = incoming.request(clock::system_time());
    match state.proxy.accept(request).route() {
        Route::Health => convert::outgoing(respond(&state, &incoming).await),
        _ => HttpResponse::NotFound().finish(),
    }
}

const METRICS: &str = "/metrics";
/// For the head of a request.
const TIMEOUT: Duration = Duration::from_secs(5);
const MAX_CONNECTIONS: usize = 32;
