//! Variables of a server in compose files and Kubernetes manifests.
//!
//! Whatever the file is about, a variable is `NAME: value` below a key, `- NAME=value` in a list, or a pair of
//! `name:` and `value:`.

use std::collections::BTreeMap;
use std::path::Path;

use saphyr_parser::{Event, Parser};

use crate::{Error, env_file, table};

/// The variables of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// Names and values.
    pub variables: BTreeMap<String, String>,
    /// Names whose values are kept elsewhere: in a secret, or in the environment of whoever deploys.
    pub elsewhere: Vec<String>,
}

impl From<BTreeMap<String, String>> for Found {
    fn from(variables: BTreeMap<String, String>) -> Self {
        Self {
            variables,
            elsewhere: Vec::new(),
        }
    }
}

/// The variables of a file: names and values, a compose file, or a Kubernetes manifest; `outside` is the
/// environment that a compose file refers to.
///
/// # Errors
///
/// [`Error`] if the file cannot be read, or is none of these.
pub fn read_file(path: &Path, outside: &BTreeMap<String, String>) -> Result<Found, Error> {
    let name = path.display().to_string();
    let wrong = |why: String| Error::line(format!("`{name}`: {why}"));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    if is_deployment(&name, &text) {
        return parse(&text, outside).map_err(wrong);
    }
    let variables = env_file::parse(&text, &BTreeMap::new()).map_err(wrong)?;
    Ok(Found {
        variables,
        ..Found::default()
    })
}

/// Whether a file of this name and text is YAML with more than names and values.
fn is_deployment(name: &str, text: &str) -> bool {
    let has_end = [".yml", ".yaml"].iter().any(|end| name.ends_with(end));
    let begins = |line: &str| {
        MARKS
            .iter()
            .any(|mark| line.trim_end() == *mark || line.starts_with("apiVersion:"))
    };
    has_end || text.lines().any(begins)
}

/// Reads a file; `outside` gives what a compose file takes from the environment.
///
/// # Errors
///
/// Where the file is no YAML.
fn parse(text: &str, outside: &BTreeMap<String, String>) -> Result<Found, String> {
    let mut found = Found::default();
    for document in documents(text)? {
        walk(&document, outside, &mut found);
    }
    found.elsewhere.sort();
    found.elsewhere.dedup();
    found
        .elsewhere
        .retain(|name| !found.variables.contains_key(name));
    Ok(found)
}

/// YAML, as far as it matters: aliases repeat what is read at their anchor anyway.
#[derive(Debug)]
enum Node {
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

fn documents(text: &str) -> Result<Vec<Node>, String> {
    let mut stack: Vec<Vec<Node>> = vec![Vec::new()];
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| format!("is no YAML: {error}"))?;
        let node = match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                if stack.len() > MOST_LEVELS {
                    return Err(format!("has more than {MOST_LEVELS} levels"));
                }
                stack.push(Vec::new());
                continue;
            }
            Event::SequenceEnd => Node::List(stack.pop().unwrap_or_default()),
            Event::MappingEnd => Node::Map(pairs(stack.pop().unwrap_or_default())),
            Event::Scalar(text, ..) => Node::Scalar(text.into_owned()),
            Event::Alias(_) => Node::List(Vec::new()),
            _ => continue,
        };
        if let Some(top) = stack.last_mut() {
            top.push(node);
        }
    }
    Ok(stack.pop().unwrap_or_default())
}

fn pairs(nodes: Vec<Node>) -> Vec<(Node, Node)> {
    let mut pairs = Vec::new();
    let mut nodes = nodes.into_iter();
    while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
        pairs.push((key, value));
    }
    pairs
}

fn walk(node: &Node, outside: &BTreeMap<String, String>, found: &mut Found) {
    match node {
        Node::Scalar(_) => {}
        Node::List(nodes) => {
            for node in nodes {
                match node {
                    Node::Scalar(text) => note_line(text, outside, found),
                    node => walk(node, outside, found),
                }
            }
        }
        Node::Map(pairs) => {
            note_named(pairs, outside, found);
            for (key, value) in pairs {
                match (key, value) {
                    (Node::Scalar(name), Node::Scalar(text)) => {
                        note(name, Some(text), outside, found);
                    }
                    (_, value) => walk(value, outside, found),
                }
            }
        }
    }
}

/// `NAME=value`, or a bare `NAME` whose value is the environment's.
fn note_line(line: &str, outside: &BTreeMap<String, String>, found: &mut Found) {
    match line.split_once('=') {
        Some((name, text)) => note(name, Some(text), outside, found),
        None => note(line, outside.get(line).map(String::as_str), outside, found),
    }
}

