//! Small pictures beside a stream of large ones: how long those who want little wait for the others.

use std::time::Duration;

use crate::server::Server;
use crate::side::Side;
use crate::table::LARGE;
use crate::targets::Targets;

/// Prints what thumbnails take alone and beside large pictures, for each of these servers in turns.
pub(crate) fn table<T>(
    servers: &[T],
    named: impl Fn(&T) -> (&String, &Server),
    folder: &str,
    seconds: Duration,
) {
    println!(
        "| thumbnails, {SMALL_CLIENTS} clients | server | p50, ms | p99, ms | pictures/s | large pictures/s |"
    );
    println!("|---|---|---|---|---|---|");
    let mut all: Vec<_> = servers
        .iter()
        .map(|server| Measured::new(named(server).1, folder))
        .collect();
    for _ in 0..ROUNDS {
        all.iter_mut().for_each(|one| one.round(seconds));
    }
    for (server, one) in servers.iter().zip(&all) {
        one.print(named(server).0);
    }
}

/// One server: thumbnails alone, thumbnails beside large pictures, and these.
struct Measured {
    alone: Side,
    beside: Side,
    large: Side,
    thumbnails: Targets,
    mosaics: Targets,
}

impl Measured {
    fn new(server: &Server, folder: &str) -> Self {
        let side = || Side::new(&server.address, Some(server.process()));
        Self {
            alone: side(),
            beside: side(),
            large: side(),
            thumbnails: Targets::new(folder, "photos/jpeg", "rs:fill:120:120", None),
            mosaics: Targets::new(folder, LARGE, "rs:fit:512:512", None),
        }
    }

    fn round(&mut self, seconds: Duration) {
        self.alone.round(&self.thumbnails, SMALL_CLIENTS, seconds);
        std::thread::scope(|scope| {
            scope.spawn(|| self.large.round(&self.mosaics, LARGE_CLIENTS, seconds));
            // The stream of large pictures is there before thumbnails are asked for.
            std::thread::sleep(Duration::from_millis(200));
            let rest = seconds.saturating_sub(Duration::from_millis(200));
            self.beside.round(&self.thumbnails, SMALL_CLIENTS, rest);
        });
    }

    fn print(&self, name: &str) {
        for (what, side) in [("alone", &self.alone), ("beside 4 of 44 MP", &self.beside)] {
            let large = match what {
                "alone" => 0.0,
                _ => self.large.rate(),
            };
            println!(
                "| {what} | {name} | {:.1} | {:.1} | {:.1} | {large:.1} |",
                side.latency_ms(0.5),
                side.latency_ms(0.99),
                side.rate(),
            );
        }
        println!(
            "| **ratio** | {name} | {:.2} | **{:.2}** | {:.2} | |",
            self.beside.latency_ms(0.5) / self.alone.latency_ms(0.5),
            self.beside.latency_ms(0.99) / self.alone.latency_ms(0.99),
            self.beside.rate() / self.alone.rate(),
        );
    }
}

const SMALL_CLIENTS: usize = 2;
const LARGE_CLIENTS: usize = 4;
const ROUNDS: usize = 2;
