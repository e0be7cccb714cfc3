//! The listener for Prometheus: every path and method is answered with all metrics.

use std::io::{self, Write as _};
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use flate2::Compression;
use flate2::write::GzEncoder;
use pixgate_config::MetricsSettings;

use super::{State, listen};
use pixgate_telemetry::prometheus::{self, Format};

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

/// All metrics, in the form that is asked for.
pub(super) async fn answer(
    request: HttpRequest,
    state: web::Data<State>,
    namespace: web::Data<String>,
) -> HttpResponse {
    let format = Format::accepted(header(&request, "accept"));
    let families = state.telemetry.metrics().families(&state.proxy);
    let text = prometheus::text(&families, &namespace, format);
    let mut answer = HttpResponse::Ok();
    answer.content_type(format.media_type());
    if header(&request, "accept-encoding").contains("gzip")
        && let Ok(packed) = packed(&text)
    {
        answer.insert_header(("content-encoding", "gzip"));
        return answer.body(packed);
    }
    answer.body(text)
}

fn header<'r>(request: &'r HttpRequest, name: &str) -> &'r str {
    let value = request.headers().get(name);
    value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn packed(text: &str) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}

/// For the head of a request.
const PATIENCE: Duration = Duration::from_secs(5);
