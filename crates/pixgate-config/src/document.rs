//! The table of variables for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{SECTIONS, Support, Variable};

/// `docs/configuration.md`.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from(HEAD);
    for section in SECTIONS {
        let _ = write!(
            text,
            "\n## {}\n\n| variable | type | default | effect |\n|---|---|---|---|\n",
            section.title
        );
        for variable in section.rows {
            text.push_str(&row(variable));
        }
    }
    text
}

fn row(variable: &Variable) -> String {
    let default = match variable.default {
        "" => String::new(),
        default => format!("`{default}`"),
    };
    format!(
        "| `{}` | {} | {} | {}{} |\n",
        variable.name,
        variable.format(),
        default,
        variable.doc,
        note(variable.support())
    )
}

fn note(support: Support) -> String {
    match support {
        Support::Honoured => String::new(),
        Support::Pro => " *imgproxy Pro; free in pixgate.*".to_owned(),
        Support::Renamed(name) => format!(" Use `{name}`."),
        Support::NotYet => " **Not supported yet.**".to_owned(),
        Support::Idle(reason) => format!(" **No effect yet: {reason}.**"),
        Support::Never(_) => " **No effect.**".to_owned(),
    }
}

/// One line for each variable of an environment that belongs to this server: what a start does with it,
/// where `faults` are its complaints.
#[must_use]
pub fn survey(pairs: &BTreeMap<String, String>, faults: &[String]) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        let state = match state(name) {
            Some(_) if value.trim().is_empty() => "blank, as if it were not given".to_owned(),
            Some(_) if faults.iter().any(|fault| names(fault, name)) => {
                "REFUSED, see below".to_owned()
            }
            Some(state) => state,
            None => continue,
        };
        let _ = writeln!(text, "{name}: {state}");
    }
    text
}

/// Whether a complaint is about this variable.
fn names(fault: &str, name: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    fault
        .split(|letter| !is_part(letter))
        .any(|word| word == name)
}

/// What becomes of a variable; none for those that are not about this server.
fn state(name: &str) -> Option<String> {
    Some(match super::find(name).map(Variable::support) {
        Some(Support::Honoured) => "honoured".to_owned(),
        Some(Support::Pro) => "honoured (imgproxy Pro; free in pixgate)".to_owned(),
        Some(Support::Renamed(new)) => format!("honoured, but deprecated: use {new}"),
        Some(Support::NotYet) => "no effect: there is no code for it yet".to_owned(),
        Some(Support::Idle(reason)) => format!("no effect yet: {reason}"),
        Some(Support::Never(reason)) => format!("no effect: {reason}"),
        None if super::clouds::is_of_account(name) => "honoured, for its account".to_owned(),
        None if name.starts_with("IMGPROXY_") || name.starts_with("PIXGATE_") => {
            format!("not known{}", super::hint::hint(name))
        }
        None if name != "HOME" && super::clouds::is_cloud(name) => {
            "read where credentials are looked for".to_owned()
        }
        None => return None,
    })
}

const HEAD: &str = "# Configuration

Everything is set by environment variables, with imgproxy's names. A variable that is not set, empty
or blank has its default. A value that cannot be used stops the start with a line that names it.
Variables that have no effect here give a warning when they are set, and so do unknown names that
begin with `IMGPROXY_`.

This file is generated from the table in `crates/pixgate-config/src/table`; a test keeps it current
(`PIXGATE_BLESS=1 cargo test -p pixgate --test docs` writes it).
";
