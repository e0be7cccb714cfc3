//! http URLs in the one spelling that is checked and sent.

use crate::percent;
use crate::segments::{may_climb, resolve_encoded};
use crate::url_text::after_http_scheme;

/// The spelling in which an http(s) URL is matched against an allowlist, and in which it has to be
/// fetched so that the origin sees the path that was checked.
///
/// Scheme and host are in lower case, an empty or default port and the fragment are left out, `.` and
/// `..` in the path are resolved in all their spellings, and characters that a URL cannot have, `\`,
/// `|`, `^` and the space among them, are percent-encoded. User name, query and escapes stay.
///
/// `None` for other schemes, and for texts about whose host URL parsers disagree.
///
/// # Examples
///
/// ```
/// use pixgate_allow::normalized;
///
/// let url = normalized("HTTP://Img.test:80/a/%2E%2E/b c.png#top");
/// assert_eq!(url.as_deref(), Some("http://img.test/b%20c.png"));
/// assert_eq!(normalized("s3://bucket/../key"), None);
/// ```
#[must_use]
pub fn normalized(url: impl AsRef<[u8]>) -> Option<String> {
    HttpUrl::parse(url.as_ref()).map(|url| url.text(false))
}

/// An http URL taken apart as far as allowlists need it.
#[derive(Debug)]
pub(crate) struct HttpUrl {
    is_secure: bool,
    /// With its `@`, or empty.
    user: String,
    host: String,
    port: Option<u16>,
    path: Vec<u8>,
    /// With its `?`, or empty.
    query: Vec<u8>,
}

impl HttpUrl {
    /// Reads a URL and resolves its dots; `None` if it is no http URL or its host is uncertain.
    pub(crate) fn parse(url: &[u8]) -> Option<Self> {
        if url.iter().any(u8::is_ascii_control) {
            return None;
        }
        let (scheme, rest) = after_http_scheme(url)?;
        let rest = rest.strip_prefix(b"//")?;
        let (authority, rest) = split_where(rest, b"/\\?#");
        if authority.is_empty() || rest.first() == Some(&b'\\') {
            return None;
        }
        let (rest, _) = split_where(rest, b"#");
        let (path, query) = split_where(rest, b"?");
        let authority = std::str::from_utf8(authority).ok()?;
        let at = authority.rfind('@').map_or(0, |at| at.saturating_add(1));
        let (user, host) = authority.split_at_checked(at)?;
        let is_secure = scheme.len() == HTTPS.len();
        let (host, port) = split_port(host)?;
        Some(Self {
            is_secure,
            user: user.to_owned(),
            host: host.to_ascii_lowercase(),
            port: port.filter(|port| *port != default_port(is_secure)),
            path: resolve_encoded(path),
            query: query.to_vec(),
        })
    }

    /// The URL's normal spelling, or the same with the default port written out.
    pub(crate) fn text(&self, with_port: bool) -> String {
        let scheme = if self.is_secure { "https" } else { "http" };
        let mut text = format!("{scheme}://{}{}", self.user, self.host);
        let default = with_port.then(|| default_port(self.is_secure));
        if let Some(port) = self.port.or(default) {
            text.push_str(&format!(":{port}"));
        }
        for byte in &self.path {
            percent::push(&mut text, *byte, may_stand_in_path);
        }
        for byte in &self.query {
            percent::push(&mut text, *byte, may_stand_in_query);
        }
        text
    }

    /// Whether some servers would still find `..` in the path.
    pub(crate) fn may_climb(&self) -> bool {
        may_climb(&self.path)
    }
}

