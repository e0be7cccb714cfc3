//! Validators: what the client's conditions become on their way to the source, and the source's
//! validators on their way back.
//!
//! The proxy keeps no validators of its own; only a source's 304 makes a client's 304.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// The configured rules for `ETag` and `Last-Modified`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validators {
    /// Relay `ETag` and `If-None-Match`.
    pub use_etag: bool,
    /// Woven into every `ETag`, so that changing it invalidates all of them; empty for none.
    pub etag_buster: String,
    /// Relay `Last-Modified` and `If-Modified-Since`.
    pub use_last_modified: bool,
    /// The earliest `Last-Modified` that clients see.
    pub last_modified_buster: Option<SystemTime>,
}

impl Default for Validators {
    /// Both relayed, no busters.
    fn default() -> Self {
        Self {
            use_etag: true,
            etag_buster: String::new(),
            use_last_modified: true,
            last_modified_buster: None,
        }
    }
}

/// Conditions for the source request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    /// Value of `If-None-Match`.
    pub if_none_match: Option<HeaderValue>,
    /// Value of `If-Modified-Since`.
    pub if_modified_since: Option<HeaderValue>,
}

impl Validators {
    /// The conditions to send to the source for a client's request.
    ///
    /// A client `ETag` from before the buster changed makes the whole request unconditional.
    #[must_use]
    pub fn towards_source(&self, client: &HeaderMap) -> Conditions {
        let Ok(if_none_match) = self.if_none_match(client) else {
            return Conditions::default();
        };
        Conditions {
            if_none_match,
            if_modified_since: self.if_modified_since(client),
        }
    }

    /// Copies the source's validators into an answer.
    pub fn towards_client(&self, source: &HeaderMap, answer: &mut HeaderMap) {
        let etag = given(source, &header::ETAG).filter(|_| self.use_etag);
        insert(
            answer,
            header::ETAG,
            etag.and_then(|etag| self.bust_etag(etag)),
        );
        let modified = source
            .get(header::LAST_MODIFIED)
            .filter(|_| self.use_last_modified);
        let modified = modified.and_then(|value| self.bust_last_modified(value));
        insert(answer, header::LAST_MODIFIED, modified);
    }

    fn if_none_match(&self, client: &HeaderMap) -> Result<Option<HeaderValue>, WrongBuster> {
        let value = given(client, &header::IF_NONE_MATCH).filter(|_| self.use_etag);
        match value {
            Some(value) if !self.etag_buster.is_empty() => {
                let etag = self.unbust_etag(value).ok_or(WrongBuster)?;
                Ok((!etag.is_empty()).then_some(etag))
            }
            other => Ok(other.cloned()),
        }
    }

    fn if_modified_since(&self, client: &HeaderMap) -> Option<HeaderValue> {
        let value = given(client, &header::IF_MODIFIED_SINCE)?;
        let is_relayed = match self.last_modified_buster {
            _ if !self.use_last_modified => false,
            None => true,
            Some(buster) => parse_date(value).is_some_and(|date| date > buster),
        };
        is_relayed.then(|| value.clone())
    }

    fn bust_etag(&self, etag: &HeaderValue) -> Option<HeaderValue> {
        if self.etag_buster.is_empty() {
            return Some(etag.clone());
        }
        let encoded = URL_SAFE_NO_PAD.encode(etag.as_bytes());
        HeaderValue::try_from(format!("\"{}/{encoded}\"", self.etag_buster)).ok()
    }

