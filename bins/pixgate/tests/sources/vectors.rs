//! Every case of the source vectors.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use futures_util::StreamExt as _;
use serde_json::Value;

use crate::case;
use crate::emulators::Emulators;
use crate::rules::Verdict;

pub(crate) const VECTORS: &str =
    include_str!("../../../../crates/pixgate-source/tests/vectors/source-vectors.json");
/// Ids of cases that fail, one a line; a listed case that passes is an error too.
const EXPECTED_FAILURES: &str = include_str!("expected_failures.txt");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_source_case_is_answered_as_listed() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(Some(cases.len() as u64), vectors["count"].as_u64());
    let emulators = Emulators::find();
    let only = std::env::var("PIXGATE_CASE").unwrap_or_default();
    let chosen = cases.iter().filter(|case| id(case).contains(&only));
    let (slow, quick): (Vec<_>, Vec<_>) = chosen.partition(|case| case["slow"] == true);
    let runs = quick.into_iter().map(|case| {
        let (vectors, emulators) = (&vectors, &emulators);
        async move { (case, case::run(case, vectors, emulators).await) }
    });
    let runs = futures_util::stream::iter(runs).buffer_unordered(AT_A_TIME);
    let mut results: Vec<_> = runs.collect().await;
    for case in slow {
        let mut verdict = case::run(case, &vectors, &emulators).await;
        if matches!(verdict, Some(Err(_))) {
            verdict = case::run(case, &vectors, &emulators).await;
        }
        results.push((case, verdict));
    }
    let failures = report(&results);
    let ran = results.iter().filter(|(_, verdict)| verdict.is_some());
    let ran: BTreeSet<&str> = ran.map(|(case, _)| id(case)).collect();
    let expected = EXPECTED_FAILURES.lines().filter(|id| ran.contains(id));
    assert_eq!(failures, expected.collect());
}

fn id(case: &Value) -> &str {
    case["id"].as_str().unwrap()
}

/// Says what ran, also when tests are not asked to show anything, and returns what failed.
fn report<'a>(results: &[(&'a Value, Option<Verdict>)]) -> BTreeSet<&'a str> {
    let mut failures = BTreeSet::new();
    let mut passed = 0;
    let mut skipped = BTreeMap::<&str, usize>::new();
    for (case, verdict) in results {
        match verdict {
            Some(Ok(())) => passed += 1,
            Some(Err(why)) => {
                println!("{}: {why}", id(case));
                failures.insert(id(case));
            }
            None => *skipped.entry(emulator(case)).or_default() += 1,
        }
    }
    let mut said = format!(
        "\nsource cases passed: {passed} of {}, failed: {}\n",
        results.len(),
        failures.len()
    );
    if !skipped.is_empty() {
        let count: usize = skipped.values().sum();
        said += &format!(
            "SKIPPED {count} source cases, because these emulators are not running: {skipped:?}\n"
        );
    }
    std::io::stderr().write_all(said.as_bytes()).unwrap();
    failures
}

fn emulator(case: &Value) -> &str {
    case["store"]["emulator"].as_str().unwrap()
}

/// Each is a process of its own.
const AT_A_TIME: usize = 4;
