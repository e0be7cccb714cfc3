//! Pictures beside sources that URLs name, kept encoded within bounds.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderMap, header};
use pixgate_engine::WatermarkImage;
use pixgate_source::Conditions;

use crate::{Error, MemoryPermit};

/// A picture beside the source, with its share of the memory budget.
pub(crate) struct Companion {
    pub(crate) image: WatermarkImage,
    /// Of the answer that it came with.
    pub(crate) headers: HeaderMap,
    pub(crate) _memory: MemoryPermit,
}

/// What is known of a URL.
pub(crate) enum Known {
    /// Its picture, which is still good.
    Fresh(Arc<Companion>),
    /// Its picture, and how to ask whether that is still good.
    Stale(Arc<Companion>, Conditions),
    /// It failed a moment ago.
    Failed(Error),
    /// Nothing.
    Unknown,
}

/// Pictures by URL, never more than so many, nor more bytes; the one that was longest not used
/// goes first.
pub(crate) struct CompanionCache {
    most: usize,
    most_bytes: u64,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    by_url: HashMap<String, Entry>,
    failures: HashMap<String, (Error, Instant)>,
    bytes: u64,
    uses: u64,
}

struct Entry {
    picture: Arc<Companion>,
    validators: Conditions,
    fresh_until: Instant,
    /// Until when it stands in for an origin that cannot be reached.
    usable_until: Instant,
    last_use: u64,
}

impl CompanionCache {
    /// An empty one with these bounds.
    pub(crate) fn new(most: usize, most_bytes: u64) -> Self {
        Self {
            most,
            most_bytes,
            kept: Mutex::default(),
        }
    }

    /// What is known of a URL at this time.
    pub(crate) fn look_up(&self, url: &str, now: Instant) -> Known {
        let mut kept = self.lock();
        kept.uses = kept.uses.saturating_add(1);
        let uses = kept.uses;
        if let Some(entry) = kept.by_url.get_mut(url) {
            entry.last_use = uses;
            let picture = Arc::clone(&entry.picture);
            return match now < entry.fresh_until {
                true => Known::Fresh(picture),
                false => Known::Stale(picture, entry.validators.clone()),
            };
        }
        match kept.failures.get(url) {
            Some((error, until)) if now < *until => Known::Failed(error.clone()),
            _ => Known::Unknown,
        }
    }

    /// Keeps a picture if its origin allows it and it fits.
    pub(crate) fn keep(&self, url: &str, picture: &Arc<Companion>, now: Instant) {
        let (bytes, headers) = (picture.image.bytes.len() as u64, &picture.headers);
        let mut kept = self.lock();
        kept.remove(url);
        let Some(age) = age(headers).filter(|_| self.most > 0 && bytes <= self.most_bytes) else {
            return;
        };
        let room = self.most_bytes.saturating_sub(bytes);
        while kept.by_url.len() >= self.most || kept.bytes > room {
            kept.remove_least_used();
        }
        kept.bytes = kept.bytes.saturating_add(bytes);
        let fresh_until = now + age;
        let entry = Entry {
            picture: Arc::clone(picture),
            validators: Conditions {
                if_none_match: headers.get(header::ETAG).cloned(),
                if_modified_since: headers.get(header::LAST_MODIFIED).cloned(),
            },
            fresh_until,
            usable_until: fresh_until + GRACE,
            last_use: kept.uses,
        };
        kept.by_url.insert(url.to_owned(), entry);
    }

    /// The origin says that its picture is still good.
    pub(crate) fn renew(&self, url: &str, headers: &HeaderMap, now: Instant) {
        if let Some(entry) = self.lock().by_url.get_mut(url) {
            entry.fresh_until = now + age(headers).unwrap_or_default();
            entry.usable_until = entry.fresh_until + GRACE;
        }
    }

    /// Whether the old picture may stand in for an origin that cannot be reached; it is asked again
    /// after a moment.
    pub(crate) fn stands_in(&self, url: &str, now: Instant) -> bool {
        let mut kept = self.lock();
        let entry = kept.by_url.get_mut(url);
        let Some(entry) = entry.filter(|entry| now < entry.usable_until) else {
            return false;
        };
        entry.fresh_until = now + RETRY;
        true
    }

    /// Remembers for a moment that a URL failed, and forgets its picture.
    pub(crate) fn fail(&self, url: &str, error: &Error, now: Instant) {
        let mut kept = self.lock();
        kept.remove(url);
        kept.failures.retain(|_, (_, until)| now < *until);
        if kept.failures.len() < MOST_FAILURES {
            let failure = (error.clone(), now + FAILURE);
            kept.failures.insert(url.to_owned(), failure);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn remove(&mut self, url: &str) {
        if let Some(entry) = self.by_url.remove(url) {
            let bytes = entry.picture.image.bytes.len() as u64;
            self.bytes = self.bytes.saturating_sub(bytes);
        }
    }

    fn remove_least_used(&mut self) {
        let least = self.by_url.iter().min_by_key(|(_, entry)| entry.last_use);
        match least.map(|(url, _)| url.clone()) {
            Some(url) => self.remove(&url),
            None => self.bytes = 0,
        }
    }
}

impl fmt::Debug for CompanionCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.lock();
        f.debug_struct("CompanionCache")
            .field("pictures", &kept.by_url.len())
            .field("bytes", &kept.bytes)
            .finish()
    }
}

