//! HTTP/1 before any signature is looked at: heads that do not end, odd line ends, too many clients.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::rig::{Rig, Silent, promised};

const HEAD: &str = "GET /health HTTP/1.1\r\nHost: pixgate.test\r\nX-Slow: ";

const CLOSE: &str = "Host: a\r\nConnection: close\r\n\r\n";

fn begin(rig: &Rig, head: &str) -> TcpStream {
    let mut stream = rig.connect();
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

#[test]
fn heads_that_do_not_end_keep_nobody_out() {
    let rig = Rig::start(&[
        ("IMGPROXY_MAX_CLIENTS", "20"),
        ("IMGPROXY_READ_REQUEST_TIMEOUT", "60"),
        ("IMGPROXY_KEEP_ALIVE_TIMEOUT", "60"),
    ]);
    let whole = "GET /health HTTP/1.1\r\nHost: pixgate.test\r\n\r\n";
    for head in ["", "G", HEAD, whole, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let slow: Vec<_> = (0..60).map(|_| begin(&rig, head)).collect();
        let start = Instant::now();
        assert_eq!(rig.get("/health").status, 200);
        let elapsed = start.elapsed();
        assert!(
            elapsed < promised(Duration::from_secs(5)),
            "{head:?}: {elapsed:?}"
        );
        drop(slow);
        rig.assert_well();
    }
}

#[test]
fn requests_that_are_answered_keep_their_places() {
    let rig = Rig::start(&[("IMGPROXY_MAX_CLIENTS", "4"), ("IMGPROXY_TIMEOUT", "6")]);
    let silent = Silent::start();
    let heads =
        (0..4).map(|index| format!("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", silent.path(index)));
    let busy: Vec<_> = heads.map(|head| begin(&rig, &head)).collect();
    silent.await_count(4);
    let mut late = begin(
        &rig,
        "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    );
    for mut stream in busy {
        let mut start = [0; 12];
        stream.read_exact(&mut start).unwrap();
        assert_eq!(&start, b"HTTP/1.1 504");
    }
    let mut answer = String::new();
    late.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn health_and_metrics_have_a_listener_of_their_own() {
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let address = format!("127.0.0.1:{port}");
    let rig = Rig::start(&[
        ("PIXGATE_ADMIN_BIND", &address),
        ("IMGPROXY_MAX_CLIENTS", "2"),
        ("IMGPROXY_HEALTH_CHECK_PATH", "/up"),
    ]);
    let silent = Silent::start();
    let heads =
        (0..2).map(|index| format!("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", silent.path(index)));
    let busy: Vec<_> = heads.map(|head| begin(&rig, &head)).collect();
    silent.await_count(2);
    for (path, status, words) in [
        ("/health", 200, "pixgate is running"),
        ("/up", 200, "pixgate is running"),
        ("/metrics", 200, "requests_in_progress"),
        ("/", 404, ""),
        ("/unsafe/plain/local:///ok.png", 404, ""),
    ] {
        let mut stream = TcpStream::connect(&address).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(answer.contains(words), "{answer}");
    }
    let asked = std::process::Command::new(crate::server::PROGRAM)
        .arg("health")
        .env_clear()
        .env("PIXGATE_ADMIN_BIND", &address)
        .status();
    assert!(asked.unwrap().success());
    drop(busy);
}

#[test]
fn a_bare_line_feed_ends_no_line() {
    let rig = Rig::start(&[]);
    for head in [
        "GET /health HTTP/1.1\nHost: a\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\nX: b\nY: c\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\n\n",
        "GET /health HTTP/1.1\nHost: a\n\n",
        "\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 0\nX: b\r\n\r\n",
    ] {
        let answer = rig.send(head);
        assert_eq!(answer.status, 400, "{head:?}");
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!body.contains("HTTP/1.1"), "{head:?}: {body}");
    }
    // A second request on the same connection is looked at as well, after a body too.
    for first in [
        "GET /health HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na\nb",
    ] {
        let answer = rig.send(&format!("{first}GET /health HTTP/1.1\nHost: a\r\n\r\n"));
        let body = answer.text();
        assert_eq!(body.matches("HTTP/1.1 400 ").count(), 1, "{body}");
        assert_eq!(body.matches("HTTP/1.1 200 ").count(), 0, "{body}");
    }
    rig.assert_well();
}

#[test]
fn what_follows_chunks_is_looked_at_as_well() {
    let rig = Rig::start(&[]);
    let chunked = "POST /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    for (last, status) in [("\n", 400), ("\r\n", 200)] {
        let answer = rig.send(&format!("{chunked}GET /health HTTP/1.1{last}{CLOSE}"));
        let expected = format!("HTTP/1.1 {status} ");
        assert_eq!(
            answer.text().matches(&expected).count(),
            1,
            "{}",
            answer.text()
        );
    }
    rig.assert_well();
}

#[test]
fn large_heads_that_do_not_end_are_taken_from_the_budget() {
    let rig = Rig::start(&[("IMGPROXY_READ_REQUEST_TIMEOUT", "10")]);
    let large = format!("{HEAD}{}", "x".repeat(120_000));
    std::thread::scope(|scope| {
        for _ in 0..30 {
            scope.spawn(|| {
                let held: Vec<_> = (0..20)
                    .map(|_| {
                        let mut stream = rig.connect();
                        // Those beyond the budget are cut off.
                        let _ = stream.write_all(large.as_bytes());
                        stream
                    })
                    .collect();
                std::thread::sleep(Duration::from_millis(500));
                drop(held);
            });
        }
    });
    rig.assert_well();
}

#[test]
fn silent_origins_share_what_there_is() {
    let rig = Rig::start(&[
        ("PIXGATE_MEMORY_BUDGET_MB", "32"),
        ("IMGPROXY_TIMEOUT", "20"),
        ("IMGPROXY_DOWNLOAD_TIMEOUT", "15"),
    ]);
    let silent = Silent::start();
    let heads =
        (0..200).map(|index| format!("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", silent.path(index)));
    let mut crowd: Vec<_> = heads.map(|head| begin(&rig, &head)).collect();
    silent.await_count(128);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(silent.count(), 128);
    assert_eq!(rig.get("/health").status, 200);
    // Whoever leaves makes room for one that waits.
    drop(crowd.drain(..20));
    silent.await_count(129);
    drop(crowd);
    silent.await_end();
    rig.assert_well();
}

#[test]
fn the_limit_of_open_files_is_raised_or_kept() {
    let soft_only = Rig::start_limited("ulimit -Sn 100", &[]);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", soft_only.pid())).unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"))
        .unwrap();
    let limits: Vec<_> = line.split_ascii_whitespace().skip(3).take(2).collect();
    assert_ne!(limits[0], "100", "{line}");

    let rig = Rig::start_limited("ulimit -n 400", &[("IMGPROXY_TIMEOUT", "20")]);
    rig.log_with("is 400, too low for IMGPROXY_MAX_CLIENTS=2048");
    rig.log_with("LimitNOFILE=4288");
    let silent = Silent::start();
    let heads =
        (0..300).map(|index| format!("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", silent.path(index)));
    let crowd: Vec<_> = heads.map(|head| begin(&rig, &head)).collect();
    silent.await_count(80);
    std::thread::sleep(Duration::from_millis(500));
    let opened = rig.descriptors();
    assert!((150..380).contains(&opened), "{opened} descriptors");
    drop(crowd);
    silent.await_end();
    rig.assert_well();
}
