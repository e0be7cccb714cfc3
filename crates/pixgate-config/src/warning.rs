//! Things worth a warning.

use std::fmt;

/// Something about a variable that does not keep the server from starting, but that an operator may
/// want to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    kind: WarningKind,
    variable: String,
    text: String,
}

/// What a [`Warning`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WarningKind {
    /// The name is an old one.
    Deprecated,
    /// Nobody knows the name.
    Unknown,
    /// The variable has no effect.
    NoEffect,
    /// The value, or a part of it, is left out.
    Ignored,
    /// The value is probably not what was meant.
    Suspect,
    /// The settings let more people in than an operator may think.
    Open,
}

impl Warning {
    /// A warning whose text is the variable's name and `rest`.
    pub(crate) fn new(kind: WarningKind, variable: &str, rest: impl AsRef<str>) -> Self {
        Self {
            kind,
            variable: variable.to_owned(),
            text: format!("{variable}{}", rest.as_ref()),
        }
    }

    /// The same warning in other words.
    pub(crate) fn in_words(mut self, text: &str) -> Self {
        text.clone_into(&mut self.text);
        self
    }

    /// What it is about.
    #[must_use]
    pub const fn kind(&self) -> WarningKind {
        self.kind
    }

    /// The variable.
    #[must_use]
    pub fn variable(&self) -> &str {
        &self.variable
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
