//! From a picture or an error to an answer.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::cache_control::MaxAge;
use crate::disposition::content_disposition;
use crate::facts::facts;
use crate::fetch::Held;
use crate::job::Picture;
use crate::preload::FallbackImage;
use crate::{Body, Error, Proxy, Request, Response, Route, development, request_id};

/// What came of asking the source.
#[derive(Clone)]
pub(crate) enum Answered {
    /// Its bytes.
    Image(SourceImage),
    /// Nothing usable: the fallback image, and the status of the error behind it.
    Fallback(FallbackImage, u16),
    /// The client's copy is still good.
    NotModified(HeaderMap),
}

/// A source that was read completely.
#[derive(Clone)]
pub(crate) struct SourceImage {
    pub(crate) held: Held,
    pub(crate) headers: HeaderMap,
}

impl Proxy {
    /// The answer with a picture.
    pub(crate) fn respond(
        &self,
        request: &Request<'_>,
        asked: &pixgate_url::Request,
        picture: Picture,
    ) -> Response {
        let format = picture.format;
        let mut response = Response::new(200, format.media_type(), Bytes::new());
        response.status = self.status_of(&picture);
        let age = self.age(request, asked, picture.fallback_status.is_some());
        self.cache(&mut response, request, age, Some(&picture.headers));
        if picture.fallback_status.is_none() {
            let validators = &self.parts.config.answer.validators;
            validators.towards_client(&picture.headers, &mut response.headers);
        }
        self.vary(&mut response);
        let url = asked.source.to_text();
        self.name(&mut response, asked, &url, Some(format.extension()));
        self.link(&mut response, &url);
        self.pass_headers(&mut response, &picture.headers);
        if self.parts.config.answer.debug_headers {
            add_debug_headers(&mut response, &picture);
        }
        self.warn(&mut response, request, asked, &picture.warnings);
        response.facts = facts(asked, Some(format));
        response.body = Body::Bytes(picture.bytes);
        response
    }

    fn status_of(&self, picture: &Picture) -> StatusCode {
        let status = match (picture.fallback_status, self.parts.config.fallback.status) {
            (None, _) => 200,
            (Some(own), 0) => own,
            (Some(_), configured) => configured,
        };
        StatusCode::from_u16(status).unwrap_or(StatusCode::OK)
    }

    /// The answer if the client's copy is still good.
    pub(crate) fn not_modified(
        &self,
        request: &Request<'_>,
        asked: &pixgate_url::Request,
        source: &HeaderMap,
    ) -> Response {
        let mut response = Response::empty(304);
        let validators = &self.parts.config.answer.validators;
        validators.towards_client(source, &mut response.headers);
        let age = self.age(request, asked, false);
        self.cache(&mut response, request, age, Some(source));
        response.facts = facts(asked, None);
        self.vary(&mut response);
        response
    }

