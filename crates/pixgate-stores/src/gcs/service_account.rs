//! Service-account keys: a signed statement is exchanged for a token (RFC 7523).

use pixgate_source::{Error, ErrorKind};
use ring::signature::RSA_PKCS1_SHA256;
use serde_json::{Value, json};

use crate::jwt::SigningKey;
use crate::{form, utc};

/// The key of a service account.
#[derive(Debug)]
pub(super) struct ServiceAccount {
    email: String,
    key_id: String,
    token_url: String,
    key: SigningKey,
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
            key: SigningKey::from_pem(&text("private_key")?)
                .map_err(|why| invalid(format!("`private_key`: {why}")))?,
        })
    }

    /// The request for a token.
    pub(super) fn request(&self, scope: &str) -> Result<reqwest::Request, Error> {
        let assertion = self.assertion(scope, utc::unix_seconds(utc::now()))?;
        let fields = [("grant_type", GRANT), ("assertion", &assertion)];
        form::post(&self.token_url, &fields)
    }

    /// Says who asks for what, from `now` on.
    fn assertion(&self, scope: &str, now: u64) -> Result<String, Error> {
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": self.key_id});
        let claims = json!({
            "iss": self.email,
            "scope": scope,
            "aud": self.token_url,
            "iat": now,
            "exp": now.saturating_add(LIFETIME_SECONDS),
        });
        let token = self.key.token(&RSA_PKCS1_SHA256, &header, &claims);
        token.ok_or_else(|| invalid("the private key does not sign".to_owned()))
    }
}

fn invalid(cause: String) -> Error {
    Error::with_source(ErrorKind::InvalidConfig { field: FIELD }, cause)
}

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The longest that Google accepts.
const LIFETIME_SECONDS: u64 = 3600;

/// Where tokens are made.
pub(super) const TOKEN_URL: &str = "https://oauth2.googleapis.com/token";
/// The setting that holds credentials.
pub(super) const FIELD: &str = "gcs.credentials";
