//! Requests in the library's types. Those of actix-web, which is on `http` 0.2, go over byte by byte.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::SystemTime;

use actix_web::body::{BodyStream, SizedStream};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use bytes::Bytes;
use futures_util::{Stream, stream};
use pixgate_proxy::{Body, Request, Response, request_id};

use super::heads;

/// A request in the library's types.
pub(super) struct Incoming {
    method: http::Method,
    target: String,
    headers: http::HeaderMap,
    peer: Option<SocketAddr>,
}

impl Incoming {
    pub(super) fn new(request: &HttpRequest) -> Self {
        let mut headers = headers(request);
        let target = headers.remove(heads::TARGET.as_str());
        name(&mut headers);
        Self {
            method: http::Method::from_bytes(request.method().as_str().as_bytes())
                .unwrap_or_default(),
            target: match target {
                Some(target) => own_form(&target),
                None => request.uri().path_and_query().map(ToString::to_string),
            }
            .unwrap_or_else(|| request.uri().path().to_owned()),
            headers,
            peer: request.peer_addr(),
        }
    }

    /// From HTTP/2, which has the host beside the headers.
    pub(super) fn of_stream(parts: http::request::Parts, peer: Option<SocketAddr>) -> Self {
        let mut headers = parts.headers;
        let authority = parts.uri.authority().map(http::uri::Authority::as_str);
        if let Some(host) = authority.and_then(|host| http::HeaderValue::from_str(host).ok())
            && !headers.contains_key(http::header::HOST)
        {
            headers.insert(http::header::HOST, host);
        }
        name(&mut headers);
        let target = parts.uri.path_and_query().map(ToString::to_string);
        Self {
            method: parts.method,
            target: target.unwrap_or_else(|| parts.uri.path().to_owned()),
            headers,
            peer,
        }
    }

    pub(super) fn request(&self, now: SystemTime) -> Request<'_> {
        Request {
            method: &self.method,
            target: &self.target,
            headers: &self.headers,
            now,
        }
    }

    pub(super) fn target(&self) -> &str {
        &self.target
    }

    pub(super) fn method(&self) -> &http::Method {
        &self.method
    }

    pub(super) fn headers(&self) -> &http::HeaderMap {
        &self.headers
    }

    /// Who asks, as far as headers of front ends can be believed; for logs only.
    pub(super) fn client_ip(&self) -> String {
        let header = |name| self.headers.get(name)?.to_str().ok();
        let forwarded = || header("x-forwarded-for")?.split(',').next().map(str::trim);
        let peer = || self.peer.map(|peer| peer.ip().to_string());
        header("cf-connecting-ip")
            .or_else(forwarded)
            .or_else(|| header("x-real-ip"))
            .map(str::to_owned)
            .or_else(peer)
            .unwrap_or_default()
    }
}

/// Gives the request its id, so that logs and answer agree.
fn name(headers: &mut http::HeaderMap) {
    if let Ok(id) = http::HeaderValue::try_from(request_id(headers)) {
        headers.insert("x-request-id", id);
    }
}

/// Path and query of a target, which may begin with a scheme and a host.
fn own_form(target: &http::HeaderValue) -> Option<String> {
    let target = std::str::from_utf8(target.as_bytes()).ok()?;
    let Some((_, rest)) = target
        .split_once("://")
        .filter(|_| !target.starts_with('/'))
    else {
        return Some(target.to_owned());
    };
    let start = rest.find(['/', '?'])?;
    Some(rest.get(start..)?.to_owned())
}

/// A target in absolute form has the host as well.
fn headers(request: &HttpRequest) -> http::HeaderMap {
    let mut headers = http::HeaderMap::new();
    let authority = request.uri().authority();
    if let Some(host) = authority.and_then(|host| host.as_str().parse().ok()) {
        headers.insert(http::header::HOST, host);
    }
    for (name, value) in request.headers() {
        let name = http::HeaderName::from_bytes(name.as_str().as_bytes());
        let value = http::HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    headers
}

/// An answer in actix-web's types; HTTP/1 names headers as imgproxy does, `Content-Type`.
pub(super) fn outgoing(response: Response) -> HttpResponse {
    let mut answer = answer(response);
    answer.head_mut().set_camel_case_headers(true);
    answer
}

fn answer(response: Response) -> HttpResponse {
    let status = StatusCode::from_u16(response.status.as_u16());
    let mut builder = HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in &response.headers {
        append(&mut builder, name, value);
    }
    match response.body {
        Body::Bytes(bytes) if bytes.len() <= PIECE_BYTES => builder.body(bytes),
        Body::Bytes(bytes) => builder.body(pieces(bytes)),
        // Not the builder's own streaming, which invents a media type.
        Body::Stream(stream) => match length(&response.headers) {
            Some(length) => builder.body(SizedStream::new(length, stream)),
            None => builder.body(BodyStream::new(stream)),
        },
    }
}

/// A large body piece by piece: the framework copies what it is given, and would copy all of it.
fn pieces(mut bytes: Bytes) -> SizedStream<impl Stream<Item = Result<Bytes, Infallible>>> {
    let length = bytes.len() as u64;
    let pieces = std::iter::from_fn(move || {
        let length = bytes.len().min(PIECE_BYTES);
        (length > 0).then(|| Ok(bytes.split_to(length)))
    });
    SizedStream::new(length, stream::iter(pieces))
}

const PIECE_BYTES: usize = 64 << 10;

fn append(builder: &mut HttpResponseBuilder, name: &http::HeaderName, value: &http::HeaderValue) {
    if *name == http::header::CONTENT_LENGTH {
        return;
    }
    let name = HeaderName::from_bytes(name.as_str().as_bytes());
    let value = HeaderValue::from_bytes(value.as_bytes());
    if let (Ok(name), Ok(value)) = (name, value) {
        builder.append_header((name, value));
    }
}

fn length(headers: &http::HeaderMap) -> Option<u64> {
    headers
        .get(http::header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}
