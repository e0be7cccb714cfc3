//! Errors that teach: the log says what to change, and so does the answer in development mode.

use serde_json::{Value, json};

use crate::fixtures::Fixtures;
use crate::http::Server;
use crate::program::Program;
use crate::{client, identity, scripted};

/// A store that answers like this, whatever it is asked.
async fn store(answer: Value) -> Server {
    let fixtures = Fixtures::new(&json!({})).into();
    scripted::start(&json!({ "*": answer }), &fixtures).await
}

fn page(status: u16, code: &str) -> Value {
    let text = format!("<Error><Code>{code}</Code><Message>because</Message></Error>");
    json!({"status": status, "headers": {"Content-Type": "application/xml"}, "text": text})
}

/// Asks once with `variables` and checks status, answer and log.
async fn assert_teaches(variables: &[(&str, &str)], source: &str, status: u16, parts: &[&str]) {
    let mut variables = variables.to_vec();
    variables.push(("IMGPROXY_DEVELOPMENT_ERRORS_MODE", "true"));
    let (program, address) = Program::serve(&variables).await;
    let path = format!("/unsafe/w:5/plain/{source}");
    let answer = client::get(&address, &path, &[]).await.unwrap();
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    assert_eq!(answer.status, status, "{text}");
    for part in parts {
        // Answers are HTML or text; the backquotes and quotes of the advice may be escaped.
        assert!(text.contains(part), "{part} is not in {text}");
        let logged = program.await_log(|log| log.contains(part)).await;
        assert_eq!(logged, Ok(()), "{part}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_of_s3_say_what_to_change() {
    for (answer, status, parts) in [
        (
            page(403, "AccessDenied"),
            403,
            ["s3:GetObject", "arn:aws:s3:::photos/*"],
        ),
        (
            page(404, "NoSuchBucket"),
            404,
            ["there is no bucket", "photos"],
        ),
        (
            page(403, "RequestTimeTooSkewed"),
            403,
            ["clock is wrong", "NTP"],
        ),
        (
            page(403, "SignatureDoesNotMatch"),
            403,
            ["AWS_SECRET_ACCESS_KEY", "because"],
        ),
        (
            page(301, "PermanentRedirect"),
            404,
            ["is in region", "set IMGPROXY_S3_REGION"],
        ),
    ] {
        let store = store(answer).await;
        let variables = [
            ("IMGPROXY_USE_S3", "true"),
            ("IMGPROXY_S3_ENDPOINT", &store.url()),
            ("AWS_ACCESS_KEY_ID", "pixkey"),
            ("AWS_SECRET_ACCESS_KEY", "pixsecret"),
        ];
        assert_teaches(&variables, "s3://photos/a.png", status, &parts).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_of_cloud_storage_say_what_to_change() {
    let identity = identity::start().await;
    for (answer, part) in [
        (page(403, "AccessDenied"), "roles/storage.objectViewer"),
        (page(404, "NoSuchBucket"), "there is no bucket"),
    ] {
        let store = store(answer).await;
        let variables = [
            ("IMGPROXY_USE_GCS", "true"),
            ("IMGPROXY_GCS_ENDPOINT", &store.url()),
            ("GCE_METADATA_HOST", &identity.host),
        ];
        assert_teaches(&variables, "gs://photos/a.png", 404, &[part]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_of_azure_say_what_to_change() {
    for (answer, status, part) in [
        (page(404, "ContainerNotFound"), 404, "has no container"),
        (
            page(403, "AuthorizationPermissionMismatch"),
            403,
            "Storage Blob Data Reader",
        ),
        (page(403, "AuthenticationFailed"), 403, "IMGPROXY_ABS_KEY"),
    ] {
        let store = store(answer).await;
        let variables = [
            ("IMGPROXY_USE_ABS", "true"),
            ("IMGPROXY_ABS_NAME", "acc"),
            ("IMGPROXY_ABS_KEY", "c2VjcmV0"),
            ("IMGPROXY_ABS_ENDPOINT", &store.url()),
        ];
        assert_teaches(&variables, "abs://photos/a.png", status, &[part]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schemes_that_are_off_name_their_switch() {
    for (source, switch) in [
        ("s3://photos/a.png", "IMGPROXY_USE_S3"),
        ("gs://photos/a.png", "IMGPROXY_USE_GCS"),
        ("abs://photos/a.png", "IMGPROXY_USE_ABS"),
        ("swift://photos/a.png", "IMGPROXY_USE_SWIFT"),
        ("local:///a.png", "IMGPROXY_LOCAL_FILESYSTEM_ROOT"),
    ] {
        assert_teaches(&[], source, 404, &[switch]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_credentials_say_where_they_were_looked_for() {
    let store = store(json!({"status": 200, "text": ""})).await;
    let variables = [
        ("IMGPROXY_USE_S3", "true"),
        ("IMGPROXY_S3_ENDPOINT", &store.url()),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    assert_teaches(&variables, "s3://photos/a.png", 404, &["AWS_ACCESS_KEY_ID"]).await;
    assert_eq!(store.requests().len(), 0);
}

/// What the browser's address of an object answers to somebody who is not signed in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_page_of_google_is_recognised() {
    let sign_in = json!({
        "status": 302,
        "headers": {"Location": "https://accounts.google.com/ServiceLogin?service=cds"},
        "text": "",
    });
    let proxy = store(sign_in).await;
    let variables = [
        ("HTTP_PROXY", proxy.url()),
        ("NO_PROXY", String::new()),
        (
            "IMGPROXY_ALLOW_LOOPBACK_SOURCE_ADDRESSES",
            "true".to_owned(),
        ),
    ];
    let variables = variables
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let source = "http://storage.cloud.google.com/photos/a.png";
    assert_teaches(&variables, source, 404, &["gs://"]).await;
}
