//! Settings by the names that imgproxy and the clouds' own tools use.

#[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
use std::path::PathBuf;
#[cfg(feature = "swift")]
use std::time::Duration;

#[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "swift"))]
use pixgate_allow::BucketPolicy;
#[cfg(any(feature = "s3", feature = "azure"))]
use pixgate_source::Secret;

/// Looks variables up; the environment itself is the caller's.
#[derive(Clone, Copy)]
pub(crate) struct Variables<'a>(pub(crate) &'a dyn Fn(&str) -> Option<String>);

impl Variables<'_> {
    /// A value, unless it is blank.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.trim().is_empty())
    }

    /// The first of several that is there.
    #[cfg(feature = "s3")]
    pub(crate) fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text(name))
    }

    #[cfg(any(feature = "s3", feature = "azure"))]
    pub(crate) fn secret(&self, name: &str) -> Option<Secret> {
        self.text(name).map(Secret::new)
    }

    #[cfg(any(feature = "s3", feature = "gcs", feature = "azure"))]
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    /// A switch as Go reads it: `1`, `t` or `true` in any of its spellings.
    pub(crate) fn flag(&self, name: &str) -> bool {
        let value = self.text(name).unwrap_or_default();
        ["1", "t", "T", "true", "TRUE", "True"].contains(&value.trim())
    }

    #[cfg(feature = "swift")]
    pub(crate) fn seconds(&self, name: &str) -> Option<Duration> {
        self.text(name)?
            .trim()
            .parse()
            .ok()
            .map(Duration::from_secs)
    }

    /// `IMGPROXY_<store>_ALLOWED_BUCKETS` and `IMGPROXY_<store>_DENIED_BUCKETS`.
    #[cfg(any(feature = "s3", feature = "gcs", feature = "azure", feature = "swift"))]
    pub(crate) fn buckets(&self, store: &str) -> BucketPolicy {
        let list = |kind| (self.0)(&format!("IMGPROXY_{store}_{kind}_BUCKETS"));
        BucketPolicy::parse(
            &list("ALLOWED").unwrap_or_default(),
            &list("DENIED").unwrap_or_default(),
        )
    }
}
