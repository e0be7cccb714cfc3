//! OpenTelemetry.

use crate::variable::{Variable, deferred};

pub(super) const ROWS: &[Variable] = &[
    deferred(
        "IMGPROXY_OPEN_TELEMETRY_ENABLE",
        "false",
        "boolean",
        "Traces over OTLP.",
    ),
    deferred(
        "IMGPROXY_OPEN_TELEMETRY_ENABLE_METRICS",
        "false",
        "boolean",
        "Metrics over OTLP as well, every 10 seconds.",
    ),
    deferred(
        "IMGPROXY_OPEN_TELEMETRY_ENABLE_LOGS",
        "false",
        "boolean",
        "Logs over OTLP as well.",
    ),
    deferred(
        "IMGPROXY_OPEN_TELEMETRY_LOGGER_NAME",
        "imgproxy",
        "text",
        "Scope of exported logs.",
    ),
    deferred(
        "IMGPROXY_OPEN_TELEMETRY_SERVER_CERT",
        "",
        "certificate in PEM, `\\n` for line ends",
        "Certificate that the collector's is checked against.",
    ),
    deferred(
        "IMGPROXY_OPEN_TELEMETRY_CLIENT_CERT",
        "",
        "certificate in PEM, `\\n` for line ends",
        "Own certificate, for collectors that want one.",
    ),
    deferred(
        "IMGPROXY_OPEN_TELEMETRY_CLIENT_KEY",
        "",
        "key in PEM, `\\n` for line ends",
        "Its key.",
    )
    .secret(),
    deferred(
        "IMGPROXY_OPEN_TELEMETRY_TRACE_ID_GENERATOR",
        "xray",
        "one of `xray random`",
        "Trace ids begin with the time, or not.",
    ),
    deferred(
        "IMGPROXY_OPEN_TELEMETRY_PROPAGATE_EXTERNAL",
        "false",
        "boolean",
        "Send trace headers to sources.",
    ),
    deferred(
        "PIXGATE_OPEN_TELEMETRY_ATTRIBUTE_PREFIX",
        "imgproxy",
        "text",
        "In front of the names of attributes, before a dot.",
    ),
    deferred(
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "grpc",
        "one of `grpc http/protobuf http https`",
        "Protocol to the collector.",
    ),
    deferred(
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        "",
        "one of `grpc http/protobuf http https`",
        "The same for traces.",
    ),
    deferred(
        "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
        "",
        "one of `grpc http/protobuf http https`",
        "The same for metrics.",
    ),
    deferred(
        "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL",
        "",
        "one of `grpc http/protobuf http https`",
        "The same for logs.",
    ),
    deferred(
        "OTEL_EXPORTER_OTLP_TIMEOUT",
        "10000",
        "milliseconds from 1",
        "Time for an export.",
    ),
    deferred(
        "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
        "",
        "milliseconds from 1",
        "The same for traces.",
    ),
    deferred(
        "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT",
        "",
        "milliseconds from 1",
        "The same for metrics.",
    ),
    deferred(
        "OTEL_EXPORTER_OTLP_LOGS_TIMEOUT",
        "",
        "milliseconds from 1",
        "The same for logs.",
    ),
    deferred(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "",
        "URL",
        "The collector; without it this machine, port 4317 for gRPC and 4318 for HTTP, over TLS.",
    ),
    deferred(
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "",
        "URL",
        "The same for traces, with the path.",
    ),
    deferred(
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        "",
        "URL",
        "The same for metrics, with the path.",
    ),
    deferred(
        "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
        "",
        "URL",
        "The same for logs, with the path.",
    ),
    deferred(
        "OTEL_EXPORTER_OTLP_HEADERS",
        "",
        "`name=value` pairs between commas",
        "Headers of exports, such as a key.",
    )
    .secret(),
    deferred(
        "OTEL_RESOURCE_ATTRIBUTES",
        "",
        "`name=value` pairs between commas",
        "What else is known about this process.",
    ),
    deferred(
        "OTEL_PROPAGATORS",
        "tracecontext,baggage",
        "list of `tracecontext baggage none`",
        "Formats of trace headers.",
    ),
    deferred(
        "OTEL_SERVICE_NAME",
        "imgproxy",
        "text",
        "Name of the service.",
    ),
    deferred(
        "OTEL_LOG_LEVEL",
        "",
        "one of `debug info warn error`",
        "Least level of exported logs; by default `IMGPROXY_LOG_LEVEL`.",
    ),
];
