//! A request as it arrives: where it goes and what it is called, found out once.

use std::time::SystemTime;

use http::{HeaderMap, Method};
use pixgate_url::{Endpoint, classify};

use crate::{Route, Routes, request_id};

/// A request, without its body: nothing here reads one.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// Method.
    pub method: &'r Method,
    /// The raw request target: path, not decoded, and query.
    pub target: &'r str,
    /// Headers.
    pub headers: &'r HeaderMap,
    /// The time of day, for expiry and caching.
    pub now: SystemTime,
}

impl Request<'_> {
    /// Seconds since 1970.
    pub(crate) fn unix_time(&self) -> i64 {
        self.now
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| {
                i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
            })
    }
}

/// A request whose route and id are known; nothing else of it was looked at.
#[derive(Debug)]
pub struct Accepted<'r> {
    pub(crate) request: Request<'r>,
    pub(crate) endpoint: Result<Endpoint<'r>, pixgate_url::Error>,
    route: Route,
    request_id: String,
}

impl<'r> Accepted<'r> {
    pub(crate) fn new(
        request: Request<'r>,
        routes: &Routes,
        grammar: &pixgate_url::Config,
    ) -> Self {
        let endpoint = classify(request.target, grammar);
        Self {
            route: routes.route_to(request.method, request.target, &endpoint),
            request_id: request_id(request.headers),
            endpoint,
            request,
        }
    }

    /// The request itself.
    #[must_use]
    pub fn request(&self) -> &Request<'r> {
        &self.request
    }

    /// Where it goes.
    #[must_use]
    pub fn route(&self) -> Route {
        self.route
    }

    /// Its name in logs and in the answer, see [`request_id`].
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }
}
