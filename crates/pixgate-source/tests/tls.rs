//! https sources: who is trusted, and HTTP/2.
#![allow(clippy::unwrap_used, reason = "a test ends where its tools do")]

mod support;

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use pixgate_source::{BoxFuture, Config, ErrorKind, Fetcher, Resolve, SourceRequest, Wait};
use support::origin::OK;
use support::secure::{AUTHORITY, SecureOrigin};
use support::{bytes, config, kind};

/// All names are this machine.
#[derive(Debug)]
struct Here;

impl Resolve for Here {
    fn resolve<'a>(&'a self, _host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async { Ok(vec![Ipv4Addr::LOCALHOST.into()]) })
    }
}

fn fetcher(config: Config) -> Fetcher {
    Fetcher::with_resolver(config, Arc::new(Here)).unwrap()
}

fn trusting() -> Config {
    Config {
        extra_roots: vec![AUTHORITY.to_vec()],
        ..config()
    }
}

fn url(origin: &SecureOrigin, path: &str) -> String {
    format!("https://any.test:{}{path}", origin.port)
}

#[tokio::test]
async fn a_configured_authority_is_trusted_for_its_names_only() {
    let origin = SecureOrigin::start("http/1.1").await;
    let fetcher = fetcher(trusting());
    let request = SourceRequest::new(url(&origin, "/ok"));
    assert_eq!(bytes(&fetcher, request).await.unwrap(), OK);
    let other = url(&origin, "/ok").replace("any.test", "other.test");
    let kind = kind(&fetcher, other).await;
    assert!(matches!(kind, ErrorKind::TlsFailed { .. }), "{kind:?}");
    assert_eq!(origin.requests(), 1);
}

#[tokio::test]
async fn an_unknown_authority_is_trusted_only_without_verification() {
    let origin = SecureOrigin::start("http/1.1").await;
    let kind = kind(&fetcher(config()), url(&origin, "/ok")).await;
    assert!(matches!(kind, ErrorKind::TlsFailed { .. }), "{kind:?}");
    let blind = fetcher(Config {
        ignore_ssl_verification: true,
        ..config()
    });
    let request = SourceRequest::new(url(&origin, "/ok"));
    assert_eq!(bytes(&blind, request).await.unwrap(), OK);
}

#[tokio::test]
async fn http2_is_spoken_where_the_origin_offers_it() {
    let origin = SecureOrigin::start("h2").await;
    let fetcher = fetcher(Config {
        download_timeout: Duration::from_secs(1),
        ..trusting()
    });
    let request = SourceRequest::new(url(&origin, "/ok"));
    assert_eq!(bytes(&fetcher, request.clone()).await.unwrap(), OK);
    let reset = kind(&fetcher, url(&origin, "/reset")).await;
    assert!(
        matches!(
            reset,
            ErrorKind::Incomplete {
                received: 0..=4,
                expected: Some(16)
            }
        ),
        "{reset:?}"
    );
    let stalled = kind(&fetcher, url(&origin, "/stall")).await;
    assert!(
        matches!(
            stalled,
            ErrorKind::Timeout {
                wait: Wait::Body,
                ..
            }
        ),
        "{stalled:?}"
    );
    // One stream's end is not the connection's.
    assert_eq!(bytes(&fetcher, request).await.unwrap(), OK);
    assert_eq!(origin.requests(), 4);
}

/// Runs the test below as in a container without certificates.
#[tokio::test]
async fn a_fetcher_can_be_made_without_system_certificates() {
    let mut child = tokio::process::Command::new(std::env::current_exe().unwrap());
    child.args([
        "--exact",
        "makes_a_fetcher_without_system_certificates",
        "--ignored",
    ]);
    let nowhere = tempfile::tempdir().unwrap();
    child.env("SSL_CERT_FILE", nowhere.path().join("none.pem"));
    child.env("SSL_CERT_DIR", nowhere.path());
    let output = child.output().await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
}

#[tokio::test]
#[ignore = "run by a_fetcher_can_be_made_without_system_certificates"]
async fn makes_a_fetcher_without_system_certificates() {
    let origin = SecureOrigin::start("h2").await;
    let strict = kind(&fetcher(config()), url(&origin, "/ok")).await;
    assert!(matches!(strict, ErrorKind::TlsFailed { .. }), "{strict:?}");
    let request = SourceRequest::new(url(&origin, "/ok"));
    assert_eq!(bytes(&fetcher(trusting()), request).await.unwrap(), OK);
}
