//! A picture to be made, and what came of it.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::HeaderMap;
use pixgate_engine::Warning;
use pixgate_options::Format;
use pixgate_source::SourceRequest;

use super::Accepted;
use super::key::SourceKey;
use crate::{Error, Trace};

/// What is to be made, until when, and for whom the time is taken.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) asked: Arc<pixgate_url::Request>,
    pub(crate) source: SourceRequest,
    pub(crate) deadline: Instant,
    pub(crate) trace: Arc<Trace>,
    /// For the log.
    pub(crate) request_id: String,
    /// A fallback image would tell what became of the source, which is not to be known.
    pub(crate) is_concealed: bool,
    pub(super) source_key: SourceKey,
}

/// What came of a job.
#[derive(Clone)]
pub(crate) enum JobOutcome {
    /// A picture.
    Picture(Picture),
    /// The client's copy is still good.
    NotModified(HeaderMap),
    /// The fallback image would have to stand in, and cannot.
    NoFallback(Error),
}

/// A picture that was made; clones share the bytes.
#[derive(Clone)]
pub(crate) struct Picture {
    pub(crate) bytes: Bytes,
    pub(crate) format: Format,
    pub(crate) size: (u32, u32),
    pub(crate) source_bytes: usize,
    pub(crate) origin_size: (u32, u32),
    pub(crate) headers: HeaderMap,
    pub(crate) fallback_status: Option<u16>,
    pub(crate) warnings: Vec<Warning>,
}

impl Job {
    pub(crate) fn new(
        accepted: &Accepted<'_>,
        asked: &Arc<pixgate_url::Request>,
        mut source: SourceRequest,
        deadline: Instant,
        trace: &Arc<Trace>,
    ) -> Self {
        let source_key = SourceKey::new(&source, accepted.request.headers);
        // Not in the key: every request has headers of its own for who traces it.
        source.headers.extend(trace.source_headers().clone());
        Self {
            source_key,
            asked: Arc::clone(asked),
            source,
            deadline,
            trace: Arc::clone(trace),
            request_id: accepted.request_id().to_owned(),
            is_concealed: false,
        }
    }

    /// The same job, of whose source nothing is to be known.
    pub(crate) fn concealed(mut self, is_concealed: bool) -> Self {
        self.is_concealed = is_concealed;
        self
    }

    /// A job with conditions depends on the copy that its client has, so it is not shared.
    pub(super) fn is_shareable(&self) -> bool {
        let conditions = &self.source.conditions;
        conditions.if_none_match.is_none() && conditions.if_modified_since.is_none()
    }
}
