//! Logs, metrics, vendors without code here.

use crate::variable::{Variable, boolean, never, text, word};
use pixgate_telemetry::log::{Layout, Level};

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
            s.raw.fail_on_deprecation = v;
        },
    ),
    boolean(
        "PIXGATE_SERVER_TIMING",
        "false",
        "Answers carry `Server-Timing`: `queue`, `fetch`, `decode`, `transform`, `encode`.",
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
    never(
        "IMGPROXY_DATADOG_ENABLE",
        "false",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "IMGPROXY_DATADOG_ENABLE_ADDITIONAL_METRICS",
        "false",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "IMGPROXY_DATADOG_PROPAGATE_EXTERNAL",
        "false",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "DD_SERVICE",
        "imgproxy",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "DD_AGENT_HOST",
        "localhost",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "DD_TRACE_AGENT_PORT",
        "8126",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "DD_DOGSTATSD_PORT",
        "8125",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "DD_TRACE_STARTUP_LOGS",
        "false",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "DD_ENV",
        "",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "DD_TRACE_SOURCE_HOSTNAME",
        "",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "DD_TRACE_REPORT_HOSTNAME",
        "",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "DD_TAGS",
        "",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "DD_TRACE_ANALYTICS_ENABLED",
        "",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "DD_RUNTIME_METRICS_ENABLED",
        "",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "DD_TRACE_DEBUG",
        "",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "IMGPROXY_NEW_RELIC_KEY",
        "",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "IMGPROXY_NEW_RELIC_APP_NAME",
        "imgproxy",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "IMGPROXY_NEW_RELIC_LABELS",
        "",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "IMGPROXY_NEW_RELIC_PROPAGATE_EXTERNAL",
        "false",
        "No proprietary agent; the same data goes out over OTLP, see `IMGPROXY_OPEN_TELEMETRY_ENABLE`.",
    ),
    never(
        "IMGPROXY_CLOUD_WATCH_SERVICE_NAME",
        "",
        "No metrics for CloudWatch; its agent reads Prometheus and OTLP.",
    ),
    never(
        "IMGPROXY_CLOUD_WATCH_NAMESPACE",
        "imgproxy",
        "No metrics for CloudWatch; its agent reads Prometheus and OTLP.",
    ),
    never(
        "IMGPROXY_CLOUD_WATCH_REGION",
        "",
        "No metrics for CloudWatch; its agent reads Prometheus and OTLP.",
    ),
    boolean(
        "IMGPROXY_SYSLOG_ENABLE",
        "false",
        "Log to syslog as well, always in the structured layout.",
        |s, v| {
            s.raw.syslog.is_enabled = v;
        },
    ),
    word(
        "IMGPROXY_SYSLOG_LEVEL",
        "",
        &["debug", "info", "warn", "warning", "error", "crit"],
        "Least level for syslog; by default `IMGPROXY_LOG_LEVEL`.",
        |s, v| {
            s.raw.syslog.level = Some(Level::from_word(v));
        },
    ),
    text(
        "IMGPROXY_SYSLOG_NETWORK",
        "",
        "How syslog is reached: `udp`, `tcp`, `unix`, `unixgram`; without it the local daemon.",
        |s, v| {
            s.raw.syslog.network = v.to_owned();
        },
    ),
    text(
        "IMGPROXY_SYSLOG_ADDRESS",
        "",
        "Where syslog is: `host:port` or a path.",
        |s, v| {
            s.raw.syslog.address = v.to_owned();
        },
    ),
    text(
        "IMGPROXY_SYSLOG_TAG",
        "imgproxy",
        "Name of this program in syslog.",
        |s, v| {
            s.raw.syslog.tag = v.to_owned();
        },
    ),
];
