//! Shared-key authorisation (Azure Storage REST, "Authorize with Shared Key").

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{self, HeaderValue};
use pixgate_source::{Error, ErrorKind, Secret};
use reqwest::Request;
use ring::hmac;

/// A storage account's key.
pub(super) struct SharedKey(hmac::Key);

impl std::fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SharedKey(..)")
    }
}

impl SharedKey {
    /// Reads the base64 that the portal shows.
    pub(super) fn read(text: &Secret) -> Result<Self, Error> {
        let field = "abs.credentials";
        let bytes = STANDARD.decode(text.expose().trim());
        let bytes =
            bytes.map_err(|error| Error::with_source(ErrorKind::InvalidConfig { field }, error))?;
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// Signs a GET without body and query; every `x-ms-` header and `Range` is covered.
    pub(super) fn sign(&self, request: &mut Request, account: &str) -> Result<(), Error> {
        let message = message(request, account);
        let signature = STANDARD.encode(hmac::sign(&self.0, message.as_bytes()));
        let value = HeaderValue::try_from(format!("SharedKey {account}:{signature}"));
        let mut value = value.map_err(|_| {
            let field = "abs.account";
            Error::new(ErrorKind::InvalidConfig { field })
        })?;
        value.set_sensitive(true);
        request.headers_mut().insert(header::AUTHORIZATION, value);
        Ok(())
    }
}

fn message(request: &Request, account: &str) -> String {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().trim().to_owned();
    let headers = request.headers();
    let range = headers.get(header::RANGE).map(text).unwrap_or_default();
    let own = headers
        .iter()
        .filter(|(name, _)| name.as_str().starts_with("x-ms-"));
    let mut own: Vec<String> = own
        .map(|(name, value)| format!("{name}:{}\n", text(value)))
        .collect();
    own.sort_unstable();
    let resource = format!("/{account}{}", request.url().path());
    // Method, then eleven headers of which only the last, `Range`, is ever there.
    format!(
        "{}\n\n\n\n\n\n\n\n\n\n\n{range}\n{}{resource}",
        request.method(),
        own.concat()
    )
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;
    use crate::client;

    /// Checked against real signatures by the emulator; this pins the layout.
    #[test]
    fn the_signed_text_has_the_documented_lines() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-9"));
        headers.insert("x-ms-version", HeaderValue::from_static("2021-12-02"));
        headers.insert("x-ms-date", HeaderValue::from_static("today"));
        let url = "https://acc.blob.core.windows.net/box/a%20b.png";
        let request = client::get(url, headers).unwrap();
        let text = message(&request, "acc");
        let (method, rest) = text.split_once("\n\n\n\n\n\n\n\n\n\n\n").unwrap();
        assert_eq!(method, "GET");
        assert_eq!(
            rest,
            "bytes=0-9\nx-ms-date:today\nx-ms-version:2021-12-02\n/acc/box/a%20b.png"
        );
    }

    #[test]
    fn keys_that_are_not_base64_are_refused() {
        assert!(SharedKey::read(&Secret::from("not base64!")).is_err());
        let key = SharedKey::read(&Secret::from("c2VjcmV0")).unwrap();
        assert_eq!(format!("{key:?}"), "SharedKey(..)");
    }
}
