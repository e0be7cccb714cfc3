//! Sentry's envelopes (develop.sentry.dev, "Envelopes" and "Event Payloads").

use bytes::Bytes;
use http::Request;
use pixgate_proxy::random_u64;
use serde_json::json;

use super::{
    Failure, Finished, Reporter, SentrySettings, VERSION, as_it_is, headers, metadata, post, url,
};
use crate::clock;

#[derive(Debug)]
pub(super) struct Sentry(pub(super) SentrySettings);

impl Reporter for Sentry {
    fn name(&self) -> &'static str {
        "Sentry"
    }

    fn report(&self, request: &Finished, failure: &Failure) -> http::Result<Request<Bytes>> {
        let settings = &self.0;
        let id = format!("{:016x}{:016x}", random_u64(), random_u64());
        let event = json!({
            "event_id": id,
            "timestamp": clock::now(),
            "platform": "native",
            "level": "error",
            "environment": settings.environment,
            "release": settings.release,
            "exception": { "values": [{ "type": failure.class(), "value": failure.message }] },
            "request": {
                "method": request.method,
                "url": url(request),
                "headers": headers(request, as_it_is),
            },
            "contexts": { "Processing context": metadata(request, as_it_is) },
        });
        let event = event.to_string();
        let head = json!({ "event_id": id });
        let item = json!({ "type": "event", "length": event.len() });
        let auth = format!(
            "Sentry sentry_version=7, sentry_client=pixgate/{VERSION}, sentry_key={}",
            settings.dsn.key.expose()
        );
        let body = format!("{head}\n{item}\n{event}\n");
        post(&settings.dsn.url, &[("x-sentry-auth", &auth)], body)
    }
}
