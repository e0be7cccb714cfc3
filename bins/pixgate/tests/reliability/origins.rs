//! Origins that are slow, lie, break off or never end.

use std::time::{Duration, Instant};

use crate::client::{Reply, ask, ask_all, count};
use crate::promised;
use crate::watched::{Watched, photo};

const TWO_SECONDS: (&str, &str) = ("IMGPROXY_DOWNLOAD_TIMEOUT", "2");

fn assert_all(replies: &[Reply], status: u16) {
    for reply in replies {
        assert_eq!(reply.status, status, "{}", reply.text());
    }
}

/// B1: fifty origins that send ten bytes a second cost no worker and next to no memory.
#[test]
fn dripping_origins_cost_sockets_and_nothing_else() {
    let server = Watched::start(&[TWO_SECONDS]);
    let drips: Vec<_> = (0..50)
        .map(|n| server.path("w:30", &format!("/drip?bps=10&n={n}")))
        .collect();
    let before = server.vitals();
    let replies = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| ask_all(&server, &drips));
        server.origin.await_open(50);
        for n in 0..20 {
            let reply = ask(&server, &server.path("w:20", &format!("/ok?n={n}")));
            assert_eq!(reply.status, 200);
            assert!(
                reply.elapsed < promised(Duration::from_millis(100)),
                "{reply:?}"
            );
        }
        server.await_gauge("pixgate_workers_busy", 0.0);
        let each = server
            .vitals()
            .resident_kib
            .saturating_sub(before.resident_kib)
            / 50;
        assert!(each < 128, "{each} KiB for each origin");
        waiting.join().unwrap()
    });
    assert_all(&replies, 504);
    for reply in replies {
        let late = reply.elapsed.saturating_sub(Duration::from_secs(2));
        assert!(
            late < promised(Duration::from_millis(500)),
            "{:?}",
            reply.elapsed
        );
    }
    server.assert_recovered();
}

/// B2: silence before, at and in the middle of the answer.
#[test]
fn silence_ends_at_the_deadline() {
    let server = Watched::start(&[TWO_SECONDS]);
    let sources = [
        "/silent",
        "/headers-only",
        "/stall-after?n=1",
        "/stall-after?n=200",
    ];
    let targets: Vec<_> = (0..20)
        .map(|n| server.path(&format!("w:{}", 20 + n), sources[n % sources.len()]))
        .collect();
    let start = Instant::now();
    assert_all(&ask_all(&server, &targets), 504);
    assert!(start.elapsed() < Duration::from_secs(2) + promised(Duration::from_millis(500)));
    server.origin.await_open(0);
    server.assert_recovered();
}

/// B3: an answer that breaks off never becomes a picture.
#[test]
fn half_an_answer_is_never_a_picture() {
    let server = Watched::start(&[]);
    let whole = photo().len();
    for n in [0, 1, whole / 2, whole - 1] {
        for source in [format!("/rst-after?n={n}"), format!("/short?n={n}")] {
            let reply = ask(&server, &server.path("w:30", &source));
            assert_eq!(
                (reply.status, reply.text().as_str()),
                (422, "Source response is incomplete"),
                "{source}"
            );
            assert_eq!(reply.header("cache-control"), None);
        }
    }
    // What follows the promised length belongs to nobody.
    assert_eq!(ask(&server, &server.path("w:30", "/long")).status, 200);
    server.log_with("source ended after");
    server.assert_recovered();
}

/// B4: there is an end to what is read, whatever is configured.
#[test]
fn endless_sources_are_cut_off() {
    let limits: [&[(&str, &str)]; 2] = [
        &[TWO_SECONDS, ("IMGPROXY_MAX_SRC_FILE_SIZE", "10000000")],
        &[TWO_SECONDS, ("PIXGATE_MEMORY_BUDGET_MB", "64")],
    ];
    for environment in limits {
        let server = Watched::start(environment);
        for source in ["/endless", "/chunked-endless", "/gzip-bomb?mb=200"] {
            let reply = ask(&server, &server.path("w:30", source));
            assert!(
                matches!(reply.status, 422 | 503 | 504),
                "{source}: {reply:?}"
            );
            assert!(reply.elapsed < Duration::from_secs(2) + promised(Duration::from_millis(500)));
        }
        let grown = server.vitals().peak_kib - server.calm().peak_kib;
        assert!(grown < 64 << 10, "{grown} KiB more than at rest");
        server.origin.await_open(0);
        server.assert_recovered();
    }
}

