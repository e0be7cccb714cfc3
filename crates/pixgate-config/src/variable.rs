//! One row of the table of variables.

use std::time::Duration;

use super::Settings;
use super::value;

/// An environment variable: how it is called, what it takes, what it is without a value, what it
/// does.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// The name.
    pub name: &'static str,
    /// The value that counts if none is given, as it would be written; empty for none.
    pub default: &'static str,
    /// What the value looks like, and where it goes.
    pub kind: Kind,
    /// What the variable does, in one sentence.
    pub doc: &'static str,
    /// Whether imgproxy has it in its Pro edition only.
    pub is_pro: bool,
    /// Whether the value is never to be seen, not even where it is complained about.
    pub is_secret: bool,
    /// Why the value is read and checked, but has no effect so far.
    pub is_idle_because: Option<&'static str>,
}

/// What a value looks like, and what is done with it.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any text, unchanged.
    Text(fn(&mut Settings, &str)),
    /// `1 t T true TRUE True 0 f F false FALSE False`.
    Bool(fn(&mut Settings, bool)),
    /// An integer from `min` to `max`.
    Int {
        /// Least value.
        min: i64,
        /// Largest value.
        max: i64,
        /// Takes the value.
        set: fn(&mut Settings, i64),
    },
    /// Whole seconds, at least `min`.
    Seconds {
        /// Least value.
        min: i64,
        /// Takes the value.
        set: fn(&mut Settings, Duration),
    },
    /// One of a few words, in any case.
    Word {
        /// The words.
        words: &'static [&'static str],
        /// Takes the word, in lower case.
        set: fn(&mut Settings, &str),
    },
    /// Something with a grammar of its own.
    Special {
        /// What it looks like.
        format: &'static str,
        /// Reads and takes the value, or says what is wrong with it.
        set: fn(&mut Settings, &str) -> Result<(), String>,
    },
    /// Something about an object store, handed to `pixgate-stores` as it is and read by it.
    Store,
    /// Kept, and read together with others when all are known.
    Deferred {
        /// What it looks like.
        format: &'static str,
    },
    /// Read before all others, see [`gather`](super::gather).
    Early,
    /// An old name of another variable.
    Alias(&'static str),
    /// Known and accepted, without effect so far; a value gives a warning.
    NotYet,
    /// Known and accepted, and never going to have an effect; a value gives a warning.
    Never(&'static str),
}

/// What became of a variable, for `check-env` and the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// It works.
    Honoured,
    /// It works; imgproxy has it in its Pro edition only.
    Pro,
    /// It works under a newer name.
    Renamed(&'static str),
    /// It has no effect so far.
    NotYet,
    /// It is read and checked, but has no effect so far, for this reason.
    Idle(&'static str),
    /// It will not have an effect, for this reason.
    Never(&'static str),
}

impl Variable {
    const fn new(name: &'static str, default: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            name,
            default,
            kind,
            doc,
            is_pro: false,
            is_secret: false,
            is_idle_because: None,
        }
    }

    /// Marks a variable that is read for something that does not exist yet.
    pub(super) const fn idle(mut self, reason: &'static str) -> Self {
        self.is_idle_because = Some(reason);
        self
    }

    /// Marks a variable that imgproxy has in its Pro edition only.
    pub(super) const fn pro(mut self) -> Self {
        self.is_pro = true;
        self
    }

    /// Marks a variable whose value is a key, a password, or may hold one.
    pub(super) const fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    /// What is wrong with a value, for the log.
    pub(super) fn complaint(&self, text: &str, why: &str) -> String {
        let shown = if self.is_secret { "(hidden)" } else { text };
        format!("invalid {} value `{shown}`: {why}", self.name)
    }

    /// What becomes of a value.
    #[must_use]
    pub const fn support(&self) -> Support {
        match self.kind {
            Kind::Alias(name) => Support::Renamed(name),
            Kind::NotYet => Support::NotYet,
            Kind::Never(reason) => Support::Never(reason),
            _ if let Some(reason) = self.is_idle_because => Support::Idle(reason),
            _ if self.is_pro => Support::Pro,
            _ => Support::Honoured,
        }
    }

    /// The type and range, for people.
    #[must_use]
    pub fn format(&self) -> String {
        match self.kind {
            Kind::Text(_) => "text".to_owned(),
            Kind::Bool(_) => "boolean".to_owned(),
            Kind::Int { min, max, .. } => format!("integer {}", range(min, max)),
            Kind::Seconds { min, .. } => format!("whole seconds {}", range(min, i64::MAX)),
            Kind::Word { words, .. } => format!("one of `{}`", words.join(" ")),
            Kind::Special { format, .. } => format.to_owned(),
            Kind::Store => match self.default {
                "true" | "false" => "boolean".to_owned(),
                default if default.parse::<i64>().is_ok() => "integer from 0".to_owned(),
                _ => "text, read by the store".to_owned(),
            },
            Kind::Deferred { format } => format.to_owned(),
            Kind::Early => "text".to_owned(),
            Kind::Alias(name) => format!("as `{name}`"),
            Kind::NotYet | Kind::Never(_) => "any".to_owned(),
        }
    }

    /// The store reads the value itself; what it is can be seen from the default.
    fn check_store_value(&self, text: &str) -> Result<(), String> {
        match self.default {
            "true" | "false" => value::boolean(text).map(drop),
            default if default.parse::<i64>().is_ok() => {
                value::integer(text, 0, i64::from(u32::MAX)).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Reads a value into the settings.
    ///
    /// # Errors
    ///
    /// What is wrong with the value, without naming the variable.
    pub(super) fn apply(&self, settings: &mut Settings, text: &str) -> Result<(), String> {
        match self.kind {
            Kind::Text(set) => set(settings, text),
            Kind::Bool(set) => set(settings, value::boolean(text)?),
            Kind::Int { min, max, set } => set(settings, value::integer(text, min, max)?),
            Kind::Seconds { min, set } => {
                let seconds = value::integer(text, min, i64::from(u32::MAX))?;
                set(settings, Duration::from_secs(seconds.unsigned_abs()));
            }
            Kind::Word { words, set } => set(settings, &value::word(text, words)?),
            Kind::Special { set, .. } => set(settings, text)?,
            Kind::Deferred { .. } => {
                let deferred = &mut settings.raw.deferred;
                deferred.insert(self.name, text.to_owned());
            }
            Kind::Store if text == self.default => {}
            Kind::Store => {
                self.check_store_value(text)?;
                let stores = &mut settings.proxy.source.stores.0;
                stores.insert(self.name.to_owned(), text.to_owned());
            }
            Kind::Early | Kind::Alias(_) | Kind::NotYet | Kind::Never(_) => {}
        }
        Ok(())
    }
}

fn range(min: i64, max: i64) -> String {
    if max >= i64::from(u32::MAX) {
        format!("from {min}")
    } else {
        format!("{min} to {max}")
    }
}

pub(super) const fn text(
    name: &'static str,
    default: &'static str,
    doc: &'static str,
    set: fn(&mut Settings, &str),
) -> Variable {
    Variable::new(name, default, Kind::Text(set), doc)
}

pub(super) const fn boolean(
    name: &'static str,
    default: &'static str,
    doc: &'static str,
    set: fn(&mut Settings, bool),
) -> Variable {
    Variable::new(name, default, Kind::Bool(set), doc)
}

pub(super) const fn integer(
    name: &'static str,
    default: &'static str,
    (min, max): (i64, i64),
    doc: &'static str,
    set: fn(&mut Settings, i64),
) -> Variable {
    Variable::new(name, default, Kind::Int { min, max, set }, doc)
}

pub(super) const fn seconds(
    name: &'static str,
    default: &'static str,
    min: i64,
    doc: &'static str,
    set: fn(&mut Settings, Duration),
) -> Variable {
    Variable::new(name, default, Kind::Seconds { min, set }, doc)
}

pub(super) const fn word(
    name: &'static str,
    default: &'static str,
    words: &'static [&'static str],
    doc: &'static str,
    set: fn(&mut Settings, &str),
) -> Variable {
    Variable::new(name, default, Kind::Word { words, set }, doc)
}

pub(super) const fn special(
    name: &'static str,
    default: &'static str,
    format: &'static str,
    doc: &'static str,
    set: fn(&mut Settings, &str) -> Result<(), String>,
) -> Variable {
    Variable::new(name, default, Kind::Special { format, set }, doc)
}

pub(super) const fn alias(name: &'static str, new: &'static str) -> Variable {
    Variable::new(name, "", Kind::Alias(new), "Old name.")
}

pub(super) const fn not_yet(
    name: &'static str,
    default: &'static str,
    doc: &'static str,
) -> Variable {
    Variable::new(name, default, Kind::NotYet, doc)
}

pub(super) const fn deferred(
    name: &'static str,
    default: &'static str,
    format: &'static str,
    doc: &'static str,
) -> Variable {
    Variable::new(name, default, Kind::Deferred { format }, doc)
}

pub(super) const fn early(
    name: &'static str,
    default: &'static str,
    doc: &'static str,
) -> Variable {
    Variable::new(name, default, Kind::Early, doc)
}

pub(super) const fn store(
    name: &'static str,
    default: &'static str,
    doc: &'static str,
) -> Variable {
    Variable::new(name, default, Kind::Store, doc)
}

pub(super) const fn never(
    name: &'static str,
    default: &'static str,
    reason: &'static str,
) -> Variable {
    Variable::new(name, default, Kind::Never(reason), reason)
}
