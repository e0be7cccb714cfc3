//! All variables.

mod access;
mod answer;
mod autoquality;
mod cache;
mod limits;
mod ml;
mod observe;
mod otel;
mod output;
mod reports;
mod server;
mod source;

use super::variable::Variable;

/// A part of the table with its heading.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// What its variables have in common.
    pub title: &'static str,
    /// The variables.
    pub rows: &'static [Variable],
}

/// Every variable, in the order in which they are read and documented.
pub const SECTIONS: &[Section] = &[
    Section {
        title: "Server",
        rows: server::ROWS,
    },
    Section {
        title: "URLs and signatures",
        rows: access::ROWS,
    },
    Section {
        title: "Sources",
        rows: source::ROWS,
    },
    Section {
        title: "Limits",
        rows: limits::ROWS,
    },
    Section {
        title: "Answers",
        rows: answer::ROWS,
    },
    Section {
        title: "Results",
        rows: output::ROWS,
    },
    Section {
        title: "Logs and metrics",
        rows: observe::ROWS,
    },
    Section {
        title: "OpenTelemetry",
        rows: otel::ROWS,
    },
    Section {
        title: "Reports of errors",
        rows: reports::ROWS,
    },
    Section {
        title: "Cache of results",
        rows: cache::ROWS,
    },
    Section {
        title: "Search for quality",
        rows: autoquality::ROWS,
    },
    Section {
        title: "Machine learning",
        rows: ml::ROWS,
    },
];

/// Every variable.
pub fn variables() -> impl Iterator<Item = &'static Variable> {
    SECTIONS.iter().flat_map(|section| section.rows)
}

/// The row of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Variable> {
    variables().find(|variable| variable.name == name)
}

/// What is wrong with a variable's value, for the log.
pub(super) fn complaint(name: &str, text: &str, why: &str) -> String {
    match find(name) {
        Some(variable) => variable.complaint(text, why),
        None => format!("invalid {name} value: {why}"),
    }
}
