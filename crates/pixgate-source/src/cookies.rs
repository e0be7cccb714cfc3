//! Cookies: the client's, sent once where they apply, and the origin's, kept for one fetch.

use std::fmt;

use http::header::{self, HeaderMap, HeaderValue};
use url::{Host, Url};

/// The client's cookies and where they may be sent.
///
/// They go out with the first request only; later hops of a redirect get nothing but the cookies
/// that the source itself set.
///
/// # Examples
///
/// ```
/// use pixgate_source::{ClientCookies, CookieScope};
///
/// let scope = CookieScope::Base("https://example.com/shop/cart".to_owned());
/// let cookies = ClientCookies::new("session=1", scope);
/// assert!(cookies.apply_to("http://example.com:8080/shop/cat.jpg"));
/// assert!(!cookies.apply_to("http://example.com/other/cat.jpg"));
/// assert!(!cookies.apply_to("http://img.example.com/shop/cat.jpg"));
/// ```
#[derive(Clone)]
pub struct ClientCookies {
    text: String,
    scope: CookieScope,
}

/// Which sources get the client's cookies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CookieScope {
    /// All of them.
    Everywhere,
    /// Those that a browser would send them to, had this URL set them as host-only cookies: the
    /// same host (any port, http or https) at or below the URL's folder.
    Base(String),
}

impl CookieScope {
    /// The base URL that imgproxy builds from a request when none is configured.
    ///
    /// - `scheme`: `X-Forwarded-Proto`, else `http`
    /// - `host`: `X-Forwarded-Host`, else `Host`
    /// - `port`: `X-Forwarded-Port`
    #[must_use]
    pub fn of_request(scheme: Option<&str>, host: &str, port: Option<&str>) -> Self {
        let scheme = scheme.unwrap_or("http");
        Self::Base(match port {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        })
    }
}

impl ClientCookies {
    /// Takes the text of the client's `Cookie` header; several headers are joined by `; `.
    #[must_use]
    pub fn new(text: impl Into<String>, scope: CookieScope) -> Self {
        Self {
            text: text.into(),
            scope,
        }
    }

    /// Tells whether a source URL gets these cookies.
    #[must_use]
    pub fn apply_to(&self, source: &str) -> bool {
        Url::parse(source).is_ok_and(|source| self.apply(&source))
    }

    fn apply(&self, source: &Url) -> bool {
        let CookieScope::Base(base) = &self.scope else {
            return true;
        };
        let Ok(base) = Url::parse(base) else {
            return false;
        };
        matches!(base.scheme(), "http" | "https")
            && base.host() == source.host()
            && path_matches(source.path(), folder(base.path()))
    }

    /// The `Cookie` header for this source, if any.
    pub(crate) fn header(&self, source: &Url) -> Option<HeaderValue> {
        if !self.apply(source) {
            return None;
        }
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for (name, value) in self.text.split(';').filter_map(pair) {
            pairs.retain(|(known, _)| *known != name);
            pairs.push((name, value));
        }
        joined(pairs.into_iter())
    }
}

impl fmt::Debug for ClientCookies {
    /// Values are secrets and are not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCookies")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// Cookies that the hops of one fetch set, after RFC 6265.
///
/// There is no list of public suffixes: a `Domain` needs at least one dot. The jar lives for one
/// fetch, so it cannot leak into another one.
#[derive(Default)]
pub(crate) struct Jar {
    cookies: Vec<Stored>,
}

struct Stored {
    name: String,
    value: String,
    domain: String,
    host_only: bool,
    path: String,
    secure: bool,
}

impl Jar {
    /// Keeps what a response from `url` sets.
    pub(crate) fn store(&mut self, url: &Url, headers: &HeaderMap) {
        let date = headers.get(header::DATE).and_then(date);
        for value in headers.get_all(header::SET_COOKIE) {
            let Ok(text) = value.to_str() else { continue };
            let Some((cookie, alive)) = set_cookie(url, text, date) else {
                continue;
            };
            self.cookies.retain(|known| !known.is_same(&cookie));
            if alive && self.cookies.len() < MAX_COOKIES && text.len() <= MAX_COOKIE_BYTES {
                self.cookies.push(cookie);
            }
        }
    }

