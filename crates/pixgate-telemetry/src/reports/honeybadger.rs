//! Honeybadger's exceptions API, version 1.

use bytes::Bytes;
use http::Request;
use serde_json::json;

use super::{
    Failure, Finished, NOTIFIER_URL, Reporter, ServiceKey, VERSION, headers, metadata, post, url,
};

#[derive(Debug)]
pub(super) struct Honeybadger(pub(super) ServiceKey);

impl Reporter for Honeybadger {
    fn name(&self) -> &'static str {
        "Honeybadger"
    }

    fn report(&self, request: &Finished, failure: &Failure) -> http::Result<Request<Bytes>> {
        let ServiceKey {
            key,
            environment,
            endpoint,
        } = &self.0;
        let body = json!({
            "notifier": { "name": "pixgate", "version": VERSION, "url": NOTIFIER_URL },
            "error": {
                "class": failure.class(),
                "message": failure.message,
                "backtrace": [],
            },
            "request": {
                "url": url(request),
                "cgi_data": headers(request, |name| format!("HTTP_{}", upper(name))),
                "context": metadata(request, upper),
            },
            "server": { "environment_name": environment },
        });
        post(
            endpoint,
            &[("x-api-key", key.expose().as_str())],
            body.to_string(),
        )
    }
}

fn upper(name: &str) -> String {
    name.to_ascii_uppercase().replace([' ', '-'], "_")
}
