//! Objects that were encrypted before they were stored.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pixgate_source::{ErrorKind, Fetcher, SourceRequest};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde_json::{Value, json};

use crate::credentials::{fetch, fetcher};
use crate::http::{Answer, Server};

const DATA_KEY: [u8; 32] = [7; 32];
const NONCE: [u8; 12] = [3; 12];
const CONTEXT: &str = r#"{"aws:x-amz-cek-alg": "AES/GCM/NoPadding", "team": "pix"}"#;

fn sealed(plain: &[u8]) -> Vec<u8> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &DATA_KEY).unwrap());
    let mut bytes = plain.to_vec();
    let nonce = Nonce::assume_unique_for_key(NONCE);
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut bytes)
        .unwrap();
    bytes
}

fn encrypted(body: Vec<u8>) -> Answer {
    Answer::new(200, body)
        .with("x-amz-meta-x-amz-key-v2", &STANDARD.encode("wrapped"))
        .with("x-amz-meta-x-amz-iv", &STANDARD.encode(NONCE))
        .with("x-amz-meta-x-amz-cek-alg", "AES/GCM/NoPadding")
        .with("x-amz-meta-x-amz-wrap-alg", "kms+context")
        .with("x-amz-meta-x-amz-matdesc", CONTEXT)
}

/// A bucket and, below `/kms`, a service that unwraps the one key that there is.
async fn store() -> Server {
    Server::start(|asked| async move {
        match asked.path().as_str() {
            "/kms" => {
                let request: Value = serde_json::from_slice(&asked.body).unwrap();
                let context: Value = serde_json::from_str(CONTEXT).unwrap();
                let is_right = request["CiphertextBlob"] == STANDARD.encode("wrapped")
                    && request["EncryptionContext"] == context
                    && asked.header("x-amz-target") == Some("TrentService.Decrypt");
                assert!(is_right, "{request}");
                Answer::json(200, &json!({"Plaintext": STANDARD.encode(DATA_KEY)}))
            }
            "/refused" => {
                let refusal = json!({"__type": "AccessDeniedException", "message": "no"});
                Answer::json(400, &refusal)
            }
            "/b/plain" => Answer::new(200, "as it is"),
            "/b/altered" => {
                let mut body = sealed(b"secret picture");
                body[0] ^= 1;
                encrypted(body)
            }
            "/b/cut" => Answer {
                truncate_at: Some(20),
                ..encrypted(sealed(b"secret picture"))
            },
            _ => encrypted(sealed(b"secret picture")),
        }
    })
    .await
}

async fn client(store: &Server, service: &str) -> Fetcher {
    fetcher(&[
        ("IMGPROXY_USE_S3", "true"),
        ("IMGPROXY_S3_USE_DECRYPTION_CLIENT", "true"),
        ("IMGPROXY_S3_ENDPOINT", &store.url()),
        (
            "AWS_ENDPOINT_URL_KMS",
            &format!("{}/{service}", store.url()),
        ),
        ("AWS_ACCESS_KEY_ID", "pixkey"),
        ("AWS_SECRET_ACCESS_KEY", "pixsecret"),
    ])
    .await
    .unwrap()
}

#[tokio::test]
async fn encrypted_objects_are_decrypted_and_others_left_alone() {
    let store = store().await;
    let fetcher = client(&store, "kms").await;
    assert_eq!(
        fetch(&fetcher, "s3://b/k").await.unwrap(),
        b"secret picture"
    );
    assert_eq!(fetch(&fetcher, "s3://b/plain").await.unwrap(), b"as it is");
    let asked = store.requests();
    let signed = asked[1].header("authorization").unwrap();
    assert!(signed.contains("/kms/aws4_request"), "{signed}");
    assert_eq!(asked.len(), 3);
}

#[tokio::test]
async fn the_length_is_that_of_the_content_and_limited() {
    let store = store().await;
    let fetcher = client(&store, "kms").await;
    let mut request = SourceRequest::new("s3://b/k");
    request.range = Some("bytes=0-3".parse().unwrap());
    request.max_bytes = Some(14);
    let response = fetcher.fetch(request.clone()).await.unwrap();
    assert_eq!(response.content_length(), Some(14));
    assert_eq!(response.body.collect(14).await.unwrap(), "secret picture");
    request.max_bytes = Some(13);
    let error = fetcher.fetch(request).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::TooLarge { .. }));
}

#[tokio::test]
async fn nothing_of_an_altered_object_is_handed_on() {
    let store = store().await;
    let fetcher = client(&store, "kms").await;
    let error = fetch(&fetcher, "s3://b/altered").await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotDecrypted { .. }));
    let error = fetch(&fetcher, "s3://b/cut").await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Incomplete { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_key_that_may_not_be_used_says_what_to_allow() {
    let store = store().await;
    let fetcher = client(&store, "refused").await;
    let error = fetch(&fetcher, "s3://b/k").await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NoCredentials { .. }));
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("kms:Decrypt"), "{cause}");
}
