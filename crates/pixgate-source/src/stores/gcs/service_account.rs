//! Service-account keys: a signed statement is exchanged for a token (RFC 7523).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

use super::credentials::{FIELD, SCOPE, TOKEN_URL};
use crate::stores::{client, wall};
use crate::{Error, ErrorKind};

/// The key of a service account.
pub(super) struct ServiceAccount {
    email: String,
    key_id: String,
    token_url: String,
    key: RsaKeyPair,
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccount")
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

impl ServiceAccount {
    /// Reads the JSON that the console hands out.
    pub(super) fn read(key: &Value) -> Result<Self, Error> {
        let field = |name: &str| key.get(name)?.as_str().map(str::to_owned);
        let missing = |name: &str| invalid(format!("the key has no `{name}`"));
        let text = |name| field(name).ok_or_else(|| missing(name));
        Ok(Self {
            email: text("client_email")?,
            key_id: field("private_key_id").unwrap_or_default(),
            token_url: field("token_uri").unwrap_or_else(|| TOKEN_URL.to_owned()),
            key: private_key(&text("private_key")?)?,
        })
    }

    /// The request for a token.
    pub(super) fn request(&self) -> Result<reqwest::Request, Error> {
        let assertion = self.assertion(wall::unix_seconds(wall::now()))?;
        let fields = [("grant_type", GRANT), ("assertion", &assertion)];
        client::form(&self.token_url, &fields)
    }

    /// A JSON web token (RFC 7519) that says who asks for what, from `now` on.
    fn assertion(&self, now: u64) -> Result<String, Error> {
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": self.key_id});
        let claims = json!({
            "iss": self.email,
            "scope": SCOPE,
            "aud": self.token_url,
            "iat": now,
            "exp": now.saturating_add(LIFETIME_SECONDS),
        });
        let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(header), encode(claims));
        let mut signature = vec![0; self.key.public().modulus_len()];
        let random = SystemRandom::new();
        self.key
            .sign(
                &RSA_PKCS1_SHA256,
                &random,
                message.as_bytes(),
                &mut signature,
            )
            .map_err(|_| invalid("the private key does not sign".to_owned()))?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// Reads a PEM with a PKCS #8 or PKCS #1 key.
fn private_key(pem: &str) -> Result<RsaKeyPair, Error> {
    let lines = pem.lines().map(str::trim);
    let encoded: String = lines.filter(|line| !line.starts_with("-----")).collect();
    let bytes = STANDARD
        .decode(encoded)
        .map_err(|_| invalid("`private_key` is no PEM".to_owned()))?;
    RsaKeyPair::from_pkcs8(&bytes)
        .or_else(|_| RsaKeyPair::from_der(&bytes))
        .map_err(|rejected| invalid(format!("`private_key` cannot be used: {rejected}")))
}

fn invalid(cause: String) -> Error {
    Error::with_source(ErrorKind::InvalidConfig { field: FIELD }, cause)
}

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The longest that Google accepts.
const LIFETIME_SECONDS: u64 = 3600;
