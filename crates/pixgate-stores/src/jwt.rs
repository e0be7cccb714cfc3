//! JSON web tokens (RFC 7519) that prove the possession of an RSA key.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RsaEncoding, RsaKeyPair};
use serde_json::Value;

/// A private key; nothing of it is shown.
pub(crate) struct SigningKey(RsaKeyPair);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

impl SigningKey {
    /// Reads a PEM with a PKCS #8 or PKCS #1 key, or says what is wrong with it.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, String> {
        let bytes = section(pem, "PRIVATE KEY").ok_or("it is no PEM of a private key")?;
        RsaKeyPair::from_pkcs8(&bytes)
            .or_else(|_| RsaKeyPair::from_der(&bytes))
            .map(Self)
            .map_err(|rejected| format!("the private key cannot be used: {rejected}"))
    }

    /// A token with these claims; `None` if the key does not sign.
    pub(crate) fn token(
        &self,
        padding: &'static dyn RsaEncoding,
        header: &Value,
        claims: &Value,
    ) -> Option<String> {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(header), encode(claims));
        let mut signature = vec![0; self.0.public().modulus_len()];
        let random = SystemRandom::new();
        self.0
            .sign(padding, &random, message.as_bytes(), &mut signature)
            .ok()?;
        Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// The bytes of the first section of a PEM whose label ends like this (RFC 7468).
pub(crate) fn section(pem: &str, label: &str) -> Option<Vec<u8>> {
    let mut lines = pem.lines().map(str::trim);
    let end = format!("{label}-----");
    lines.find(|line| line.starts_with("-----BEGIN ") && line.ends_with(&end))?;
    let encoded: String = lines
        .take_while(|line| !line.starts_with("-----"))
        .collect();
    STANDARD.decode(encoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_of_a_pem_are_found() {
        let pem = "Bag Attributes\n-----BEGIN CERTIFICATE-----\nAQ\n I=\n-----END CERTIFICATE-----\n\
                   -----BEGIN RSA PRIVATE KEY-----\r\nAw==\r\n-----END RSA PRIVATE KEY-----\n";
        assert_eq!(section(pem, "CERTIFICATE"), Some(vec![1, 2]));
        assert_eq!(section(pem, "PRIVATE KEY"), Some(vec![3]));
        assert_eq!(section(pem, "PUBLIC KEY"), None);
        assert!(SigningKey::from_pem(pem).is_err());
    }
}