    /// The answer with an error.
    pub(crate) fn refuse(&self, error: Error, request: &Request<'_>) -> Response {
        let verdict = error.verdict();
        let mut response = if self.parts.config.answer.development_errors {
            development::page(&error, request.headers, &request_id(request.headers))
        } else {
            let message = verdict.public_message.clone().into_owned();
            Response::new(verdict.status, "text/plain", message)
        };
        if error.is_about_load() {
            response.add(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response.error = Some(error);
        response
    }

    /// The answer with an error that the fallback image ran into: its time to live applies.
    pub(crate) fn refuse_fallback(&self, error: Error, request: &Request<'_>) -> Response {
        let mut response = self.refuse(error, request);
        let mut age = MaxAge::default();
        age.cap_for_fallback(self.parts.config.fallback.ttl);
        self.cache(&mut response, request, age, None);
        response
    }

    /// Adds what every answer of a route carries, unless it is there already.
    #[must_use]
    pub fn dress(&self, mut response: Response, route: Route, request: &Request<'_>) -> Response {
        let answer = &self.parts.config.answer;
        for (name, value) in &self.parts.extra_headers {
            response.add(name.clone(), value.clone());
        }
        add_text(&mut response, header::SERVER, &answer.server_name);
        if let Ok(id) = HeaderValue::try_from(request_id(request.headers)) {
            response.add(REQUEST_ID, id);
        }
        response.add(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(CSP),
        );
        response.add(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        if !response.headers.contains_key(header::CACHE_CONTROL) {
            self.cache(&mut response, request, MaxAge::default(), None);
        }
        let has_cors = matches!(route, Route::Image | Route::Info | Route::Preflight);
        if has_cors && !answer.allow_origin.is_empty() {
            add_text(
                &mut response,
                header::ACCESS_CONTROL_ALLOW_ORIGIN,
                &answer.allow_origin,
            );
            let methods = HeaderValue::from_static("GET, OPTIONS");
            response.add(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        }
        response
    }

    /// What fallback image and expiry leave of the time to live.
    pub(crate) fn age(
        &self,
        request: &Request<'_>,
        asked: &pixgate_url::Request,
        is_fallback: bool,
    ) -> MaxAge {
        let config = &self.parts.config;
        let mut age = MaxAge::default();
        if is_fallback {
            age.cap_for_fallback(config.fallback.ttl);
        }
        if let Some(expires) = asked.options.global.expires {
            age.cap_at_expiry(expires, config.answer.caching.ttl, request.now);
        }
        age
    }

    /// Adds `Cache-Control`.
    pub(crate) fn cache(
        &self,
        response: &mut Response,
        request: &Request<'_>,
        age: MaxAge,
        source: Option<&HeaderMap>,
    ) {
        let status = response.status.as_u16();
        let caching = &self.parts.config.answer.caching;
        if let Some(value) = caching.value(status, age, source, request.now) {
            response.add(header::CACHE_CONTROL, value);
        }
    }

    fn vary(&self, response: &mut Response) {
        if let Some(vary) = self.parts.config.output.vary() {
            response.add(header::VARY, vary);
        }
    }

    /// Adds `Content-Disposition` with the name in a URL or path; without an extension its own
    /// stays.
    pub(crate) fn name(
        &self,
        response: &mut Response,
        asked: &pixgate_url::Request,
        url: &str,
        extension: Option<&str>,
    ) {
        let global = &asked.options.global;
        let stem = global.filename.as_deref().unwrap_or_default();
        let default = self.parts.config.output.return_attachment;
        let is_attachment = global.return_attachment.unwrap_or(default);
        if let Some(value) = content_disposition(url, stem, extension, is_attachment) {
            response.add(header::CONTENT_DISPOSITION, value);
        }
    }

    /// Adds the canonical link, if it is switched on and the source is http(s).
    pub(crate) fn link(&self, response: &mut Response, url: &str) {
        let is_http = url.starts_with("http://") || url.starts_with("https://");
        if self.parts.config.answer.canonical_link && is_http {
            add_text(
                response,
                header::LINK,
                &format!("<{}>; rel=\"canonical\"", without_user(url)),
            );
        }
    }

    fn pass_headers(&self, response: &mut Response, source: &HeaderMap) {
        for name in &self.parts.config.answer.headers_passthrough {
            if let (Ok(name), Some(value)) = (name.parse::<HeaderName>(), source.get(name)) {
                response.add(name, value.clone());
            }
        }
    }
}

/// A URL without user name and password, which are for the source alone.
fn without_user(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + "://".len());
    let (scheme, rest) = url.split_at_checked(start).unwrap_or((url, ""));
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or_default();
    let host = authority.rfind('@').map_or(0, |at| at + 1);
    format!("{scheme}{}", rest.get(host..).unwrap_or_default())
}

fn add_text(response: &mut Response, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) {
        response.add(name, value);
    }
}

fn add_debug_headers(response: &mut Response, picture: &Picture) {
    let (width, height) = picture.origin_size;
    let mut add = |name, value: u64| response.add(HeaderName::from_static(name), value.into());
    add("x-origin-content-length", picture.source_bytes as u64);
    add("x-origin-width", width.into());
    add("x-origin-height", height.into());
    add("x-result-width", picture.size.0.into());
    add("x-result-height", picture.size.1.into());
}

/// On every answer, not only SVG: scripts and requests are off whatever a browser makes of it.
const CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
