//! The messages of opentelemetry-proto 1.x, as far as they are sent.
//!
//! `opentelemetry-proto` has them all, and brings tonic with it.

use prost::{Message, Oneof};
use serde_json::Value;

/// Declares messages with the names and field numbers of opentelemetry-proto.
macro_rules! messages {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[prost($($field_type:tt)+)])+ $field:ident: $kind:ty,)* })+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, PartialEq, Message)]
            pub(super) struct $name {
                $($(#[prost($($field_type)+)])+ pub(super) $field: $kind,)*
            }
        )+
    };
}

messages! {
    /// `collector/trace/v1/trace_service.proto`.
    ExportTraceServiceRequest {
        #[prost(message, repeated, tag = "1")]
        resource_spans: Vec<ResourceSpans>,
    }
    /// `trace/v1/trace.proto`, as what follows.
    ResourceSpans {
        #[prost(message, optional, tag = "1")]
        resource: Option<Resource>,
        #[prost(message, repeated, tag = "2")]
        scope_spans: Vec<ScopeSpans>,
    }
    /// Spans of one scope.
    ScopeSpans {
        #[prost(message, optional, tag = "1")]
        scope: Option<InstrumentationScope>,
        #[prost(message, repeated, tag = "2")]
        spans: Vec<Span>,
    }
    /// One operation.
    Span {
        #[prost(bytes = "vec", tag = "1")]
        trace_id: Vec<u8>,
        #[prost(bytes = "vec", tag = "2")]
        span_id: Vec<u8>,
        #[prost(string, tag = "3")]
        trace_state: String,
        #[prost(bytes = "vec", tag = "4")]
        parent_span_id: Vec<u8>,
        #[prost(string, tag = "5")]
        name: String,
        #[prost(enumeration = "SpanKind", tag = "6")]
        kind: i32,
        #[prost(fixed64, tag = "7")]
        start_time_unix_nano: u64,
        #[prost(fixed64, tag = "8")]
        end_time_unix_nano: u64,
        #[prost(message, repeated, tag = "9")]
        attributes: Vec<KeyValue>,
        #[prost(message, repeated, tag = "11")]
        events: Vec<Event>,
        #[prost(message, optional, tag = "15")]
        status: Option<Status>,
    }
    /// Something that happened during a span.
    Event {
        #[prost(fixed64, tag = "1")]
        time_unix_nano: u64,
        #[prost(string, tag = "2")]
        name: String,
        #[prost(message, repeated, tag = "3")]
        attributes: Vec<KeyValue>,
    }
    /// How a span ended.
    Status {
        #[prost(string, tag = "2")]
        message: String,
        #[prost(enumeration = "StatusCode", tag = "3")]
        code: i32,
    }

    /// `collector/metrics/v1/metrics_service.proto`.
    ExportMetricsServiceRequest {
        #[prost(message, repeated, tag = "1")]
        resource_metrics: Vec<ResourceMetrics>,
    }
    /// `metrics/v1/metrics.proto`, as what follows.
    ResourceMetrics {
        #[prost(message, optional, tag = "1")]
        resource: Option<Resource>,
        #[prost(message, repeated, tag = "2")]
        scope_metrics: Vec<ScopeMetrics>,
    }
    /// Metrics of one scope.
    ScopeMetrics {
        #[prost(message, optional, tag = "1")]
        scope: Option<InstrumentationScope>,
        #[prost(message, repeated, tag = "2")]
        metrics: Vec<Metric>,
    }
    /// One name with its values.
    Metric {
        #[prost(string, tag = "1")]
        name: String,
        #[prost(string, tag = "2")]
        description: String,
        #[prost(string, tag = "3")]
        unit: String,
        #[prost(oneof = "Data", tags = "5, 7, 9")]
        data: Option<Data>,
    }
    /// Values that go up and down.
    Gauge {
        #[prost(message, repeated, tag = "1")]
        data_points: Vec<NumberDataPoint>,
    }
    /// Values that only grow.
    Sum {
        #[prost(message, repeated, tag = "1")]
        data_points: Vec<NumberDataPoint>,
        #[prost(enumeration = "AggregationTemporality", tag = "2")]
        aggregation_temporality: i32,
        #[prost(bool, tag = "3")]
        is_monotonic: bool,
    }
    /// Distributions.
    Histogram {
        #[prost(message, repeated, tag = "1")]
        data_points: Vec<HistogramDataPoint>,
        #[prost(enumeration = "AggregationTemporality", tag = "2")]
        aggregation_temporality: i32,
    }
    /// One value.
    NumberDataPoint {
        #[prost(fixed64, tag = "2")]
        start_time_unix_nano: u64,
        #[prost(fixed64, tag = "3")]
        time_unix_nano: u64,
        #[prost(double, optional, tag = "4")]
        as_double: Option<f64>,
        #[prost(message, repeated, tag = "7")]
        attributes: Vec<KeyValue>,
    }
    /// One distribution.
    HistogramDataPoint {
        #[prost(fixed64, tag = "2")]
        start_time_unix_nano: u64,
        #[prost(fixed64, tag = "3")]
        time_unix_nano: u64,
        #[prost(fixed64, tag = "4")]
        count: u64,
        #[prost(double, optional, tag = "5")]
        sum: Option<f64>,
        #[prost(fixed64, repeated, tag = "6")]
        bucket_counts: Vec<u64>,
        #[prost(double, repeated, tag = "7")]
        explicit_bounds: Vec<f64>,
        #[prost(message, repeated, tag = "9")]
        attributes: Vec<KeyValue>,
    }

    /// `collector/logs/v1/logs_service.proto`.
    ExportLogsServiceRequest {
        #[prost(message, repeated, tag = "1")]
        resource_logs: Vec<ResourceLogs>,
    }
    /// `logs/v1/logs.proto`, as what follows.
    ResourceLogs {
        #[prost(message, optional, tag = "1")]
        resource: Option<Resource>,
        #[prost(message, repeated, tag = "2")]
        scope_logs: Vec<ScopeLogs>,
    }
    /// Records of one scope.
    ScopeLogs {
        #[prost(message, optional, tag = "1")]
        scope: Option<InstrumentationScope>,
        #[prost(message, repeated, tag = "2")]
        log_records: Vec<LogRecord>,
    }
    /// One line of the log.
    LogRecord {
        #[prost(fixed64, tag = "1")]
        time_unix_nano: u64,
        #[prost(enumeration = "SeverityNumber", tag = "2")]
        severity_number: i32,
        #[prost(string, tag = "3")]
        severity_text: String,
        #[prost(message, optional, tag = "5")]
        body: Option<AnyValue>,
        #[prost(message, repeated, tag = "6")]
        attributes: Vec<KeyValue>,
        #[prost(fixed64, tag = "11")]
        observed_time_unix_nano: u64,
    }

    /// `resource/v1/resource.proto`.
    Resource {
        #[prost(message, repeated, tag = "1")]
        attributes: Vec<KeyValue>,
    }
    /// `common/v1/common.proto`, as what follows.
    InstrumentationScope {
        #[prost(string, tag = "1")]
        name: String,
        #[prost(string, tag = "2")]
        version: String,
    }
    /// A name and its value.
    KeyValue {
        #[prost(string, tag = "1")]
        key: String,
        #[prost(message, optional, tag = "2")]
        value: Option<AnyValue>,
    }
    /// A value of any type.
    AnyValue {
        #[prost(oneof = "Any", tags = "1, 2, 3, 4, 5, 6")]
        value: Option<Any>,
    }
    /// A list.
    ArrayValue {
        #[prost(message, repeated, tag = "1")]
        values: Vec<AnyValue>,
    }
    /// A group.
    KeyValueList {
        #[prost(message, repeated, tag = "1")]
        values: Vec<KeyValue>,
    }
}

