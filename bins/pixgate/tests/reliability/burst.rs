//! More than the server can do: it says so at once, and is itself again soon after.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::client::{Leave, Reply, ask, ask_all, begin, count, leave, small_thread};
use crate::watched::Watched;
use crate::{large, promised};

const QUEUE: [(&str, &str); 2] = [
    ("IMGPROXY_REQUESTS_QUEUE_SIZE", "8"),
    ("IMGPROXY_LOCAL_FILESYSTEM_ROOT", ""),
];

fn server() -> Watched {
    let [queue, (root, _)] = QUEUE;
    Watched::start(&[queue, (root, large::folder())])
}

/// Every refusal is quick and says when to come again.
fn assert_sheds_well(replies: &[Reply]) {
    let refused: Vec<_> = replies.iter().filter(|reply| reply.status == 429).collect();
    assert_eq!(
        count(replies, 200) + refused.len(),
        replies.len(),
        "{replies:?}"
    );
    for reply in &refused {
        assert_eq!(reply.header("retry-after"), Some("1"));
        assert!(
            reply.elapsed < promised(Duration::from_millis(100)),
            "{:?}",
            reply.elapsed
        );
    }
}

/// D7: ten times as many as slots and queue take.
#[test]
fn a_burst_is_shed_at_once_and_forgotten_soon() {
    let server = server();
    let targets: Vec<_> = (0..100)
        .map(|n| server.path(&format!("w:{}", 20 + n), &format!("/ok?wait=500&n={n}")))
        .collect();
    let replies = ask_all(&server, &targets);
    assert_sheds_well(&replies);
    assert!(count(&replies, 200) >= 10, "slots and queue were not used");
    assert!(
        count(&replies, 429) >= 50,
        "more than ten were let in at a time"
    );
    let start = Instant::now();
    assert_eq!(ask(&server, &server.path("w:20", "/ok")).status, 200);
    assert!(start.elapsed() < Duration::from_secs(5));
    server.assert_recovered();
}

/// C8: a hundred clients that ask again and again for three seconds.
#[test]
fn overload_that_lasts_is_served_at_full_rate_and_shed_beyond() {
    let server = server();
    let alone = rate(&server, 2, Duration::from_secs(1));
    let crowd = rate(&server, 100, Duration::from_secs(3));
    assert_sheds_well(&crowd.replies);
    assert!(
        crowd.slowest_health < promised(Duration::from_millis(50)),
        "{crowd:?}"
    );
    // Refusing costs processor time as well, and the clients run on the same machine.
    assert!(
        crowd.pictures_per_second > alone.pictures_per_second * 0.2,
        "{alone:?}, {crowd:?}"
    );
    server.assert_recovered();
}

struct Rate {
    replies: Vec<Reply>,
    pictures_per_second: f64,
    slowest_health: Duration,
}

impl std::fmt::Debug for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} replies, {:.0} pictures a second, health within {:?}",
            self.replies.len(),
            self.pictures_per_second,
            self.slowest_health
        )
    }
}

fn rate(server: &Watched, clients: usize, duration: Duration) -> Rate {
    let over = AtomicBool::new(false);
    let start = Instant::now();
    let (replies, slowest_health) = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..clients)
            .map(|client| {
                let over = &over;
                scope.spawn(move || {
                    let mut replies = Vec::new();
                    while !over.load(Ordering::Relaxed) {
                        let source = format!("/ok?n={client}-{}", replies.len());
                        let reply = ask(server, &server.path("w:200", &source));
                        if reply.status == 429 {
                            std::thread::sleep(Duration::from_millis(100));
                        }
                        replies.push(reply);
                    }
                    replies
                })
            })
            .collect();
        let mut slowest = Duration::ZERO;
        while start.elapsed() < duration {
            slowest = slowest.max(server.health());
            std::thread::sleep(Duration::from_millis(50));
        }
        over.store(true, Ordering::Relaxed);
        let replies: Vec<_> = asking
            .into_iter()
            .flat_map(|client| client.join().unwrap())
            .collect();
        (replies, slowest)
    });
    Rate {
        pictures_per_second: count(&replies, 200) as f64 / start.elapsed().as_secs_f64(),
        replies,
        slowest_health,
    }
}

/// D6: every worker on a large picture; health and the event loops do not notice.
#[test]
fn busy_workers_do_not_slow_the_health_check() {
    let server = Watched::start(&[("IMGPROXY_LOCAL_FILESYSTEM_ROOT", large::folder())]);
    let busy: Vec<_> = (0..6).map(|n| begin(&server, &large::work(n))).collect();
    server.await_gauge("pixgate_workers_busy", 2.0);
    let p99 = server.health_p99();
    assert!(p99 < promised(Duration::from_millis(50)), "{p99:?}");
    assert!(
        server.gauge("pixgate_workers_busy") > 1.5,
        "the work was too short to tell"
    );
    // A small request waits for a slot and for nothing else.
    let address = server.address();
    let small = server.path("w:20", "/ok");
    let small = small_thread(move || crate::client::ask_at(address, &small));
    std::thread::sleep(Duration::from_millis(200));
    for stream in busy {
        leave(stream, Leave::Reset);
    }
    assert_eq!(small.join().unwrap().status, 200);
    server.assert_recovered();
}

/// What waits too long is told so by its deadline.
#[test]
fn waiting_ends_at_the_deadline() {
    let server = Watched::start(&[
        ("IMGPROXY_LOCAL_FILESYSTEM_ROOT", large::folder()),
        ("IMGPROXY_WORKERS", "1"),
        ("IMGPROXY_TIMEOUT", "1"),
    ]);
    let targets: Vec<_> = (0..10).map(large::work).collect();
    for reply in ask_all(&server, &targets) {
        assert!(matches!(reply.status, 200 | 503), "{}", reply.text());
        let late = reply.elapsed.saturating_sub(Duration::from_secs(1));
        assert!(late < promised(Duration::from_millis(250)), "{late:?} late");
        if reply.status == 503 {
            assert_eq!(reply.text(), "Timeout");
            assert_eq!(reply.header("retry-after"), Some("1"));
        }
    }
    server.assert_recovered();
}
