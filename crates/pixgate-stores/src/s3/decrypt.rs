//! Objects that were encrypted before they were stored: the envelope of the Amazon S3 Encryption
//! Client, versions 2 and 3 (its "Content metadata" and "Algorithm suites" documents). The data
//! key is unwrapped by the Key Management Service, the content is AES-256-GCM.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use pixgate_source::{Chunks, Error, ErrorKind, client::first_bytes};
use reqwest::Response;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use serde_json::{Value, json};

use super::address;
use super::keys::Keys;
use super::sign::{self, Scope};
use crate::answer::{self, Advice};
use crate::client::{self, StoreClient};
use crate::utc;

/// What the metadata of an encrypted object say.
#[derive(Debug, PartialEq)]
pub(super) struct Envelope {
    /// The wrapped key, in base64 as the service takes it.
    wrapped_key: String,
    nonce: [u8; 12],
    /// What the wrapping is bound to.
    context: Value,
}

/// The service that unwraps keys.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kms<'a> {
    pub(super) client: &'a StoreClient,
    pub(super) endpoint: Option<&'a str>,
    pub(super) region: &'a str,
}

impl Envelope {
    /// Reads the metadata of an object; `None` if it was stored as it is.
    pub(super) fn read(headers: &HeaderMap) -> Result<Option<Self>, Error> {
        let text = |name| answer::text(headers, &HeaderName::from_static(name));
        if text(OLD_KEY).is_some() {
            return Err(failed("version 1 of the encryption client stored it"));
        }
        let Some(wrapped_key) = text(KEY) else {
            return Ok(None);
        };
        if text(CONTENT_ALGORITHM) != Some(AES_GCM) {
            return Err(failed("its content is not encrypted with AES-GCM"));
        }
        let context = text(CONTEXT).unwrap_or("{}");
        let context: Value = serde_json::from_str(context)
            .map_err(|_| failed("its encryption context is no JSON"))?;
        let is_bound = context.get("aws:x-amz-cek-alg").and_then(Value::as_str) == Some(AES_GCM);
        match text(WRAPPING) {
            Some("kms+context") if is_bound => {}
            Some("kms") => {}
            _ => return Err(failed("its key is not wrapped by KMS")),
        }
        let nonce = text(NONCE).and_then(|text| STANDARD.decode(text).ok());
        let nonce = nonce.and_then(|nonce| nonce.try_into().ok());
        Ok(Some(Self {
            wrapped_key: wrapped_key.to_owned(),
            nonce: nonce.ok_or(failed("its nonce is not 12 bytes"))?,
            context,
        }))
    }

    /// Corrects the length, and decrypts the body with the data key once all of it is there:
    /// nothing of a body is handed on before its tag is checked.
    pub(super) fn open(
        &self,
        key: LessSafeKey,
        headers: &mut HeaderMap,
        body: Chunks,
        limit: u64,
    ) -> Chunks {
        let length = answer::text(headers, &header::CONTENT_LENGTH);
        let length = length.and_then(|text| text.parse::<u64>().ok());
        let plain = length.map(|length| length.saturating_sub(TAG_BYTES));
        headers.remove(header::CONTENT_LENGTH);
        if let Some(plain) = plain {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(plain));
        }
        let nonce = self.nonce;
        let whole = async move {
            let mut sealed = collect(body, limit.saturating_add(TAG_BYTES), length).await?;
            let nonce = Nonce::assume_unique_for_key(nonce);
            let opened = key.open_in_place(nonce, Aad::empty(), &mut sealed);
            let length = opened
                .map_err(|_| failed("the object or its key was altered"))?
                .len();
            sealed.truncate(length);
            Ok(sealed.freeze())
        };
        Box::pin(stream::once(whole))
    }
}

impl Kms<'_> {
    /// The data key of an object.
    pub(super) async fn unwrap_key(
        &self,
        envelope: &Envelope,
        keys: &Keys,
    ) -> Result<LessSafeKey, Error> {
        let mut headers = HeaderMap::new();
        let media_type = HeaderValue::from_static("application/x-amz-json-1.1");
        headers.insert(header::CONTENT_TYPE, media_type);
        let action = HeaderValue::from_static("TrentService.Decrypt");
        headers.insert("x-amz-target", action);
        let mut request = client::request(reqwest::Method::POST, &self.url(), headers)?;
        let asked = json!({
            "CiphertextBlob": envelope.wrapped_key,
            "EncryptionContext": envelope.context,
        });
        *request.body_mut() = Some(asked.to_string().into());
        let scope = Scope {
            region: self.region,
            service: "kms",
        };
        sign::sign(&mut request, keys, scope, utc::now())?;
        read(self.client.send(&request).await?).await
    }

    fn url(&self) -> String {
        let own = self.endpoint.map(str::to_owned);
        let (region, domain) = (self.region, address::domain(self.region));
        own.unwrap_or_else(|| format!("https://kms.{region}.{domain}/"))
    }
}