/// How values of a metric behave.
#[derive(Clone, PartialEq, Oneof)]
pub(super) enum Data {
    #[prost(message, tag = "5")]
    Gauge(Gauge),
    #[prost(message, tag = "7")]
    Sum(Sum),
    #[prost(message, tag = "9")]
    Histogram(Histogram),
}

/// The types of a value.
#[derive(Clone, PartialEq, Oneof)]
pub(super) enum Any {
    #[prost(string, tag = "1")]
    String(String),
    #[prost(bool, tag = "2")]
    Bool(bool),
    #[prost(int64, tag = "3")]
    Int(i64),
    #[prost(double, tag = "4")]
    Double(f64),
    #[prost(message, tag = "5")]
    Array(ArrayValue),
    #[prost(message, tag = "6")]
    List(KeyValueList),
}

/// `Span.SpanKind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub(super) enum SpanKind {
    Unspecified = 0,
    Internal = 1,
    Server = 2,
}

/// `Status.StatusCode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub(super) enum StatusCode {
    Unset = 0,
    Error = 2,
}

/// What counters count from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub(super) enum AggregationTemporality {
    Unspecified = 0,
    Cumulative = 2,
}

/// Levels of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub(super) enum SeverityNumber {
    Unspecified = 0,
    Debug = 5,
    Info = 9,
    Warn = 13,
    Error = 17,
    Fatal = 21,
}

