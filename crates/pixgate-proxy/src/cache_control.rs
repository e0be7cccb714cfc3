//! How long an answer may be cached.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, header};

/// The configured rules for `Cache-Control`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caching {
    /// Default `max-age` in seconds; 0 gives `no-cache`.
    pub ttl: u64,
    /// Hand on the source's `Cache-Control` or `Expires`.
    pub passthrough: bool,
}

impl Default for Caching {
    /// A year, and nothing handed on.
    fn default() -> Self {
        Self {
            ttl: 31_536_000,
            passthrough: false,
        }
    }
}

/// The `max-age` that a request has earned so far; unset at first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MaxAge(Option<u64>);

impl MaxAge {
    /// A fallback image was used: its own time to live applies, if there is one.
    pub fn cap_for_fallback(&mut self, fallback_ttl: u64) {
        if fallback_ttl > 0 && self.0.is_none_or(|age| age > fallback_ttl) {
            self.0 = Some(fallback_ttl);
        }
    }

    /// The URL expires at `expires` (Unix seconds, 0 or less for never).
    pub fn cap_at_expiry(&mut self, expires: i64, ttl: u64, now: SystemTime) {
        let Ok(expires @ 1..) = u64::try_from(expires) else {
            return;
        };
        let left = (SystemTime::UNIX_EPOCH + Duration::from_secs(expires.min(FAR_FUTURE)))
            .duration_since(now)
            .map_or(0, |left| left.as_secs());
        if self.0.is_none_or(|age| left < age) {
            self.0 = Some(ttl.min(left));
        }
    }
}

impl Caching {
    /// The value of `Cache-Control` for an answer, if it has one.
    #[must_use]
    pub fn value(
        &self,
        status: u16,
        max_age: MaxAge,
        source: Option<&HeaderMap>,
        now: SystemTime,
    ) -> Option<HeaderValue> {
        if let MaxAge(Some(age @ 1..)) = max_age {
            return Some(public(age));
        }
        if status >= 400 {
            return None;
        }
        self.passed_through(source, now)
            .or_else(|| (self.ttl > 0).then(|| public(self.ttl)))
            .or(Some(HeaderValue::from_static("no-cache")))
    }

    fn passed_through(&self, source: Option<&HeaderMap>, now: SystemTime) -> Option<HeaderValue> {
        let headers = source.filter(|_| self.passthrough)?;
        if let Some(value) = headers
            .get(header::CACHE_CONTROL)
            .filter(|value| !value.is_empty())
        {
            return Some(value.clone());
        }
        let expires = fixed_date(headers.get(header::EXPIRES)?.to_str().ok()?)?;
        let left = expires.duration_since(now).ok()?.as_secs();
        (left > 0).then(|| public(left))
    }
}

/// A date in the one form that imgproxy reads here; the obsolete ones count as no date.
fn fixed_date(text: &str) -> Option<SystemTime> {
    let date = httpdate::parse_http_date(text).ok()?;
    (httpdate::fmt_http_date(date) == text).then_some(date)
}

fn public(seconds: u64) -> HeaderValue {
    HeaderValue::try_from(format!("max-age={seconds}, public"))
        .unwrap_or(HeaderValue::from_static("no-cache"))
}

/// The year 9999, so that adding to the epoch cannot overflow.
const FAR_FUTURE: u64 = 253_402_300_799;

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }

    fn text(value: Option<HeaderValue>) -> Option<String> {
        value.and_then(|value| value.to_str().ok().map(str::to_owned))
    }

    #[test]
    fn ttl_is_the_default_and_zero_means_no_cache() {
        let caching = Caching::default();
        let value = text(caching.value(200, MaxAge::default(), None, now()));
        assert_eq!(value.as_deref(), Some("max-age=31536000, public"));
        let never = Caching { ttl: 0, ..caching };
        let value = text(never.value(304, MaxAge::default(), None, now()));
        assert_eq!(value.as_deref(), Some("no-cache"));
    }

    #[test]
    fn errors_are_not_cacheable_unless_an_age_was_earned() {
        let caching = Caching::default();
        assert_eq!(caching.value(404, MaxAge::default(), None, now()), None);
        let mut age = MaxAge::default();
        age.cap_for_fallback(30);
        let value = text(caching.value(404, age, None, now()));
        assert_eq!(value.as_deref(), Some("max-age=30, public"));
    }

    #[test]
    fn expiry_shortens_the_age() {
        let cases = [
            (1_700_000_100, 600, Some(100)),
            (1_700_001_000, 600, Some(600)),
            (1_700_000_000, 600, Some(0)),
            (0, 600, None),
            (-5, 600, None),
            (i64::MAX, 600, Some(600)),
        ];
        for (expires, ttl, expected) in cases {
            let mut age = MaxAge::default();
            age.cap_at_expiry(expires, ttl, now());
            assert_eq!(age, MaxAge(expected), "{expires}");
        }
    }

    #[test]
    fn expires_has_one_form() {
        let mut source = HeaderMap::new();
        let caching = Caching {
            ttl: 60,
            passthrough: true,
        };
        for date in [
            "Friday, 01-Jan-27 00:00:00 GMT",
            "Fri Jan  1 00:00:00 2027",
            "0",
            "",
        ] {
            source.insert(header::EXPIRES, HeaderValue::from_static(date));
            let value = text(caching.value(200, MaxAge::default(), Some(&source), now()));
            assert_eq!(value.as_deref(), Some("max-age=60, public"), "{date}");
        }
    }

    #[test]
    fn the_source_decides_if_passthrough_is_on() {
        let caching = Caching {
            ttl: 60,
            passthrough: true,
        };
        let mut source = HeaderMap::new();
        let expires = httpdate::fmt_http_date(now() + Duration::from_secs(90));
        source.insert(header::EXPIRES, expires.parse().expect("a value"));
        let value = text(caching.value(200, MaxAge::default(), Some(&source), now()));
        assert_eq!(value.as_deref(), Some("max-age=90, public"));
        source.insert(header::CACHE_CONTROL, HeaderValue::from_static(""));
        let value = text(caching.value(200, MaxAge::default(), Some(&source), now()));
        assert_eq!(value.as_deref(), Some("max-age=90, public"));
        source.insert(header::CACHE_CONTROL, HeaderValue::from_static("private"));
        let value = text(caching.value(200, MaxAge::default(), Some(&source), now()));
        assert_eq!(value.as_deref(), Some("private"));
        let off = Caching {
            passthrough: false,
            ..caching
        };
        let value = text(off.value(200, MaxAge::default(), Some(&source), now()));
        assert_eq!(value.as_deref(), Some("max-age=60, public"));
    }
}