    fn unbust_etag(&self, value: &HeaderValue) -> Option<HeaderValue> {
        let text = value.to_str().ok()?;
        let text = text.strip_prefix("W/").unwrap_or(text).trim_matches('"');
        let encoded = text.strip_prefix(&self.etag_buster)?.strip_prefix('/')?;
        HeaderValue::from_bytes(&URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()
    }

    fn bust_last_modified(&self, value: &HeaderValue) -> Option<HeaderValue> {
        let date = parse_date(value)?;
        match self.last_modified_buster {
            Some(buster) if date < buster => {
                HeaderValue::try_from(httpdate::fmt_http_date(buster)).ok()
            }
            _ => Some(value.clone()),
        }
    }
}

struct WrongBuster;

/// A header that says something.
pub(crate) fn given<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h HeaderValue> {
    headers.get(name).filter(|value| !value.is_empty())
}

fn parse_date(value: &HeaderValue) -> Option<SystemTime> {
    pixgate_source::http_date(value.to_str().ok()?)
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: Option<HeaderValue>) {
    if let Some(value) = value {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect()
    }

    fn client_headers(validators: &Validators, pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        let mut answer = HeaderMap::new();
        validators.towards_client(&headers(pairs), &mut answer);
        answer
    }

    const OLD: &str = "Wed, 21 Oct 2015 07:28:00 GMT";

    fn busted() -> Validators {
        Validators {
            etag_buster: "B".to_owned(),
            last_modified_buster: httpdate::parse_http_date("Wed, 01 Jan 2020 00:00:00 GMT").ok(),
            ..Validators::default()
        }
    }

    #[test]
    fn relays_both_unchanged_by_default() {
        let client = headers(&[
            (header::IF_NONE_MATCH, "\"x\""),
            (header::IF_MODIFIED_SINCE, "whenever"),
        ]);
        let conditions = Validators::default().towards_source(&client);
        assert_eq!(
            conditions.if_none_match,
            Some(HeaderValue::from_static("\"x\""))
        );
        assert_eq!(
            conditions.if_modified_since,
            Some(HeaderValue::from_static("whenever"))
        );
        let answer = client_headers(
            &Validators::default(),
            &[(header::ETAG, "\"x\""), (header::LAST_MODIFIED, "garbage")],
        );
        assert_eq!(
            answer.get(header::ETAG),
            Some(&HeaderValue::from_static("\"x\""))
        );
        assert_eq!(answer.get(header::LAST_MODIFIED), None);
    }

    #[test]
    fn a_buster_is_woven_in_and_taken_out() {
        let answer = client_headers(
            &busted(),
            &[
                (header::ETAG, "\"loremipsumdolor\""),
                (header::LAST_MODIFIED, OLD),
            ],
        );
        let etag = HeaderValue::from_static("\"B/ImxvcmVtaXBzdW1kb2xvciI\"");
        assert_eq!(answer.get(header::ETAG), Some(&etag));
        let modified = HeaderValue::from_static("Wed, 01 Jan 2020 00:00:00 GMT");
        assert_eq!(answer.get(header::LAST_MODIFIED), Some(&modified));
        let client = headers(&[(header::IF_NONE_MATCH, "W/\"B/ImxvcmVtaXBzdW1kb2xvciI\"")]);
        assert_eq!(
            busted().towards_source(&client).if_none_match,
            Some(HeaderValue::from_static("\"loremipsumdolor\""))
        );
    }

    #[test]
    fn a_wrong_buster_drops_all_conditions() {
        let client = headers(&[
            (header::IF_NONE_MATCH, "\"A/eA\""),
            (header::IF_MODIFIED_SINCE, "Wed, 01 Jan 2025 00:00:00 GMT"),
        ]);
        assert_eq!(busted().towards_source(&client), Conditions::default());
    }

    #[test]
    fn empty_headers_say_nothing() {
        let client = headers(&[(header::IF_NONE_MATCH, ""), (header::IF_MODIFIED_SINCE, "")]);
        let validators = Validators::default();
        assert_eq!(validators.towards_source(&client), Conditions::default());
        let client = headers(&[(header::IF_NONE_MATCH, "\"B/\"")]);
        assert_eq!(busted().towards_source(&client), Conditions::default());
        assert!(client_headers(&busted(), &[(header::ETAG, "")]).is_empty());
    }

    #[test]
    fn a_date_before_the_buster_is_not_sent() {
        let client = headers(&[(header::IF_MODIFIED_SINCE, OLD)]);
        assert_eq!(busted().towards_source(&client).if_modified_since, None);
    }
}