/// How long an origin lets its answer be used unasked; none if it must not be kept.
fn age(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::CACHE_CONTROL);
    let text = value.and_then(|value| value.to_str().ok());
    let directives = || {
        let all = text.into_iter().flat_map(|text| text.split(','));
        all.map(|directive| directive.trim().to_ascii_lowercase())
    };
    if directives().any(|directive| directive == "no-store") {
        return None;
    }
    if directives().any(|directive| directive == "no-cache") {
        return Some(Duration::ZERO);
    }
    let seconds = directives().find_map(|directive| {
        let seconds = directive.strip_prefix("max-age=")?;
        seconds.trim_matches('"').parse::<u64>().ok()
    });
    // A year is more than any server runs without a new picture.
    let most = Duration::from_secs(365 * 24 * 3600);
    Some(seconds.map_or(DEFAULT_AGE, |seconds| {
        Duration::from_secs(seconds).min(most)
    }))
}

/// Without a word of the origin.
const DEFAULT_AGE: Duration = Duration::from_secs(3600);
/// How long an old picture stands in for an origin that cannot be reached.
const GRACE: Duration = Duration::from_secs(3600);
/// When such an origin is asked again.
const RETRY: Duration = Duration::from_secs(10);
/// How long a failed URL is not asked again.
const FAILURE: Duration = Duration::from_secs(1);
const MOST_FAILURES: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Admission, ErrorKind};

    const BYTES: u64 = 5_000;
    /// One pixel.
    const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff\
        ,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

    fn picture(headers: HeaderMap) -> Arc<Companion> {
        let header = pixgate_codec::probe(GIF, &pixgate_codec::Limits::default());
        let mut padded = GIF.to_vec();
        padded.resize(usize::try_from(BYTES).expect("small"), 0);
        let admission = Admission::new(1, 0, 1 << 30);
        Arc::new(Companion {
            image: WatermarkImage {
                bytes: padded.into(),
                header: header.expect("a picture"),
            },
            headers,
            _memory: admission.try_source_memory(BYTES).expect("memory"),
        })
    }

    fn headers(cache_control: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let value = http::HeaderValue::from_static(cache_control);
        headers.insert(header::CACHE_CONTROL, value);
        headers.insert(header::ETAG, http::HeaderValue::from_static("\"a\""));
        headers
    }

    fn is_fresh(cache: &CompanionCache, url: &str, now: Instant) -> bool {
        matches!(cache.look_up(url, now), Known::Fresh(_))
    }

    #[test]
    fn it_holds_no_more_than_its_bounds_and_lets_the_unused_go() {
        let now = Instant::now();
        for (most, most_bytes) in [(2, u64::MAX), (100, BYTES * 2 + 1)] {
            let cache = CompanionCache::new(most, most_bytes);
            for url in ["a", "b"] {
                cache.keep(url, &picture(HeaderMap::new()), now);
            }
            assert!(is_fresh(&cache, "a", now));
            cache.keep("c", &picture(HeaderMap::new()), now);
            let fresh = ["a", "b", "c"].map(|url| is_fresh(&cache, url, now));
            assert_eq!(fresh, [true, false, true]);
        }
        for (most, most_bytes) in [(0, u64::MAX), (100, BYTES - 1)] {
            let cache = CompanionCache::new(most, most_bytes);
            cache.keep("a", &picture(HeaderMap::new()), now);
            assert!(!is_fresh(&cache, "a", now));
        }
    }

    #[test]
    fn it_asks_again_when_the_origin_wants_it() {
        let now = Instant::now();
        let after = |seconds| now + Duration::from_secs(seconds);
        let cache = CompanionCache::new(10, u64::MAX);
        for (cache_control, seconds) in [
            ("max-age=60, public", 60),
            ("public", 3600),
            ("no-cache", 0),
            ("Max-Age=\"5\"", 5),
        ] {
            cache.keep("a", &picture(headers(cache_control)), now);
            assert!(seconds == 0 || is_fresh(&cache, "a", after(seconds - 1)));
            let Known::Stale(_, conditions) = cache.look_up("a", after(seconds)) else {
                unreachable!("{cache_control}");
            };
            assert!(conditions.if_none_match.is_some());
        }
        cache.keep("a", &picture(headers("no-store")), now);
        assert!(matches!(cache.look_up("a", now), Known::Unknown));
    }

    #[test]
    fn an_old_picture_stands_in_for_an_hour_and_a_failure_counts_for_a_second() {
        let now = Instant::now();
        let after = |seconds| now + Duration::from_secs(seconds);
        let cache = CompanionCache::new(10, u64::MAX);
        cache.keep("a", &picture(headers("max-age=60")), now);
        assert!(cache.stands_in("a", after(61)));
        assert!(is_fresh(&cache, "a", after(70)) && !is_fresh(&cache, "a", after(72)));
        assert!(!cache.stands_in("a", after(3661)));
        cache.renew("a", &headers("max-age=60"), after(3661));
        assert!(is_fresh(&cache, "a", after(3700)));

        cache.fail("a", &Error::new(ErrorKind::TimedOut), now);
        assert!(matches!(cache.look_up("a", now), Known::Failed(_)));
        assert!(matches!(cache.look_up("a", after(1)), Known::Unknown));
    }
}
