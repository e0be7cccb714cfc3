//! Every vector of the paid half of imgproxy, from environment and URL to pixels and headers, over
//! sources in memory.
//!
//! Vectors of the kinds `info` and `cache` wait for their endpoints.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where something is missing"
)]

mod check;
mod picture;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use world::World;

const VECTORS: &str = include_str!("../vectors/paid-vectors.json");
const EXPECTED_FAILURES: &str = include_str!("expected_failures.txt");

/// How many vectors there are of each kind.
const KINDS: [(&str, usize); 4] = [("process", 121), ("http", 6), ("info", 48), ("cache", 8)];
/// The kinds that are run.
const RUN: [&str; 2] = ["process", "http"];

#[tokio::test]
async fn answers_every_vector() {
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(file["count"], vectors.len());
    for (kind, count) in KINDS {
        let found = vectors.iter().filter(|vector| vector["kind"] == kind);
        assert_eq!(found.count(), count, "{kind}");
    }
    let mut groups: BTreeMap<_, Vec<&Value>> = BTreeMap::new();
    for vector in vectors {
        if RUN.contains(&text(&vector["kind"])) {
            let group = groups.entry(environment(vector)).or_default();
            group.push(vector);
        }
    }
    let mut differences = BTreeMap::new();
    for (environment, vectors) in groups {
        let world = World::new(environment, &file["inputs"]);
        for vector in vectors {
            let found = check::vector(&world, vector).await;
            if !found.is_empty() {
                differences.insert(text(&vector["id"]), found.join("\n"));
            }
        }
    }
    compare(&differences);
}

/// Variables that a vector wants set.
fn environment(vector: &Value) -> BTreeMap<String, String> {
    let pairs = vector["env"].as_object().into_iter().flatten();
    let pairs = pairs.map(|(name, value)| (name.clone(), text(value).to_owned()));
    pairs.collect()
}

/// Fails unless exactly the expected vectors differ.
fn compare(differences: &BTreeMap<&str, String>) {
    let lines = EXPECTED_FAILURES.lines();
    let ids = lines.filter_map(|line| line.split(['#', ' ']).next());
    let listed: BTreeSet<_> = ids.filter(|id| !id.is_empty()).collect();
    let found: BTreeSet<_> = differences.keys().copied().collect();
    let surprises: Vec<_> = found
        .difference(&listed)
        .filter_map(|id| Some(format!("{id}: {}", differences.get(id)?)))
        .collect();
    let passing: Vec<_> = listed.difference(&found).collect();
    assert!(
        surprises.is_empty() && passing.is_empty(),
        "{} vectors differ:\n{}\nlisted as failures, but they pass: {passing:?}",
        surprises.len(),
        surprises.join("\n")
    );
}

/// A value that must be text.
fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
}
