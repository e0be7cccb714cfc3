//! What is asked of a source.

use std::time::{Instant, SystemTime};

use http::header::{HeaderMap, HeaderValue};

use crate::cookies::ClientCookies;
use crate::http_date;
use crate::read_ahead::ReadAhead;

/// One source to fetch, and how.
///
/// # Examples
///
/// ```
/// use pixgate_source::{Mode, SourceRequest};
///
/// let mut request = SourceRequest::new("https://example.com/cat.jpg");
/// request.max_bytes = Some(10_000_000);
/// assert_eq!(request.mode, Mode::Image);
/// ```
#[derive(Debug, Clone)]
pub struct SourceRequest {
    /// The final source URL, after replacements and base URL, already allowed by the allowlist.
    pub url: String,
    /// What counts as a success and whether the body is touched.
    pub mode: Mode,
    /// The client's validators; a match gives [`Status::NotModified`](crate::Status).
    pub conditions: Conditions,
    /// `Range`, sent as it is. Only useful in [`Mode::Raw`].
    pub range: Option<HeaderValue>,
    /// Further headers for the source (tracing, `Accept-Encoding` of a raw request).
    ///
    /// Those that carry credentials stay with the first host, see the crate documentation; those
    /// that belong to a connection (`Host`, `Connection`, `Content-Length`, ...) are not sent.
    pub headers: HeaderMap,
    /// The client's cookies, if they may leave.
    pub cookies: Option<ClientCookies>,
    /// When the caller gives up; the earlier of this and the configured download timeout counts.
    pub deadline: Option<Instant>,
    /// Most bytes of the body after decompression; the smaller of this and
    /// [`Config::max_bytes`](crate::Config) counts.
    pub max_bytes: Option<u64>,
    /// Room for a body that a transport has at hand; without it bytes are read when they are asked for.
    pub ahead: Option<ReadAhead>,
}

impl SourceRequest {
    /// Asks for the whole of `url` as an image, unconditionally.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            mode: Mode::default(),
            conditions: Conditions::default(),
            range: None,
            headers: HeaderMap::new(),
            cookies: None,
            deadline: None,
            max_bytes: None,
            ahead: None,
        }
    }
}

/// What a source response has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// A complete image: 200, 304 or a 206 that is everything; gzip is undone; all else is an
    /// error.
    #[default]
    Image,
    /// Whatever the source says: any status with its body, encodings untouched, and
    /// [`Config::max_bytes`](crate::Config) does not apply.
    Raw,
}

/// The validators of a conditional request, as they are sent to the source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    /// `If-None-Match`.
    pub if_none_match: Option<HeaderValue>,
    /// `If-Modified-Since`, even if it is no date.
    pub if_modified_since: Option<HeaderValue>,
}

impl Conditions {
    /// Tells whether the client's copy is still good, for stores that cannot tell themselves.
    ///
    /// With both an entity tag and `If-None-Match` the date is not looked at. Tags are compared
    /// weakly, `*` matches any (RFC 9110, 13.1.2 and 13.1.3); quotes may be missing on either
    /// side.
    #[must_use]
    pub fn hold_for(&self, etag: Option<&str>, modified: Option<SystemTime>) -> bool {
        if let (Some(tags), Some(etag)) = (&self.if_none_match, etag) {
            return lists(&String::from_utf8_lossy(tags.as_bytes()), etag);
        }
        let since = self.if_modified_since.as_ref();
        let since = since.and_then(|value| http_date(value.to_str().ok()?));
        matches!((modified, since), (Some(modified), Some(since)) if is_not_after(modified, since))
    }
}

/// Searches a list of entity tags, in which commas may be part of a tag.
fn lists(tags: &str, etag: &str) -> bool {
    let wanted = opaque(etag);
    let mut rest = tags.trim();
    if rest == "*" {
        return true;
    }
    while !rest.is_empty() {
        let tag = rest.strip_prefix("W/").unwrap_or(rest);
        let (found, after) = match tag.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => tag.split_once(',').unwrap_or((tag, "")),
        };
        if found.trim_end() == wanted {
            return true;
        }
        rest = after.trim_start_matches([',', ' ', '\t']);
    }
    false
}

/// A tag without `W/` and quotes.
fn opaque(etag: &str) -> &str {
    let etag = etag.trim();
    let etag = etag.strip_prefix("W/").unwrap_or(etag);
    etag.trim_matches('"')
}

/// HTTP dates have whole seconds, file times have not.
fn is_not_after(modified: SystemTime, since: SystemTime) -> bool {
    match modified.duration_since(since) {
        Ok(later) => later.as_secs() == 0,
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn conditions(tags: Option<&str>, since: Option<&str>) -> Conditions {
        Conditions {
            if_none_match: tags.map(|text| text.parse().unwrap()),
            if_modified_since: since.map(|text| text.parse().unwrap()),
        }
    }

    #[test]
    fn entity_tags_are_searched_in_lists() {
        for (tags, expected) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("a", true),
            ("*", true),
            ("\"x\", \"a\"", true),
            ("\"x,y\",W/\"a\"", true),
            ("x, a", true),
            ("\"x\"", false),
            ("\"a,b\"", false),
            ("\"x\", *", false),
            ("", false),
            ("\"", false),
        ] {
            let held = conditions(Some(tags), None).hold_for(Some("W/\"a\""), None);
            assert_eq!(held, expected, "{tags}");
        }
    }

    #[test]
    fn dates_count_only_without_tags() {
        let modified = Some(UNIX_EPOCH + Duration::from_millis(1_767_225_600_900));
        let same = "Thu, 01 Jan 2026 00:00:00 GMT";
        for (tags, since, expected) in [
            (None, same, true),
            (None, "Fri, 02 Jan 2026 00:00:00 GMT", true),
            (None, "Wed, 31 Dec 2025 23:59:59 GMT", false),
            (None, "yesterday", false),
            (Some("\"x\""), same, false),
        ] {
            let held = conditions(tags, Some(since)).hold_for(Some("\"a\""), modified);
            assert_eq!(held, expected, "{tags:?} {since}");
        }
        assert!(!conditions(None, Some(same)).hold_for(Some("\"a\""), None));
        assert!(conditions(Some("\"x\""), Some(same)).hold_for(None, modified));
    }
}
