//! Every HTTP vector against the program itself, over real sockets, with a scripted origin.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where something is missing"
)]

mod check;
mod group;
mod origin;
#[path = "../e2e/support/server.rs"]
#[expect(dead_code, reason = "the end to end tests use the rest")]
mod server;
mod starting;
mod template;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tempfile::TempDir;

const VECTORS: &str = include_str!("../vectors/http-vectors.json");
const EXPECTED_FAILURES: &str = include_str!("expected_failures.txt");

/// The file, and the pictures in it on disk.
struct Vectors {
    file: Value,
    folder: TempDir,
    bodies: BTreeMap<String, Vec<u8>>,
}

impl Vectors {
    fn read() -> Self {
        let file: Value = serde_json::from_str(VECTORS).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut bodies = BTreeMap::new();
        for (id, fixture) in file["fixtures"].as_object().unwrap() {
            let body = STANDARD.decode(text(&fixture["base64"])).unwrap();
            assert_eq!(fixture["size"], body.len());
            std::fs::write(folder.path().join(text(&fixture["file"])), &body).unwrap();
            bodies.insert(id.clone(), body);
        }
        Self {
            file,
            folder,
            bodies,
        }
    }

    fn list(&self, name: &str) -> Vec<&Value> {
        let list: Vec<_> = self.file[name].as_array().unwrap().iter().collect();
        assert_eq!(self.file["count"][name], list.len());
        list
    }

    /// The default environment with a case's own on top; null takes a variable away.
    fn environment(&self, case: &Value) -> BTreeMap<String, String> {
        let mut environment = BTreeMap::new();
        for variables in [&self.file["default_env"], &case["env"]] {
            for (name, value) in variables.as_object().unwrap() {
                match value.as_str() {
                    Some(value) => environment.insert(name.clone(), value.to_owned()),
                    None => environment.remove(name),
                };
            }
        }
        environment
    }
}

/// A value that must be text.
fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
}

/// Fails unless exactly the expected cases differ.
fn compare(what: &str, differences: &BTreeMap<String, String>) {
    let listed = EXPECTED_FAILURES.lines().filter_map(|line| {
        let (kind, id) = line.split_once(' ')?;
        (kind == what).then_some(id)
    });
    let listed: BTreeSet<_> = listed.collect();
    let found: BTreeSet<_> = differences.keys().map(String::as_str).collect();
    let surprises: Vec<_> = found
        .difference(&listed)
        .filter_map(|id| Some(format!("{id}:\n{}", differences.get(*id)?)))
        .collect();
    let passing: Vec<_> = listed.difference(&found).collect();
    assert!(
        surprises.is_empty() && passing.is_empty(),
        "{} {what} differ:\n{}\nlisted as failures, but they pass: {passing:?}",
        surprises.len(),
        surprises.join("\n")
    );
}

#[test]
fn answers_every_case() {
    let vectors = Vectors::read();
    let cases = vectors.list("cases");
    assert_eq!(cases.len(), 159);
    let mut groups: BTreeMap<_, Vec<&Value>> = BTreeMap::new();
    for case in cases {
        let environment = vectors.environment(case);
        groups.entry(environment).or_default().push(case);
    }
    let waiting = Mutex::new(groups.into_iter());
    let differences = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..GROUPS_AT_ONCE {
            scope.spawn(|| {
                while let Some((environment, cases)) = next(&waiting) {
                    let found = group::run(&vectors, &environment, &cases);
                    differences.lock().unwrap().extend(found);
                }
            });
        }
    });
    compare("cases", &differences.into_inner().unwrap());
}

/// The next item; the lock is not held while it is worked on.
fn next<T>(waiting: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    waiting.lock().unwrap().next()
}

#[test]
fn starts_or_refuses_to() {
    let vectors = Vectors::read();
    let cases = vectors.list("startup");
    assert_eq!(cases.len(), 12);
    let differences = cases
        .iter()
        .filter_map(|case| Some((text(&case["id"]).to_owned(), starting::run(&vectors, case)?)));
    compare("startup", &differences.collect());
}

/// Most of a group's time is waiting: for a start, for an origin that is slow on purpose.
const GROUPS_AT_ONCE: usize = 4;
