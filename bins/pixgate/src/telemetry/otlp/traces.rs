//! `ExportTraceServiceRequest`: a span for the request, and one for each section.

use std::sync::Arc;

use pixgate_proxy::Section;
use serde_json::Value;

use super::context::{Context, random};
use super::wire::Message;
use super::{OtlpSettings, request};
use crate::telemetry::{Failure, Finished};

pub(super) fn message(settings: &OtlpSettings, requests: &[Arc<Finished>]) -> Message {
    let sampled = requests.iter().filter_map(|request| {
        let context = request.context.as_ref()?;
        context
            .is_sampled
            .then(|| spans(settings, request, context))
    });
    request(settings, "imgproxy", sampled.flatten())
}

fn spans(settings: &OtlpSettings, request: &Finished, context: &Context) -> Vec<Message> {
    let mut all = vec![root(settings, request, context)];
    for span in &request.spans {
        let mut child = Message::default();
        child.blob(1, &context.trace_id);
        child.blob(2, &random(3).to_be_bytes());
        child.blob(4, &context.span_id);
        child.text(5, span.section.name());
        child.number(6, INTERNAL);
        let start = after(request.start_nanoseconds, span.start);
        child.fixed(7, start);
        child.fixed(8, after(start, span.duration));
        match span.section {
            Section::Downloading | Section::Streaming => add_source(&mut child, settings, request),
            Section::Processing => add_options(&mut child, settings, request),
            _ => {}
        }
        all.push(child);
    }
    all
}

/// OpenTelemetry semantic conventions 1.20, "HTTP server".
fn root(settings: &OtlpSettings, request: &Finished, context: &Context) -> Message {
    let mut span = Message::default();
    span.blob(1, &context.trace_id);
    span.blob(2, &context.span_id);
    span.text(3, &context.state);
    if let Some(parent) = &context.parent_id {
        span.blob(4, parent);
    }
    span.text(5, "/request");
    span.number(6, SERVER);
    let end = after(request.start_nanoseconds, request.duration);
    span.fixed(7, request.start_nanoseconds);
    span.fixed(8, end);
    let header = |name| {
        request
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let mut add = |name, value: Option<&str>| {
        if let Some(value) = value {
            span.attribute(9, name, &value.into());
        }
    };
    add("http.method", Some(&request.method));
    add("http.scheme", Some(request.scheme));
    add("http.url", Some(&request.target));
    add("net.host.name", header("host"));
    add("user_agent.original", header("user-agent"));
    span.attribute(9, "http.status_code", &request.status.into());
    add_source(&mut span, settings, request);
    add_options(&mut span, settings, request);
    if let Some(failure) = &request.failure {
        add_failure(&mut span, failure, end);
    }
    span
}

fn add_source(span: &mut Message, settings: &OtlpSettings, request: &Finished) {
    if request.source_url.is_empty() {
        return;
    }
    let mut add = |name: &str, value: &str| {
        let name = format!("{}.{name}", settings.attribute_prefix);
        span.attribute(9, &name, &value.into());
    };
    add("source_image_url", &request.source_url);
    add("source_image_origin", request.source_origin());
}

fn add_options(span: &mut Message, settings: &OtlpSettings, request: &Finished) {
    let name = format!("{}.options", settings.attribute_prefix);
    span.flat_attribute(9, &name, &Value::Object(request.options.clone()));
}

fn add_failure(span: &mut Message, failure: &Failure, time: u64) {
    let mut event = Message::default();
    event.fixed(1, time);
    event.text(2, "exception");
    event.attribute(3, "exception.type", &failure.class().into());
    event.attribute(3, "exception.message", &failure.message.as_str().into());
    span.message(11, &event);
    let mut status = Message::default();
    status.text(2, &failure.message);
    status.number(3, ERROR);
    span.message(15, &status);
}

fn after(nanoseconds: u64, duration: std::time::Duration) -> u64 {
    let more = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    nanoseconds.saturating_add(more)
}

const INTERNAL: u64 = 1;
const SERVER: u64 = 2;
const ERROR: u64 = 2;
