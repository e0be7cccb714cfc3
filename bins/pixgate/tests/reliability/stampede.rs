//! B13: many clients, one picture, at the same time.

use std::time::Duration;

use crate::client::{Leave, ask_all, begin, count, leave};
use crate::watched::Watched;

const ONE_SECOND: &str = "/ok?wait=1000";

fn targets(server: &Watched, options: impl Fn(usize) -> String) -> Vec<String> {
    (0..100)
        .map(|n| server.path(&options(n), ONE_SECOND))
        .collect()
}

#[test]
fn a_hundred_clients_cost_one_download_and_one_picture() {
    let server = Watched::start(&[]);
    let replies = ask_all(&server, &targets(&server, |_| "w:30".to_owned()));
    assert_eq!(count(&replies, 200), 100);
    assert!(replies.iter().all(|reply| reply.body == replies[0].body));
    assert_eq!(server.origin.count(ONE_SECOND), 1);
    server.assert_recovered();
}

#[test]
fn different_pictures_of_one_source_cost_one_download() {
    let server = Watched::start(&[]);
    let replies = ask_all(&server, &targets(&server, |n| format!("w:{}", 20 + n)));
    assert_eq!(count(&replies, 200), 100);
    assert_eq!(server.origin.count(ONE_SECOND), 1);
    server.assert_recovered();
}

#[test]
fn nobody_loses_anything_when_the_first_client_leaves() {
    let server = Watched::start(&[]);
    for how in [Leave::Fin, Leave::Reset] {
        let options = format!("w:3{}", how as u8);
        let before = server.origin.count(ONE_SECOND);
        let first = begin(&server, &server.path(&options, ONE_SECOND));
        server.origin.await_open(1);
        let replies = std::thread::scope(|scope| {
            let asking = scope.spawn(|| ask_all(&server, &targets(&server, |_| options.clone())));
            std::thread::sleep(Duration::from_millis(400));
            leave(first, how);
            asking.join().unwrap()
        });
        assert_eq!(count(&replies, 200), 100);
        assert_eq!(server.origin.count(ONE_SECOND) - before, 1);
    }
    server.assert_recovered();
}

#[test]
fn the_download_ends_when_all_have_left() {
    let server = Watched::start(&[]);
    let waiting: Vec<_> = (0..20)
        .map(|_| begin(&server, &server.path("w:30", "/headers-only")))
        .collect();
    server.origin.await_open(1);
    std::thread::sleep(Duration::from_millis(100));
    for stream in waiting {
        leave(stream, Leave::Fin);
    }
    let took = server.origin.await_open(0);
    assert!(
        took < crate::promised(Duration::from_millis(100)),
        "{took:?}"
    );
    server.assert_recovered();
}

#[test]
fn requests_that_differ_in_what_the_source_sees_are_apart() {
    let server = Watched::start(&[("IMGPROXY_REQUEST_HEADERS_PASSTHROUGH", "X-Tenant")]);
    let target = server.path("w:30", ONE_SECOND);
    let statuses = std::thread::scope(|scope| {
        let asking = ["a", "b", "a"].map(|tenant| {
            let (server, target) = (&server, &target);
            let header = format!("X-Tenant: {tenant}\r\n");
            scope.spawn(move || crate::client::ask_with(server, target, &header).status)
        });
        asking.map(|reply| reply.join().unwrap())
    });
    assert_eq!(statuses, [200; 3]);
    assert_eq!(server.origin.count(ONE_SECOND), 2);
    server.assert_recovered();
}

#[test]
fn sharing_can_be_switched_off() {
    let server = Watched::start(&[("PIXGATE_COALESCE", "false")]);
    let targets = vec![server.path("w:30", "/ok?wait=300"); 5];
    assert_eq!(count(&ask_all(&server, &targets), 200), 5);
    assert_eq!(server.origin.count("/ok?wait"), 5);
    server.assert_recovered();
}
