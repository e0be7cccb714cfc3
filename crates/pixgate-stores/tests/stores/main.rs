//! The storage cases of the compatibility vectors, as far as they concern fetching.
//!
//! Cases with scripted stores and those of Swift always run. Those that need an emulator run if
//! the variable `PIXGATE_EMULATORS` names a folder with a file `endpoints`, which
//! `tests/emulators/start.sh FOLDER` makes; see the README there. `PIXGATE_CASE=TEXT` runs only
//! cases whose id has that text in it.
#![cfg(all(feature = "s3", feature = "gcs", feature = "azure", feature = "swift"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test ends where its tools do, shows things, has a clock and an environment"
)]

mod case;
mod credentials;
mod decryption;
mod emulators;
mod fixtures;
mod http;
mod identity;
mod judge;
mod resilience;
mod rules;
mod scripted;
mod sign;
mod swift;
mod transports;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use futures_util::StreamExt;
use serde_json::Value;

use crate::emulators::Emulators;
use crate::rules::Verdict;

const VECTORS: &str = include_str!("../../../pixgate-source/tests/vectors/source-vectors.json");
const EXPECTED_FAILURES: &str = include_str!("expected_failures.txt");
/// Cases that are about allowlists, fallback images or answers of the whole server.
const NOT_ABOUT_FETCHING: &str = include_str!("not_about_fetching.txt");
/// All other cases whose profile is not that of local files.
const CASES: usize = 183;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn storage_cases_answer_as_listed() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let emulators = Emulators::find();
    let others: BTreeSet<&str> = NOT_ABOUT_FETCHING.lines().collect();
    let cases = vectors["cases"].as_array().unwrap().iter();
    let is_ours = |case: &&Value| case["group"] != "local" && !others.contains(id(case));
    let cases: Vec<&Value> = cases.filter(is_ours).collect();
    assert_eq!(cases.len(), CASES);
    let only = std::env::var("PIXGATE_CASE").unwrap_or_default();
    let chosen = cases.into_iter().filter(|case| id(case).contains(&only));
    let runs = chosen.map(|case| {
        let (vectors, emulators) = (&vectors, &emulators);
        async move { (case, case::run(case, vectors, emulators).await) }
    });
    let runs = futures_util::stream::iter(runs).buffer_unordered(4);
    let failures = report(&runs.collect::<Vec<_>>().await);
    let expected: BTreeSet<&str> = EXPECTED_FAILURES.lines().collect();
    assert_eq!(failures, expected);
}

fn id(case: &Value) -> &str {
    case["id"].as_str().unwrap()
}

/// Says what ran, also when tests are not asked to show anything, and returns what failed.
fn report<'a>(results: &[(&'a Value, Option<Verdict>)]) -> BTreeSet<&'a str> {
    let mut failures = BTreeSet::new();
    let mut passed = BTreeMap::<_, usize>::new();
    let mut skipped = BTreeMap::<_, usize>::new();
    for (case, verdict) in results {
        match verdict {
            Some(Ok(())) => *passed.entry(scheme(case)).or_default() += 1,
            Some(Err(why)) => {
                println!("{}: {why}", id(case));
                failures.insert(id(case));
            }
            None => *skipped.entry(emulator(case)).or_default() += 1,
        }
    }
    let mut said = format!(
        "\nstorage cases passed: {passed:?}, failed: {}\n",
        failures.len()
    );
    if !skipped.is_empty() {
        said += &format!("SKIPPED, because these emulators are not running: {skipped:?}\n");
    }
    std::io::stderr().write_all(said.as_bytes()).unwrap();
    failures
}

fn scheme(case: &Value) -> &str {
    id(case).split('-').next().unwrap()
}

fn emulator(case: &Value) -> &str {
    case["store"]["emulator"].as_str().unwrap()
}
