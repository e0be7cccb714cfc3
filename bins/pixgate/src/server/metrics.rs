//! The listener for Prometheus: every path and method is answered with all metrics.

use std::io;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

use super::{State, listen};
use crate::config::MetricsSettings;
use crate::telemetry::prometheus::{self, Format};

/// Binds and makes the server.
pub(super) fn server(settings: &MetricsSettings, state: &web::Data<State>) -> io::Result<Server> {
    let listener = listen::tcp_listener("tcp", &settings.bind, false)?;
    tracing::info!("Starting Prometheus server at {}", listener.local_addr()?);
    let shared = state.clone();
    let namespace = web::Data::new(settings.namespace.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .app_data(namespace.clone())
            .default_service(web::to(answer))
    })
    .workers(1)
    .client_request_timeout(PATIENCE)
    .disable_signals()
    .listen(listener)?;
    Ok(server.run())
}

async fn answer(
    request: HttpRequest,
    state: web::Data<State>,
    namespace: web::Data<String>,
) -> HttpResponse {
    let accept = request.headers().get("accept");
    let accept = accept.and_then(|accept| accept.to_str().ok());
    let format = Format::accepted(accept.unwrap_or_default());
    let families = state.telemetry.metrics().families(&state.proxy);
    HttpResponse::Ok()
        .content_type(format.media_type())
        .body(prometheus::text(&families, &namespace, format))
}

/// For the head of a request.
const PATIENCE: Duration = Duration::from_secs(5);
