//! Stores in trouble, and what must not leak or grow.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use pixgate_source::{ErrorKind, Fetcher, SourceRequest};

use crate::credentials::{fetch, fetcher};
use crate::http::{Answer, Server};
use crate::identity;

/// Answers in turn; the last answer from then on.
async fn in_turn(answers: Vec<Answer>) -> Server {
    let turn = AtomicUsize::new(0);
    Server::start(move |_| {
        let turn = turn.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        let answer = answers[turn].clone();
        async move { answer }
    })
    .await
}

async fn gcs(store: &Server, identity: &Server) -> Fetcher {
    fetcher(&[
        ("IMGPROXY_USE_GCS", "true"),
        ("IMGPROXY_GCS_ENDPOINT", &store.url()),
        ("GCE_METADATA_HOST", &identity.host),
    ])
    .await
    .unwrap()
}

async fn s3(store: &Server) -> Fetcher {
    fetcher(&[
        ("IMGPROXY_USE_S3", "true"),
        ("IMGPROXY_S3_ENDPOINT", &store.url()),
        ("AWS_ACCESS_KEY_ID", "pixkey"),
        ("AWS_SECRET_ACCESS_KEY", "pixsecret"),
    ])
    .await
    .unwrap()
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let identity = identity::start().await;
    let store = in_turn(vec![Answer::new(401, ""), Answer::new(200, "x")]).await;
    let fetcher = gcs(&store, &identity).await;
    assert_eq!(fetch(&fetcher, "gs://b/k").await.unwrap(), b"x");
    assert_eq!(identity.requests().len(), 2);

    let store = in_turn(vec![Answer::new(401, "")]).await;
    let fetcher = gcs(&store, &identity).await;
    let error = fetch(&fetcher, "gs://b/k").await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Status { status: 404 });
    assert_eq!(store.requests().len(), 2);
}

#[tokio::test]
async fn a_body_that_is_cut_short_is_continued() {
    let identity = identity::start().await;
    let store = Server::start(|asked| async move {
        let answer = match asked.header("range") {
            Some("bytes=4-") => Answer::new(206, "efgh").with("Content-Range", "bytes 4-7/8"),
            Some(_) => Answer::new(416, ""),
            None => Answer {
                truncate_at: Some(4),
                ..Answer::new(200, "abcdefgh")
            },
        };
        answer.with("x-goog-generation", "7")
    })
    .await;
    let fetcher = gcs(&store, &identity).await;
    assert_eq!(fetch(&fetcher, "gs://b/k").await.unwrap(), b"abcdefgh");
    assert_eq!(store.requests()[1].target, "/b/k?generation=7");
}

#[tokio::test]
async fn a_body_that_stays_short_is_incomplete() {
    let identity = identity::start().await;
    let cut = Answer {
        truncate_at: Some(4),
        ..Answer::new(200, "abcdefgh")
    };
    let store = in_turn(vec![cut]).await;
    let error = fetch(&gcs(&store, &identity).await, "gs://b/k")
        .await
        .unwrap_err();
    let (received, expected) = (4, Some(8));
    assert_eq!(error.kind(), &ErrorKind::Incomplete { received, expected });
    assert_eq!(store.requests().len(), 2);
}

#[tokio::test]
async fn a_token_serves_many_requests() {
    let identity = identity::start().await;
    let store = in_turn(vec![Answer::new(200, "x")]).await;
    let fetcher = gcs(&store, &identity).await;
    let fetches = (0..50).map(|_| fetch(&fetcher, "gs://b/k"));
    for result in futures_util::future::join_all(fetches).await {
        result.unwrap();
    }
    assert_eq!(identity.requests().len(), 1);
}

#[tokio::test]
async fn connections_are_used_again() {
    let store = in_turn(vec![Answer::new(200, "x")]).await;
    let fetcher = s3(&store).await;
    for _ in 0..10 {
        fetch(&fetcher, "s3://b/k").await.unwrap();
    }
    assert_eq!(store.connections(), 1);
}

#[tokio::test]
async fn trouble_is_asked_three_times_and_no_more() {
    let store = in_turn(vec![Answer::new(503, "")]).await;
    let error = fetch(&s3(&store).await, "s3://b/k").await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Status { status: 503 });
    assert_eq!(store.requests().len(), 3);
}

#[tokio::test]
async fn repeating_ends_with_the_deadline() {
    let store = in_turn(vec![Answer::new(503, "")]).await;
    let fetcher = s3(&store).await;
    let mut request = SourceRequest::new("s3://b/k");
    let started = Instant::now();
    request.deadline = started.checked_add(Duration::from_millis(50));
    let error = fetcher.fetch(request).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Timeout { .. }), "{error}");
    assert!(started.elapsed() < Duration::from_secs(1));
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(store.requests().len(), 1);
}

