//! The table by which releases are compared: pixgate and a peer in turns, cell by cell, as Markdown.

use std::time::Duration;

use crate::Options;
use crate::fairness;
use crate::server::{Recipe, Server};
use crate::side::Side;
use crate::start;
use crate::targets::Targets;

/// One line of the table: what is asked for, and by how many.
struct Cell {
    name: &'static str,
    under: &'static str,
    format: Option<&'static str>,
    clients: usize,
    rounds: usize,
    /// Asked of the servers that encode AVIF at speed 9.
    fast_avif: bool,
}

const fn cell(
    name: &'static str,
    under: &'static str,
    format: Option<&'static str>,
    clients: usize,
) -> Cell {
    Cell {
        name,
        under,
        format,
        clients,
        rounds: 2,
        fast_avif: false,
    }
}

impl Cell {
    const fn rounds(self, rounds: usize) -> Self {
        Self { rounds, ..self }
    }

    const fn speed_9(self) -> Self {
        Self {
            fast_avif: true,
            ..self
        }
    }
}

const CELLS: [Cell; 18] = [
    cell("JPEG, 2 clients", "photos/jpeg", None, 2).rounds(3),
    cell("JPEG, 64 clients", "photos/jpeg", None, 64).rounds(3),
    cell(
        "progressive JPEG, 2 clients",
        "photos/jpeg-progressive",
        None,
        2,
    ),
    cell("JPEG of 44 MP, 2 clients", LARGE, None, 2),
    cell("JPEG to WebP, 2 clients", "photos/jpeg", Some("webp"), 2),
    cell(
        "JPEG to AVIF, speed 9, 2 clients",
        "photos/jpeg",
        Some("avif"),
        2,
    )
    .speed_9(),
    cell(
        "JPEG to AVIF, speed 8, 2 clients",
        "photos/jpeg",
        Some("avif"),
        2,
    ),
    cell("WebP to WebP, 2 clients", "photos/webp", Some("webp"), 2),
    cell("PNG to PNG, 2 clients", "photos/png", Some("png"), 2),
    cell(
        "AVIF to AVIF, speed 9, 2 clients",
        "photos/avif",
        Some("avif"),
        2,
    )
    .speed_9(),
    cell(
        "AVIF to AVIF, speed 8, 2 clients",
        "photos/avif",
        Some("avif"),
        2,
    ),
    cell("JPEG, 1 client", "photos/jpeg", None, 1).rounds(3),
    cell(
        "progressive JPEG, 1 client",
        "photos/jpeg-progressive",
        None,
        1,
    ),
    cell("JPEG of 44 MP, 1 client", LARGE, None, 1),
    cell("PNG to PNG, 1 client", "photos/png", Some("png"), 1),
    cell("WebP to WebP, 1 client", "photos/webp", Some("webp"), 1),
    cell(
        "AVIF to AVIF, speed 9, 1 client",
        "photos/avif",
        Some("avif"),
        1,
    )
    .speed_9(),
    cell(
        "animated GIF, 1 client",
        "photos/animated/pan.gif",
        Some("gif"),
        1,
    ),
];

/// A server of each kind.
struct Pair {
    recipe: Recipe,
    ordinary: Server,
    /// Encodes AVIF at speed 9.
    fast: Server,
    idle_mib: f64,
}

impl Pair {
    fn start(recipe: Recipe) -> Self {
        let ordinary = recipe.start();
        let idle_mib = rested(&ordinary);
        let fast = recipe.clone().with("IMGPROXY_AVIF_SPEED", "9").start();
        Self {
            recipe,
            ordinary,
            fast,
            idle_mib,
        }
    }

    fn side(&self, cell: &Cell) -> Side {
        let server = if cell.fast_avif {
            &self.fast
        } else {
            &self.ordinary
        };
        Side::new(&server.address, Some(server.process()))
    }
}

fn rested(server: &Server) -> f64 {
    std::thread::sleep(Duration::from_secs(2));
    server.process().memory().0
}

/// Servers of these options: pixgate, and the peer if there is one.
pub(crate) fn recipes(options: &Options) -> Vec<Recipe> {
    let folder = options.text("folder");
    let ours = Recipe::new("pixgate", options.text("program"), folder);
    let peer = options.find("peer").map(|peer| {
        let name = options.find("peer-name").unwrap_or("imgproxy");
        Recipe::new(name, peer, folder)
    });
    [Some(ours), peer].into_iter().flatten().collect()
}

