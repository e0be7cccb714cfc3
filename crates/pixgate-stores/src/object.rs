//! Which object a URL names, and how its name is written into a request.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use pixgate_allow::BucketPolicy;
use pixgate_source::{Error, ErrorKind, ObjectUrl};

/// Splits a source URL and checks its bucket.
pub(crate) fn parse<'a>(
    url: &'a str,
    separator: &str,
    buckets: &BucketPolicy,
) -> Result<ObjectUrl<'a>, Error> {
    let object = ObjectUrl::parse(url, separator)?;
    let invalid = |reason| Error::new(ErrorKind::InvalidUrl { reason });
    if object.container.is_empty() {
        return Err(invalid("it names no bucket"));
    }
    if object.key.is_empty() {
        return Err(invalid("it names no object"));
    }
    if is_dots(object.container) || is_dots(object.key) {
        return Err(invalid("a bucket or object is called `.` or `..`"));
    }
    buckets.check(object.container).map_err(|refusal| {
        let bucket = object.container.to_owned();
        Error::with_source(ErrorKind::BucketRefused { bucket }, refusal)
    })?;
    Ok(object)
}

/// Writes a key as the path of a request.
///
/// Slashes stay, all else but letters, digits and `-._~` is percent-encoded, as request
/// signatures want it. URL parsers resolve `.` and `..` between slashes even if they are
/// percent-encoded; in keys that have such segments the slashes are encoded too, which makes
/// the whole key one segment. Services decode both forms to the same key.
pub(crate) fn escape(key: &str) -> String {
    if key.split('/').any(is_dots) {
        return encode(key);
    }
    utf8_percent_encode(key, PATH).to_string()
}

/// Percent-encodes everything but letters, digits and `-._~`.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, WORD).to_string()
}

fn is_dots(segment: &str) -> bool {
    segment == "." || segment == ".."
}

/// What RFC 3986 reserves, and so does the URI encoding of AWS signatures.
const WORD: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
const PATH: &AsciiSet = &WORD.remove(b'/');

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str, allowed: &str) -> Option<ErrorKind> {
        let error = parse(url, "?", &BucketPolicy::parse(allowed, "")).err()?;
        Some(error.kind().clone())
    }

    #[test]
    fn names_that_are_missing_or_dots_are_refused() {
        for url in [
            "gs://",
            "gs:///a.png",
            "gs://b",
            "gs://b/",
            "gs://../b/a.png",
            "gs://./b/a.png",
            "gs://b/..",
        ] {
            let kind = refusal(url, "");
            assert!(matches!(kind, Some(ErrorKind::InvalidUrl { .. })), "{url}");
        }
        assert_eq!(refusal("gs://b/a.png", ""), None);
    }

    #[test]
    fn the_list_of_buckets_counts() {
        let bucket = "other".to_owned();
        let kind = refusal("gs://other/a.png", "b");
        assert_eq!(kind, Some(ErrorKind::BucketRefused { bucket }));
    }

    #[test]
    fn keys_are_escaped_exactly() {
        for (key, path) in [
            ("dir/a.png", "dir/a.png"),
            ("a b+c%20.png", "a%20b%2Bc%2520.png"),
            ("a//b/", "a//b/"),
            ("a/../b/./c", "a%2F..%2Fb%2F.%2Fc"),
            ("a?b#c\\d", "a%3Fb%23c%5Cd"),
            ("é~_-", "%C3%A9~_-"),
            ("a/...", "a/..."),
        ] {
            assert_eq!(escape(key), path);
        }
    }

    proptest::proptest! {
        #[test]
        fn every_key_arrives_as_it_is(key in "[^/\\p{Cc}][^\\p{Cc}]{0,40}|(\\.{0,3}/){1,5}\\.{0,3}") {
            let key = key.trim_start_matches('/');
            proptest::prop_assume!(!key.is_empty() && !is_dots(key));
            let url = url::Url::parse(&format!("http://h/bucket/{}?x", escape(key))).unwrap();
            let path = percent_encoding::percent_decode_str(url.path()).decode_utf8().unwrap();
            proptest::prop_assert_eq!(path, format!("/bucket/{key}"));
        }
    }

    #[test]
    fn a_url_parser_keeps_escaped_keys() {
        for key in ["a/../b", "../b", "a/..", "a//b", "x/%2e%2e/y", " a", "a\tb"] {
            let escaped = escape(key);
            let url = url::Url::parse(&format!("http://h/bucket/{escaped}")).unwrap();
            assert_eq!(url.path(), format!("/bucket/{escaped}"));
        }
    }
}
