//! One request of a redirect chain and what it may carry.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;
use reqwest::Response;
use url::Url;

use crate::cookies::Jar;
use crate::{Error, ErrorKind, SourceRequest};

/// The request that is sent next.
pub(super) struct Hop<'a> {
    /// Without user name and password.
    pub(super) url: Url,
    request: &'a SourceRequest,
    own_headers: &'a HeaderMap,
    authorization: Option<HeaderValue>,
    jar: Jar,
    is_first: bool,
    is_trusted: bool,
}

impl<'a> Hop<'a> {
    /// The request for the source URL itself.
    pub(super) fn first(
        request: &'a SourceRequest,
        own_headers: &'a HeaderMap,
    ) -> Result<Self, Error> {
        let mut hop = Self {
            url: parse(&request.url)?,
            request,
            own_headers,
            authorization: None,
            jar: Jar::default(),
            is_first: true,
            is_trusted: true,
        };
        hop.authorization = take_credentials(&mut hop.url);
        Ok(hop)
    }

    pub(super) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    pub(super) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if self.is_trusted {
            headers.extend(self.own_headers.clone());
        }
        for (name, value) in &self.request.headers {
            let is_secret = SECRET_HEADERS.contains(name);
            if !CONNECTION_HEADERS.contains(name) && (self.is_trusted || !is_secret) {
                headers.append(name, value.clone());
            }
        }
        let conditions = &self.request.conditions;
        for (name, value) in [
            (header::IF_NONE_MATCH, &conditions.if_none_match),
            (header::IF_MODIFIED_SINCE, &conditions.if_modified_since),
            (header::RANGE, &self.request.range),
            (header::AUTHORIZATION, &self.authorization),
            (header::COOKIE, &self.cookies()),
        ] {
            if let Some(value) = value {
                headers.insert(name, value.clone());
            }
        }
        headers
    }

    fn cookies(&self) -> Option<HeaderValue> {
        match &self.request.cookies {
            Some(cookies) if self.is_first => cookies.header(&self.url),
            _ => self.jar.header(&self.url),
        }
    }

    pub(super) fn keep_cookies(&mut self, headers: &HeaderMap) {
        self.jar.store(&self.url, headers);
    }

    /// Where the response points to, if it is a redirect.
    pub(super) fn redirect(&self, response: &Response) -> Result<Option<Url>, Error> {
        if !REDIRECTS.contains(&response.status().as_u16()) {
            return Ok(None);
        }
        let location = response.headers().get(header::LOCATION);
        let Some(location) = location.filter(|location| !location.is_empty()) else {
            return Ok(None);
        };
        let target = self.target(location)?;
        if self.host() == BROWSER_HOST && target.host_str() == Some(SIGN_IN_HOST) {
            return Err(sign_in_page());
        }
        Ok(Some(target))
    }

    fn target(&self, location: &HeaderValue) -> Result<Url, Error> {
        let invalid = |reason| Error::new(ErrorKind::InvalidRedirect { reason });
        let location =
            std::str::from_utf8(location.as_bytes()).map_err(|_| invalid("it is not UTF-8"))?;
        let target = self
            .url
            .join(location)
            .map_err(|_| invalid("it is not a URL"))?;
        if !matches!(target.scheme(), "http" | "https") {
            let scheme = target.scheme().chars().take(MAX_SCHEME_CHARS).collect();
            return Err(ErrorKind::RedirectRefused { scheme }.into());
        }
        Ok(target)
    }

    /// Turns this hop into the next one.
    pub(super) fn go_to(&mut self, mut target: Url) {
        let credentials = take_credentials(&mut target);
        if !is_same_site(&self.url, &target) {
            self.is_trusted = false;
            self.authorization = None;
        }
        self.authorization = credentials.or(self.authorization.take());
        self.is_first = false;
        self.url = target;
    }

    /// A browser address of Cloud Storage answers 200 with HTML instead of the object.
    pub(super) fn refuse_sign_in_page(&self, response: &Response) -> Result<(), Error> {
        let is_ours = [BROWSER_HOST, SIGN_IN_HOST].contains(&self.host());
        let media_type = response.headers().get(header::CONTENT_TYPE);
        let is_html = media_type.is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
        if is_ours && is_html && response.status() == 200 {
            return Err(sign_in_page());
        }
        Ok(())
    }
}

fn sign_in_page() -> Error {
    let host = BROWSER_HOST.to_owned();
    ErrorKind::SignInPage { host }.into()
}

/// Parses a source URL in the spelling that an allowlist checks, so that the path that is sent is the
/// one that was allowed; control characters, which the parser would drop, are refused.
fn parse(text: &str) -> Result<Url, Error> {
    let invalid = |reason| Error::new(ErrorKind::InvalidUrl { reason });
    if text.bytes().any(|b| b.is_ascii_control()) {
        return Err(invalid("it contains a control character"));
    }
    let normal = pixgate_allow::normalized(text);
    let mut url = Url::parse(normal.as_deref().unwrap_or(text)).map_err(|error| {
        let reason = "it does not parse";
        Error::with_source(ErrorKind::InvalidUrl { reason }, error)
    })?;
    if !url.has_host() {
        return Err(invalid("it has no host"));
    }
    url.set_fragment(None);
    Ok(url)
}

