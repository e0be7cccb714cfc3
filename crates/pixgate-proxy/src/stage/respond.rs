//! From a picture or an error to an answer.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::{Accepted, Picture};
use crate::cache_control::MaxAge;
use crate::disposition::content_disposition;
use crate::parts::Parts;
use crate::warnings::{Warnings, left_out};
use crate::{Body, Config, Error, Facts, Response, Route, clock, development};

/// Writes answers.
#[derive(Clone)]
pub(crate) struct Responder {
    config: Arc<Config>,
    extra_headers: HeaderMap,
    /// Names and separators.
    cache_tags: Vec<(HeaderName, String)>,
    warnings: Arc<Warnings>,
}

impl Responder {
    pub(crate) fn new(parts: &Parts) -> Self {
        Self {
            config: Arc::clone(&parts.config),
            extra_headers: parts.extra_headers.clone(),
            cache_tags: parts.cache_tags.clone(),
            warnings: Arc::clone(&parts.warnings),
        }
    }

    /// The answer with a picture.
    pub(crate) fn picture(
        &self,
        accepted: &Accepted<'_>,
        asked: &Arc<pixgate_url::Request>,
        picture: Picture,
    ) -> Response {
        let format = picture.format;
        let mut response = Response::new(200, format.media_type(), Bytes::new());
        response.status = self.status_of(&picture);
        let age = self.max_age(accepted, asked, picture.fallback_status.is_some());
        self.add_cache_control(&mut response, accepted, age, Some(&picture.headers));
        if picture.fallback_status.is_none() {
            let validators = &self.config.answer.validators;
            validators.towards_client(&picture.headers, &mut response.headers);
        }
        self.add_vary(&mut response);
        let url = asked.source.to_text();
        self.add_content_disposition(&mut response, asked, &url, Some(format.extension()));
        self.add_canonical_link(&mut response, &url);
        self.add_cache_tags(&mut response, asked);
        if picture.fallback_status.is_some() && self.config.fallback.header {
            response.add(FALLBACK, HeaderValue::from_static("1"));
        }
        self.pass_headers(&mut response, &picture.headers);
        if self.config.answer.debug_headers {
            add_debug_headers(&mut response, &picture);
        }
        self.add_warnings(&mut response, accepted, asked, &picture.warnings);
        response.facts = Facts::of_result(asked, format);
        response.body = Body::Bytes(picture.bytes);
        response
    }

    fn status_of(&self, picture: &Picture) -> StatusCode {
        let status = match (picture.fallback_status, self.config.fallback.status) {
            (None, _) => 200,
            (Some(own), 0) => own,
            (Some(_), configured) => configured,
        };
        StatusCode::from_u16(status).unwrap_or(StatusCode::OK)
    }

    /// The answer if the client's copy is still good.
    pub(crate) fn not_modified(
        &self,
        accepted: &Accepted<'_>,
        asked: &Arc<pixgate_url::Request>,
        source: &HeaderMap,
    ) -> Response {
        let mut response = Response::empty(304);
        let validators = &self.config.answer.validators;
        validators.towards_client(source, &mut response.headers);
        let age = self.max_age(accepted, asked, false);
        self.add_cache_control(&mut response, accepted, age, Some(source));
        response.facts = Facts::of(asked);
        self.add_vary(&mut response);
        self.add_cache_tags(&mut response, asked);
        response
    }

