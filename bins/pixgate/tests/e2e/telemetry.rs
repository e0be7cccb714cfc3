//! Traces, metrics, logs and reports reach the services that are named.

use prost::Message as _;

use crate::support::collector::{Collector, Told};
use crate::support::otlp::{Logs, Metrics, Span, Traces, attribute};
use crate::support::world::World;

const PARENT: (&str, &str) = (
    "traceparent",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
);
const TRACE_ID: [u8; 16] = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c_u128.to_be_bytes();

fn spans(told: &Told) -> Vec<Span> {
    let traces = Traces::decode(told.body.as_slice()).unwrap();
    let resources = traces.resources.first().unwrap();
    let resource = resources.resource.as_ref().unwrap();
    assert_eq!(
        attribute(&resource.attributes, "service.name").as_deref(),
        Some("pictures")
    );
    resources.scopes.first().unwrap().spans.clone()
}

/// Asks for a picture and one that is missing, and ends the server, which sends all it has.
fn trace(collector: &Collector, protocol: &str) -> Vec<Span> {
    let mut world = World::start(&[
        ("IMGPROXY_OPEN_TELEMETRY_ENABLE", "true"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=k%20y"),
        ("OTEL_SERVICE_NAME", "pictures"),
    ]);
    let server = &mut world.server;
    server.get_with("/unsafe/rs:fill:30:20/plain/local:///photo.jpg", &[PARENT]);
    server.get("/unsafe/plain/local:///none.jpg");
    server.terminate();
    assert!(server.wait().success());
    let told = collector.next();
    assert_eq!(told.header("x-key"), "k y");
    let (path, media_type) = match protocol {
        "grpc" => (
            "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            "application/grpc",
        ),
        _ => ("/v1/traces", "application/x-protobuf"),
    };
    assert_eq!(told.path, path);
    assert_eq!(told.header("content-type"), media_type);
    spans(&told)
}

#[test]
fn a_trace_has_a_span_for_each_section_below_the_clients() {
    let spans = trace(&Collector::http(""), "http/protobuf");
    let root = spans.iter().find(|span| span.name == "/request").unwrap();
    assert_eq!(root.trace_id, TRACE_ID);
    assert_eq!(root.parent_span_id, 0xb7ad_6b71_6920_3331_u64.to_be_bytes());
    assert_eq!(root.kind, 2);
    assert!(root.start > 0 && root.end > root.start);
    for (key, expected) in [
        ("http.method", "GET"),
        ("http.status_code", "200"),
        ("http.url", "/unsafe/rs:fill:30:20/plain/local:///photo.jpg"),
        ("net.host.name", "pixgate.test"),
        ("imgproxy.source_image_url", "local:///photo.jpg"),
        ("imgproxy.source_image_origin", "local://"),
        ("imgproxy.options.width", "30"),
        ("imgproxy.options.resizing_type", "fill"),
    ] {
        let value = attribute(&root.attributes, key);
        assert_eq!(value.as_deref(), Some(expected), "{key}");
    }
    let children: Vec<_> = spans
        .iter()
        .filter(|span| span.parent_span_id == root.span_id)
        .collect();
    let names: Vec<_> = children.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(
        names,
        ["Downloading source image", "Queue", "Processing image"]
    );
    for child in children {
        assert_eq!(child.trace_id, TRACE_ID);
        assert!(child.start >= root.start && child.end <= root.end + 1_000_000);
    }
}

#[test]
fn a_trace_over_grpc_tells_of_errors() {
    let spans = trace(&Collector::grpc(), "grpc");
    let failed = |span: &&Span| span.status.as_ref().is_some_and(|status| status.code == 2);
    let root = spans.iter().find(failed).unwrap();
    assert_eq!(
        attribute(&root.attributes, "http.status_code").as_deref(),
        Some("404")
    );
    assert_ne!(root.trace_id, TRACE_ID);
    assert!(root.parent_span_id.is_empty());
    let event = root.events.first().unwrap();
    assert_eq!(event.name, "exception");
    assert_eq!(
        attribute(&event.attributes, "exception.type").as_deref(),
        Some("download_error (source_status)")
    );
}

#[test]
fn sources_are_told_of_the_trace_only_if_that_is_wanted() {
    let collector = Collector::http("");
    for (wanted, expected) in [("true", true), ("false", false)] {
        let source = Collector::http("no picture");
        let world = World::start(&[
            ("IMGPROXY_OPEN_TELEMETRY_ENABLE", "true"),
            ("IMGPROXY_OPEN_TELEMETRY_PROPAGATE_EXTERNAL", wanted),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url()),
            ("IMGPROXY_ALLOW_LOOPBACK_SOURCE_ADDRESSES", "true"),
        ]);
        let target = format!("/unsafe/plain/{}/a.jpg", source.url());
        world.server.get_with(&target, &[PARENT]);
        let told = source.next();
        let parent = told.header("traceparent");
        let is_told = parent.starts_with("00-0af7651916cd43dd8448eb211c80319c-");
        assert_eq!(is_told, expected, "{parent}");
    }
}

