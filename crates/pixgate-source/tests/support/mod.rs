//! What the tests share.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where its tools do"
)]

pub(crate) mod origin;
pub(crate) mod secure;

use std::time::Duration;

use pixgate_source::{AddressPolicy, Config, Error, ErrorKind, Fetcher, SourceRequest};

/// A configuration that may talk to this machine.
pub(crate) fn config() -> Config {
    Config {
        download_timeout: Duration::from_secs(5),
        addresses: AddressPolicy {
            loopback: true,
            link_local: false,
            private: false,
        },
        ..Config::default()
    }
}

pub(crate) fn fetcher(config: Config) -> Fetcher {
    Fetcher::new(config).unwrap()
}

/// Fetches and reads everything.
pub(crate) async fn bytes(fetcher: &Fetcher, request: SourceRequest) -> Result<Vec<u8>, Error> {
    let response = fetcher.fetch(request).await?;
    Ok(response.body.collect(u64::MAX).await?.to_vec())
}

/// Fetches and reads everything with the usual configuration.
pub(crate) async fn get(url: String) -> Result<Vec<u8>, Error> {
    bytes(&fetcher(config()), SourceRequest::new(url)).await
}

/// The kind of error that fetching and reading gives.
pub(crate) async fn kind(fetcher: &Fetcher, url: String) -> ErrorKind {
    let result = bytes(fetcher, SourceRequest::new(url)).await;
    result.unwrap_err().kind().clone()
}

/// Waits at most two seconds.
pub(crate) async fn wait_until(is_done: impl Fn() -> bool) {
    for _ in 0..100 {
        if is_done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nothing happened for two seconds");
}
