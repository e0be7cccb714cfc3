//! What OTLP's messages look like, by the field numbers of opentelemetry-proto, for `prost` to read.
//!
//! They are not those that the program writes with, so that a wrong number there does not go unnoticed.

use prost::Message;

macro_rules! message {
    ($name:ident { $($(#[$meta:meta])* $field:ident: $kind:ty,)* }) => {
        #[derive(Clone, PartialEq, Message)]
        pub(crate) struct $name { $($(#[$meta])* pub(crate) $field: $kind,)* }
    };
}

// Traces, metrics and logs nest alike: request, resource, scope, entries.
message!(Traces { #[prost(message, repeated, tag = "1")] resources: Vec<ResourceSpans>, });
message!(ResourceSpans {
    #[prost(message, optional, tag = "1")] resource: Option<Resource>,
    #[prost(message, repeated, tag = "2")] scopes: Vec<ScopeSpans>,
});
message!(ScopeSpans {
    #[prost(message, optional, tag = "1")] scope: Option<Scope>,
    #[prost(message, repeated, tag = "2")] spans: Vec<Span>,
});
message!(Resource { #[prost(message, repeated, tag = "1")] attributes: Vec<Pair>, });
message!(Scope {
    #[prost(string, tag = "1")]
    name: String,
});
message!(Span {
    #[prost(bytes = "vec", tag = "1")] trace_id: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")] span_id: Vec<u8>,
    #[prost(bytes = "vec", tag = "4")] parent_span_id: Vec<u8>,
    #[prost(string, tag = "5")] name: String,
    #[prost(int32, tag = "6")] kind: i32,
    #[prost(fixed64, tag = "7")] start: u64,
    #[prost(fixed64, tag = "8")] end: u64,
    #[prost(message, repeated, tag = "9")] attributes: Vec<Pair>,
    #[prost(message, repeated, tag = "11")] events: Vec<Event>,
    #[prost(message, optional, tag = "15")] status: Option<Status>,
});
message!(Event {
    #[prost(fixed64, tag = "1")] time: u64,
    #[prost(string, tag = "2")] name: String,
    #[prost(message, repeated, tag = "3")] attributes: Vec<Pair>,
});
message!(Status {
    #[prost(string, tag = "2")]
    message: String,
    #[prost(int32, tag = "3")]
    code: i32,
});
message!(Pair {
    #[prost(string, tag = "1")] key: String,
    #[prost(message, optional, tag = "2")] value: Option<Any>,
});
message!(Any {
    #[prost(string, optional, tag = "1")] text: Option<String>,
    #[prost(bool, optional, tag = "2")] flag: Option<bool>,
    #[prost(int64, optional, tag = "3")] int: Option<i64>,
    #[prost(double, optional, tag = "4")] double: Option<f64>,
});
message!(Metrics { #[prost(message, repeated, tag = "1")] resources: Vec<ResourceMetrics>, });
message!(ResourceMetrics { #[prost(message, repeated, tag = "2")] scopes: Vec<ScopeMetrics>, });
message!(ScopeMetrics { #[prost(message, repeated, tag = "2")] metrics: Vec<Metric>, });
message!(Metric {
    #[prost(string, tag = "1")] name: String,
    #[prost(string, tag = "3")] unit: String,
    #[prost(message, optional, tag = "5")] gauge: Option<Numbers>,
    #[prost(message, optional, tag = "7")] sum: Option<Numbers>,
    #[prost(message, optional, tag = "9")] histogram: Option<Histograms>,
});
message!(Numbers {
    #[prost(message, repeated, tag = "1")] points: Vec<Number>,
    #[prost(int32, tag = "2")] temporality: i32,
    #[prost(bool, tag = "3")] is_monotonic: bool,
});
message!(Number {
    #[prost(double, tag = "4")] value: f64,
    #[prost(message, repeated, tag = "7")] attributes: Vec<Pair>,
});
message!(Histograms {
    #[prost(message, repeated, tag = "1")] points: Vec<Histogram>,
    #[prost(int32, tag = "2")] temporality: i32,
});
message!(Histogram {
    #[prost(fixed64, tag = "4")] count: u64,
    #[prost(double, tag = "5")] sum: f64,
    #[prost(fixed64, repeated, tag = "6")] counts: Vec<u64>,
    #[prost(double, repeated, tag = "7")] bounds: Vec<f64>,
    #[prost(message, repeated, tag = "9")] attributes: Vec<Pair>,
});
message!(Logs { #[prost(message, repeated, tag = "1")] resources: Vec<ResourceLogs>, });
message!(ResourceLogs { #[prost(message, repeated, tag = "2")] scopes: Vec<ScopeLogs>, });
message!(ScopeLogs {
    #[prost(message, optional, tag = "1")] scope: Option<Scope>,
    #[prost(message, repeated, tag = "2")] records: Vec<LogRecord>,
});
message!(LogRecord {
    #[prost(fixed64, tag = "1")] time: u64,
    #[prost(int32, tag = "2")] severity: i32,
    #[prost(message, optional, tag = "5")] body: Option<Any>,
    #[prost(message, repeated, tag = "6")] attributes: Vec<Pair>,
});

/// The value of an attribute, as text.
pub(crate) fn attribute(attributes: &[Pair], key: &str) -> Option<String> {
    let pair = attributes.iter().find(|pair| pair.key == key)?;
    let any = pair.value.clone()?;
    any.text
        .or(any.int.map(|number| number.to_string()))
        .or(any.double.map(|number| number.to_string()))
        .or(any.flag.map(|flag| flag.to_string()))
}