/// `name: NAME` beside `value: text`, or beside where the value comes from.
fn note_named(pairs: &[(Node, Node)], outside: &BTreeMap<String, String>, found: &mut Found) {
    let entry = |wanted: &str| {
        let is_wanted =
            |(key, _): &&(Node, Node)| matches!(key, Node::Scalar(key) if key == wanted);
        pairs.iter().find(is_wanted).map(|(_, value)| value)
    };
    let Some(Node::Scalar(name)) = entry("name") else {
        return;
    };
    match (entry("value"), entry("valueFrom")) {
        (Some(Node::Scalar(text)), _) => note(name, Some(text), outside, found),
        (_, Some(_)) => note(name, None, outside, found),
        _ => {}
    }
}

fn note(name: &str, text: Option<&str>, outside: &BTreeMap<String, String>, found: &mut Found) {
    let name = name.trim();
    if !is_ours(name) {
        return;
    }
    match text.and_then(|text| interpolated(text, outside)) {
        Some(text) => {
            found.variables.insert(name.to_owned(), text);
        }
        None => found.elsewhere.push(name.to_owned()),
    }
}

fn is_ours(name: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let is_prefixed = PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    name.bytes().all(is_name) && (is_prefixed || table::find(name).is_some())
}

/// `${NAME}`, `${NAME:-default}` and `$$` as compose reads them; none if a name has no value here.
fn interpolated(text: &str, outside: &BTreeMap<String, String>) -> Option<String> {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        result.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            result.push('$');
            rest = after;
        } else if let Some((inside, after)) = after
            .strip_prefix('{')
            .and_then(|after| after.split_once('}'))
        {
            let end = inside.find([':', '-', '?']).unwrap_or(inside.len());
            let (name, default) = inside.split_at(end);
            let default = default.trim_start_matches(':').strip_prefix('-');
            let value = outside.get(name).map(String::as_str).or(default)?;
            result.push_str(value);
            rest = after;
        } else {
            result.push('$');
            rest = after;
        }
    }
    result.push_str(rest);
    Some(result)
}

const MARKS: [&str; 4] = ["services:", "env:", "environment:", "data:"];
const PREFIXES: [&str; 8] = [
    "IMGPROXY_",
    "PIXGATE_",
    "AWS_",
    "GOOGLE_",
    "AZURE_",
    "OTEL_",
    "BUGSNAG_",
    "HONEYBADGER_",
];
const MOST_LEVELS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Found {
        let outside = BTreeMap::from([("TTL".to_owned(), "60".to_owned())]);
        parse(text, &outside).expect("YAML")
    }

    fn value<'f>(found: &'f Found, name: &str) -> &'f str {
        found.variables.get(name).map_or("(none)", String::as_str)
    }

    #[test]
    fn compose_files_have_maps_and_lists() {
        let found = read(
            "x-common: &common\n  IMGPROXY_QUALITY: 70\nservices:\n  images:\n    ports: [\"8080:8080\"]\n\
             \x20   environment:\n      <<: *common\n      IMGPROXY_TTL: ${TTL}\n      IMGPROXY_KEY: ${KEY}\n\
             \x20     IMGPROXY_PRESETS: |\n        a=w:1,\n        b=w:2\n  other:\n    environment:\n\
             \x20     - IMGPROXY_BIND=:9000\n      - IMGPROXY_BASE_URL=${BASE:-http://h/?a=b}\n      - POSTGRES=x\n",
        );
        assert_eq!(value(&found, "IMGPROXY_QUALITY"), "70");
        assert_eq!(value(&found, "IMGPROXY_TTL"), "60");
        assert_eq!(value(&found, "IMGPROXY_PRESETS"), "a=w:1,\nb=w:2\n");
        assert_eq!(value(&found, "IMGPROXY_BIND"), ":9000");
        assert_eq!(value(&found, "IMGPROXY_BASE_URL"), "http://h/?a=b");
        assert_eq!(found.variables.len(), 5);
        assert_eq!(found.elsewhere, ["IMGPROXY_KEY"]);
    }

    #[test]
    fn manifests_have_names_and_values() {
        let found = read(
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  IMGPROXY_TTL: \"5\"\n---\nspec:\n  containers:\n\
             \x20   - name: images\n      env:\n        - name: IMGPROXY_QUALITY\n          value: \"80\"\n\
             \x20       - {name: IMGPROXY_WORKERS, value: \"2\"}\n        - name: IMGPROXY_SALT\n\
             \x20         valueFrom: {secretKeyRef: {name: s, key: salt}}\n",
        );
        assert_eq!(value(&found, "IMGPROXY_TTL"), "5");
        assert_eq!(value(&found, "IMGPROXY_QUALITY"), "80");
        assert_eq!(value(&found, "IMGPROXY_WORKERS"), "2");
        assert_eq!(found.elsewhere, ["IMGPROXY_SALT"]);
    }

    #[test]
    fn broken_files_and_abysses_are_refused() {
        assert!(parse("a: [", &BTreeMap::new()).is_err());
        assert!(parse(&"[".repeat(10_000), &BTreeMap::new()).is_err());
    }
}