#[tokio::test]
async fn other_statuses_are_asked_once() {
    for status in [204, 302, 400, 403, 404, 412] {
        let store = in_turn(vec![Answer::new(status, "")]).await;
        let error = fetch(&s3(&store).await, "s3://b/k").await.unwrap_err();
        let expected = if status < 400 { 404 } else { status };
        assert_eq!(error.kind(), &ErrorKind::Status { status: expected });
        assert_eq!(store.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_region_that_is_none_is_not_followed() {
    let elsewhere = Answer::new(301, "").with("x-amz-bucket-region", "evil.example/");
    let store = in_turn(vec![elsewhere]).await;
    let error = fetch(&s3(&store).await, "s3://b/k").await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Status { status: 404 });
    assert_eq!(store.requests().len(), 1);
}

#[tokio::test]
async fn keys_that_have_ended_are_renewed_at_once() {
    let identity = identity::start().await;
    let page = "<Error><Code>ExpiredToken</Code><Message>The token has expired</Message></Error>";
    let store = in_turn(vec![Answer::new(400, page), Answer::new(200, "x")]).await;
    let endpoint = store.url();
    let fetcher = fetcher(&[
        ("IMGPROXY_USE_S3", "true"),
        ("IMGPROXY_S3_ENDPOINT", &endpoint),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &identity.url()),
    ])
    .await
    .unwrap();
    assert_eq!(fetch(&fetcher, "s3://b/k").await.unwrap(), b"x");
    assert_eq!(identity.requests().len(), 6);

    let store = in_turn(vec![Answer::new(400, page)]).await;
    let error = fetch(&s3(&store).await, "s3://b/k").await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Status { status: 400 });
    assert_eq!(store.requests().len(), 1);
}

#[tokio::test]
async fn the_region_may_be_in_the_page() {
    let page = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong</Message>\
                <Region>eu-west-3</Region></Error>";
    let store = in_turn(vec![Answer::new(400, page), Answer::new(200, "x")]).await;
    assert_eq!(fetch(&s3(&store).await, "s3://b/k").await.unwrap(), b"x");
    let asked = store.requests();
    assert!(
        asked[1]
            .header("authorization")
            .unwrap()
            .contains("/eu-west-3/s3/")
    );
}

#[tokio::test]
async fn endless_regions_end() {
    let store = Server::start(|asked| async move {
        let is_first = asked.header("authorization").unwrap().contains("us-west-1");
        let other = if is_first { "eu-west-1" } else { "us-west-1" };
        Answer::new(301, "").with("x-amz-bucket-region", other)
    })
    .await;
    let error = fetch(&s3(&store).await, "s3://b/k").await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Status { status: 404 });
    assert_eq!(store.requests().len(), 2);
}

#[tokio::test]
async fn refusals_carry_their_cure_and_no_secret() {
    let page = "<Error><Code>RequestTimeTooSkewed</Code><Message>too large</Message></Error>";
    let store = in_turn(vec![Answer::new(403, page)]).await;
    let error = fetch(&s3(&store).await, "s3://b/k").await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("clock"), "{cause}");
    assert!(!format!("{error:?}").contains("pixsecret"));

    let identity = identity::start().await;
    let page = "<Error><Code>AccessDenied</Code><Message>no access</Message></Error>";
    let store = in_turn(vec![Answer::new(403, page)]).await;
    let error = fetch(&gcs(&store, &identity).await, "gs://photos/k")
        .await
        .unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("roles/storage.objectViewer"), "{cause}");
    assert!(!format!("{error:?}").contains("gce-token"));
}

#[tokio::test]
async fn secrets_are_not_shown() {
    let identity = identity::start().await;
    let key = identity::account_key(&identity.url()).to_string();
    let store = in_turn(vec![Answer::new(200, "x")]).await;
    let fetcher = fetcher(&[
        ("IMGPROXY_USE_GCS", "true"),
        ("IMGPROXY_GCS_KEY", &key),
        ("IMGPROXY_GCS_ENDPOINT", &store.url()),
        ("IMGPROXY_USE_S3", "true"),
        ("AWS_ACCESS_KEY_ID", "pixkey"),
        ("AWS_SECRET_ACCESS_KEY", "hidden-secret"),
        ("AWS_SESSION_TOKEN", "hidden-session"),
        ("IMGPROXY_USE_ABS", "true"),
        ("IMGPROXY_ABS_NAME", "acc"),
        ("IMGPROXY_ABS_KEY", "aGlkZGVu"),
    ])
    .await
    .unwrap();
    fetch(&fetcher, "gs://b/k").await.unwrap();
    let shown = format!("{fetcher:?}");
    for secret in ["hidden", "sa-token", "aGlkZGVu", "PRIVATE", "MII"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[tokio::test]
async fn an_endless_error_page_is_cut() {
    let page = Answer::new(403, vec![b'x'; 30 << 20]).with("Content-Type", "text/plain");
    let store = in_turn(vec![page]).await;
    let fetcher = Arc::new(s3(&store).await);
    let error = fetch(&fetcher, "s3://b/k").await.unwrap_err();
    assert_eq!(error.origin_text().unwrap().len(), 1024);
}
