//! Reading a header where its format is read.

use pixgate_codec::{Header, Limits, sniff};

use crate::{Cancel, Error, Settings};

/// Reads an image's header, in the sandbox of the settings if its format is read there.
///
/// - Takes at most [`probe_bytes`] beside the source.
///
/// # Errors
///
/// [`ErrorKind::Codec`](crate::ErrorKind), [`ErrorKind::DeadlineExceeded`](crate::ErrorKind) and
/// [`ErrorKind::Cancelled`](crate::ErrorKind).
pub fn probe(
    bytes: &[u8],
    limits: &Limits,
    settings: &Settings,
    cancel: &Cancel,
) -> Result<Header, Error> {
    let probed = settings.sandbox.probe(bytes, limits, &cancel.stop());
    cancel.explain_codec(probed)
}

/// Bytes that [`probe`] takes at most beside the source; nothing worth counting for formats that
/// are read on the caller's thread.
#[must_use]
pub fn probe_bytes(bytes: &[u8], settings: &Settings) -> u64 {
    sniff(bytes).map_or(0, |format| {
        settings.sandbox.probe_bytes(format, bytes.len())
    })
}