async fn read(response: Response) -> Result<LessSafeKey, Error> {
    let status = response.status();
    let page = first_bytes(response, MAX_PAGE_BYTES).await?;
    let answer: Value = serde_json::from_slice(&page).unwrap_or_default();
    let field = |name: &str| answer.get(name).and_then(Value::as_str);
    if !status.is_success() {
        let code = field("__type").unwrap_or_default();
        let message = field("message").or(field("Message")).unwrap_or_default();
        let cause = Advice {
            advice: "allow `kms:Decrypt` on the key that the object was encrypted with".to_owned(),
            said: format!("{code}: {message}"),
        };
        let reason = format!(
            "KMS does not unwrap the object's key, status {}",
            status.as_u16()
        );
        let kind = ErrorKind::NoCredentials { reason };
        return Err(Error::with_source(kind, cause));
    }
    let plain = field("Plaintext").and_then(|text| STANDARD.decode(text).ok());
    let key = plain.and_then(|key| UnboundKey::new(&AES_256_GCM, &key).ok());
    key.map(LessSafeKey::new)
        .ok_or(failed("KMS answered without a key of 256 bits"))
}

async fn collect(mut body: Chunks, limit: u64, expected: Option<u64>) -> Result<BytesMut, Error> {
    let mut all = BytesMut::new();
    while let Some(chunk) = body.next().await {
        let chunk: Bytes = chunk?;
        let size = (all.len() as u64).saturating_add(chunk.len() as u64);
        if size > limit {
            let limit = limit.saturating_sub(TAG_BYTES);
            return Err(ErrorKind::TooLarge { size: None, limit }.into());
        }
        all.extend_from_slice(&chunk);
    }
    let received = all.len() as u64;
    if expected.is_some_and(|expected| expected != received) {
        return Err(ErrorKind::Incomplete { received, expected }.into());
    }
    Ok(all)
}

fn failed(reason: &'static str) -> Error {
    ErrorKind::NotDecrypted { reason }.into()
}

const KEY: &str = "x-amz-meta-x-amz-key-v2";
const OLD_KEY: &str = "x-amz-meta-x-amz-key";
const NONCE: &str = "x-amz-meta-x-amz-iv";
const CONTENT_ALGORITHM: &str = "x-amz-meta-x-amz-cek-alg";
const WRAPPING: &str = "x-amz-meta-x-amz-wrap-alg";
const CONTEXT: &str = "x-amz-meta-x-amz-matdesc";
const AES_GCM: &str = "AES/GCM/NoPadding";
/// What AES-GCM puts behind the content.
const TAG_BYTES: u64 = 16;
/// Answers of KMS have a few kilobytes.
const MAX_PAGE_BYTES: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(changes: &[(&'static str, Option<&'static str>)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (KEY, "d3JhcHBlZA=="),
            (NONCE, "AAECAwQFBgcICQoL"),
            (CONTENT_ALGORITHM, AES_GCM),
            (WRAPPING, "kms+context"),
            (CONTEXT, r#"{"aws:x-amz-cek-alg": "AES/GCM/NoPadding"}"#),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        for (name, value) in changes {
            headers.remove(*name);
            if let Some(value) = value {
                headers.insert(*name, HeaderValue::from_static(value));
            }
        }
        headers
    }

    #[test]
    fn envelopes_are_read_or_refused() {
        let read = |changes: &[_]| Envelope::read(&headers(changes));
        let envelope = read(&[]).unwrap().unwrap();
        assert_eq!(envelope.nonce, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        assert_eq!(read(&[(KEY, None)]).unwrap(), None);
        assert!(read(&[(WRAPPING, Some("kms"))]).unwrap().is_some());
        for change in [
            (OLD_KEY, Some("x")),
            (CONTENT_ALGORITHM, Some("AES/CBC/PKCS5Padding")),
            (CONTENT_ALGORITHM, None),
            (WRAPPING, Some("RSA-OAEP-SHA1")),
            (CONTEXT, None),
            (CONTEXT, Some("{")),
            (NONCE, Some("AAEC")),
            (NONCE, Some("?")),
        ] {
            let kind = read(&[change]).unwrap_err();
            let is_refused = matches!(kind.kind(), ErrorKind::NotDecrypted { .. });
            assert!(is_refused, "{change:?}: {kind}");
        }
    }
}
