//! Asking a source, and what stands in for it.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use pixgate_engine::Cancel;
use pixgate_source::{ErrorKind as Source, Fetcher, SourceRequest, Status, Wait};

use crate::collect::collect;
use crate::parts::Parts;
use crate::preload::FallbackImage;
use crate::{Admission, Error, ErrorKind, MemoryPermit, Pool, not_a_picture};

/// What came of asking the source.
#[derive(Clone)]
pub(crate) enum SourceOutcome {
    /// Its bytes.
    Image(SourceImage),
    /// Nothing usable: the fallback image, and the status of the error behind it.
    Fallback(Arc<FallbackImage>, u16),
    /// The client's copy is still good.
    NotModified(HeaderMap),
}

/// A source that was read completely.
#[derive(Clone)]
pub(crate) struct SourceImage {
    pub(crate) bytes: BudgetedBytes,
    pub(crate) headers: HeaderMap,
}

/// Bytes that hold their share of the memory budget; clones share it.
#[derive(Clone)]
pub(crate) struct BudgetedBytes {
    pub(crate) bytes: Bytes,
    pub(crate) permits: Arc<Vec<MemoryPermit>>,
}

impl BudgetedBytes {
    /// Bytes that are in memory anyway.
    pub(crate) fn free(bytes: Bytes) -> Self {
        Self {
            bytes,
            permits: Arc::default(),
        }
    }

    /// The bytes, whose share of the budget is theirs for as long as the process lives.
    pub(crate) fn keep(self) -> Bytes {
        for permit in Arc::into_inner(self.permits).unwrap_or_default() {
            permit.keep();
        }
        self.bytes
    }
}

/// Reads sources completely.
#[derive(Clone)]
pub(crate) struct Loader {
    fetcher: Fetcher,
    admission: Arc<Admission>,
    pool: Arc<Pool>,
    fallback: Option<Arc<FallbackImage>>,
}

impl Loader {
    pub(crate) fn new(parts: &Parts) -> Self {
        Self {
            fetcher: parts.fetcher.clone(),
            admission: Arc::clone(&parts.admission),
            pool: Arc::clone(&parts.pool),
            fallback: parts.fallback.clone(),
        }
    }

    /// Downloads a source.
    pub(crate) async fn load(self, source: SourceRequest) -> Result<SourceOutcome, Error> {
        let deadline = source.deadline;
        let response = self.fetcher.fetch(source).await?;
        if response.status == Status::NotModified {
            return Ok(SourceOutcome::NotModified(response.headers));
        }
        let bytes = collect(&self.admission, response.body, deadline).await?;
        Ok(SourceOutcome::Image(SourceImage {
            bytes: self.recognized(bytes, &response.headers).await?,
            headers: response.headers,
        }))
    }

    /// What stands in after an error, where something may.
    pub(crate) fn fallback_for(&self, error: &Error) -> Option<SourceOutcome> {
        let image = self.fallback.as_ref().filter(|_| may_fall_back(error))?;
        let status = error.verdict().status;
        Some(SourceOutcome::Fallback(Arc::clone(image), status))
    }

    /// Refuses what is no picture. Text is looked through for a drawing, which is work for a worker.
    async fn recognized(
        &self,
        source: BudgetedBytes,
        headers: &HeaderMap,
    ) -> Result<BudgetedBytes, Error> {
        if pixgate_codec::has_signature(&source.bytes) {
            return Ok(source);
        }
        let headers = headers.clone();
        let look = move || match pixgate_codec::sniff(&source.bytes) {
            Some(_) => Ok(source),
            None => Err(not_a_picture::name(&source.bytes, &headers)),
        };
        let looked = self.pool.submit(Cancel::never(), look).await?;
        looked.map_err(|what| Error::new(ErrorKind::NotAPicture { what }))
    }
}

/// Whether the fallback image stands in: for sources that cannot be had, not for those that turn
/// out wrong half way.
fn may_fall_back(error: &Error) -> bool {
    let kind = error
        .cause()
        .and_then(|cause| cause.downcast_ref::<pixgate_source::Error>());
    match kind.map(pixgate_source::Error::kind) {
        Some(Source::Incomplete { .. } | Source::TooLarge { size: None, .. }) => false,
        Some(Source::Timeout { wait, .. }) => !matches!(wait, Wait::Body | Wait::Idle),
        Some(_) => true,
        None => matches!(
            error.kind(),
            ErrorKind::Codec | ErrorKind::NotAPicture { .. }
        ),
    }
}
