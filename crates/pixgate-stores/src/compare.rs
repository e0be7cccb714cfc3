//! Conditions of the client, for services that are not asked to compare them.

use std::time::SystemTime;

use http::HeaderMap;
use http::header;
use pixgate_source::{Chunks, SourceRequest, Status, TransportResponse};

use crate::answer::text;

/// Compares the client's validators with the answer, for services that are not asked to.
pub(crate) fn compare(request: &SourceRequest, mut answer: TransportResponse) -> TransportResponse {
    let etag = text(&answer.headers, &header::ETAG);
    let modified = last_modified(&answer.headers);
    if request.conditions.hold_for(etag, modified) {
        answer.status = Status::NotModified;
        answer.headers = validators(&answer.headers);
        answer.body = nothing();
    }
    answer
}

/// When an object was changed, if the service says so in a form that can be read.
pub(crate) fn last_modified(headers: &HeaderMap) -> Option<SystemTime> {
    pixgate_source::http_date(text(headers, &header::LAST_MODIFIED)?)
}

fn validators(headers: &HeaderMap) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for name in [header::ETAG, header::LAST_MODIFIED] {
        if let Some(value) = headers.get(&name) {
            kept.insert(name, value.clone());
        }
    }
    kept
}

fn nothing() -> Chunks {
    Box::pin(futures_util::stream::empty())
}
