use crate::list::split_list;
use crate::{Error, ErrorKind};

/// Which buckets of a storage may be read.
///
/// Names are compared as they are, case included, and there are no wildcards. A denied bucket is
/// refused even if it is also allowed.
///
/// # Examples
///
/// ```
/// use pixgate_allow::BucketPolicy;
///
/// let policy = BucketPolicy::parse("photos, drafts", "drafts");
/// assert!(policy.allows("photos"));
/// assert!(!policy.allows("drafts"));
/// assert!(!policy.allows("other"));
/// assert!(BucketPolicy::parse("", "drafts").allows("other"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BucketPolicy {
    allowed: Option<Vec<String>>,
    denied: Vec<String>,
}

impl BucketPolicy {
    /// Parses the comma lists of the allowed and the denied buckets of a storage.
    ///
    /// Blanks around an item are dropped, and an empty item matches nothing. A blank allowed list
    /// allows every bucket; one that has only empty items allows none.
    #[must_use]
    pub fn parse(allowed: &str, denied: &str) -> Self {
        Self {
            allowed: split_list(allowed),
            denied: split_list(denied).unwrap_or_default(),
        }
    }

    /// Whether a bucket may be read.
    #[must_use]
    pub fn allows(&self, bucket: &str) -> bool {
        let lists = |items: &[String]| items.iter().any(|item| item == bucket);
        self.allowed.as_deref().is_none_or(lists) && !lists(&self.denied)
    }

    /// Checks a bucket.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BucketNotAllowed`] unless it [is allowed](Self::allows).
    pub fn check(&self, bucket: &str) -> Result<(), Error> {
        if self.allows(bucket) {
            Ok(())
        } else {
            Err(ErrorKind::BucketNotAllowed.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_table_of_the_two_lists() {
        let cases = [
            ("", "", "a", true),
            (" ", "\t", "a", true),
            ("a", "", "a", true),
            ("a", "", "b", false),
            ("a", "", "A", false),
            ("", "a", "a", false),
            ("", "a", "b", true),
            ("a,b", "b", "b", false),
            (" a , b ", "", "b", true),
            ("a,", "", "", false),
            (",", "", "a", false),
            (",", "", "", false),
            ("", ",", "a", true),
            ("*", "", "a", false),
        ];
        for (allowed, denied, bucket, expected) in cases {
            let policy = BucketPolicy::parse(allowed, denied);
            assert_eq!(
                policy.allows(bucket),
                expected,
                "{allowed:?} {denied:?} {bucket:?}"
            );
            assert_eq!(policy.check(bucket).is_ok(), expected);
        }
    }
}
