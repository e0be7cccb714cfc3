//! Reading a body in the step that finds it.

use std::fmt;
use std::sync::Arc;

/// Lets a transport read a whole body before anybody asks for its bytes, if there is room for it.
///
/// A file is found, opened and read in one go then, where otherwise two threads wake each other twice.
/// Asking takes the room: whoever made the request counts it as used from then on.
#[derive(Clone)]
pub struct ReadAhead(Arc<dyn Fn(u64) -> bool + Send + Sync>);

impl ReadAhead {
    /// Asks `take` for room for so many bytes; it must not wait.
    #[must_use]
    pub fn new(take: impl Fn(u64) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(take))
    }

    /// Takes room for a body of so many bytes; false if there is none.
    #[must_use]
    pub fn take(&self, bytes: u64) -> bool {
        (self.0)(bytes)
    }
}

impl fmt::Debug for ReadAhead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadAhead")
    }
}