    /// The `Cookie` header for a request to `url`, if any.
    pub(crate) fn header(&self, url: &Url) -> Option<HeaderValue> {
        let fitting = self.cookies.iter().filter(|cookie| cookie.fits(url));
        joined(fitting.map(|cookie| (cookie.name.as_str(), cookie.value.as_str())))
    }
}

impl Stored {
    fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.domain == other.domain && self.path == other.path
    }

    fn fits(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else {
            return false;
        };
        let host_fits = if self.host_only {
            host == self.domain
        } else {
            domain_matches(host, &self.domain)
        };
        host_fits && path_matches(url.path(), &self.path) && (!self.secure || is_https(url))
    }
}

/// Reads one `Set-Cookie`; the flag tells whether the cookie is kept or only removed.
fn set_cookie(url: &Url, text: &str, now: Option<std::time::SystemTime>) -> Option<(Stored, bool)> {
    let mut parts = text.split(';');
    let (name, value) = pair(parts.next()?)?;
    let mut cookie = Stored {
        name: name.to_owned(),
        value: value.to_owned(),
        domain: url.host_str()?.to_owned(),
        host_only: true,
        path: folder(url.path()).to_owned(),
        secure: false,
    };
    let mut expired = None;
    let mut aged = None;
    for attribute in parts {
        let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let value = value.trim();
        match key.trim().to_ascii_lowercase().as_str() {
            "domain" => cookie.widen(url, value)?,
            "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
            "secure" => cookie.secure = true,
            "max-age" => aged = value.parse::<i64>().ok().map(|seconds| seconds <= 0),
            "expires" => expired = is_past(value, now),
            _ => {}
        }
    }
    let dead = aged.or(expired).unwrap_or(false);
    Some((cookie, !dead))
}

impl Stored {
    /// Applies a `Domain` attribute; `None` if the host must not set it.
    fn widen(&mut self, url: &Url, domain: &str) -> Option<()> {
        let domain = domain.trim_start_matches('.').to_ascii_lowercase();
        let host = url.host_str()?;
        if domain.is_empty() || domain == host {
            self.host_only = domain.is_empty() || !is_domain(url);
            return Some(());
        }
        let allowed = is_domain(url) && domain.contains('.') && domain_matches(host, &domain);
        if !allowed {
            return None;
        }
        self.domain = domain;
        self.host_only = false;
        Some(())
    }
}

/// Splits `name=value`; `None` if the name is no token.
fn pair(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let name = name.trim();
    let is_token = |b: u8| b.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?={}".contains(&b);
    if name.is_empty() || !name.bytes().all(is_token) {
        return None;
    }
    Some((name, value.trim()))
}

fn joined<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Option<HeaderValue> {
    let texts: Vec<String> = pairs
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if texts.is_empty() {
        return None;
    }
    HeaderValue::from_str(&texts.join("; ")).ok()
}

/// The default path of RFC 6265, 5.1.4: everything before the last slash.
fn folder(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((folder, _)) if !folder.is_empty() => folder,
        _ => "/",
    }
}

/// RFC 6265, 5.1.4.
fn path_matches(path: &str, cookie_path: &str) -> bool {
    path.strip_prefix(cookie_path)
        .is_some_and(|rest| rest.is_empty() || cookie_path.ends_with('/') || rest.starts_with('/'))
}

