//! What is wrong with a text that is no name.

use std::fmt;

/// A text that is none of a type's names or forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownName;

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a name that URLs have for this")
    }
}

impl std::error::Error for UnknownName {}
