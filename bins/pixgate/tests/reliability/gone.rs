//! C1: clients that leave, in every phase of the work, politely and at once.

use std::io::Read as _;
use std::net::TcpStream;
use std::time::Duration;

use crate::client::{Leave, begin, leave};
use crate::watched::Watched;
use crate::{large, promised};

const BOTH: [Leave; 2] = [Leave::Fin, Leave::Reset];

fn server() -> Watched {
    Watched::start(&[
        ("IMGPROXY_LOCAL_FILESYSTEM_ROOT", large::folder()),
        ("IMGPROXY_TIMEOUT", "30"),
        ("IMGPROXY_REQUESTS_QUEUE_SIZE", "100"),
        ("PIXGATE_MEMORY_BUDGET_MB", "2048"),
    ])
}

#[test]
fn downloads_of_clients_who_left_end() {
    let server = server();
    for how in BOTH {
        let streams: Vec<_> = (0..40)
            .map(|n| {
                begin(
                    &server,
                    &server.path("w:30", &format!("/headers-only?n={n}")),
                )
            })
            .collect();
        server.origin.await_open(40);
        assert!(server.gauge("requests_in_progress") > 39.5);
        for stream in streams {
            leave(stream, how);
        }
        let took = server.origin.await_open(0);
        assert!(
            took < promised(Duration::from_millis(100)),
            "{how:?}: {took:?}"
        );
        let took = server.await_gauge("requests_in_progress", 0.0);
        assert!(
            took < promised(Duration::from_millis(50)),
            "{how:?}: {took:?}"
        );
    }
    server.assert_recovered();
}

#[test]
fn work_of_clients_who_left_stops() {
    let server = server();
    for (round, how) in BOTH.into_iter().enumerate() {
        let streams = [0, 1].map(|n| begin(&server, &large::work(10 * round + n)));
        server.await_gauge("pixgate_workers_busy", 2.0);
        for stream in streams {
            leave(stream, how);
        }
        let took = server.await_gauge("pixgate_workers_busy", 0.0);
        assert!(
            took < promised(Duration::from_millis(250)),
            "{how:?}: {took:?}"
        );
        server.await_gauge("pixgate_memory_used_bytes", 0.0);
    }
    server.assert_recovered();
}

/// More than are done while the others are still connecting.
const LARGE: usize = 12;

/// Large pictures at work, and small ones that wait behind them so that they do not get their turn.
/// On a busy machine the large ones may be done first; then it is tried again.
fn large_and_queued(server: &Watched, first: usize) -> (Vec<TcpStream>, Vec<TcpStream>) {
    for attempt in 0..5 {
        let large = (0..LARGE)
            .map(|n| begin(server, &large::work(first + LARGE * attempt + n)))
            .collect();
        server.await_range("pixgate_workers_busy", 0.5..2.5);
        let queued = (0..40)
            .map(|n| begin(server, &server.path(&format!("w:{}", 50 + n), "/ok")))
            .collect();
        if server.reaches("requests_in_progress", &(42.5..52.5)) {
            return (large, queued);
        }
    }
    panic!("40 small pictures never waited");
}

#[test]
fn queued_clients_who_left_are_forgotten_at_once() {
    let server = server();
    for (round, how) in BOTH.into_iter().enumerate() {
        let (busy, queued) = large_and_queued(&server, 100 * round);
        for stream in queued {
            leave(stream, how);
        }
        let took = server.await_range("requests_in_progress", 0.0..12.5);
        assert!(
            took < promised(Duration::from_millis(100)),
            "{how:?}: {took:?}"
        );
        for stream in busy {
            leave(stream, how);
        }
    }
    server.assert_recovered();
}

#[test]
fn answers_for_clients_who_left_are_dropped() {
    let server = server();
    for (round, how) in BOTH.into_iter().enumerate() {
        let targets = [0, 1].map(|n| {
            format!(
                "/unsafe/rs:force:{}:2000/plain/local:///large.jpg@png",
                2_500 + 10 * round + n
            )
        });
        let streams = targets.map(|target| {
            let mut stream = begin(&server, &target);
            // The answer has begun, and is larger than what sockets take.
            stream.read_exact(&mut [0; 64]).unwrap();
            stream
        });
        assert!(
            server.gauge("pixgate_memory_used_bytes") > 1e6,
            "answers are not counted"
        );
        for stream in streams {
            leave(stream, how);
        }
        let took = server.await_gauge("pixgate_memory_used_bytes", 0.0);
        assert!(
            took < promised(Duration::from_millis(100)),
            "{how:?}: {took:?}"
        );
    }
    server.assert_recovered();
}