pub(crate) fn run(options: &Options) {
    let folder = options.text("folder");
    let seconds = Duration::from_secs(options.number("seconds", 4) as u64);
    let only = options.find("only").unwrap_or_default();
    let pairs: Vec<_> = recipes(options).into_iter().map(Pair::start).collect();
    println!(
        "| cell | server | pictures/s | CPU, ms | p50, ms | p99, ms | bytes | peak, MiB | failed |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for cell in CELLS.iter().filter(|cell| cell.name.contains(only)) {
        measure(cell, folder, seconds, &pairs);
    }
    if only.is_empty() {
        println!();
        fairness::table(
            &pairs,
            |pair| (&pair.recipe.name, &pair.ordinary),
            folder,
            seconds,
        );
        println!();
        print_small(&pairs, options);
    }
}

/// Both servers in turns, a line for each, and one of their ratios.
fn measure(cell: &Cell, folder: &str, seconds: Duration, pairs: &[Pair]) {
    let mut sides: Vec<_> = pairs.iter().map(|pair| pair.side(cell)).collect();
    let targets = |_| Targets::new(folder, cell.under, "rs:fit:512:512", cell.format);
    // Each its own, so that both see every file as often.
    let targets: Vec<_> = (0..sides.len()).map(targets).collect();
    for (side, targets) in sides.iter_mut().zip(&targets) {
        side.warm_up(targets, cell.clients);
    }
    for _ in 0..cell.rounds {
        for (side, targets) in sides.iter_mut().zip(&targets) {
            side.round(targets, cell.clients, seconds);
        }
    }
    for (pair, side) in pairs.iter().zip(&sides) {
        println!(
            "| {} | {} | {:.1} | {:.2} | {:.1} | {:.1} | {:.0} | {:.0} | {} |",
            cell.name,
            pair.recipe.name,
            side.rate(),
            side.cpu_ms(),
            side.latency_ms(0.5),
            side.latency_ms(0.99),
            side.mean_bytes(),
            side.peak_mib,
            side.failed()
        );
    }
    if let [ours, peer] = sides.as_slice() {
        println!(
            "| {} | **ratio** | **{:.2}x** | **{:.2}x** | {:.2} | {:.2} | {:.3} | {:.2} | |",
            cell.name,
            ours.rate() / peer.rate(),
            peer.cpu_ms() / ours.cpu_ms(),
            ours.latency_ms(0.5) / peer.latency_ms(0.5),
            ours.latency_ms(0.99) / peer.latency_ms(0.99),
            ours.mean_bytes() / peer.mean_bytes(),
            ours.peak_mib / peer.peak_mib,
        );
    }
}

/// What the servers are when there is nothing to do: memory, size, start.
fn print_small(pairs: &[Pair], options: &Options) {
    let rest = options.number("rest", 30) as u64;
    std::thread::sleep(Duration::from_secs(rest));
    println!(
        "| server | before a request, MiB | {rest} s after all, MiB | threads | first picture, ms: best, median |"
    );
    println!("|---|---|---|---|---|");
    let mut starts = vec![Vec::new(); pairs.len()];
    for _ in 0..options.number("starts", 9) {
        for (pair, times) in pairs.iter().zip(&mut starts) {
            times.push(start::once(&pair.recipe, "photos/jpeg/p01.jpg").as_secs_f64() * 1e3);
        }
    }
    for (pair, times) in pairs.iter().zip(&mut starts) {
        times.sort_unstable_by(f64::total_cmp);
        let process = pair.ordinary.process();
        println!(
            "| {} | {:.1} | {:.1} | {} | {:.1}, {:.1} |",
            pair.recipe.name,
            pair.idle_mib,
            process.memory().0,
            process.threads(),
            times[0],
            times[times.len() / 2]
        );
    }
    let program = options.text("program");
    if let Ok(metadata) = std::fs::metadata(program) {
        println!("\n{program}: {:.1} MB", metadata.len() as f64 / 1e6);
    }
}

/// The large picture.
pub(crate) const LARGE: &str = "photos/large/mosaic-44mp.jpg";
