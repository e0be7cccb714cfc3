//! Logs, metrics, reports.

use crate::config::variable::{Variable, boolean, never, not_yet, text, word};
use crate::log::{Layout, Level};

pub(super) const ROWS: &[Variable] = &[
    word(
        "IMGPROXY_LOG_FORMAT",
        "",
        &["pretty", "structured", "json", "gcp"],
        "Layout of log lines; by default pretty on a terminal, else structured.",
        |s, v| {
            s.log.layout = Some(Layout::from_word(v));
        },
    ),
    word(
        "IMGPROXY_LOG_LEVEL",
        "info",
        &["debug", "info", "warn", "warning", "error"],
        "Least level that is logged.",
        |s, v| {
            s.log.level = Level::from_word(v);
        },
    ),
    boolean(
        "IMGPROXY_FAIL_ON_DEPRECATION",
        "false",
        "Old names of variables stop the start.",
        |s, v| {
            s.draft.fail_on_deprecation = v;
        },
    ),
    boolean(
        "PIXGATE_SERVER_TIMING",
        "false",
        "Answers carry `Server-Timing`: waiting, fetching, processing.",
        |s, v| {
            s.proxy.answer.server_timing = v;
        },
    ),
    text(
        "IMGPROXY_PROMETHEUS_BIND",
        "",
        "Address of the Prometheus listener, `host:port`; without it there is none.",
        |s, v| {
            s.metrics.bind = v.to_owned();
        },
    ),
    text(
        "IMGPROXY_PROMETHEUS_NAMESPACE",
        "",
        "In front of the metrics' names, before a `_`.",
        |s, v| {
            s.metrics.namespace = v.to_owned();
        },
    ),
    not_yet(
        "IMGPROXY_OPEN_TELEMETRY_ENABLE",
        "false",
        "Traces over OTLP.",
    ),
    not_yet(
        "IMGPROXY_OPEN_TELEMETRY_ENABLE_METRICS",
        "false",
        "Metrics over OTLP.",
    ),
    not_yet(
        "IMGPROXY_OPEN_TELEMETRY_ENABLE_LOGS",
        "false",
        "Logs over OTLP.",
    ),
    not_yet(
        "IMGPROXY_OPEN_TELEMETRY_LOGGER_NAME",
        "imgproxy",
        "Scope of exported logs.",
    ),
    not_yet(
        "IMGPROXY_OPEN_TELEMETRY_SERVER_CERT",
        "",
        "Certificate of the collector.",
    ),
    not_yet(
        "IMGPROXY_OPEN_TELEMETRY_CLIENT_CERT",
        "",
        "Own certificate.",
    ),
    not_yet("IMGPROXY_OPEN_TELEMETRY_CLIENT_KEY", "", "Own key."),
    not_yet(
        "IMGPROXY_OPEN_TELEMETRY_TRACE_ID_GENERATOR",
        "xray",
        "How trace ids are made.",
    ),
    not_yet(
        "IMGPROXY_OPEN_TELEMETRY_PROPAGATE_EXTERNAL",
        "false",
        "Send trace headers to sources.",
    ),
    not_yet(
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "grpc",
        "Protocol to the collector.",
    ),
    not_yet(
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        "",
        "The same for traces.",
    ),
    not_yet(
        "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
        "",
        "The same for metrics.",
    ),
    not_yet("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "", "The same for logs."),
    not_yet(
        "OTEL_EXPORTER_OTLP_TIMEOUT",
        "10000",
        "Milliseconds for an export.",
    ),
    not_yet(
        "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
        "",
        "The same for traces.",
    ),
    not_yet(
        "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT",
        "",
        "The same for metrics.",
    ),
    not_yet("OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", "", "The same for logs."),
    not_yet(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "",
        "Address of the collector.",
    ),
    not_yet(
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "",
        "The same for traces.",
    ),
    not_yet(
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        "",
        "The same for metrics.",
    ),
    not_yet("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "", "The same for logs."),
    not_yet(
        "OTEL_PROPAGATORS",
        "tracecontext,baggage",
        "Formats of trace headers.",
    ),
    not_yet("OTEL_SERVICE_NAME", "imgproxy", "Name of the service."),
    not_yet("OTEL_LOG_LEVEL", "", "Least level of exported logs."),
    never(
        "IMGPROXY_DATADOG_ENABLE",
        "false",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "IMGPROXY_DATADOG_ENABLE_ADDITIONAL_METRICS",
        "false",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "IMGPROXY_DATADOG_PROPAGATE_EXTERNAL",
        "false",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "DD_SERVICE",
        "imgproxy",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "DD_AGENT_HOST",
        "localhost",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "DD_TRACE_AGENT_PORT",
        "8126",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "DD_DOGSTATSD_PORT",
        "8125",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "DD_TRACE_STARTUP_LOGS",
        "false",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "DD_ENV",
        "",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "DD_TRACE_SOURCE_HOSTNAME",
        "",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "DD_TRACE_REPORT_HOSTNAME",
        "",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "DD_TAGS",
        "",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "DD_TRACE_ANALYTICS_ENABLED",
        "",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "DD_RUNTIME_METRICS_ENABLED",
        "",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "DD_TRACE_DEBUG",
        "",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "IMGPROXY_NEW_RELIC_KEY",
        "",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "IMGPROXY_NEW_RELIC_APP_NAME",
        "imgproxy",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "IMGPROXY_NEW_RELIC_LABELS",
        "",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    never(
        "IMGPROXY_NEW_RELIC_PROPAGATE_EXTERNAL",
        "false",
        "Proprietary agent; the same data is meant for OTLP.",
    ),
    not_yet(
        "IMGPROXY_CLOUD_WATCH_SERVICE_NAME",
        "",
        "Service in CloudWatch metrics.",
    ),
    not_yet(
        "IMGPROXY_CLOUD_WATCH_NAMESPACE",
        "imgproxy",
        "Namespace of them.",
    ),
    not_yet("IMGPROXY_CLOUD_WATCH_REGION", "", "Region of them."),
    not_yet(
        "IMGPROXY_REPORT_DOWNLOADING_ERRORS",
        "true",
        "Report downloads that failed.",
    ),
    not_yet(
        "IMGPROXY_REPORT_IO_ERRORS",
        "false",
        "Report answers that could not be written.",
    ),
    not_yet("IMGPROXY_BUGSNAG_KEY", "", "Bugsnag reporting."),
    not_yet("IMGPROXY_BUGSNAG_STAGE", "production", "Its stage."),
    not_yet("IMGPROXY_HONEYBADGER_KEY", "", "Honeybadger reporting."),
    not_yet("IMGPROXY_HONEYBADGER_ENV", "production", "Its environment."),
    not_yet("IMGPROXY_SENTRY_DSN", "", "Sentry reporting."),
    not_yet(
        "IMGPROXY_SENTRY_ENVIRONMENT",
        "production",
        "Its environment.",
    ),
    not_yet("IMGPROXY_SENTRY_RELEASE", "", "Its release."),
    not_yet("IMGPROXY_AIRBRAKE_PROJECT_ID", "0", "Airbrake reporting."),
    not_yet("IMGPROXY_AIRBRAKE_PROJECT_KEY", "", "Its key."),
    not_yet(
        "IMGPROXY_AIRBRAKE_ENVIRONMENT",
        "production",
        "Its environment.",
    ),
    boolean(
        "IMGPROXY_SYSLOG_ENABLE",
        "false",
        "Log to syslog as well, always in the structured layout.",
        |s, v| {
            s.draft.syslog.is_enabled = v;
        },
    ),
    word(
        "IMGPROXY_SYSLOG_LEVEL",
        "",
        &["debug", "info", "warn", "warning", "error", "crit"],
        "Least level for syslog; by default `IMGPROXY_LOG_LEVEL`.",
        |s, v| {
            s.draft.syslog.level = Some(Level::from_word(v));
        },
    ),
    text(
        "IMGPROXY_SYSLOG_NETWORK",
        "",
        "How syslog is reached: `udp`, `tcp`, `unix`, `unixgram`; without it the local daemon.",
        |s, v| {
            s.draft.syslog.network = v.to_owned();
        },
    ),
    text(
        "IMGPROXY_SYSLOG_ADDRESS",
        "",
        "Where syslog is: `host:port` or a path.",
        |s, v| {
            s.draft.syslog.address = v.to_owned();
        },
    ),
    text(
        "IMGPROXY_SYSLOG_TAG",
        "imgproxy",
        "Name of this program in syslog.",
        |s, v| {
            s.draft.syslog.tag = v.to_owned();
        },
    ),
];
