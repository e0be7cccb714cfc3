//! Where an origin may send us, and where it cannot. The letters are the rows of the fault table.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where its tools do"
)]

mod support;

use std::time::{Duration, Instant};

use pixgate_source::{Allowlist, Blame, Config, ErrorKind, Fetcher, Redirects, SourceRequest};
use support::origin::{OK, Origin};
use support::{bytes, config, fetcher, kind};

#[tokio::test]
async fn b5_loops_end_after_the_limit() {
    let origin = Origin::start().await;
    let fetcher = fetcher(config());
    let started = Instant::now();
    for path in ["/loop", "/ping", "/loop-query"] {
        let before = origin.requests().len();
        let kind = kind(&fetcher, origin.url(path)).await;
        assert_eq!(kind, ErrorKind::TooManyRedirects { limit: 10 });
        assert_eq!(origin.requests().len() - before, 11, "{path}");
    }
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn b5_exactly_the_limit_is_followed() {
    let origin = Origin::start().await;
    for (max_redirects, hops, followed) in [
        (10, 9, true),
        (10, 10, true),
        (10, 11, false),
        (0, 0, true),
        (0, 1, false),
    ] {
        let fetcher = fetcher(Config {
            max_redirects,
            ..config()
        });
        let request = SourceRequest::new(origin.url(&format!("/chain?n={hops}")));
        assert_eq!(
            bytes(&fetcher, request).await.is_ok(),
            followed,
            "{max_redirects} {hops}"
        );
    }
}

#[tokio::test]
async fn b5_redirects_lead_to_http_only() {
    let origin = Origin::start().await;
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("a.png"), OK).unwrap();
    let fetcher = fetcher(Config {
        local_root: Some(root.path().to_owned()),
        ..config()
    });
    for target in [
        "file:///etc/passwd",
        "data:,x",
        "ftp://127.0.0.1/x",
        "local:///a.png",
    ] {
        let kind = kind(&fetcher, origin.url(&format!("/redirect?to={target}"))).await;
        assert!(
            matches!(kind, ErrorKind::RedirectRefused { .. }),
            "{target}: {kind:?}"
        );
    }
    assert_eq!(
        kind(&fetcher, origin.url("/redirect?to=http://")).await,
        ErrorKind::InvalidRedirect {
            reason: "it is not a URL"
        }
    );
    assert_eq!(
        kind(&fetcher, origin.url("/redirect-nowhere")).await,
        ErrorKind::Status { status: 302 }
    );
}

#[tokio::test]
async fn redirects_are_matched_against_the_list_or_not_followed_where_that_is_set() {
    let (origin, other) = (Origin::start().await, Origin::start().await);
    let list = Allowlist::new([origin.url("/ok"), origin.url("/redirect")]);
    let strict = fetcher(Config {
        redirects: Redirects::SameList(list),
        ..config()
    });
    let to = |target: String| SourceRequest::new(origin.url(&format!("/redirect?to={target}")));
    assert!(bytes(&strict, to("/ok".to_owned())).await.is_ok());
    for target in [
        other.url("/ok"),
        origin.url("/ok/../chain"),
        "/ok%2f..%2fchain".to_owned(),
        "/chain".to_owned(),
    ] {
        let kind = kind(&strict, to(target.clone()).url).await;
        let refused = matches!(kind, ErrorKind::RedirectNotAllowed { .. });
        assert!(refused, "{target}: {kind:?}");
    }
    assert_eq!(other.connections(), 0);
    let off = fetcher(Config {
        redirects: Redirects::Off,
        ..config()
    });
    let before = origin.requests().len();
    let refusal = kind(&off, to("/ok".to_owned()).url).await;
    assert_eq!(refusal, ErrorKind::RedirectsOff);
    assert_eq!(origin.requests().len() - before, 1);
    assert!(
        bytes(&off, SourceRequest::new(origin.url("/ok")))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn b6_redirects_to_refused_addresses_are_not_followed() {
    let origin = Origin::start().await;
    let fetcher = fetcher(config());
    for host in [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0xa9fea9fe",
        "2852039166",
        "[fe80::1]",
        "[fc00::1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[::ffff:0:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::]",
    ] {
        let url = origin.url(&format!("/redirect?to=http://{host}/latest/meta-data"));
        let kind = kind(&fetcher, url).await;
        assert!(
            matches!(kind, ErrorKind::AddressRefused { .. }),
            "{host}: {kind:?}"
        );
        assert_eq!(kind.blame(), Blame::Client);
    }
}

#[tokio::test]
async fn b7_no_spelling_of_loopback_is_contacted() {
    let origin = Origin::start().await;
    let fetcher = Fetcher::new(Config::default()).unwrap();
    for host in [
        "127.0.0.1",
        "127.1",
        "127.0.0.1.",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "127.255.255.254",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",
        "127。0。0。1",
        "user@127.0.0.1",
        "example.com@127.0.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "localhost",
        "LOCALHOST",
    ] {
        let host_and_port = format!("{host}:{}", origin.port());
        let kind = kind(&fetcher, format!("http://{host_and_port}/ok")).await;
        let refused = matches!(kind, ErrorKind::AddressRefused { .. });
        assert!(refused, "{host}: {kind:?}");
    }
    for url in [
        "http://127.0.0.1\t:80/",
        "http://127.0.\n0.1/",
        "http://[fe80::1%25eth0]/",
    ] {
        let kind = kind(&fetcher, url.to_owned()).await;
        assert!(
            matches!(kind, ErrorKind::InvalidUrl { .. }),
            "{url:?}: {kind:?}"
        );
    }
    assert_eq!(origin.connections(), 0);
}