/// Moves user name and password from the URL into a header value.
fn take_credentials(url: &mut Url) -> Option<HeaderValue> {
    url.set_fragment(None);
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let mut plain: Vec<u8> = percent_decode_str(url.username()).collect();
    plain.push(b':');
    plain.extend(percent_decode_str(url.password().unwrap_or_default()));
    let removed = url.set_username("").and_then(|()| url.set_password(None));
    let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(plain))).ok()?;
    value.set_sensitive(true);
    removed.ok().map(|()| value)
}

/// The same host and port, or its https twin.
fn is_same_site(from: &Url, to: &Url) -> bool {
    let ports = (from.port_or_known_default(), to.port_or_known_default());
    let is_upgrade = ports == (Some(80), Some(443)) && to.scheme() == "https";
    let is_downgrade = from.scheme() == "https" && to.scheme() == "http";
    from.host() == to.host() && (ports.0 == ports.1 || is_upgrade) && !is_downgrade
}

const REDIRECTS: [u16; 5] = [301, 302, 303, 307, 308];
const SECRET_HEADERS: [HeaderName; 4] = [
    header::AUTHORIZATION,
    header::COOKIE,
    header::PROXY_AUTHORIZATION,
    header::WWW_AUTHENTICATE,
];
/// What belongs to a connection and not to a request that is passed on (RFC 9110, 7.6.1).
const CONNECTION_HEADERS: [HeaderName; 8] = [
    header::HOST,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::TE,
    header::TRAILER,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
];
/// Where the Cloud Console's "authenticated URL" points.
const BROWSER_HOST: &str = "storage.cloud.google.com";
const SIGN_IN_HOST: &str = "accounts.google.com";
/// Longer schemes are not worth repeating in a message.
const MAX_SCHEME_CHARS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn credentials_leave_the_url() {
        let mut with = url("http://us%20er:p%40ss@h.net/x");
        assert_eq!(
            take_credentials(&mut with).unwrap(),
            "Basic dXMgZXI6cEBzcw=="
        );
        assert_eq!(with.as_str(), "http://h.net/x");
        assert!(take_credentials(&mut url("http://h.net/x")).is_none());
    }

    #[test]
    fn sites_are_compared_by_host_and_port() {
        for (from, to, same) in [
            ("http://h.net/a", "http://h.net/b", true),
            ("http://h.net/a", "http://h.net:80/b", true),
            ("http://h.net/a", "https://h.net/b", true),
            ("https://h.net/a", "http://h.net/b", false),
            ("https://h.net/a", "http://h.net:443/b", false),
            ("http://h.net/a", "http://h.net:81/b", false),
            ("http://h.net/a", "http://www.h.net/b", false),
        ] {
            assert_eq!(is_same_site(&url(from), &url(to)), same, "{from} to {to}");
        }
    }

    #[test]
    fn secrets_are_dropped_and_stay_dropped() {
        let mut request = SourceRequest::new("http://user@a.net/");
        request
            .headers
            .insert("x-trace", HeaderValue::from_static("1"));
        request
            .headers
            .insert("cookie", HeaderValue::from_static("s=1"));
        let own = HeaderMap::from_iter([(HeaderName::from_static("x-key"), "k".parse().unwrap())]);
        let mut hop = Hop::first(&request, &own).unwrap();
        assert_eq!(hop.headers().len(), 4);
        hop.go_to(url("http://a.net/other"));
        assert_eq!(hop.headers().len(), 4);
        hop.go_to(url("http://b.net/"));
        assert_eq!(hop.headers().len(), 1);
        assert!(hop.headers().contains_key("x-trace"));
        hop.go_to(url("http://a.net/"));
        assert_eq!(hop.headers().len(), 1);
    }

    #[test]
    fn odd_characters_are_sent_as_the_reference_sends_them() {
        for (text, sent) in [
            ("http://h/a\\b|c^d e", "http://h/a%5Cb%7Cc%5Ed%20e"),
            ("http://h/a/..\\b", "http://h/a/..%5Cb"),
            ("http://h/a/../b ", "http://h/b%20"),
            ("http://h/a%2fb[c]'é", "http://h/a%2fb[c]'%C3%A9"),
            ("http://h/%2E%2e/a?b c#d", "http://h/a?b%20c"),
            ("http://h?q", "http://h/?q"),
        ] {
            assert_eq!(parse(text).unwrap().as_str(), sent);
        }
    }

    #[test]
    fn control_characters_and_odd_hosts_are_refused() {
        for text in [
            "http://a\t.net/",
            "http://a.net/\nx",
            "http://",
            "http://a b/",
            "http://[::1%25eth0]/",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
