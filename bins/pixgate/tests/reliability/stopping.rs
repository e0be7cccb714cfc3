//! D10: stopped under load.

use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::client::{Reply, ask, small_thread};
use crate::promised;
use crate::watched::Watched;

/// Everything that was accepted is answered, the listener is closed at once, the end is in order.
#[test]
fn accepted_requests_are_answered() {
    let mut server = Watched::start(&[("IMGPROXY_GRACEFUL_STOP_TIMEOUT", "10")]);
    let over = AtomicBool::new(false);
    let (replies, closed) = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..10)
            .map(|client| {
                let (server, over) = (&server, &over);
                scope.spawn(move || ask_until(server, over, client))
            })
            .collect();
        std::thread::sleep(Duration::from_millis(700));
        server.terminate();
        let stopped = Instant::now();
        while TcpStream::connect(server.address()).is_ok() {
            assert!(
                stopped.elapsed() < Duration::from_secs(2),
                "it still listens"
            );
            std::thread::sleep(Duration::from_millis(2));
        }
        over.store(true, Ordering::Relaxed);
        let replies = asking.into_iter().flat_map(|client| client.join().unwrap());
        (replies.collect::<Vec<Reply>>(), stopped.elapsed())
    });
    assert!(closed < promised(Duration::from_millis(100)), "{closed:?}");
    assert!(replies.len() > 20, "{}", replies.len());
    for reply in &replies {
        // 0: the listener was closed before the connection was taken.
        assert!(
            reply.status == 200 || (reply.status == 0 && reply.body.is_empty()),
            "{reply:?}"
        );
        assert!(reply.status == 0 || reply.is_whole());
    }
    assert!(replies.iter().filter(|reply| reply.status == 0).count() <= 10);
    assert_eq!(server.server.wait().code(), Some(0));
}

fn ask_until(server: &Watched, over: &AtomicBool, client: usize) -> Vec<Reply> {
    let mut replies = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let source = format!("/ok?wait=200&n={client}-{}", replies.len());
        let reply = ask(server, &server.path("w:30", &source));
        let is_last = reply.status == 0;
        replies.push(reply);
        if is_last {
            break;
        }
    }
    replies
}

/// A request that does not fit the grace period does not hold the end up.
#[test]
fn the_grace_period_ends() {
    let mut server = Watched::start(&[
        ("IMGPROXY_GRACEFUL_STOP_TIMEOUT", "1"),
        ("IMGPROXY_TIMEOUT", "30"),
        ("IMGPROXY_DOWNLOAD_TIMEOUT", "30"),
    ]);
    let (address, target) = (server.address(), server.path("w:30", "/headers-only"));
    let waiting = small_thread(move || crate::client::ask_at(address, &target));
    server.origin.await_open(1);
    let start = Instant::now();
    server.terminate();
    assert_eq!(server.server.wait().code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(1) + promised(Duration::from_secs(1)));
    assert_eq!(waiting.join().unwrap().status, 0);
}
