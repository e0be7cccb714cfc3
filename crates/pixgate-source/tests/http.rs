//! What is sent to an http source and what is kept of its answer.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where its tools do"
)]

mod support;

use std::time::Duration;

use futures_util::StreamExt;
use pixgate_source::{Config, Error, ErrorKind, Mode, SourceRequest, Status};
use support::origin::{OK, Origin};
use support::{bytes, config, fetcher, get, kind, wait_until};

#[tokio::test]
async fn a_sound_origin_is_fetched_over_one_connection() {
    let origin = Origin::start().await;
    let fetcher = fetcher(config());
    for _ in 0..3 {
        let request = SourceRequest::new(origin.url("/ok"));
        assert_eq!(bytes(&fetcher, request).await.unwrap(), OK);
    }
    assert_eq!(origin.connections(), 1);
    let request = origin.last_request();
    assert_eq!(
        request.header("user-agent"),
        Some(Config::default().user_agent.as_str())
    );
    for absent in [
        "accept-encoding",
        "cookie",
        "authorization",
        "referer",
        "range",
    ] {
        assert_eq!(request.header(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn without_keep_alive_each_fetch_connects_anew() {
    let origin = Origin::start().await;
    let fetcher = fetcher(Config {
        keep_alive: Duration::ZERO,
        ..config()
    });
    for _ in 0..3 {
        bytes(&fetcher, SourceRequest::new(origin.url("/ok")))
            .await
            .unwrap();
    }
    assert_eq!(origin.connections(), 3);
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_accepted() {
    let origin = Origin::start().await;
    let fetcher = fetcher(config());
    for (path, limit, accepted) in [
        ("/ok", 16, true),
        ("/ok", 15, false),
        ("/encoded?as=gzip", 16, true),
        ("/encoded?as=gzip", 15, false),
    ] {
        let mut request = SourceRequest::new(origin.url(path));
        request.max_bytes = Some(limit);
        assert_eq!(
            bytes(&fetcher, request).await.is_ok(),
            accepted,
            "{path} {limit}"
        );
    }
    let mut request = SourceRequest::new(origin.url("/ok"));
    request.max_bytes = Some(15);
    let error = fetcher.fetch(request).await.unwrap_err();
    assert_eq!(error.to_string(), "source has 16 bytes, the limit is 15");
}

#[tokio::test]
async fn raw_mode_passes_everything_on() {
    let origin = Origin::start().await;
    let fetcher = fetcher(Config {
        max_bytes: 1,
        ..config()
    });
    let mut request = SourceRequest::new(origin.url("/status?c=503"));
    request.mode = Mode::Raw;
    let response = fetcher.fetch(request).await.unwrap();
    assert_eq!(response.status.code(), 503);
    assert_eq!(response.content_type(), Some("text/plain"));
    assert_eq!(
        response.body.collect(100).await.unwrap(),
        "the origin's own words"
    );

    let mut request = SourceRequest::new(origin.url("/encoded?as=gzip"));
    request.mode = Mode::Raw;
    request.range = Some("bytes=0-".parse().unwrap());
    request
        .headers
        .insert("accept-encoding", "gzip".parse().unwrap());
    let response = fetcher.fetch(request).await.unwrap();
    assert_eq!(response.headers["content-encoding"], "gzip");
    assert!(
        response
            .body
            .collect(100)
            .await
            .unwrap()
            .starts_with(b"\x1f\x8b")
    );
    assert_eq!(origin.last_request().header("range"), Some("bytes=0-"));
    assert_eq!(
        origin.last_request().header("accept-encoding"),
        Some("gzip")
    );
}

#[tokio::test]
async fn only_the_exact_gzip_is_decoded() {
    let origin = Origin::start().await;
    assert_eq!(get(origin.url("/encoded?as=gzip")).await.unwrap(), OK);
    for encoding in ["GZIP", "x-gzip", "br", "gzip,%20gzip"] {
        let body = get(origin.url(&format!("/encoded?as={encoding}")))
            .await
            .unwrap();
        assert!(body.starts_with(b"\x1f\x8b"), "{encoding}");
    }
    let fetcher = fetcher(config());
    assert_eq!(
        kind(&fetcher, origin.url("/not-gzip")).await,
        ErrorKind::BrokenEncoding
    );
    let cut = kind(&fetcher, origin.url("/encoded?as=gzip&n=25")).await;
    assert_eq!(cut, ErrorKind::BrokenEncoding);
    let response = fetcher
        .fetch(SourceRequest::new(origin.url("/encoded?as=gzip")))
        .await
        .unwrap();
    assert_eq!(response.content_length(), None);
    assert!(!response.headers.contains_key("content-length"));
    assert!(!response.headers.contains_key("content-encoding"));
}

#[tokio::test]
async fn validators_go_both_ways() {
    let origin = Origin::start().await;
    let fetcher = fetcher(config());
    let mut request = SourceRequest::new(origin.url("/etag"));
    let response = fetcher.fetch(request.clone()).await.unwrap();
    assert_eq!(response.etag(), Some("\"v1\""));
    assert_eq!(
        response.last_modified(),
        Some("Thu, 01 Jan 2026 00:00:00 GMT")
    );
    assert_eq!(response.cache_control(), Some("max-age=60"));
    assert!(!response.headers.contains_key("x-other"));

    request.conditions.if_none_match = Some("\"v1\"".parse().unwrap());
    request.conditions.if_modified_since = Some("not a date".parse().unwrap());
    let response = fetcher.fetch(request).await.unwrap();
    assert_eq!(response.status, Status::NotModified);
    assert_eq!(response.etag(), Some("\"v1\""));
    assert!(response.body.is_empty());
    assert_eq!(
        origin.last_request().header("if-modified-since"),
        Some("not a date")
    );
}

#[tokio::test]
async fn the_first_bytes_can_be_read_without_the_rest() {
    let origin = Origin::start().await;
    let fetcher = fetcher(config());
    let mut response = fetcher
        .fetch(SourceRequest::new(origin.url("/endless")))
        .await
        .unwrap();
    let first = response.body.peek(32 << 10).await.unwrap();
    assert!(first.len() >= 32 << 10 && first.len() < 1 << 20);
    drop(response);
    wait_until(|| origin.open_connections() == 0).await;

    let mut response = fetcher
        .fetch(SourceRequest::new(origin.url("/ok")))
        .await
        .unwrap();
    assert_eq!(response.body.peek(4).await.unwrap(), OK);
    assert_eq!(response.body.peek(1 << 20).await.unwrap(), OK);
    assert_eq!(response.body.collect(16).await.unwrap(), OK);
}

#[tokio::test]
async fn every_visible_character_is_sent_or_refused_by_name() {
    let origin = Origin::start().await;
    let fetcher = fetcher(config());
    for character in ('!'..='~').filter(|c| !"#/\\".contains(*c)) {
        for target in [
            format!("/status-{character}x"),
            format!("/ok?{character}=1"),
        ] {
            let result = bytes(&fetcher, SourceRequest::new(origin.url(&target))).await;
            match result.as_ref().map_err(Error::kind) {
                Ok(body) => assert_eq!(body, OK),
                Err(ErrorKind::Status { status: 404 }) => {}
                Err(ErrorKind::InvalidUrl { .. }) => {}
                Err(other) => panic!("{target}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn headers_of_the_connection_are_not_passed_on() {
    let origin = Origin::start().await;
    let mut request = SourceRequest::new(origin.url("/ok"));
    for (name, value) in [
        ("host", "evil.test"),
        ("connection", "close"),
        ("transfer-encoding", "chunked"),
        ("content-length", "5"),
        ("x-fine", "1"),
    ] {
        request.headers.insert(name, value.parse().unwrap());
    }
    bytes(&fetcher(config()), request).await.unwrap();
    let seen = origin.last_request();
    assert_eq!(
        seen.header("host"),
        Some(format!("127.0.0.1:{}", origin.port()).as_str())
    );
    for name in ["connection", "transfer-encoding", "content-length"] {
        assert_eq!(seen.header(name), None, "{name}");
    }
    assert_eq!(seen.header("x-fine"), Some("1"));
}

#[tokio::test]
async fn responses_can_be_read_in_another_task() {
    let origin = Origin::start().await;
    let fetcher = fetcher(config());
    let url = origin.url("/ok");
    let task = tokio::spawn(async move {
        let response = fetcher.fetch(SourceRequest::new(url)).await?;
        let chunks: Vec<_> = response.body.into_stream().collect().await;
        chunks.into_iter().collect::<Result<Vec<_>, _>>()
    });
    assert_eq!(task.await.unwrap().unwrap().concat(), OK);
}
