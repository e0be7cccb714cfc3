//! How a server scales: with cores and parts of cores, with the size of sources, with clients; and what
//! a million pictures cost.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::Options;
use crate::quota::Quota;
use crate::server::Recipe;
use crate::side::Side;
use crate::table::{LARGE, recipes};
use crate::targets::Targets;

/// What all curves have in common.
struct Scale<'a> {
    recipes: Vec<Recipe>,
    folder: &'a str,
    seconds: Duration,
    /// Of one core of a rented machine for an hour, in dollars.
    price: f64,
}

pub(crate) fn run(options: &Options) {
    let scale = Scale {
        recipes: recipes(options),
        folder: options.text("folder"),
        seconds: Duration::from_secs(options.number("seconds", 4) as u64),
        price: options
            .find("price")
            .map_or(CORE_HOUR, |price| price.parse().unwrap()),
    };
    scale.cores();
    scale.clients();
    scale.sizes(options.text("program"));
}

impl Scale<'_> {
    /// Photographs on a part of a core, on one and on two.
    fn cores(&self) {
        println!(
            "| cores | server | pictures/s | CPU, ms | p50, ms | p99, ms | dollars for a million |"
        );
        println!("|---|---|---|---|---|---|---|");
        for (name, pinned, part) in CORES {
            for recipe in &self.recipes {
                let recipe = recipe.clone().pinned(pinned);
                let workers = if part > 1.0 { "2" } else { "1" };
                let recipe = recipe.with("IMGPROXY_WORKERS", workers);
                let server = recipe.start();
                let targets = Targets::new(self.folder, "photos/jpeg", OPTIONS, None);
                let mut side = Side::new(&server.address, Some(server.process()));
                side.warm_up(&targets, 2);
                let quota = (part < 1.0).then(|| Quota::start(server.process(), part));
                side.round(&targets, CLIENTS, self.seconds * 2);
                drop(quota);
                println!(
                    "| {name} | {} | {:.1} | {:.2} | {:.0} | {:.0} | {:.2} |",
                    recipe.name,
                    side.rate(),
                    side.cpu_ms(),
                    side.latency_ms(0.5),
                    side.latency_ms(0.99),
                    self.million(side.cpu_ms())
                );
            }
        }
        println!();
    }

    /// Memory and latency with more and more clients.
    fn clients(&self) {
        println!("| clients | server | pictures/s | p50, ms | p99, ms | peak, MiB |");
        println!("|---|---|---|---|---|---|");
        let servers: Vec<_> = self.recipes.iter().map(Recipe::start).collect();
        let targets = Targets::new(self.folder, "photos/jpeg", OPTIONS, None);
        for clients in [1, 2, 4, 8, 16, 32, 64, 128] {
            for (recipe, server) in self.recipes.iter().zip(&servers) {
                let mut side = Side::new(&server.address, Some(server.process()));
                side.round(&targets, clients, self.seconds);
                println!(
                    "| {clients} | {} | {:.1} | {:.1} | {:.1} | {:.0} |",
                    recipe.name,
                    side.rate(),
                    side.latency_ms(0.5),
                    side.latency_ms(0.99),
                    side.peak_mib
                );
            }
        }
        println!();
    }

    /// Sources of more and more pixels, made of the large one.
    fn sizes(&self, program: &str) {
        let sources = tempfile::tempdir().unwrap();
        let folder = sources.path().to_str().unwrap();
        println!(
            "| megapixels | kB | server | pictures/s | CPU, ms | p50, ms | peak, MiB | dollars for a million |"
        );
        println!("|---|---|---|---|---|---|---|---|");
        let original = Path::new(self.folder).join(LARGE);
        for (megapixels, width, height) in SIZES {
            let name = format!("{width}x{height}.jpg");
            let file = sources.path().join(&name);
            resize(program, &original, &file, (width, height));
            let kilobytes = std::fs::metadata(&file).unwrap().len() / 1000;
            for recipe in &self.recipes {
                let server = recipe.clone().of(folder).start();
                let targets = Targets::new(folder, &name, OPTIONS, None);
                let mut side = Side::new(&server.address, Some(server.process()));
                side.warm_up(&targets, 2);
                side.round(&targets, 2, self.seconds);
                println!(
                    "| {megapixels} | {kilobytes} | {} | {:.1} | {:.2} | {:.1} | {:.0} | {:.2} |",
                    recipe.name,
                    side.rate(),
                    side.cpu_ms(),
                    side.latency_ms(0.5),
                    side.peak_mib,
                    self.million(side.cpu_ms())
                );
            }
        }
    }

    /// Dollars for a million pictures of so many milliseconds.
    fn million(&self, cpu_ms: f64) -> f64 {
        cpu_ms * 1e6 / 3.6e6 * self.price
    }
}

/// Makes a picture of another size with the program that is measured.
fn resize(program: &str, from: &Path, to: &Path, (width, height): (u32, u32)) {
    let options = format!("rs:force:{width}:{height}/el:1/q:85");
    let status = Command::new(program)
        .args(["process", "--options", &options])
        .args([from, to])
        .env("IMGPROXY_MAX_SRC_RESOLUTION", "80")
        .env("IMGPROXY_TIMEOUT", "60")
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "{options}: {status}");
}

/// Name, cores as `taskset` writes them, and part of them.
const CORES: [(&str, &str, f64); 4] = [
    ("0.25", "0", 0.25),
    ("0.5", "0", 0.5),
    ("1", "0", 1.0),
    ("2", "0,1", 2.0),
];
/// Megapixels, width and height of sources.
const SIZES: [(f64, u32, u32); 7] = [
    (0.1, 388, 258),
    (0.3, 671, 447),
    (1.0, 1225, 816),
    (3.0, 2121, 1414),
    (10.0, 3873, 2582),
    (25.0, 6124, 4082),
    (50.0, 8660, 5774),
];
const OPTIONS: &str = "rs:fit:512:512";
const CLIENTS: usize = 4;
/// Of a small instance of a large cloud, list price for a virtual core.
const CORE_HOUR: f64 = 0.0425;
