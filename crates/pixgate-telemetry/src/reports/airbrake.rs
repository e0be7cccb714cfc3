//! Airbrake's notices, version 3, which Errbit takes as well.

use bytes::Bytes;
use http::Request;
use serde_json::json;

use super::{
    AirbrakeSettings, Failure, Finished, NOTIFIER_URL, Reporter, VERSION, as_it_is, headers,
    metadata, post, url,
};

#[derive(Debug)]
pub(super) struct Airbrake(pub(super) AirbrakeSettings);

impl Reporter for Airbrake {
    fn name(&self) -> &'static str {
        "Airbrake"
    }

    fn report(&self, request: &Finished, failure: &Failure) -> http::Result<Request<Bytes>> {
        let AirbrakeSettings { project, service } = &self.0;
        let body = json!({
            "errors": [{
                "type": failure.class(),
                "message": failure.message,
                "backtrace": [],
            }],
            "context": {
                "notifier": { "name": "pixgate", "version": VERSION, "url": NOTIFIER_URL },
                "environment": service.environment,
                "version": VERSION,
                "severity": "error",
                "url": url(request),
                "httpMethod": request.method,
            },
            "environment": headers(request, as_it_is),
            "params": metadata(request, |name| name.to_ascii_lowercase().replace(' ', "-")),
        });
        let endpoint = service.endpoint.trim_end_matches('/');
        let endpoint = format!("{endpoint}/api/v3/projects/{project}/notices");
        let auth = format!("Bearer {}", service.key.expose());
        post(&endpoint, &[("authorization", &auth)], body.to_string())
    }
}
