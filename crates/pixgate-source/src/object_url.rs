//! URLs that are not http: `scheme://container/key?query`.

use crate::{Error, ErrorKind};

/// The parts of a `local`, `s3`, `gs`, `abs` or `swift` URL.
///
/// Nothing is percent-decoded: `%`, `#` and (with another separator) `?` are ordinary characters
/// of a key.
///
/// # Examples
///
/// ```
/// use pixgate_source::ObjectUrl;
///
/// let url = ObjectUrl::parse("s3://cats//2026/50%.jpg?v1", "?")?;
/// assert_eq!((url.container, url.key, url.query), ("cats", "2026/50%.jpg", "v1"));
/// # Ok::<(), pixgate_source::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectUrl<'a> {
    /// The bucket or container, what http calls the host; may be empty.
    pub container: &'a str,
    /// The object's name without leading slashes; may be empty.
    pub key: &'a str,
    /// What follows the separator, often a version; may be empty.
    pub query: &'a str,
}

impl<'a> ObjectUrl<'a> {
    /// Splits a URL; the key is cut at the first `separator`, or never if that is empty.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidUrl`] if there is no scheme, a control character, or a container that
    /// cannot be a host name.
    pub fn parse(url: &'a str, separator: &str) -> Result<Self, Error> {
        let invalid = |reason| Error::new(ErrorKind::InvalidUrl { reason });
        if url.bytes().any(|b| b.is_ascii_control()) {
            return Err(invalid("it contains a control character"));
        }
        let (_, rest) = url.split_once("://").ok_or(invalid("it has no scheme"))?;
        let (container, path) = rest.split_once('/').unwrap_or((rest, ""));
        if !is_host(container) {
            return Err(invalid("its container is not a name"));
        }
        let path = path.trim_start_matches('/');
        let cut = Some(separator).filter(|separator| !separator.is_empty());
        let (key, query) = cut
            .and_then(|separator| path.split_once(separator))
            .unwrap_or((path, ""));
        Ok(Self {
            container,
            key,
            query,
        })
    }
}

/// What Go's URL parser, which the reference uses, takes for a host.
fn is_host(text: &str) -> bool {
    let is_allowed = |b: u8| !b" \\^`{|}".contains(&b);
    let has_port = text.rsplit_once(':').filter(|_| !text.ends_with(']'));
    text.bytes().all(is_allowed)
        && has_port.is_none_or(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_everything_but_leading_slashes_and_the_query() {
        for (url, separator, container, key, query) in [
            ("local:///a.png", "?", "", "a.png", ""),
            ("local://////a.png", "?", "", "a.png", ""),
            ("local://dir/file.png", "?", "dir", "file.png", ""),
            ("s3://b/a//b/../c.png/", "?", "b", "a//b/../c.png/", ""),
            ("s3://b/a?x?y", "?", "b", "a", "x?y"),
            ("s3://b/a?x", "", "b", "a?x", ""),
            ("s3://b/a?x~q", "~", "b", "a?x", "q"),
            ("s3://b/a?version=7", "?version=", "b", "a", "7"),
            ("s3://b/50%#1+2 3é", "?", "b", "50%#1+2 3é", ""),
            ("s3://b", "?", "b", "", ""),
            ("s3://b:80/a", "?", "b:80", "a", ""),
        ] {
            let expected = ObjectUrl {
                container,
                key,
                query,
            };
            assert_eq!(ObjectUrl::parse(url, separator).unwrap(), expected, "{url}");
        }
    }

    #[test]
    fn impossible_containers_are_refused() {
        for url in [
            "s3://a b/c",
            "s3://a:x/c",
            "s3://a\\b/c",
            "s3://a/c\0",
            "s3:/a/b",
            "a",
        ] {
            assert!(ObjectUrl::parse(url, "?").is_err(), "{url:?}");
        }
    }
}
