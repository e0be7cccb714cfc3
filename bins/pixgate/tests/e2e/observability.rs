//! What operators see: logs, metrics, timing.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::world::World;

fn field<'v>(line: &'v Value, name: &str) -> &'v str {
    line[name].as_str().unwrap_or_default()
}

fn records(lines: &[String]) -> Vec<Value> {
    let parse = |line: &String| serde_json::from_str(line).unwrap();
    lines.iter().map(parse).collect()
}

#[test]
fn a_picture_is_logged_when_it_starts_and_when_it_is_complete() {
    let world = World::start(&[("IMGPROXY_LOG_FORMAT", "json")]);
    let target = "/unsafe/rs:fill:30:20/bg:ff0000/plain/local:///photo.jpg@png";
    let answer = world.server.get_with(target, &[("X-Request-ID", "req-1")]);
    assert_eq!(answer.header("x-request-id"), Some("req-1"));
    let lines = records(&world.server.log_with("Completed in"));
    let of_request = |line: &&Value| field(line, "request_id") == "req-1";
    let [started, completed] = lines.iter().filter(of_request).collect::<Vec<_>>()[..] else {
        panic!("{lines:?}");
    };
    assert_eq!(field(started, "msg"), format!("Started {target}"));
    assert_eq!(field(started, "client_ip"), "127.0.0.1");
    assert_eq!(field(completed, "level"), "INFO");
    assert_eq!(completed["status"], 200);
    assert_eq!(field(completed, "image_url"), "local:///photo.jpg");
    let options = json!({
        "background": "#ff0000", "format": "png", "height": 20,
        "resizing_type": "fill", "width": 30,
    });
    assert_eq!(completed["processing_options"], options);
}

#[test]
fn an_error_is_logged_with_its_reason_and_the_id_of_its_answer() {
    let world = World::start(&[("IMGPROXY_LOG_FORMAT", "gcp")]);
    let answer = world.server.get("/unsafe/plain/local:///none.jpg");
    let lines = records(&world.server.log_with("Completed in"));
    let completed = lines.last().unwrap();
    assert_eq!(field(completed, "severity"), "WARNING");
    assert_eq!(completed["status"], 404);
    assert_eq!(
        Some(field(completed, "request_id")),
        answer.header("x-request-id")
    );
    assert!(field(completed, "error").contains("404"), "{completed}");
    assert!(completed.get("image_url").is_none());
    world.server.get("/unsafe/w:x/plain/local:///photo.jpg");
    let lines = records(&world.server.log_with("error_docs_url"));
    let docs_url = "https://docs.imgproxy.net/usage/processing#width";
    assert_eq!(field(lines.last().unwrap(), "error_docs_url"), docs_url);
    let schemes = lines.iter().filter(|line| line["scheme"] == "local");
    assert_eq!(schemes.count(), 1);
}

#[test]
fn memory_figures_are_logged_if_wanted() {
    let world = World::start(&[
        ("IMGPROXY_LOG_FORMAT", "json"),
        ("IMGPROXY_LOG_LEVEL", "debug"),
        ("IMGPROXY_LOG_MEM_STATS", "true"),
        ("IMGPROXY_FREE_MEMORY_INTERVAL", "1"),
    ]);
    let lines = records(&world.server.log_with("resident_bytes"));
    let figures = lines
        .iter()
        .find(|line| field(line, "msg") == "Memory")
        .unwrap();
    assert!(figures["resident_bytes"].as_u64().unwrap() > 1_000_000);
    assert_eq!(figures["pixel_bytes"], 0);
}

#[test]
fn health_checks_are_not_logged() {
    let world = World::start(&[]);
    world.server.get("/health");
    world.server.get("/unsafe/plain/local:///none.jpg");
    let lines = world.server.log_with("Completed in");
    assert!(
        !lines.iter().any(|line| line.contains("/health")),
        "{lines:?}"
    );
}

