//! Access tokens: how the token services of Google and Azure answer.

use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::HeaderValue;
use pixgate_source::{Error, ErrorKind, Secret, client::first_bytes};
use reqwest::Response;
use serde_json::Value;

use crate::answer::Refusal;
use crate::cached::Fresh;
use crate::utc;

/// Reads the answer of a token service.
pub(crate) async fn token(response: Response, service: &str) -> Result<Fresh<Secret>, Error> {
    if !response.status().is_success() {
        let refusal = Refusal::read(response).await;
        let status = refusal.status;
        let reason = format!("the {service} gives no token, status {status}");
        let advice = "check the account and its key".to_owned();
        let cause = refusal.into_error(status, advice);
        return Err(Error::with_source(
            ErrorKind::NoCredentials { reason },
            cause,
        ));
    }
    let page = first_bytes(response, MAX_TOKEN_BYTES).await?;
    parse(&page).ok_or_else(|| {
        let reason = format!("the {service} answered without a token");
        ErrorKind::NoCredentials { reason }.into()
    })
}

fn parse(page: &Bytes) -> Option<Fresh<Secret>> {
    let answer: Value = serde_json::from_slice(page).ok()?;
    let token = answer.get("access_token")?.as_str()?;
    let seconds = |name: &str| {
        let value = answer.get(name)?;
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    };
    let until = |seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    let lifetime = seconds("expires_in").map(Duration::from_secs);
    let lifetime = lifetime.or_else(|| Some(utc::until(until(seconds("expires_on")?)?)));
    Some(Fresh {
        value: Secret::from(token),
        lifetime: lifetime.or(Some(DEFAULT_LIFETIME)),
    })
}

/// `Authorization: Bearer ...`, which stays out of all logs.
pub(crate) fn bearer(token: &Secret) -> Result<HeaderValue, Error> {
    let value = HeaderValue::try_from(format!("Bearer {}", token.expose()));
    let mut value = value.map_err(|_| {
        let reason = "the token cannot be sent as a header".to_owned();
        Error::new(ErrorKind::NoCredentials { reason })
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Tokens have some kilobytes at most.
const MAX_TOKEN_BYTES: usize = 64 << 10;
/// For answers that do not say; RFC 6749 recommends to say.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_token_services_are_read() {
        let read = |text: &'static str| parse(&Bytes::from_static(text.as_bytes()));
        let hour = Some(Duration::from_secs(3600));
        for (text, lifetime) in [
            (r#"{"access_token": "t", "expires_in": 3600}"#, hour),
            (r#"{"access_token": "t", "expires_in": "3600"}"#, hour),
            (
                r#"{"access_token": "t", "expires_on": "1"}"#,
                Some(Duration::ZERO),
            ),
            (r#"{"access_token": "t"}"#, Some(DEFAULT_LIFETIME)),
        ] {
            let fresh = read(text).unwrap();
            assert_eq!(
                (fresh.value.expose().as_str(), fresh.lifetime),
                ("t", lifetime)
            );
        }
        for text in ["", "[]", "{}", r#"{"access_token": 5}"#] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
