//! Time from asking for a source to its first bytes: each scheme against one server on this
//! machine, which answers all of them alike. The difference to `http` is what names, signatures
//! and tokens cost. `cargo bench -p pixgate-bench --bench sources`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a measurement ends where its tools do, and has a clock"
)]

#[path = "../../crates/pixgate-stores/tests/stores/http.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod http;
#[path = "../../crates/pixgate-stores/tests/stores/identity.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod identity;

use criterion::{Criterion, criterion_group, criterion_main};
use pixgate_source::{AddressPolicy, Config, Fetcher, SourceRequest};
use pixgate_stores::Stores;
use tokio::runtime::Runtime;

use crate::http::{Answer, Server};

/// A store, a Swift login and a web server in one.
async fn store() -> Server {
    Server::start(|asked| async move {
        let base = format!("http://{}/v1/AUTH_pix", asked.host());
        let answer = match asked.path().as_str() {
            "/auth/v1.0" => Answer::new(200, ""),
            _ => Answer::new(200, vec![b'x'; 16 << 10]),
        };
        answer
            .with("X-Storage-Url", &base)
            .with("X-Auth-Token", "token")
            .with("ETag", "\"1\"")
    })
    .await
}

async fn fetcher(store: &Server) -> Fetcher {
    let identity = identity::start().await;
    let config = Config {
        addresses: AddressPolicy {
            loopback: true,
            ..AddressPolicy::default()
        },
        ..Config::default()
    };
    let variable = |name: &str| {
        let value = match name {
            "IMGPROXY_USE_S3" | "IMGPROXY_USE_GCS" | "IMGPROXY_USE_ABS" | "IMGPROXY_USE_SWIFT" => {
                "true".to_owned()
            }
            "IMGPROXY_S3_ENDPOINT" | "IMGPROXY_GCS_ENDPOINT" => store.url(),
            "IMGPROXY_ABS_ENDPOINT" => format!("{}/acc", store.url()),
            "IMGPROXY_ABS_NAME" => "acc".to_owned(),
            "IMGPROXY_ABS_KEY" => "c2VjcmV0".to_owned(),
            "IMGPROXY_SWIFT_AUTH_URL" => format!("{}/auth/v1.0", store.url()),
            "IMGPROXY_SWIFT_USERNAME" | "IMGPROXY_SWIFT_API_KEY" => "pix".to_owned(),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "pixkey".to_owned(),
            "GCE_METADATA_HOST" => identity.host.clone(),
            _ => return None,
        };
        Some(value)
    };
    let stores = Stores::from_variables(&config, &variable).unwrap();
    stores.add_to(Fetcher::new(config).unwrap())
}

/// Waits for the first bytes, then takes the rest, so that the connection can be used again.
async fn fetch(fetcher: &Fetcher, url: &str) -> std::time::Duration {
    let started = std::time::Instant::now();
    let mut body = fetcher.fetch(SourceRequest::new(url)).await.unwrap().body;
    body.next().await.unwrap().unwrap();
    let elapsed = started.elapsed();
    while let Some(chunk) = body.next().await {
        chunk.unwrap();
    }
    elapsed
}

fn schemes(criterion: &mut Criterion) {
    // The server has a thread of its own, as it would have a machine of its own.
    let runtime = Runtime::new().unwrap();
    let store = runtime.block_on(store());
    let fetcher = runtime.block_on(fetcher(&store));
    let mut group = criterion.benchmark_group("first_byte");
    let plain = format!("{}/bucket/2026/cat.jpg", store.url());
    for (name, url) in [
        ("http", plain.as_str()),
        ("s3", "s3://bucket/2026/cat.jpg"),
        ("gs", "gs://bucket/2026/cat.jpg"),
        ("abs", "abs://bucket/2026/cat.jpg"),
        ("swift", "swift://bucket/2026/cat.jpg"),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|rounds| {
                runtime.block_on(async {
                    let mut total = std::time::Duration::ZERO;
                    for _ in 0..rounds {
                        total += fetch(&fetcher, url).await;
                    }
                    total
                })
            });
        });
    }
    group.finish();
}

criterion_group!(benches, schemes);
criterion_main!(benches);
