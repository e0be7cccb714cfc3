//! What was asked for and left out: told in the log, counted, and shown to whoever develops.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderName, HeaderValue};

use crate::{Proxy, Request, Response, clock, request_id};

/// Something that a URL asks for and its picture does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// The identifier in metrics.
    pub kind: &'static str,
    /// What, and why.
    pub text: String,
}

impl From<pixgate_engine::Warning> for LeftOut {
    fn from(warning: pixgate_engine::Warning) -> Self {
        Self {
            kind: warning.name(),
            text: warning.to_string(),
        }
    }
}

/// How often what was left out.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    kinds: Mutex<BTreeMap<&'static str, Noted>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Noted {
    count: u64,
    said: Option<Instant>,
}

impl Warnings {
    /// Counts one; true if it is time to tell of this kind again.
    fn note(&self, kind: &'static str, now: Instant) -> bool {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = kinds.entry(kind).or_default();
        noted.count += 1;
        let is_due = noted
            .said
            .is_none_or(|said| now.saturating_duration_since(said) >= PAUSE);
        if is_due {
            noted.said = Some(now);
        }
        is_due
    }

    pub(crate) fn counts(&self) -> Vec<(&'static str, u64)> {
        let kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        kinds
            .iter()
            .map(|(kind, noted)| (*kind, noted.count))
            .collect()
    }
}

impl Proxy {
    /// How often something that was asked for was left out, by kind, since the start.
    #[must_use]
    pub fn left_out(&self) -> Vec<(&'static str, u64)> {
        self.parts.warnings.counts()
    }

    /// Tells of everything that the picture of this answer lacks.
    pub(crate) fn warn(
        &self,
        response: &mut Response,
        request: &Request<'_>,
        asked: &pixgate_url::Request,
        planned: &[pixgate_engine::Warning],
    ) {
        response.left_out = planned.iter().copied().map(LeftOut::from).collect();
        response.left_out.extend(without_cache(asked));
        for warning in &response.left_out {
            if self.parts.warnings.note(warning.kind, clock::now()) {
                let (request_id, image_url) = (request_id(request.headers), &asked.source);
                tracing::warn!(request_id, %image_url, "{}", warning.text);
            }
        }
        if self.parts.config.answer.development_errors {
            let texts: Vec<_> = response.left_out.iter().map(|one| &*one.text).collect();
            if let (false, Ok(value)) = (texts.is_empty(), HeaderValue::try_from(texts.join("; ")))
            {
                response.add(WARNING, value);
            }
        }
    }
}

/// There is no cache of results that a request could go past.
fn without_cache(asked: &pixgate_url::Request) -> Option<LeftOut> {
    let is_asked = asked.options.global.bypass_cache == Some(true);
    is_asked.then(|| LeftOut {
        kind: "bypass_cache_not_used",
        text: "bypass_cache: results are not cached, so there is nothing to go past".to_owned(),
    })
}

/// Between two records of the same kind.
const PAUSE: Duration = Duration::from_secs(60);
const WARNING: HeaderName = HeaderName::from_static("x-pixgate-warning");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_once_a_minute_and_always_counted() {
        let warnings = Warnings::default();
        let now = Instant::now();
        assert!(warnings.note("a", now) && warnings.note("b", now));
        assert!(!warnings.note("a", now + Duration::from_secs(59)));
        assert!(warnings.note("a", now + Duration::from_secs(60)));
        assert_eq!(warnings.counts(), [("a", 3), ("b", 1)]);
    }
}
