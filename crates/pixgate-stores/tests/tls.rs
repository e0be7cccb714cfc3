//! Storages behind TLS.
#![cfg(feature = "gcs")]
#![allow(clippy::unwrap_used, reason = "a test ends where its tools do")]

// The origin is that of the tests of pixgate-source.
#[path = "../../pixgate-source/tests/support/mod.rs"]
mod support;

use std::sync::Arc;

use pixgate_source::{Config, Fetcher, SourceRequest};
use pixgate_stores::{GcsConfig, GcsCredentials, GcsTransport};
use support::origin::OK;
use support::secure::SecureOrigin;
use support::{bytes, config};

#[tokio::test]
async fn storages_are_asked_with_one_exchange_per_connection() {
    let config = Config {
        ignore_ssl_verification: true,
        ..config()
    };
    for (protocol, is_understood) in [("http/1.1", true), ("h2", false)] {
        let origin = SecureOrigin::start(protocol).await;
        let gcs = GcsConfig {
            credentials: GcsCredentials::Anonymous,
            endpoint: Some(format!("https://127.0.0.1:{}", origin.port)),
            ..GcsConfig::default()
        };
        let gcs = GcsTransport::new(&config, gcs).unwrap();
        let fetcher = Fetcher::new(config.clone()).unwrap();
        let fetcher = fetcher.with_transport("gs", Arc::new(gcs));
        let found = bytes(&fetcher, SourceRequest::new("gs://bucket/ok")).await;
        assert_eq!(
            found.is_ok_and(|found| found == OK),
            is_understood,
            "{protocol}"
        );
    }
}
