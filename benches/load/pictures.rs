//! Photographs fitted into a square, every URL another one: two servers take turns.

use std::time::Duration;

use crate::Options;
use crate::process::Process;
use crate::side::Side;
use crate::targets::Targets;

pub(crate) fn run(options: &Options) {
    let targets = Targets::new(
        options.text("folder"),
        options.find("under").unwrap_or("photos/jpeg"),
        options.find("options").unwrap_or("rs:fit:512:512"),
        options.find("format"),
    );
    let clients = options.number("clients", 2);
    let duration = Duration::from_secs(options.number("seconds", 10) as u64);
    let named = [("server", "server", "pid"), ("peer", "peer", "peer-pid")];
    let mut sides: Vec<_> = named
        .into_iter()
        .filter_map(|(name, server, pid)| {
            let process = options.find(pid).map(|pid| Process(pid.parse().unwrap()));
            Some((name, process, Side::new(options.find(server)?, process)))
        })
        .collect();
    for (_, _, side) in &mut sides {
        side.warm_up(&targets, clients);
    }
    for _ in 0..options.number("rounds", 3) {
        for (_, _, side) in &mut sides {
            side.round(&targets, clients, duration);
        }
    }
    for (name, _, side) in &sides {
        print(name, side, clients);
    }
    let rest = options.number("rest", 60) as u64;
    std::thread::sleep(Duration::from_secs(rest));
    for (name, process, _) in &sides {
        if let Some(process) = process {
            let resident = process.memory().0;
            println!("{name:8} {resident:.0} MiB resident after {rest} s of rest");
        }
    }
}

fn print(name: &str, side: &Side, clients: usize) {
    println!(
        "{name:8} {clients:3} clients {:7.1}/s  {:6.2} ms cpu  p50 {:6.1} p95 {:6.1} p99 {:6.1} ms  \
         {:6.1} kB  peak {:5.0} MiB  {} failed",
        side.rate(),
        side.cpu_ms(),
        side.latency_ms(0.5),
        side.latency_ms(0.95),
        side.latency_ms(0.99),
        side.mean_bytes() / 1e3,
        side.peak_mib,
        side.failed()
    );
}