/// A pattern as normal spellings have to be matched against it.
pub(crate) fn normalized_pattern(pattern: &str) -> String {
    let start = pattern.find("//").map(|at| at.saturating_add(2));
    let (scheme, rest) = pattern
        .split_at_checked(start.unwrap_or(0))
        .unwrap_or_default();
    let (authority, rest) = split_where(rest.as_bytes(), b"/?#");
    let authority = String::from_utf8_lossy(authority);
    let at = authority.rfind('@').map_or(0, |at| at.saturating_add(1));
    let (user, host) = authority.split_at_checked(at).unwrap_or_default();
    let host = host.strip_suffix(':').unwrap_or(host);
    let mut text = scheme.to_ascii_lowercase() + user + &host.to_ascii_lowercase();
    let (rest, _) = split_where(rest, b"#");
    let (path, query) = split_where(rest, b"?");
    for byte in path {
        percent::push(&mut text, *byte, may_stand_in_path);
    }
    for byte in query {
        percent::push(&mut text, *byte, may_stand_in_query);
    }
    text
}

/// Splits in front of the first of some bytes.
fn split_where<'t>(text: &'t [u8], ends: &[u8]) -> (&'t [u8], &'t [u8]) {
    let end = text.iter().position(|byte| ends.contains(byte));
    text.split_at_checked(end.unwrap_or(text.len()))
        .unwrap_or((text, b""))
}

/// Host and port; `None` for a port that is no number.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let Some((host, port)) = authority
        .rsplit_once(':')
        .filter(|_| !authority.ends_with(']'))
    else {
        return Some((authority, None));
    };
    if port.is_empty() {
        return Some((host, None));
    }
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    let port = port.parse().ok().filter(|_| is_number)?;
    Some((host, Some(port)))
}

const fn default_port(is_secure: bool) -> u16 {
    if is_secure { 443 } else { 80 }
}

/// What imgproxy, and with it Go, leaves as it is in a path.
fn may_stand_in_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:@[]/%".contains(&byte)
}

/// What the URL standard leaves as it is in the query of an http URL.
fn may_stand_in_query(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"<>'#".contains(&byte)
}

const HTTPS: &str = "https";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_spelling() {
        for (url, normal) in [
            ("http://h/a", "http://h/a"),
            ("HTTPS://H.Test:443/A", "https://h.test/A"),
            ("http://h:0080/a", "http://h/a"),
            ("http://h:/a", "http://h/a"),
            ("http://h:443/a", "http://h:443/a"),
            ("http://h:080", "http://h"),
            ("http://[::1]:80/a", "http://[::1]/a"),
            ("http://U:P@H/a", "http://U:P@h/a"),
            ("http://h?q", "http://h?q"),
            ("http://h/a?b/../c#d", "http://h/a?b/../c"),
            (
                "http://h/x/../a b|^\\`{\"}é",
                "http://h/a%20b%7C%5E%5C%60%7B%22%7D%C3%A9",
            ),
            ("http://h/a%2Fb%41", "http://h/a%2Fb%41"),
            ("http://h/a?b c|'", "http://h/a?b%20c|%27"),
            ("http://h/a ", "http://h/a%20"),
            ("http://h/pub/.. ", "http://h/pub/..%20"),
        ] {
            assert_eq!(normalized(url).as_deref(), Some(normal), "{url}");
            assert_eq!(normalized(normal).as_deref(), Some(normal), "{normal}");
        }
    }

    #[test]
    fn uncertain_hosts_have_none() {
        for url in [
            "http:/h/a",
            "http:///h/a",
            "http:\\\\h\\a",
            "http://h\\a",
            "http://h:x/a",
            "http://h:99999/a",
            "http://h/a\tb",
            " http://h/a",
            "ftp://h/a",
        ] {
            assert_eq!(normalized(url), None, "{url:?}");
        }
    }

    #[test]
    fn patterns_are_spelled_alike() {
        for (pattern, normal) in [
            ("HTTP://A.Test/B c/", "http://a.test/B%20c/"),
            ("https://*.A.Test", "https://*.a.test"),
            ("http://Us@A/*/é?a b", "http://Us@a/*/%C3%A9?a%20b"),
            ("http://*?b#c", "http://*?b"),
            ("HTTP://h:/", "http://h/"),
            ("*", "*"),
            ("", ""),
        ] {
            assert_eq!(normalized_pattern(pattern), normal, "{pattern}");
        }
    }
}
