//! Texts made from the option table: a fuzzing dictionary and a compatibility table.

use std::fmt::Write;

use pixgate_options::{Format, GravityKind, ResizingType};

use crate::options::{info_options, processing_options};
use crate::table::{Edition, OptionRow, Scope};

/// A dictionary for libFuzzer and AFL: every option name, and the words of the grammar.
#[must_use]
pub fn dictionary() -> String {
    let rows = processing_options().chain(info_options());
    let names = rows
        .flat_map(OptionRow::names)
        .map(|name| format!("/{name}:"));
    let gravities = GravityKind::ALL.iter().map(|kind| format!(":{kind}"));
    let types = ResizingType::ALL.iter().map(|kind| format!(":{kind}"));
    let formats = Format::ALL.iter().map(|format| format!("@{format}"));
    let grammar = GRAMMAR.iter().map(ToString::to_string);
    let mut words: Vec<String> = names
        .chain(gravities)
        .chain(types)
        .chain(formats)
        .chain(grammar)
        .collect();
    words.sort();
    words.dedup();
    words.iter().map(|word| format!("\"{word}\"\n")).collect()
}

/// A Markdown table of all options; `state` says for each what is supported and what is not.
///
/// ```
/// let table = pixgate_url::compatibility_markdown(|row| match row.name() {
///     "width" => ["yes".to_owned(), String::new()],
///     _ => ["no".to_owned(), "everything".to_owned()],
/// });
/// assert!(table.contains("| `width` | `w` |"));
/// ```
#[must_use]
pub fn compatibility_markdown(state: impl Fn(&OptionRow) -> [String; 2]) -> String {
    let mut text = String::from(
        "| option | short | arguments | default | scope | imgproxy | supported | not supported |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for row in processing_options().chain(info_options()) {
        let [supported, missing] = state(row);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| `{}` | {} | `{}` | {} | {} | {} | {supported} | {missing} |",
            row.name(),
            aliases(row),
            row.arguments().replace('|', "\\|"),
            row.default_text(),
            scope(row.scope()),
            edition(row),
        );
    }
    text
}

fn aliases(row: &OptionRow) -> String {
    let names: Vec<String> = row
        .aliases()
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    names.join(" ")
}

const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Global => "request",
        Scope::Pipeline => "pipeline",
        Scope::Info => "info",
        Scope::Preset => "—",
    }
}

fn edition(row: &OptionRow) -> String {
    let name = match row.edition() {
        Edition::Open => "open",
        Edition::Pro => "Pro",
        Edition::Own => "no",
    };
    match row.docs_url() {
        Some(url) => format!("[{name}]({url})"),
        None => name.to_owned(),
    }
}

const GRAMMAR: &[&str] = &[
    "/plain/",
    "/enc/",
    "/info/",
    "/-/",
    "%3A",
    "%40",
    "%2F",
    ":/",
    "://",
    "http://",
    "local:///",
    ":0.5",
    ":-1",
    ":1e9",
    ":nan",
    ":inf",
    ":fff",
    ":ff0000",
    ":all",
    ":t",
    ":f",
    "aHR0cDovLw",
    ".png",
    "@",
    "?",
    "//",
    "=",
];
