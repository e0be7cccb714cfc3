//! A proxy as a service of `tower`, for axum, hyper and whoever else speaks it.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::SystemTime;

use bytes::Bytes;
use http::header;
use http_body::{Frame, SizeHint};
use pixgate_source::BoxFuture;

use crate::{Body, Proxy, Request};

/// A [`Proxy`] that answers requests of the `http` crate.
///
/// The whole path of a request counts: what a router cuts off in front is neither signed nor part of
/// [`Routes::prefix`](crate::Routes). axum's `nest_service("/img", …)` cuts `/img` off, so the prefix
/// stays empty; `route_service("/img/{*path}", …)` and `fallback_service(…)` leave the path as it is, so
/// the prefix is `/img`. With the wrong one of the two every path is answered with 404.
#[derive(Debug, Clone)]
pub struct ProxyService {
    proxy: Proxy,
    now: fn() -> SystemTime,
}

impl ProxyService {
    /// A service with a clock, which is [`SystemTime::now`] outside of tests.
    #[must_use]
    pub fn new(proxy: Proxy, now: fn() -> SystemTime) -> Self {
        Self { proxy, now }
    }
}

impl<B> tower_service::Service<http::Request<B>> for ProxyService {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    /// Always: what is too much is answered with 429.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let (proxy, now) = (self.proxy.clone(), (self.now)());
        let (mut parts, _) = request.into_parts();
        // HTTP/2 has the host beside the headers.
        let authority = parts.uri.authority().map(http::uri::Authority::as_str);
        if let Some(Ok(host)) = authority.map(header::HeaderValue::from_str) {
            parts.headers.entry(header::HOST).or_insert(host);
        }
        Box::pin(async move {
            let target = parts
                .uri
                .path_and_query()
                .map(http::uri::PathAndQuery::as_str);
            let request = Request {
                method: &parts.method,
                target: target.unwrap_or_default(),
                headers: &parts.headers,
                now,
            };
            Ok(proxy.handle(&request).await.into())
        })
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = pixgate_source::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.get_mut() {
            Self::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Bytes(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Stream(stream) => {
                let piece = stream.as_mut().poll_next(context);
                piece.map(|piece| piece.map(|piece| piece.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Bytes(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Stream(_) => SizeHint::default(),
        }
    }
}