    /// The answer with an error.
    pub(crate) fn refuse(&self, accepted: &Accepted<'_>, error: Error) -> Response {
        let mut response = if self.config.answer.development_errors {
            development::page(&error, accepted.request.headers, accepted.request_id())
        } else {
            let verdict = error.verdict();
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
    pub(crate) fn refuse_fallback(&self, accepted: &Accepted<'_>, error: Error) -> Response {
        let mut response = self.refuse(accepted, error);
        let mut age = MaxAge::default();
        age.cap_for_fallback(self.config.fallback.ttl);
        self.add_cache_control(&mut response, accepted, age, None);
        response
    }

    /// Adds what every answer of a route carries, unless it is there already.
    pub(crate) fn add_common_headers(&self, response: &mut Response, accepted: &Accepted<'_>) {
        let answer = &self.config.answer;
        for (name, value) in &self.extra_headers {
            response.add(name.clone(), value.clone());
        }
        add_text(response, header::SERVER, &answer.server_name);
        add_text(response, REQUEST_ID, accepted.request_id());
        let policy = HeaderValue::from_static(CSP);
        response.add(header::CONTENT_SECURITY_POLICY, policy);
        let no_sniffing = HeaderValue::from_static("nosniff");
        response.add(header::X_CONTENT_TYPE_OPTIONS, no_sniffing);
        if !response.headers.contains_key(header::CACHE_CONTROL) {
            self.add_cache_control(response, accepted, MaxAge::default(), None);
        }
        let has_cors = matches!(
            accepted.route(),
            Route::Image | Route::Info | Route::Preflight
        );
        if has_cors && !answer.allow_origin.is_empty() {
            let origin = header::ACCESS_CONTROL_ALLOW_ORIGIN;
            add_text(response, origin, &answer.allow_origin);
            let methods = HeaderValue::from_static("GET, OPTIONS");
            response.add(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        }
    }

    /// What fallback image and expiry leave of the time to live.
    pub(crate) fn max_age(
        &self,
        accepted: &Accepted<'_>,
        asked: &pixgate_url::Request,
        is_fallback: bool,
    ) -> MaxAge {
        let mut age = MaxAge::default();
        if is_fallback {
            age.cap_for_fallback(self.config.fallback.ttl);
        }
        if let Some(expires) = asked.options.global.expires {
            let ttl = self.config.answer.caching.ttl;
            age.cap_at_expiry(expires, ttl, accepted.request.now);
        }
        age
    }

    pub(crate) fn add_cache_control(
        &self,
        response: &mut Response,
        accepted: &Accepted<'_>,
        age: MaxAge,
        source: Option<&HeaderMap>,
    ) {
        let status = response.status.as_u16();
        let caching = &self.config.answer.caching;
        if let Some(value) = caching.value(status, age, source, accepted.request.now) {
            response.add(header::CACHE_CONTROL, value);
        }
    }

    fn add_vary(&self, response: &mut Response) {
        if let Some(vary) = self.config.output.vary() {
            response.add(header::VARY, vary);
        }
    }

    /// Adds the name in a URL or path; without an extension its own stays.
    pub(crate) fn add_content_disposition(
        &self,
        response: &mut Response,
        asked: &pixgate_url::Request,
        url: &str,
        extension: Option<&str>,
    ) {
        let global = &asked.options.global;
        let stem = global.filename.as_deref().unwrap_or_default();
        let default = self.config.output.return_attachment;
        let is_attachment = global.return_attachment.unwrap_or(default);
        if let Some(value) = content_disposition(url, stem, extension, is_attachment) {
            response.add(header::CONTENT_DISPOSITION, value);
        }
    }

    /// Adds the canonical link, if it is switched on and the source is http(s).
    pub(crate) fn add_canonical_link(&self, response: &mut Response, url: &str) {
        let is_http = url.starts_with("http://") || url.starts_with("https://");
        if self.config.answer.canonical_link && is_http {
            let link = format!("<{}>; rel=\"canonical\"", without_user(url));
            add_text(response, header::LINK, &link);
        }
    }

    /// Adds the tags by which caches can be told to forget this answer.
    fn add_cache_tags(&self, response: &mut Response, asked: &pixgate_url::Request) {
        let Some(tags) = &asked.options.global.cache_tags else {
            return;
        };
        for (name, separator) in &self.cache_tags {
            add_text(response, name.clone(), &tags.join(separator));
        }
    }

    fn pass_headers(&self, response: &mut Response, source: &HeaderMap) {
        for name in &self.config.answer.headers_passthrough {
            if let (Ok(name), Some(value)) = (name.parse::<HeaderName>(), source.get(name)) {
                response.add(name, value.clone());
            }
        }
    }

    /// Tells of everything that the picture of this answer lacks.
    fn add_warnings(
        &self,
        response: &mut Response,
        accepted: &Accepted<'_>,
        asked: &pixgate_url::Request,
        planned: &[pixgate_engine::Warning],
    ) {
        response.left_out = left_out(asked, planned);
        for warning in &response.left_out {
            if self.warnings.note(warning.kind, clock::now()) {
                let (request_id, image_url) = (accepted.request_id(), &asked.source);
                tracing::warn!(request_id, %image_url, "{}", warning.text);
            }
        }
        if self.config.answer.development_errors && !response.left_out.is_empty() {
            let texts: Vec<_> = response.left_out.iter().map(|one| &*one.text).collect();
            if let Ok(value) = HeaderValue::try_from(texts.join("; ")) {
                response.add(WARNING, value);
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
const FALLBACK: HeaderName = HeaderName::from_static("x-pixgate-fallback");
const WARNING: HeaderName = HeaderName::from_static("x-pixgate-warning");
