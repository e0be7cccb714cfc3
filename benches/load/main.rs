//! Load on a running image server, and on a peer beside it in the same run.
//!
//! `cargo run --release -p pixgate-bench --bin load -- pictures --help`; see the README.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a tool for people at a terminal"
)]

mod client;
mod fairness;
mod open;
mod pictures;
mod process;
mod quota;
mod scaling;
mod server;
mod side;
mod soak;
mod start;
mod table;
mod targets;

use std::collections::BTreeMap;

/// `--name value` pairs behind the mode.
pub(crate) struct Options(BTreeMap<String, String>);

impl Options {
    fn read(words: &[String]) -> Self {
        let pairs = words.chunks(2).map(|pair| {
            let name = pair[0]
                .strip_prefix("--")
                .unwrap_or_else(|| panic!("{USAGE}"));
            let value = pair
                .get(1)
                .unwrap_or_else(|| panic!("--{name} has no value"));
            (name.to_owned(), value.clone())
        });
        Self(pairs.collect())
    }

    fn text(&self, name: &str) -> &str {
        self.find(name)
            .unwrap_or_else(|| panic!("--{name} is missing\n{USAGE}"))
    }

    fn find(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn number(&self, name: &str, default: usize) -> usize {
        self.find(name)
            .map_or(default, |text| text.parse().unwrap())
    }
}

fn main() {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let Some((mode, rest)) = words.split_first() else {
        panic!("{USAGE}");
    };
    let options = Options::read(rest);
    match mode.as_str() {
        "pictures" => pictures::run(&options),
        "open" => open::run(&options),
        "start" => start::run(&options),
        "soak" => soak::run(&options),
        "scaling" => scaling::run(&options),
        "table" => table::run(&options),
        _ => panic!("{USAGE}"),
    }
}

const USAGE: &str = "\
load pictures --server HOST:PORT --folder DIR [--under photos/jpeg] [--pid PID] [--clients 2]
              [--seconds 10] [--rounds 3] [--rest 60] [--options rs:fit:512:512] [--format EXT]
              [--peer HOST:PORT --peer-pid PID]
load open     --server HOST:PORT [--pid PID] [--connections 4096] [--seconds 10]
load start    --program FILE --folder DIR --picture PATH [--rounds 5]
load soak     --server HOST:PORT --folder DIR --pid PID [--seconds 1200] [--rate 20]
load table    --program FILE --folder DIR [--peer \"COMMAND ARGUMENT\" --peer-name imgproxy]
              [--seconds 4] [--only PART-OF-A-NAME] [--rest 30] [--starts 9]
load scaling  --program FILE --folder DIR [--peer \"COMMAND ARGUMENT\"] [--seconds 4] [--price 0.0425]";
