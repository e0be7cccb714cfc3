//! Every source format in every result format, against the reference's answers; runs only if
//! `PIXGATE_CORPUS` names the folder of the sources.
//!
//! A reference that refuses what is read here is beaten, and so listed in `wins.txt`; what it
//! answers and this crate does not, or otherwise, is listed in `expected_failures.txt`. Both lists
//! are exact.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

#[path = "../support/mod.rs"]
mod support;

mod answer;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use answer::{Answer, Verdict};
use pixgate_engine::Settings;
use serde_json::Value;

/// Answers of the reference, and what they were asked with.
const VECTORS: &str = include_str!("../vectors/formats.json");
const EXPECTED_FAILURES: &str = include_str!("expected_failures.txt");
const WINS: &str = include_str!("wins.txt");

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn every_file_is_answered_as_by_the_reference_or_better() {
    let root = corpus();
    let mut tally = Tally::default();
    for (file, expected) in vectors()["inputs"].as_object().unwrap() {
        let answer = Answer::to(&root.join(file), "rs:fit:64:64/f:png", &Settings::default());
        tally.count(file, answer.judge(expected));
    }
    tally.check("inputs", 410);
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn every_format_is_made_of_every_other_as_by_the_reference() {
    let root = corpus();
    let mut tally = Tally::default();
    tally.count_outputs(&root, "outputs", &Settings::default());
    tally.check("outputs", 288);
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn animations_are_made_of_animations_as_by_the_reference() {
    let root = corpus();
    let mut settings = Settings::default();
    settings.max_animation_frames = 20;
    let mut tally = Tally::default();
    tally.count_outputs(&root, "outputs_animated", &settings);
    tally.check("outputs_animated", 24);
}

#[derive(Default)]
struct Tally {
    seen: usize,
    wins: BTreeSet<String>,
    /// Names, and what is different.
    failures: BTreeMap<String, String>,
}

impl Tally {
    fn count_outputs(&mut self, root: &Path, group: &str, settings: &Settings) {
        for (kind, sources) in vectors()[group].as_object().unwrap() {
            let path = root.join(sources["source"].as_str().unwrap());
            for (format, expected) in sources["results"].as_object().unwrap() {
                let options = match format.as_str() {
                    "unset" => "rs:fit:40:40".to_owned(),
                    format => format!("rs:fit:40:40/f:{format}"),
                };
                let answer = Answer::to(&path, &options, settings);
                self.count(&format!("{kind}-to-{format}"), answer.judge(expected));
            }
        }
    }

    fn count(&mut self, name: &str, verdict: Verdict) {
        self.seen += 1;
        let name = name.to_owned();
        match verdict {
            Verdict::Same => {}
            Verdict::Better => drop(self.wins.insert(name)),
            Verdict::Worse(why) => drop(self.failures.insert(name, why)),
        }
    }

    /// Compares with the part of both lists that is headed by the group's name.
    fn check(&self, group: &str, count: usize) {
        assert_eq!(self.seen, count, "{group}");
        assert_eq!(self.wins, listed(WINS, group), "wins of {group}");
        let failed: BTreeSet<_> = self.failures.keys().cloned().collect();
        let expected = listed(EXPECTED_FAILURES, group);
        assert_eq!(failed, expected, "{group}: {:#?}", self.failures);
    }
}

fn vectors() -> Value {
    serde_json::from_str(VECTORS).unwrap()
}

fn corpus() -> PathBuf {
    let root = std::env::var_os("PIXGATE_CORPUS");
    root.unwrap().into()
}

/// The first words of the lines below `[group]`.
fn listed(list: &str, group: &str) -> BTreeSet<String> {
    let head = format!("[{group}]");
    let lines = list.lines().skip_while(|line| *line != head).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    let names = lines.filter_map(|line| line.split('#').next()?.split_whitespace().next());
    names.map(str::to_owned).collect()
}