#[test]
fn metrics_and_logs_go_out_as_well() {
    let collector = Collector::http("");
    let mut world = World::start(&[
        ("IMGPROXY_OPEN_TELEMETRY_ENABLE", "true"),
        ("IMGPROXY_OPEN_TELEMETRY_ENABLE_METRICS", "true"),
        ("IMGPROXY_OPEN_TELEMETRY_ENABLE_LOGS", "true"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url()),
    ]);
    world.server.get("/unsafe/w:30/plain/local:///photo.jpg");
    world.server.terminate();
    assert!(world.server.wait().success());
    let told = [collector.next(), collector.next(), collector.next()];
    let of = |path: &str| told.iter().find(|told| told.path == path).unwrap();
    check_metrics(&Metrics::decode(of("/v1/metrics").body.as_slice()).unwrap());
    check_logs(&Logs::decode(of("/v1/logs").body.as_slice()).unwrap());
}

fn check_metrics(metrics: &Metrics) {
    let all = &metrics.resources[0].scopes[0].metrics;
    let metric = |name: &str| all.iter().find(|metric| metric.name == name).unwrap();
    let requests = metric("requests_total").sum.as_ref().unwrap();
    assert_eq!((requests.temporality, requests.is_monotonic), (2, true));
    assert_eq!(requests.points[0].value.to_string(), "1");
    let spans = metric("request_span_duration_seconds");
    assert_eq!(spans.unit, "s");
    let histogram = spans.histogram.as_ref().unwrap();
    let point = &histogram.points[0];
    assert_eq!(
        (point.counts.len(), point.bounds.len(), point.count),
        (12, 11, 1)
    );
    assert!(point.sum > 0.0);
    assert_eq!(
        attribute(&point.attributes, "span").as_deref(),
        Some("downloading_source_image")
    );
    assert!(metric("workers").gauge.as_ref().unwrap().points[0].value >= 1.0);
}

fn check_logs(logs: &Logs) {
    let scope = &logs.resources[0].scopes[0];
    assert_eq!(scope.scope.as_ref().unwrap().name, "imgproxy");
    let completed = scope.records.iter().find(|record| {
        let body = record.body.as_ref().and_then(|body| body.text.clone());
        body.is_some_and(|text| text.starts_with("Completed in"))
    });
    let completed = completed.unwrap();
    assert_eq!(completed.severity, 9);
    assert_eq!(
        attribute(&completed.attributes, "status").as_deref(),
        Some("200")
    );
}

#[test]
fn all_reporters_get_errors_of_sources_but_not_of_clients() {
    let collector = Collector::http("{}");
    let dsn = collector.url().replace("http://", "http://public@") + "/42";
    let world = World::start(&[
        ("IMGPROXY_SENTRY_DSN", &dsn),
        ("IMGPROXY_SENTRY_ENVIRONMENT", "staging"),
        ("IMGPROXY_BUGSNAG_KEY", "bug-key"),
        ("BUGSNAG_NOTIFY_ENDPOINT", &collector.url()),
        ("IMGPROXY_HONEYBADGER_KEY", "honey-key"),
        ("HONEYBADGER_ENDPOINT", &collector.url()),
        ("IMGPROXY_AIRBRAKE_PROJECT_ID", "7"),
        ("IMGPROXY_AIRBRAKE_PROJECT_KEY", "air-key"),
        ("PIXGATE_AIRBRAKE_ENDPOINT", &collector.url()),
    ]);
    let secret = ("Authorization", "Bearer in-clear");
    world.server.get("/unsafe/w:x/plain/local:///photo.jpg");
    let target = "/unsafe/w:30/plain/local:///none.jpg";
    world
        .server
        .get_with(target, &[("X-Request-ID", "req-9"), secret]);
    let told: Vec<Told> = (0..4).map(|_| collector.next()).collect();
    for told in &told {
        let text = String::from_utf8_lossy(&told.body);
        for part in [
            "download_error (source_status)",
            "req-9",
            "local:///none.jpg",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert!(!text.contains("in-clear"), "{text}");
    }
    let of = |path: &str| told.iter().find(|told| told.path == path).unwrap();
    check_sentry(of("/api/42/envelope/"));
    let bugsnag = of("/");
    assert_eq!(bugsnag.header("bugsnag-api-key"), "bug-key");
    let event = &bugsnag.json()["events"][0];
    assert_eq!(event["app"]["releaseStage"], "production");
    assert_eq!(
        event["metaData"]["Processing Context"]["Request ID"],
        "req-9"
    );
    let honeybadger = of("/v1/notices");
    assert_eq!(honeybadger.header("x-api-key"), "honey-key");
    let request = &honeybadger.json()["request"];
    assert_eq!(request["context"]["SOURCE_IMAGE_URL"], "local:///none.jpg");
    assert_eq!(request["cgi_data"]["HTTP_X_REQUEST_ID"], "req-9");
    let airbrake = of("/api/v3/projects/7/notices");
    assert_eq!(airbrake.header("authorization"), "Bearer air-key");
    assert_eq!(
        airbrake.json()["params"]["source-image-url"],
        "local:///none.jpg"
    );
}

fn check_sentry(told: &Told) {
    assert!(told.header("x-sentry-auth").contains("sentry_key=public"));
    let text = String::from_utf8_lossy(&told.body);
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [head, item, event] = &lines[..] else {
        panic!("{text}");
    };
    assert_eq!(head["event_id"], event["event_id"]);
    assert_eq!(item["type"], "event");
    assert_eq!(event["environment"], "staging");
    assert_eq!(
        event["contexts"]["Processing context"]["Request ID"],
        "req-9"
    );
    assert_eq!(event["request"]["method"], "GET");
}
