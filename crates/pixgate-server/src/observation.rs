//! What is noted about one request: two log records, metrics, a trace, a report.

use std::sync::Arc;

use actix_web::web;
use bytes::Bytes;
use futures_util::StreamExt as _;
use pixgate_proxy::{Accepted, Body, Response, Route, Trace};
use pixgate_source::masked;
use pixgate_telemetry::{Failure, Finished, clock};

use super::State;
use super::convert::Incoming;
use pixgate_telemetry::log::{self, Level, Record};

/// A request that goes on; if it is dropped without an answer, the client is gone.
pub(super) struct Observation {
    state: web::Data<State>,
    trace: Arc<Trace>,
    request: Option<Finished>,
    client_ip: String,
    is_monitored: bool,
}

impl Observation {
    /// Notes the start of a request, if its route is logged at all.
    pub(super) fn start(
        state: &web::Data<State>,
        accepted: &Accepted<'_>,
        incoming: &Incoming,
    ) -> Self {
        let route = accepted.route();
        let is_monitored = matches!(route, Route::Image | Route::Info);
        let is_logged = !matches!(route, Route::Health | Route::Quiet);
        let mut observation = Self {
            state: state.clone(),
            trace: Trace::begin(),
            request: None,
            client_ip: incoming.client_ip(),
            is_monitored,
        };
        if !is_logged {
            return observation;
        }
        let mut request = begun(accepted, incoming);
        request.scheme = state.telemetry.scheme();
        if log::is_read(Level::Info) {
            observation.record(Level::Info, "Started", &request).emit();
        }
        if is_monitored {
            let (context, for_source) = state.telemetry.begin(incoming.headers());
            request.context = context;
            observation.trace = Trace::with_source_headers(for_source);
        }
        if !matches!(route, Route::Landing | Route::Preflight) {
            observation.request = Some(request);
        }
        observation
    }

    pub(super) fn trace(&self) -> &Arc<Trace> {
        &self.trace
    }

    /// Notes an answer, and its end when the last byte of the body has been handed on.
    pub(super) fn complete(mut self, mut response: Response) -> Response {
        if let Some(request) = &mut self.request {
            request.status = response.status.as_u16();
            request.source_url = masked(&response.facts.source_url()).into_owned();
            request.facts = response.facts.clone();
            request.failure = Failure::of(&response, self.trace.masked());
        }
        let has_error = response.error.is_some();
        match std::mem::replace(&mut response.body, Body::Bytes(Bytes::new())) {
            Body::Stream(stream) => {
                let mut end = Ending(self, has_error);
                let stream = stream.inspect(move |piece| end.note(piece));
                response.body = Body::Stream(Box::pin(stream));
            }
            body @ Body::Bytes(_) => {
                self.end(has_error);
                response.body = body;
            }
        }
        response
    }

    fn end(&mut self, has_error: bool) {
        let Some(mut request) = self.request.take() else {
            return;
        };
        request.duration = self.trace.elapsed();
        request.spans = self.trace.spans();
        let request = Arc::new(request);
        if self.is_monitored {
            self.state.telemetry.finish(&request);
        }
        let level = level(&request, has_error);
        if log::is_read(level) {
            self.completed(level, &request, has_error).emit();
        }
    }

    fn completed(&self, level: Level, request: &Finished, has_error: bool) -> Record {
        let what = format!("Completed in {}", clock::human(request.duration));
        let mut record = self.record(level, &what, request);
        let status = ("status", request.status.into());
        record.fields.insert(2, status);
        match &request.failure {
            Some(failure) if has_error => {
                let record = record.with("error", failure.message.as_str());
                match &failure.docs_url {
                    Some(docs_url) => record.with("error_docs_url", docs_url.as_str()),
                    None => record,
                }
            }
            _ if request.source_url.is_empty() => record,
            _ => record
                .with("image_url", request.source_url.as_str())
                .with("processing_options", request.facts.options()),
        }
    }

    fn record(&self, level: Level, what: &str, request: &Finished) -> Record {
        Record::new(level, format!("{what} {}", request.target))
            .with("request_id", request.request_id.as_str())
            .with("method", request.method.as_str())
            .with("client_ip", self.client_ip.as_str())
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        if let Some(request) = &mut self.request {
            request.status = GONE;
            request.failure = Some(Failure::client_is_gone());
        }
        self.end(true);
    }
}

/// The end of a streamed body, or of the client's patience.
struct Ending(Observation, bool);

impl Ending {
    fn note(&mut self, piece: &Result<Bytes, pixgate_source::Error>) {
        if let (Err(error), Some(request)) = (piece, &mut self.0.request) {
            self.1 = true;
            request.failure = Some(Failure::of_stream(error));
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.end(self.1);
    }
}

fn begun(accepted: &Accepted<'_>, incoming: &Incoming) -> Finished {
    let mut request = Finished::default();
    request.method = incoming.method().to_string();
    request.target = masked(incoming.target()).into_owned();
    request.request_id = accepted.request_id().to_owned();
    request.headers = incoming.headers().clone();
    request.start_nanoseconds = clock::nanoseconds();
    request
}

fn level(request: &Finished, has_error: bool) -> Level {
    match (has_error, request.status) {
        (false, _) => Level::Info,
        (true, 500..) => Level::Error,
        (true, _) => Level::Warning,
    }
}

/// The status of a request that nobody waits for any more.
const GONE: u16 = 499;
