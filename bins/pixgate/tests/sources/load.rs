//! Many requests at a time.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::client::{self, Answer};
use crate::fixtures::Fixtures;
use crate::http::Server;
use crate::program::Program;
use crate::scripted;

/// A store whose bucket `slow` takes a while for each object.
async fn store() -> Server {
    let vectors: Value = serde_json::from_str(crate::vectors::VECTORS).unwrap();
    let fixtures = Fixtures::new(&vectors["fixtures"]).into();
    let picture = |delay| json!({"status": 200, "body": "png10", "delay_ms": delay});
    let script = json!({
        "slow/a.png": picture(3000),
        "quick/a.png": picture(0),
    });
    scripted::start(&script, &fixtures).await
}

async fn serve(store: &Server) -> (Program, String) {
    Program::serve(&[
        ("IMGPROXY_USE_S3", "true"),
        ("IMGPROXY_S3_ENDPOINT", &store.url()),
        ("AWS_ACCESS_KEY_ID", "pixkey"),
        ("AWS_SECRET_ACCESS_KEY", "pixsecret"),
        ("IMGPROXY_WORKERS", "1"),
        // Each of the equal requests is to ask the store.
        ("PIXGATE_COALESCE", "false"),
    ])
    .await
}

async fn get(address: &str, bucket: &str) -> Answer {
    let path = format!("/unsafe/w:5/plain/s3://{bucket}/a.png");
    client::get(address, &path, &[]).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_bucket_does_not_keep_the_others_waiting() {
    let store = store().await;
    let (_program, address) = serve(&store).await;
    let slow = join_all((0..SLOW).map(|_| get(&address, "slow")));
    let quick = async {
        while store.requests().len() < SLOW {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let started = Instant::now();
        for _ in 0..5 {
            assert_eq!(get(&address, "quick").await.status, 200);
        }
        started.elapsed()
    };
    let (slow, elapsed) = futures_util::future::join(slow, quick).await;
    assert!(elapsed < Duration::from_secs(2), "{elapsed:?}");
    assert!(slow.iter().all(|answer| answer.status == 200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_to_a_store_are_used_again() {
    let store = store().await;
    let (_program, address) = serve(&store).await;
    for _ in 0..30 {
        assert_eq!(get(&address, "quick").await.status, 200);
    }
    assert_eq!(store.requests().len(), 30);
    assert_eq!(store.connections(), 1);
    // Ten at a time need at most ten, and later ones use those.
    for _ in 0..3 {
        join_all((0..10).map(|_| get(&address, "quick"))).await;
    }
    assert!(store.connections() <= 10, "{}", store.connections());
}

/// Far more than there are workers.
const SLOW: usize = 60;
