//! Arguments of one option and the types they can have.

pub(crate) mod numbers;
pub(crate) mod texts;

use std::cell::Cell;
use std::fmt::Display;

use crate::error::{ErrorKind, Hint};

/// Why an option refused its arguments.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) kind: ErrorKind,
    /// Which argument, counted from 0.
    pub(crate) argument: usize,
    pub(crate) hint: Hint,
}

pub(crate) type Accepted = Result<(), Refusal>;

impl Refusal {
    pub(crate) fn new(argument: usize, hint: impl Into<Hint>) -> Self {
        Self {
            kind: ErrorKind::InvalidArgument,
            argument,
            hint: hint.into(),
        }
    }
}

/// One argument as written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Argument<'a> {
    pub(crate) text: &'a str,
    odd_flag: &'a Cell<bool>,
}

/// Reads one argument, or says what was expected.
pub(crate) type Reader<T> = fn(Argument<'_>) -> Result<T, Hint>;

/// The arguments of one option, and the moment of the request.
#[derive(Debug)]
pub(crate) struct Args<'a> {
    values: &'a [&'a str],
    pub(crate) now: i64,
    odd_flag: Cell<bool>,
}

impl<'a> Args<'a> {
    pub(crate) fn new(values: &'a [&'a str], now: i64) -> Self {
        Self {
            values,
            now,
            odd_flag: Cell::new(false),
        }
    }

    /// Whether some flag was neither a word for true nor one for false.
    pub(crate) fn has_odd_flag(&self) -> bool {
        self.odd_flag.get()
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    pub(crate) fn values(&self) -> &'a [&'a str] {
        self.values
    }

    /// The arguments from `index` on.
    pub(crate) fn rest(&self, index: usize) -> &'a [&'a str] {
        self.values.get(index..).unwrap_or_default()
    }

    /// The argument as text; empty if there is none.
    pub(crate) fn text(&self, index: usize) -> &'a str {
        self.values.get(index).copied().unwrap_or_default()
    }

    /// Whether the argument is there and not empty.
    pub(crate) fn has(&self, index: usize) -> bool {
        !self.text(index).is_empty()
    }

    pub(crate) fn at_most(&self, limit: usize) -> Accepted {
        if self.len() <= limit {
            return Ok(());
        }
        let hint = format!("at most {limit} arguments, found {}", self.len());
        Err(Refusal::new(limit, hint))
    }

    pub(crate) fn exactly(&self, count: usize) -> Accepted {
        if self.len() == count {
            return Ok(());
        }
        let hint = format!("exactly {count} arguments, found {}", self.len());
        Err(Refusal::new(count.min(self.len().saturating_sub(1)), hint))
    }

    /// Reads an argument that must be there.
    pub(crate) fn required<T>(&self, index: usize, read: Reader<T>) -> Result<T, Refusal> {
        let argument = Argument {
            text: self.text(index),
            odd_flag: &self.odd_flag,
        };
        read(argument).map_err(|hint| Refusal::new(index, hint))
    }

    /// Reads an argument into `field`, which stays as it is if the argument is missing or empty.
    pub(crate) fn set<T>(&self, index: usize, read: Reader<T>, field: &mut Option<T>) -> Accepted {
        if self.has(index) {
            *field = Some(self.required(index, read)?);
        }
        Ok(())
    }

    /// Reads the only argument into `field`, which an empty one clears.
    pub(crate) fn set_or_clear<T>(&self, read: Reader<T>, field: &mut Option<T>) -> Accepted {
        self.exactly(1)?;
        *field = None;
        self.set(0, read, field)
    }

    /// Goes through arguments one by one, the first `required` of which must not be empty.
    pub(crate) fn parts(&self, required: usize) -> Parts<'_, 'a> {
        Parts {
            args: self,
            required,
            next: 0,
        }
    }

    /// The arguments from `index` on as names, none of which may be empty.
    pub(crate) fn names(&self, index: usize) -> Result<Vec<String>, Refusal> {
        let names = (index..self.len()).map(|index| match self.text(index) {
            "" => Err(Refusal::new(index, "a name is missing")),
            name => Ok(name.to_owned()),
        });
        names.collect()
    }
}

/// See [`Args::parts`].
#[derive(Debug)]
pub(crate) struct Parts<'p, 'a> {
    args: &'p Args<'a>,
    required: usize,
    next: usize,
}

impl Parts<'_, '_> {
    pub(crate) fn take<T>(&mut self, read: Reader<T>, field: &mut Option<T>) -> Accepted {
        let index = self.next;
        self.next = index.saturating_add(1);
        if index < self.required {
            *field = Some(self.args.required(index, read)?);
            return Ok(());
        }
        self.args.set(index, read, field)
    }

    pub(crate) fn finish(self) -> Accepted {
        self.args.at_most(self.next)
    }
}

/// Any word that is not one for true is false; the URL is never refused for it.
pub(crate) fn flag(argument: Argument<'_>) -> Result<bool, Hint> {
    match argument.text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => {
            argument.odd_flag.set(true);
            Ok(false)
        }
    }
}

pub(crate) fn text(argument: Argument<'_>) -> Result<String, Hint> {
    Ok(argument.text.to_owned())
}

/// A list of names for hints.
pub(crate) fn list_names<T: Display>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
