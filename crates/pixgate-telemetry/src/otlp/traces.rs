//! A span for each request, and one below it for each section.

use std::sync::Arc;
use std::time::Duration;

use pixgate_proxy::{Section, random_u64};
use serde_json::Value;

use super::proto::{
    Event, ExportTraceServiceRequest, KeyValue, ResourceSpans, ScopeSpans, Span, SpanKind, Status,
    StatusCode,
};
use super::{OtlpSettings, resource, scope};
use crate::finished::{Failure, Finished};
use crate::trace_context::Context;

pub(super) fn message(
    settings: &OtlpSettings,
    requests: &[Arc<Finished>],
) -> ExportTraceServiceRequest {
    let sampled = requests.iter().filter_map(|request| {
        let context = request.context.as_ref()?;
        let is_sampled = context.is_sampled;
        is_sampled.then(|| spans(settings, request, context))
    });
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource(settings)),
            scope_spans: vec![ScopeSpans {
                scope: Some(scope("imgproxy")),
                spans: sampled.flatten().collect(),
            }],
        }],
    }
}

fn spans(settings: &OtlpSettings, request: &Finished, context: &Context) -> Vec<Span> {
    let sections = request.spans.iter();
    let children = sections.map(|section| {
        let start = after(request.start_nanoseconds, section.start);
        Span {
            trace_id: context.trace_id.to_vec(),
            span_id: random_u64().to_be_bytes().to_vec(),
            parent_span_id: context.span_id.to_vec(),
            name: section.section.name().to_owned(),
            kind: SpanKind::Internal.into(),
            start_time_unix_nano: start,
            end_time_unix_nano: after(start, section.duration),
            attributes: match section.section {
                Section::Downloading | Section::Streaming => source(settings, request),
                Section::Processing => options(settings, request),
                _ => Vec::new(),
            },
            ..Span::default()
        }
    });
    std::iter::once(root(settings, request, context))
        .chain(children)
        .collect()
}

/// OpenTelemetry semantic conventions 1.20, "HTTP server".
fn root(settings: &OtlpSettings, request: &Finished, context: &Context) -> Span {
    let end = after(request.start_nanoseconds, request.duration);
    let mut attributes = about_http(request);
    attributes.extend(source(settings, request));
    attributes.extend(options(settings, request));
    let failure = request.failure.as_ref();
    Span {
        trace_id: context.trace_id.to_vec(),
        span_id: context.span_id.to_vec(),
        trace_state: context.state.clone(),
        parent_span_id: context.parent_id.map_or_else(Vec::new, Vec::from),
        name: "/request".to_owned(),
        kind: SpanKind::Server.into(),
        start_time_unix_nano: request.start_nanoseconds,
        end_time_unix_nano: end,
        attributes,
        events: failure
            .map(|failure| event(failure, end))
            .into_iter()
            .collect(),
        status: failure.map(|failure| Status {
            message: failure.message.clone(),
            code: StatusCode::Error.into(),
        }),
    }
}

fn about_http(request: &Finished) -> Vec<KeyValue> {
    let header = |name| {
        let value = request.headers.get(name)?;
        value.to_str().ok()
    };
    let texts = [
        ("http.method", Some(request.method.as_str())),
        ("http.scheme", Some(request.scheme)),
        ("http.url", Some(&request.target)),
        ("net.host.name", header("host")),
        ("user_agent.original", header("user-agent")),
    ];
    let texts = texts.into_iter();
    let mut attributes: Vec<_> = texts
        .filter_map(|(name, value)| Some(KeyValue::new(name, value?)))
        .collect();
    let status = Value::from(request.status);
    attributes.push(KeyValue::new("http.status_code", &status));
    attributes
}

fn source(settings: &OtlpSettings, request: &Finished) -> Vec<KeyValue> {
    if request.source_url.is_empty() {
        return Vec::new();
    }
    let attribute = |name: &str, value: &str| {
        KeyValue::new(format!("{}.{name}", settings.attribute_prefix), value)
    };
    vec![
        attribute("source_image_url", &request.source_url),
        attribute("source_image_origin", request.source_origin()),
    ]
}

fn options(settings: &OtlpSettings, request: &Finished) -> Vec<KeyValue> {
    let name = format!("{}.options", settings.attribute_prefix);
    let mut attributes = Vec::new();
    let options = Value::Object(request.facts.options());
    KeyValue::flat(&mut attributes, &name, &options);
    attributes
}

fn event(failure: &Failure, time: u64) -> Event {
    Event {
        time_unix_nano: time,
        name: "exception".to_owned(),
        attributes: vec![
            KeyValue::new("exception.type", failure.class().as_str()),
            KeyValue::new("exception.message", failure.message.as_str()),
        ],
    }
}

fn after(nanoseconds: u64, duration: Duration) -> u64 {
    let more = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    nanoseconds.saturating_add(more)
}
