//! What was asked for and left out: told in the log, counted, and shown to whoever develops.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

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
    pub(crate) fn note(&self, kind: &'static str, now: Instant) -> bool {
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

/// Everything that the picture of a request lacks.
pub(crate) fn left_out(
    asked: &pixgate_url::Request,
    planned: &[pixgate_engine::Warning],
) -> Vec<LeftOut> {
    let planned = planned.iter().copied().map(LeftOut::from);
    planned.chain(without_cache(asked)).collect()
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
