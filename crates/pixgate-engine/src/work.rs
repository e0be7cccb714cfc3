//! What everything that runs goes by.

use pixgate_codec::SharedSandbox;

use crate::Cancel;

/// When to stop, what may be taken, and where codecs run.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) cancel: &'a Cancel,
    /// Bytes that were planned for the whole run.
    pub(crate) max_bytes: u64,
    pub(crate) sandbox: &'a SharedSandbox,
}

impl Work<'_> {
    /// The question that long operations ask between rows.
    pub(crate) fn stop(&self) -> impl Fn() -> bool + '_ {
        || self.cancel.check().is_err()
    }
}