/// RFC 6265, 5.1.3, for a host that is a name.
fn domain_matches(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn is_domain(url: &Url) -> bool {
    matches!(url.host(), Some(Host::Domain(_)))
}

fn is_https(url: &Url) -> bool {
    url.scheme() == "https"
}

/// Compares with the origin's own clock; without one nothing expires within a fetch.
fn is_past(expires: &str, now: Option<std::time::SystemTime>) -> Option<bool> {
    Some(httpdate::parse_http_date(expires).ok()? <= now?)
}

fn date(value: &HeaderValue) -> Option<std::time::SystemTime> {
    httpdate::parse_http_date(value.to_str().ok()?).ok()
}

/// Browsers keep at least 50 cookies per host (RFC 6265, 6.1); one fetch needs a handful.
const MAX_COOKIES: usize = 50;
/// The size of one cookie that RFC 6265, 6.1, asks clients to support.
const MAX_COOKIE_BYTES: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn jar(from: &str, set: &[&str]) -> Jar {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::DATE,
            "Thu, 01 Jan 2026 00:00:00 GMT".parse().unwrap(),
        );
        for text in set {
            headers.append(header::SET_COOKIE, text.parse().unwrap());
        }
        let mut jar = Jar::default();
        jar.store(&url(from), &headers);
        jar
    }

    #[test]
    fn client_cookies_follow_the_base_url() {
        let base = CookieScope::Base("http://Example.com/a/b".to_owned());
        let cookies = ClientCookies::new("x=1; bad name=2; y=2; x=3", base);
        for (source, expected) in [
            ("https://EXAMPLE.com/a/", Some("y=2; x=3")),
            ("http://example.com:81/a/c.png", Some("y=2; x=3")),
            ("http://example.com/a", Some("y=2; x=3")),
            ("http://example.com/ab", None),
            ("http://a.example.com/a/", None),
        ] {
            let header = cookies.header(&url(source));
            assert_eq!(
                header.as_ref().map(|h| h.to_str().unwrap()),
                expected,
                "{source}"
            );
        }
    }

    #[test]
    fn the_base_url_can_come_from_a_request() {
        for (scheme, host, port, applies) in [
            (None, "h.net", None, true),
            (Some("https"), "H.NET:8080", None, true),
            (Some("https"), "h.net", Some("8443"), true),
            (Some("ftp"), "h.net", None, false),
            (None, "h.net:1", Some("2"), false),
            (None, "other.net", None, false),
            (None, "", None, false),
        ] {
            let cookies = ClientCookies::new("x=1", CookieScope::of_request(scheme, host, port));
            assert_eq!(
                cookies.apply_to("http://h.net/a/b"),
                applies,
                "{scheme:?} {host}"
            );
        }
    }

    #[test]
    fn cookies_for_everywhere_go_everywhere() {
        let cookies = ClientCookies::new("x=1", CookieScope::Everywhere);
        assert!(cookies.header(&url("http://any.net/")).is_some());
        let broken = ClientCookies::new("x=1", CookieScope::Base("no url".to_owned()));
        assert!(broken.header(&url("http://any.net/")).is_none());
    }

    #[test]
    fn origin_cookies_stay_with_their_host_and_path() {
        for (set, target, sent) in [
            ("a=1", "http://h.net/img/y", true),
            ("a=1", "http://h.net/other", false),
            ("a=1; Path=/", "http://h.net/other", true),
            ("a=1; Path=/", "http://i.net/", false),
            ("a=1; Path=/; Secure", "http://h.net/", false),
            ("a=1; Path=/; Secure", "https://h.net/", true),
            ("a=1; Path=/; Domain=net", "http://h.net/", false),
            ("a=1; Path=/; Domain=h.net", "http://sub.h.net/", true),
            ("a=1; Path=/; Domain=other.net", "http://h.net/", false),
            ("a=1; Path=/; Max-Age=0", "http://h.net/", false),
            (
                "a=1; Path=/; Expires=Wed, 31 Dec 2025 00:00:00 GMT",
                "http://h.net/",
                false,
            ),
            (
                "a=1; Path=/; Expires=Fri, 02 Jan 2026 00:00:00 GMT",
                "http://h.net/",
                true,
            ),
        ] {
            let header = jar("http://h.net/img/x", &[set]).header(&url(target));
            assert_eq!(header.is_some(), sent, "{set} to {target}");
        }
    }

    #[test]
    fn later_cookies_replace_earlier_ones() {
        let header = jar("http://h.net/", &["a=1", "b=2", "a=3"]).header(&url("http://h.net/"));
        assert_eq!(header.unwrap(), "b=2; a=3");
        assert!(
            jar("http://h.net/", &["a=1", "a=; Max-Age=-1"])
                .header(&url("http://h.net/"))
                .is_none()
        );
    }

    #[test]
    fn the_number_of_cookies_is_bounded() {
        let set: Vec<String> = (0..1000).map(|i| format!("c{i}=1")).collect();
        let set: Vec<&str> = set.iter().map(String::as_str).collect();
        assert_eq!(jar("http://h.net/", &set).cookies.len(), MAX_COOKIES);
    }
}
