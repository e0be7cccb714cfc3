//! The time of day, which request signatures and expiry dates need.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[cfg(feature = "s3")]
use jiff::Timestamp;
#[cfg(any(feature = "s3", feature = "swift"))]
use jiff::{civil::DateTime, tz::TimeZone};

/// Now.
#[expect(
    clippy::disallowed_methods,
    reason = "signatures carry the time of day; no caller has a better one"
)]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// Seconds since 1970; zero before.
#[cfg(any(feature = "gcs", feature = "azure"))]
pub(crate) fn unix_seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// How long it is until a moment; zero if it has passed.
pub(crate) fn until(moment: SystemTime) -> Duration {
    moment.duration_since(now()).unwrap_or_default()
}

/// A moment as AWS signs it: `20260102T030405Z`.
#[cfg(feature = "s3")]
pub(crate) fn compact(time: SystemTime) -> String {
    let time = Timestamp::try_from(time).unwrap_or_default();
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Reads `2026-01-02T03:04:05Z`; fractions of a second are dropped, other zones refused.
#[cfg(any(feature = "s3", feature = "swift"))]
pub(crate) fn parse_utc(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let text = text.strip_suffix('Z').or(text.strip_suffix("+00:00"))?;
    let text = text.split('.').next()?;
    // A leap second would be taken for the one before it.
    let is_leap = text.ends_with(":60");
    let time = DateTime::strptime("%Y-%m-%dT%H:%M:%S", text).ok()?;
    let time = time.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let seconds = u64::try_from(time.as_second()).ok()?;
    UNIX_EPOCH
        .checked_add(Duration::from_secs(seconds))
        .filter(|_| !is_leap)
}

#[cfg(test)]
#[cfg(feature = "s3")]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        let time = UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        time.unwrap()
    }

    #[test]
    fn moments_are_written_and_read() {
        for (seconds, compact_text, text) in [
            (0, "19700101T000000Z", "1970-01-01T00:00:00Z"),
            (951_782_400, "20000229T000000Z", "2000-02-29T00:00:00Z"),
            (1_440_938_160, "20150830T123600Z", "2015-08-30T12:36:00Z"),
            (4_107_542_399, "21000228T235959Z", "2100-02-28T23:59:59.5Z"),
        ] {
            assert_eq!(compact(at(seconds)), compact_text);
            assert_eq!(parse_utc(text), Some(at(seconds)), "{text}");
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "1969-01-01T00:00:00Z",
            "99999-01-01T00:00:00Z",
            "2026-01-01T00:00:00+02:00",
            "2026-01-01-01T00:00:00Z",
            "2026-02-31T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-01-01T00:00:60Z",
        ] {
            assert_eq!(parse_utc(text), None, "{text}");
        }
    }
}
