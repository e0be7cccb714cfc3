//! Bugsnag's error reporting API, payload version 5.

use bytes::Bytes;
use http::Request;
use serde_json::json;

use super::{
    Failure, Finished, NOTIFIER_URL, Reporter, ServiceKey, VERSION, as_it_is, headers, metadata,
    post, url,
};

#[derive(Debug)]
pub(super) struct Bugsnag(pub(super) ServiceKey);

impl Reporter for Bugsnag {
    fn name(&self) -> &'static str {
        "Bugsnag"
    }

    fn report(&self, request: &Finished, failure: &Failure) -> http::Result<Request<Bytes>> {
        let ServiceKey {
            key,
            environment,
            endpoint,
        } = &self.0;
        let event = json!({
            "exceptions": [{
                "errorClass": failure.class(),
                "message": failure.message,
                "stacktrace": [],
            }],
            "severity": "error",
            "unhandled": false,
            "app": { "version": VERSION, "releaseStage": environment },
            "request": {
                "httpMethod": request.method,
                "url": url(request),
                "headers": headers(request, as_it_is),
            },
            "metaData": { "Processing Context": metadata(request, as_it_is) },
        });
        let body = json!({
            "apiKey": key.expose(),
            "payloadVersion": "5",
            "notifier": { "name": "pixgate", "version": VERSION, "url": NOTIFIER_URL },
            "events": [event],
        });
        let headers = [
            ("bugsnag-api-key", key.expose().as_str()),
            ("bugsnag-payload-version", "5"),
        ];
        post(endpoint, &headers, body.to_string())
    }
}