#[test]
fn prometheus_finds_imgproxys_metrics_under_the_namespace() {
    let world = World::start(&[
        ("IMGPROXY_PROMETHEUS_BIND", "localhost:0"),
        ("IMGPROXY_PROMETHEUS_NAMESPACE", "img"),
    ]);
    let server = &world.server;
    let before = scrape(world_metrics(&world).as_str(), "");
    for line in [
        "img_requests_total 0\n",
        "img_request_duration_seconds_count 0\n",
    ] {
        assert!(before.contains(line), "{line} is not in {before}");
    }
    assert!(!before.contains("img_errors_total"), "{before}");
    server.get("/unsafe/w:30/plain/local:///photo.jpg");
    server.get("/unsafe/plain/local:///none.jpg");
    server.get("/unsafe/w:x/plain/local:///photo.jpg");
    server.get("/unsafe/raw:1/plain/local:///photo.jpg");
    for (method, target) in [
        ("GET", "/health"),
        ("GET", "/"),
        ("HEAD", "/unsafe/plain/local:///a"),
    ] {
        server.ask(method, target, &[]);
    }
    server.log_with("s /unsafe/raw:1");
    let text = scrape_at_rest(world_metrics(&world).as_str());
    for line in [
        "Content-Type: text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
        "# TYPE img_requests_total counter\nimg_requests_total 4\n",
        "img_status_codes_total{status=\"200\"} 2\n",
        "img_status_codes_total{status=\"404\"} 2\n",
        "img_errors_total{type=\"download\"} 1\n",
        "img_errors_total{type=\"path_parsing\"} 1\n",
        "img_request_duration_seconds_bucket{le=\"0.005\"} ",
        "img_request_duration_seconds_bucket{le=\"+Inf\"} 4\n",
        "img_request_span_duration_seconds_count{span=\"queue\"} 1\n",
        "img_request_span_duration_seconds_count{span=\"downloading_source_image\"} 2\n",
        "img_request_span_duration_seconds_count{span=\"processing_image\"} 1\n",
        "img_request_span_duration_seconds_count{span=\"streaming_image\"} 1\n",
        "# TYPE img_workers gauge\nimg_workers ",
        "img_requests_in_progress 0\n",
        "img_images_in_progress 0\n",
        "img_workers_utilization 0\n",
        "img_vips_memory_bytes 0\n",
        "img_vips_allocs 0\n",
        "\nprocess_resident_memory_bytes ",
        "\npixgate_queue_length 0\n",
        "\npixgate_memory_used_bytes{part=\"sources\"} 0\n",
    ] {
        assert!(
            text.to_lowercase().contains(&line.to_lowercase()),
            "{line} is not in {text}"
        );
    }
    assert!(!text.contains("img_vips_max_memory_bytes 0\n"), "{text}");
    let open = scrape(
        world_metrics(&world).as_str(),
        "application/openmetrics-text",
    );
    assert!(
        open.ends_with("# EOF\n") && open.contains("# TYPE img_requests counter"),
        "{open}"
    );
}

#[test]
fn answers_tell_where_the_time_went_if_that_is_wanted() {
    let world = World::start(&[("PIXGATE_SERVER_TIMING", "true")]);
    let answer = world.server.get("/unsafe/w:30/plain/local:///photo.jpg");
    let timing = answer.header("server-timing").unwrap();
    let names: Vec<_> = timing
        .split(", ")
        .filter_map(|entry| entry.split_once(";dur="))
        .filter(|(_, milliseconds)| milliseconds.parse::<f64>().is_ok())
        .map(|(name, _)| name)
        .collect();
    let all = ["queue", "fetch", "decode", "transform", "encode"];
    assert_eq!(names, all, "{timing}");
    let world = World::start(&[]);
    let answer = world.server.get("/unsafe/w:30/plain/local:///photo.jpg");
    assert_eq!(answer.header("server-timing"), None);
}

/// Where the metrics are, from the log.
fn world_metrics(world: &World) -> String {
    let place = "Starting Prometheus server at ";
    let lines = world.server.log_with(place);
    let line = lines.iter().find_map(|line| line.split_once(place));
    line.unwrap().1.trim_end_matches('"').to_owned()
}

/// The figures once nothing is under way: a gauge falls when an answer's last byte is gone, which
/// the client may see first.
fn scrape_at_rest(address: &str) -> String {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let text = scrape(address, "");
        if text.contains("_images_in_progress 0\n") || Instant::now() > end {
            return text;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

fn scrape(address: &str, accept: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "GET /any/path HTTP/1.1\r\nHost: h\r\nAccept: {accept}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn what_is_left_out_is_told_once_and_always_counted() {
    let world = World::start(&[
        ("IMGPROXY_PROMETHEUS_BIND", "localhost:0"),
        ("IMGPROXY_DEVELOPMENT_ERRORS_MODE", "true"),
        ("IMGPROXY_ALLOW_BYPASS_CACHE", "true"),
    ]);
    let server = &world.server;
    let told = |target: &str| {
        let answer = server.get(target);
        assert_eq!(answer.status, 200, "{target}");
        answer.header("x-pixgate-warning").map(str::to_owned)
    };
    assert_eq!(told("/unsafe/w:30/plain/local:///photo.jpg"), None);
    let watermark = told("/unsafe/w:30/wm:1/plain/local:///photo.jpg").unwrap();
    assert!(
        watermark.contains("watermark: none is configured"),
        "{watermark}"
    );
    told("/unsafe/w:31/wm:1/plain/local:///photo.jpg").unwrap();
    let both = told("/unsafe/w:32/wm:1/bc:1/plain/local:///photo.jpg").unwrap();
    assert!(both.contains("; bypass_cache:"), "{both}");
    let lines = server.log_with("WARNING\" msg=\"bypass_cache");
    let of_watermark = lines
        .iter()
        .filter(|line| line.contains("msg=\"watermark: none"));
    assert_eq!(of_watermark.count(), 1, "{lines:?}");
    let text = scrape(world_metrics(&world).as_str(), "");
    for line in [
        "pixgate_left_out_total{kind=\"no_watermark_configured\"} 3\n",
        "pixgate_left_out_total{kind=\"bypass_cache_not_used\"} 1\n",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
}
