//! From starting the program to its first picture, as where instances come and go with the load.

use std::time::{Duration, Instant};

use crate::Options;
use crate::server::Recipe;

pub(crate) fn run(options: &Options) {
    let recipe = Recipe::new("server", options.text("program"), options.text("folder"));
    let mut times: Vec<_> = (0..options.number("rounds", 5))
        .map(|_| once(&recipe, options.text("picture")))
        .collect();
    times.sort_unstable();
    println!("first picture after {times:?}");
}

/// How long a server takes to its first picture.
pub(crate) fn once(recipe: &Recipe, picture: &str) -> Duration {
    let start = Instant::now();
    let server = recipe.spawn();
    server.wait_for(&format!("/unsafe/rs:fit:512:512/plain/local:///{picture}"));
    start.elapsed()
}
