//! Asking a source, and looking at what it sent before any codec does.

use std::sync::Arc;
use std::time::Instant;

use http::HeaderMap;
use pixgate_engine::Cancel;
use pixgate_source::{Fetcher, SourceRequest, Status};
use tokio::time::timeout_at;

use crate::budgeted::BudgetedBytes;
use crate::collect::{Room, collect};
use crate::hashsum::Hashsum;
use crate::parts::Parts;
use crate::{Admission, Error, ErrorKind, Pool, not_a_picture};

/// What came of asking the source.
#[derive(Clone)]
pub(crate) enum SourceOutcome {
    /// Its bytes.
    Image(SourceImage),
    /// The client's copy is still good.
    NotModified(HeaderMap),
}

/// A source that was read completely.
#[derive(Clone)]
pub(crate) struct SourceImage {
    pub(crate) bytes: BudgetedBytes,
    pub(crate) headers: HeaderMap,
}

/// Reads sources completely.
#[derive(Clone)]
pub(crate) struct Loader {
    fetcher: Fetcher,
    admission: Arc<Admission>,
    pool: Arc<Pool>,
}

impl Loader {
    pub(crate) fn new(parts: &Parts) -> Self {
        Self {
            fetcher: parts.fetcher.clone(),
            admission: Arc::clone(&parts.admission),
            pool: Arc::clone(&parts.pool),
        }
    }

    /// Whether a source is on this machine.
    pub(crate) fn is_near(&self, source: &SourceRequest) -> bool {
        self.fetcher.is_near(&source.url)
    }

    /// Downloads a source; nobody has looked at its bytes yet.
    pub(crate) async fn load(self, mut source: SourceRequest) -> Result<SourceOutcome, Error> {
        let deadline = source.deadline;
        let room = Room::default();
        source.ahead = Some(room.of(&self.admission));
        let response = self.fetcher.fetch(source).await?;
        if response.status == Status::NotModified {
            return Ok(SourceOutcome::NotModified(response.headers));
        }
        let bytes = collect(&self.admission, response.body, room.taken(), deadline).await?;
        Ok(SourceOutcome::Image(SourceImage {
            bytes,
            headers: response.headers,
        }))
    }

    /// Refuses what has another hash, and what is no picture. Hashing, and looking through text for
    /// a drawing, is work for a worker.
    pub(crate) async fn checked(
        &self,
        source: SourceImage,
        hashsum: Option<Hashsum>,
        deadline: Instant,
    ) -> Result<SourceImage, Error> {
        if hashsum.is_none() && pixgate_codec::sniff_signature(&source.bytes.bytes).is_some() {
            return Ok(source);
        }
        let cancel = Cancel::at(deadline);
        let seen = cancel.clone();
        let look = move || {
            let bytes = &source.bytes.bytes;
            if let Some(hashsum) = hashsum {
                hashsum.check(bytes, &seen)?;
            }
            match pixgate_codec::sniff(bytes) {
                Some(_) => Ok(source),
                None => {
                    let what = not_a_picture::name(bytes, &source.headers);
                    Err(Error::new(ErrorKind::NotAPicture { what }))
                }
            }
        };
        let looking = self.pool.submit(cancel, look);
        match timeout_at(deadline.into(), looking).await {
            Ok(looked) => looked?,
            Err(_) => Err(Error::new(ErrorKind::TimedOut)),
        }
    }
}
