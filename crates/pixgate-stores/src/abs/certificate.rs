//! Service principals that prove themselves with a certificate instead of a secret.
//!
//! Microsoft identity platform, "Microsoft identity platform application authentication
//! certificate credentials".

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixgate_source::{Error, ErrorKind, Secret};
use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::RSA_PSS_SHA256;
use serde_json::json;

use crate::jwt::{self, SigningKey};
use crate::utc;

/// A signed statement that a client is who it says, for the sign-in at `audience`.
///
/// The file is read each time, since certificates are renewed in place.
pub(super) async fn assertion(
    file: &Path,
    client_id: &str,
    audience: &str,
) -> Result<Secret, Error> {
    let text = tokio::fs::read_to_string(file).await.map_err(|error| {
        let reason = format!("certificate `{}` cannot be read", file.display());
        Error::with_source(ErrorKind::NoCredentials { reason }, error)
    })?;
    let now = utc::unix_seconds(utc::now());
    let made = sign(&text, client_id, audience, now);
    made.map(Secret::new).map_err(|why| {
        let reason = format!("certificate `{}`: {why}", file.display());
        ErrorKind::NoCredentials { reason }.into()
    })
}

fn sign(pem: &str, client_id: &str, audience: &str, now: u64) -> Result<String, String> {
    let key = SigningKey::from_pem(pem)?;
    let certificate = jwt::section(pem, "CERTIFICATE").ok_or("it has no certificate")?;
    let thumbprint = digest::digest(&digest::SHA256, &certificate);
    let mut id = [0; 16];
    let filled = SystemRandom::new().fill(&mut id);
    filled.map_err(|_| "there are no random numbers")?;
    let header = json!({
        "alg": "PS256",
        "typ": "JWT",
        "x5t#S256": URL_SAFE_NO_PAD.encode(thumbprint),
    });
    let claims = json!({
        "aud": audience,
        "iss": client_id,
        "sub": client_id,
        "jti": URL_SAFE_NO_PAD.encode(id),
        "nbf": now,
        "iat": now,
        "exp": now.saturating_add(LIFETIME_SECONDS),
    });
    let token = key.token(&RSA_PSS_SHA256, &header, &claims);
    token.ok_or_else(|| "its key does not sign".to_owned())
}

/// As the documents recommend.
const LIFETIME_SECONDS: u64 = 300;

#[cfg(test)]
mod tests {
    use ring::signature::{KeyPair, RSA_PSS_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
    use serde_json::Value;

    use super::*;

    const KEY: &[u8] = include_bytes!("../../tests/stores/account.key.der");

    fn pem() -> String {
        use base64::engine::general_purpose::STANDARD;
        let key = STANDARD.encode(KEY);
        format!(
            "-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n\
             -----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n"
        )
    }

    #[test]
    fn the_statement_is_signed_with_the_certificates_key() {
        let token = sign(&pem(), "client", "https://login/t", 1000).unwrap();
        let (message, signature) = token.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let key = RsaKeyPair::from_pkcs8(KEY).unwrap();
        let public = key.public_key().as_ref();
        UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, public)
            .verify(message.as_bytes(), &signature)
            .unwrap();
        let (header, claims) = message.split_once('.').unwrap();
        let field = |part: &str, name: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(part).unwrap();
            let part: Value = serde_json::from_slice(&bytes).unwrap();
            part.get(name).unwrap().clone()
        };
        // SHA-256 of the bytes 1, 2, 3.
        let thumbprint = "A5BYxvLAy0ksUzsKTRTvd8wPeKvMztUofYShogEc-4E";
        assert_eq!(field(header, "x5t#S256"), thumbprint);
        assert_eq!(field(claims, "aud"), "https://login/t");
        assert_eq!(field(claims, "sub"), "client");
        assert_eq!(field(claims, "exp"), 1300);
    }

    #[test]
    fn what_is_missing_is_named() {
        let whole = pem();
        let (key, _) = whole.split_once("-----BEGIN CERT").unwrap();
        let why = sign(key, "c", "a", 0).unwrap_err();
        assert_eq!(why, "it has no certificate");
        let why = sign("", "c", "a", 0).unwrap_err();
        assert_eq!(why, "it is no PEM of a private key");
    }
}
