//! Work that waits for the system.

use crate::{Error, ErrorKind};

/// Waits for work that waits for the file system, on a thread that may.
#[expect(
    clippy::disallowed_methods,
    reason = "waits for the file system, as tokio::fs does, and computes nothing"
)]
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Error::with_source(ErrorKind::ReadFailed, error))
}
