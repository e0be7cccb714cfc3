//! The storage cases of the compatibility vectors, as far as they concern fetching.
//!
//! Cases with scripted stores always run. Those that need an emulator run if the variable
//! `PIXGATE_EMULATORS` names a folder with a file `endpoints`, which
//! `tests/emulators/start.sh FOLDER` makes; see the README there.
#![cfg(all(feature = "s3", feature = "gcs", feature = "abs", feature = "swift"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test ends where its tools do, and it has a clock and an environment"
)]

mod case;
mod emulators;
mod fixtures;
mod http;
mod identity;
mod judge;
mod scripted;
mod sign;
mod swift;
mod transports;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt;
use serde_json::Value;

use crate::emulators::Emulators;

const VECTORS: &str = include_str!("../vectors/source-vectors.json");
const EXPECTED_FAILURES: &str = include_str!("expected_failures.txt");
/// Cases that are about allowlists, start-up, fallback images or answers of the whole server.
const NOT_ABOUT_FETCHING: &str = include_str!("not_about_fetching.txt");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn storage_cases_answer_as_listed() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let emulators = Emulators::find();
    let others: BTreeSet<&str> = NOT_ABOUT_FETCHING.lines().collect();
    let only = std::env::var("PIXGATE_CASE").unwrap_or_default();
    let cases = vectors["cases"].as_array().unwrap().iter().filter(|case| {
        let id = case["id"].as_str().unwrap();
        let is_ours = case["group"] != "local" && !others.contains(id);
        is_ours && id.contains(&only)
    });
    let run = |case| {
        let (vectors, emulators) = (&vectors, &emulators);
        async move { (case, case::run(case, vectors, emulators).await) }
    };
    let results: Vec<_> = futures_util::stream::iter(cases.map(run))
        .buffer_unordered(4)
        .collect()
        .await;
    let mut failures = BTreeSet::new();
    let (mut passed, mut skipped) = (BTreeMap::new(), BTreeMap::new());
    for (case, verdict) in results {
        let id = case["id"].as_str().unwrap();
        match verdict {
            Some(Ok(())) => *passed.entry(id.split('-').next().unwrap()).or_insert(0) += 1,
            Some(Err(why)) => {
                println!("{id}: {why}");
                failures.insert(id);
            }
            None => {
                *skipped
                    .entry(case["store"]["emulator"].to_string())
                    .or_insert(0) += 1;
            }
        }
    }
    println!("passed: {passed:?}, failed: {}", failures.len());
    if !skipped.is_empty() {
        println!("SKIPPED, because the emulators are not running: {skipped:?}");
    }
    let expected: BTreeSet<&str> = EXPECTED_FAILURES.lines().collect();
    assert_eq!(failures, expected);
}
