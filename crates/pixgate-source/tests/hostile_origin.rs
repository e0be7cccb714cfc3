//! What an origin can do to us, and what it cannot. The letters are the rows of the fault table.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where its tools do"
)]

mod support;

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use pixgate_source::{Blame, Config, ErrorKind, Mode, SourceRequest, Status, Wait};
use support::origin::{OK, Origin};
use support::{bytes, config, fetcher, get, kind, wait_until};

/// A configuration that gives up after `ms` milliseconds.
fn impatient(ms: u64) -> Config {
    Config {
        download_timeout: Duration::from_millis(ms),
        ..config()
    }
}

fn is_timeout(kind: &ErrorKind, wanted: Wait) -> bool {
    matches!(kind, ErrorKind::Timeout { wait, .. } if *wait == wanted)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b1_dripping_origins_end_on_time_and_do_not_slow_others() {
    let origin = Origin::start().await;
    let fetcher = fetcher(impatient(800));
    let started = Instant::now();
    let drips = join_all((0..30).map(|_| kind(&fetcher, origin.url("/drip?bps=10"))));
    let sound = async {
        for _ in 0..20 {
            let began = Instant::now();
            bytes(&fetcher, SourceRequest::new(origin.url("/ok")))
                .await
                .unwrap();
            assert!(began.elapsed() < Duration::from_millis(500));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let (kinds, ()) = futures_util::future::join(drips, sound).await;
    assert!(
        kinds.iter().all(|kind| is_timeout(kind, Wait::Body)),
        "{kinds:?}"
    );
    let elapsed = started.elapsed();
    assert!(elapsed >= Duration::from_millis(800) && elapsed < Duration::from_millis(1500));
}

#[tokio::test]
async fn b2_silence_ends_by_the_deadline() {
    let origin = Origin::start().await;
    let fetcher = fetcher(impatient(300));
    let slow_tls = format!("https://127.0.0.1:{}/ok", origin.port());
    for (url, wait) in [
        (origin.url("/silent"), Wait::Response),
        (origin.url("/headers-only"), Wait::Body),
        (origin.url("/stall-after?n=3"), Wait::Body),
        (slow_tls, Wait::Response),
    ] {
        let started = Instant::now();
        let kind = kind(&fetcher, url.clone()).await;
        assert!(is_timeout(&kind, wait), "{url}: {kind:?}");
        assert!(started.elapsed() < Duration::from_millis(800), "{url}");
    }
}

#[tokio::test]
async fn b2_silence_within_a_body_ends_by_the_idle_timeout() {
    let origin = Origin::start().await;
    let fetcher = fetcher(Config {
        idle_timeout: Duration::from_millis(200),
        ..config()
    });
    let started = Instant::now();
    assert!(is_timeout(
        &kind(&fetcher, origin.url("/stall-after?n=3")).await,
        Wait::Idle
    ));
    assert!(started.elapsed() < Duration::from_millis(500));
    // Waiting for the headers is not idling.
    bytes(&fetcher, SourceRequest::new(origin.url("/late?ms=400")))
        .await
        .unwrap();
}

#[tokio::test]
async fn b2_connecting_ends_by_the_connect_timeout() {
    let origin = Origin::start().await;
    let fetcher = fetcher(Config {
        connect_timeout: Duration::from_millis(200),
        ..config()
    });
    let url = format!("https://127.0.0.1:{}/ok", origin.port());
    assert!(is_timeout(&kind(&fetcher, url).await, Wait::Connect));
}

#[tokio::test]
async fn the_earlier_deadline_counts() {
    let origin = Origin::start().await;
    let mut request = SourceRequest::new(origin.url("/silent"));
    request.deadline = Some(Instant::now() + Duration::from_millis(100));
    let started = Instant::now();
    let error = bytes(&fetcher(config()), request).await.unwrap_err();
    assert!(is_timeout(error.kind(), Wait::Response));
    assert!(started.elapsed() < Duration::from_millis(600));
}

#[tokio::test]
async fn b3_short_bodies_are_never_whole() {
    let origin = Origin::start().await;
    let fetcher = fetcher(config());
    for script in ["short", "rst-after"] {
        for n in [0, 1, OK.len() / 2, OK.len() - 1] {
            let kind = kind(&fetcher, origin.url(&format!("/{script}?n={n}"))).await;
            let ErrorKind::Incomplete { received, expected } = kind else {
                panic!("{script} {n}: {kind:?}");
            };
            // A reset may overtake what was sent before it.
            assert!(received == n as u64 || (script == "rst-after" && received < n as u64));
            assert_eq!(expected, Some(OK.len() as u64), "{script} {n}");
        }
    }
    let kind = kind(&fetcher, origin.url("/short-chunked")).await;
    assert!(
        matches!(
            kind,
            ErrorKind::Incomplete {
                received: 4,
                expected: None
            }
        ),
        "{kind:?}"
    );
}

#[tokio::test]
async fn b3_more_bytes_than_announced_are_ignored() {
    let origin = Origin::start().await;
    assert_eq!(get(origin.url("/long?n=1")).await.unwrap(), OK);
    assert_eq!(get(origin.url("/long?n=100000")).await.unwrap(), OK);
}

#[tokio::test]
async fn b3_a_connection_lost_before_the_response_is_retried_once() {
    let origin = Origin::start().await;
    let reuses = fetcher(config());
    assert!(matches!(
        kind(&reuses, origin.url("/rst-before")).await,
        ErrorKind::ConnectionLost { .. }
    ));
    assert_eq!(origin.connections(), 2);
    let fresh = fetcher(Config {
        keep_alive: Duration::ZERO,
        ..config()
    });
    kind(&fresh, origin.url("/rst-before")).await;
    assert_eq!(origin.connections(), 3);
}

#[tokio::test]
async fn b4_endless_bodies_end_at_the_limit() {
    let origin = Origin::start().await;
    let fetcher = fetcher(config());
    for script in ["/endless", "/chunked-endless"] {
        let mut request = SourceRequest::new(origin.url(script));
        request.max_bytes = Some(1 << 20);
        let error = bytes(&fetcher, request).await.unwrap_err();
        let limit = 1 << 20;
        assert_eq!(*error.kind(), ErrorKind::TooLarge { size: None, limit });
    }
    wait_until(|| origin.open_connections() == 0).await;
}

#[tokio::test]
async fn b4_the_default_configuration_has_a_limit() {
    let origin = Origin::start().await;
    assert_eq!(Config::default().max_bytes, 256 << 20);
    let fetcher = fetcher(Config {
        max_bytes: 3 << 20,
        ..config()
    });
    let kind = kind(&fetcher, origin.url("/endless")).await;
    assert!(matches!(kind, ErrorKind::TooLarge { .. }));
}

#[tokio::test]
async fn a_gzip_bomb_is_counted_after_inflation() {
    let origin = Origin::start().await;
    let mut request = SourceRequest::new(origin.url("/gzip-bomb?mb=30"));
    request.max_bytes = Some(1 << 20);
    let response = fetcher(config()).fetch(request).await.unwrap();
    let mut body = response.body;
    let mut total = 0;
    let error = loop {
        match body.next().await.unwrap() {
            Ok(chunk) => total += chunk.len(),
            Err(error) => break error,
        }
    };
    assert!(total <= 1 << 20);
    assert!(matches!(
        error.kind(),
        ErrorKind::TooLarge { size: None, .. }
    ));
    assert!(body.next().await.is_none());
    wait_until(|| origin.open_connections() == 0).await;
}

#[tokio::test]
async fn b10_odd_responses_are_errors_on_time() {
    let origin = Origin::start().await;
    let fetcher = fetcher(impatient(1000));
    let head = "HTTP/1.1\\s200\\sOK\\r\\n";
    for (name, target) in [
        ("many headers", "/headers?count=10000".to_owned()),
        ("1 MB header", "/headers?count=1&size=1000000".to_owned()),
        ("endless header", "/endless-header".to_owned()),
        ("1xx flood", "/interim-flood".to_owned()),
        (
            "negative length",
            format!("/raw?to={head}Content-Length:\\s-1\\r\\n\\r\\nabc"),
        ),
        (
            "two lengths",
            format!("/raw?to={head}Content-Length:\\s3\\r\\nContent-Length:\\s4\\r\\n\\r\\nabcd"),
        ),
        (
            "NUL in a header",
            format!("/raw?to={head}X:\\sa\\0b\\r\\n\\r\\n"),
        ),
        ("no HTTP", "/raw?to=SSH-2.0-OpenSSH\\r\\n".to_owned()),
    ] {
        let started = Instant::now();
        let kind = kind(&fetcher, origin.url(&target)).await;
        let expected =
            matches!(kind, ErrorKind::InvalidResponse { .. }) || is_timeout(&kind, Wait::Response);
        assert!(expected, "{name}: {kind:?}");
        assert!(started.elapsed() < Duration::from_millis(1250), "{name}");
    }
}

/// imgproxy reads past most of these, and what is dropped is not looked at.
#[tokio::test]
async fn b10_odd_header_lines_are_read_past() {
    let origin = Origin::start().await;
    let fetcher = fetcher(impatient(1000));
    for line in [
        "X\\sY:\\sa",
        "X-A\\s:\\sb",
        "X:\\sa\\r\\n\\sb:c",
        "X[a]:\\sb",
        "no\\scolon",
    ] {
        let head = "HTTP/1.1\\s200\\sOK\\r\\n";
        let target = format!("/raw?to={head}{line}\\r\\nContent-Length:\\s3\\r\\n\\r\\nabc");
        let read = bytes(&fetcher, SourceRequest::new(origin.url(&target))).await;
        assert_eq!(read.unwrap(), b"abc", "{line}");
    }
}

#[tokio::test]
async fn b10_nothing_is_smuggled_into_the_next_response() {
    let origin = Origin::start().await;
    let fetcher = fetcher(impatient(1000));
    let both = "/raw?to=HTTP/1.1\\s200\\sOK\\r\\nContent-Length:\\s30\\r\\n\
                Transfer-Encoding:\\schunked\\r\\n\\r\\n3\\r\\nabc\\r\\n0\\r\\n\\r\\n";
    // Transfer-Encoding wins (RFC 9112, 6.3).
    assert_eq!(
        bytes(&fetcher, SourceRequest::new(origin.url(both)))
            .await
            .unwrap(),
        b"abc"
    );
    let more = "/raw?to=HTTP/1.1\\s200\\sOK\\r\\nContent-Length:\\s3\\r\\n\\r\\nabc\
                HTTP/1.1\\s200\\sOK\\r\\nContent-Length:\\s4\\r\\n\\r\\nevil";
    assert_eq!(
        bytes(&fetcher, SourceRequest::new(origin.url(more)))
            .await
            .unwrap(),
        b"abc"
    );
    assert_eq!(
        bytes(&fetcher, SourceRequest::new(origin.url("/ok")))
            .await
            .unwrap(),
        OK
    );
    let eight_bit =
        "/raw?to=HTTP/1.1\\s200\\sOK\\r\\nETag:\\s\"\\8\"\\r\\nContent-Length:\\s0\\r\\n\\r\\n";
    let response = fetcher
        .fetch(SourceRequest::new(origin.url(eight_bit)))
        .await
        .unwrap();
    assert_eq!(response.etag(), None);
}

#[tokio::test]
async fn b11_only_a_complete_part_is_accepted() {
    let origin = Origin::start().await;
    let fetcher = fetcher(config());
    for (range, accepted) in [
        ("bytes%200-15/16", true),
        ("bytes%200-15/*", true),
        ("bytes%200-15/17", false),
        ("bytes%201-15/16", false),
        ("bytes%20*/16", false),
        ("nonsense", false),
        ("", false),
    ] {
        let request = SourceRequest::new(origin.url(&format!("/part?range={range}")));
        let result = fetcher.fetch(request.clone()).await;
        match result {
            Ok(response) => assert!(accepted && response.status == Status::Ok, "{range}"),
            Err(error) => {
                assert!(!accepted, "{range}");
                assert!(matches!(error.kind(), ErrorKind::PartialContent { .. }));
            }
        }
        let raw = SourceRequest {
            mode: Mode::Raw,
            ..request
        };
        assert_eq!(fetcher.fetch(raw).await.unwrap().status, Status::Partial);
    }
}

#[tokio::test]
async fn b12_statuses_are_errors_with_the_origins_words() {
    let origin = Origin::start().await;
    let fetcher = fetcher(config());
    for (status, blame) in [
        (204, Blame::Source),
        (401, Blame::Client),
        (404, Blame::Client),
        (410, Blame::Client),
        (429, Blame::Client),
        (500, Blame::Source),
        (503, Blame::Source),
    ] {
        let request = SourceRequest::new(origin.url(&format!("/status?c={status}")));
        let error = bytes(&fetcher, request).await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Status { status });
        assert_eq!(error.blame(), blame, "{status}");
        let words = (status != 204).then_some("the origin's own words");
        assert_eq!(error.origin_text(), words, "{status}");
    }
}

#[tokio::test]
async fn a_dead_pooled_connection_is_replaced() {
    let origin = Origin::start().await;
    let fetcher = fetcher(config());
    let url = origin.url("/die-when-reused");
    bytes(&fetcher, SourceRequest::new(url.clone()))
        .await
        .unwrap();
    // The second request dies with its connection, and so does the retry's.
    assert!(matches!(
        kind(&fetcher, url).await,
        ErrorKind::ConnectionLost { .. }
    ));
    assert_eq!(origin.connections(), 2);
    bytes(&fetcher, SourceRequest::new(origin.url("/ok")))
        .await
        .unwrap();
}

#[tokio::test]
async fn empty_gzip_members_do_not_go_on_for_ever() {
    let origin = Origin::start().await;
    let mut request = SourceRequest::new(origin.url("/endless-members"));
    request.max_bytes = Some(1 << 20);
    let error = bytes(&fetcher(config()), request).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::TooLarge { .. }),
        "{error:?}"
    );
}