/// B10: heads that no origin should send. An endless row of interim answers is noticed late by an
/// unoptimised HTTP library, so it is the request's deadline that ends it for sure.
#[test]
fn odd_heads_are_refused_or_understood_and_take_no_memory() {
    let server = Watched::start(&[TWO_SECONDS, ("IMGPROXY_TIMEOUT", "3")]);
    let before = server.vitals().peak_kib;
    for source in [
        "/headers?count=1&size=1000000",
        "/headers?count=10000&size=10",
        "/odd?kind=flood",
        "/odd?kind=endless-line",
        "/odd?kind=two-lengths",
        "/odd?kind=negative",
        "/odd?kind=nul",
    ] {
        let reply = ask(&server, &server.path("w:30", source));
        assert!((400..600).contains(&reply.status), "{source}: {reply:?}");
        assert!(reply.elapsed < Duration::from_secs(3) + promised(Duration::from_millis(500)));
    }
    for source in ["/odd?kind=both", "/odd?kind=folded", "/odd?kind=high"] {
        let reply = ask(&server, &server.path("w:30", source));
        assert!((200..600).contains(&reply.status), "{source}: {reply:?}");
        assert!(reply.is_whole());
    }
    let grown = server.vitals().peak_kib - before;
    assert!(grown < 8 << 10, "{grown} KiB");
    server.assert_recovered();
}

/// B11: a part of a picture is none.
#[test]
fn only_a_full_range_is_a_picture() {
    let server = Watched::start(&[]);
    for (range, status) in [
        ("full", 200),
        ("part", 404),
        // Of unknown length, and then it ends where it should.
        ("star", 200),
        ("wrong", 404),
        ("none", 404),
    ] {
        let reply = ask(
            &server,
            &server.path("w:30", &format!("/partial?range={range}")),
        );
        assert_eq!(reply.status, status, "{range}: {}", reply.text());
    }
    server.assert_recovered();
}

/// B12: what an origin's status becomes, and that no error is cached.
#[test]
fn statuses_of_origins_become_statuses_here() {
    let server = Watched::start(&[]);
    for (theirs, ours) in [
        (204, 404),
        (304, 304),
        (403, 403),
        (404, 404),
        (410, 410),
        (429, 429),
        (500, 502),
        (503, 502),
    ] {
        let reply = ask(
            &server,
            &server.path("w:30", &format!("/status?c={theirs}")),
        );
        assert_eq!(reply.status, ours, "{theirs}: {}", reply.text());
        let is_cacheable = reply.header("cache-control").is_some();
        assert_eq!(is_cacheable, theirs == 304, "{theirs}");
    }
    server.assert_recovered();
}

/// B4 and B1 for longer: `cargo test --test reliability -- --ignored`.
#[test]
#[ignore = "takes half a minute"]
fn drips_for_half_a_minute_do_not_slow_others_down() {
    let server = Watched::start(&[]);
    let rate = |server: &Watched| {
        let start = Instant::now();
        let replies: Vec<_> = (0..200)
            .map(|n| ask(server, &server.path("w:20", &format!("/ok?n={n}"))))
            .collect();
        assert_eq!(count(&replies, 200), 200);
        200.0 / start.elapsed().as_secs_f64()
    };
    let alone = rate(&server);
    for round in 0..5 {
        let drips: Vec<_> = (0..50)
            .map(|n| server.path("w:30", &format!("/drip?bps=10&n={round}-{n}")))
            .collect();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| ask_all(&server, &drips));
            server.origin.await_open(50);
            let beside = rate(&server);
            assert!(
                beside > alone * 0.9,
                "{beside} requests a second, {alone} alone"
            );
            assert_all(&waiting.join().unwrap(), 504);
        });
    }
    server.assert_recovered();
}
