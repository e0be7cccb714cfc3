//! Colour profiles that options name.

use std::fmt;
use std::sync::Arc;

/// Where the profiles come from that options name.
///
/// The name `srgb` never gets here: that profile is built in. Any other may, `cmyk` among them.
pub trait ColorProfiles: fmt::Debug + Send + Sync {
    /// The ICC profile of a name, which is never a path.
    ///
    /// # Errors
    ///
    /// Why there is none.
    fn find(&self, name: &str) -> Result<Arc<[u8]>, ProfileFault>;
}

/// Why there is no profile of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProfileFault {
    /// Nothing has the name.
    Missing,
    /// It cannot be read.
    Unreadable,
    /// It is longer than a profile may be.
    TooLong,
}

/// Shared colour profiles; equal to others if both share the same. The default has none but sRGB.
#[derive(Clone, Default)]
pub struct SharedColorProfiles(Option<Arc<dyn ColorProfiles>>);

impl SharedColorProfiles {
    /// Shares colour profiles.
    #[must_use]
    pub fn new(profiles: Arc<dyn ColorProfiles>) -> Self {
        Self(Some(profiles))
    }

    /// The ICC profile of a name.
    pub(crate) fn find(&self, name: &str) -> Result<Arc<[u8]>, ProfileFault> {
        let profiles = self.0.as_ref().ok_or(ProfileFault::Missing)?;
        profiles.find(name)
    }
}

impl PartialEq for SharedColorProfiles {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }
}

impl fmt::Debug for SharedColorProfiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
