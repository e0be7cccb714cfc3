//! Many open connections, all of them used.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::Options;
use crate::client::{Client, percentile};
use crate::process::Process;

const THREADS: usize = 4;

pub(crate) fn run(options: &Options) {
    let server = options.text("server");
    let target = options.find("target").unwrap_or("/health");
    let connections = options.number("connections", 4_096);
    let duration = Duration::from_secs(options.number("seconds", 10) as u64);
    let outcomes = Mutex::new(Vec::new());
    let start = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut clients: Vec<_> = (0..connections / THREADS)
                    .map(|_| Client::new(server))
                    .collect();
                let refused = clients
                    .iter_mut()
                    .filter_map(|client| client.connect().err())
                    .count();
                assert_eq!(refused, 0, "connections were refused");
                let start = *start.lock().unwrap().get_or_insert_with(Instant::now);
                let mut own = Vec::new();
                while start.elapsed() < duration {
                    own.extend(clients.iter_mut().map(|client| client.get(target)));
                }
                outcomes.lock().unwrap().extend(own);
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    let failed = outcomes
        .iter()
        .filter(|outcome| outcome.status != 200)
        .count();
    let mut times: Vec<_> = outcomes.iter().map(|outcome| outcome.elapsed).collect();
    times.sort_unstable();
    println!(
        "{connections} connections: {:.0}/s, p50 {:.2} p99 {:.2} ms, {failed} of {} failed",
        times.len() as f64 / duration.as_secs_f64(),
        percentile(&times, 0.5),
        percentile(&times, 0.99),
        times.len()
    );
    if let Some(pid) = options.find("pid") {
        println!(
            "{:.0} MiB resident",
            Process(pid.parse().unwrap()).memory().0
        );
    }
}