impl KeyValue {
    /// An attribute.
    pub(super) fn new(key: impl Into<String>, value: impl Into<AnyValue>) -> Self {
        Self {
            key: key.into(),
            value: Some(value.into()),
        }
    }

    /// An attribute; groups become attributes with the group's name and a dot in front.
    pub(super) fn flat(attributes: &mut Vec<Self>, name: &str, value: &Value) {
        let Value::Object(group) = value else {
            return attributes.push(Self::new(name, value));
        };
        for (member, value) in group {
            Self::flat(attributes, &format!("{name}.{member}"), value);
        }
    }
}

impl From<&str> for AnyValue {
    fn from(text: &str) -> Self {
        Self {
            value: Some(Any::String(text.to_owned())),
        }
    }
}

impl From<&Value> for AnyValue {
    fn from(value: &Value) -> Self {
        let value = match value {
            Value::Null => None,
            Value::Bool(flag) => Some(Any::Bool(*flag)),
            Value::Number(number) => Some(match number.as_i64() {
                Some(number) => Any::Int(number),
                None => Any::Double(number.as_f64().unwrap_or_default()),
            }),
            Value::String(text) => Some(Any::String(text.clone())),
            Value::Array(values) => Some(Any::Array(ArrayValue {
                values: values.iter().map(Self::from).collect(),
            })),
            Value::Object(group) => Some(Any::List(KeyValueList {
                values: group
                    .iter()
                    .map(|(name, value)| KeyValue::new(name, value))
                    .collect(),
            })),
        };
        Self { value }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn groups_become_names_with_dots() {
        let mut attributes = Vec::new();
        KeyValue::flat(&mut attributes, "a", &json!({"b": {"c": 1}, "d": "x"}));
        let names: Vec<_> = attributes.iter().map(|pair| pair.key.as_str()).collect();
        assert_eq!(names, ["a.b.c", "a.d"]);
    }

    /// Protocol Buffers, "Encoding": a point's value is written even if it is zero.
    #[test]
    fn values_that_are_zero_are_written() {
        let point = NumberDataPoint {
            as_double: Some(0.0),
            ..NumberDataPoint::default()
        };
        assert_eq!(point.encode_to_vec(), [0x21, 0, 0, 0, 0, 0, 0, 0, 0]);
        let no = AnyValue::from(&Value::Bool(false));
        assert_eq!(no.encode_to_vec(), [0x10, 0]);
        let negative = AnyValue::from(&json!(-1));
        assert_eq!(negative.encode_to_vec().len(), 11);
    }
}
