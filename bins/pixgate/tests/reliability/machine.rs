//! A machine at its limits, and pictures that break codecs.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use pixgate_options::Format;

use crate::client::{Reply, ask, ask_all, count};
use crate::pictures::picture;
use crate::promised;
use crate::server::{PROGRAM, Server};
use crate::watched::Watched;

/// D3: pictures with flipped bytes, of every format, beside good ones.
#[test]
fn broken_pictures_cost_their_own_request_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut broken = Vec::new();
    for format in [
        Format::Jpeg,
        Format::Png,
        Format::Webp,
        Format::Gif,
        Format::Avif,
        Format::Tiff,
    ] {
        let whole = picture(format, 64, 48);
        for seed in 0..12_u64 {
            let name = format!("{seed}.{}", format.extension());
            std::fs::write(folder.path().join(&name), damaged(&whole, seed)).unwrap();
            broken.push(format!("/unsafe/w:30/plain/local:///{name}@png"));
        }
    }
    let root = folder.path().to_str().unwrap();
    let server = Watched::start(&[("IMGPROXY_LOCAL_FILESYSTEM_ROOT", root)]);
    for chunk in broken.chunks(12) {
        let mut targets = chunk.to_vec();
        targets.extend((0..12).map(|n| server.path(&format!("w:{}", 20 + n), "/ok")));
        let replies = ask_all(&server, &targets);
        let (bad, good) = replies.split_at(chunk.len());
        assert_eq!(count(good, 200), good.len());
        for (target, reply) in chunk.iter().zip(bad) {
            assert!(
                matches!(reply.status, 200 | 422),
                "{target}: {}",
                reply.text()
            );
        }
    }
    server.assert_recovered();
}

/// Some bytes behind the magic number are others; the same for the same seed.
fn damaged(whole: &[u8], seed: u64) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    let mut state = seed + 1;
    for _ in 0..=seed {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let position = 16 + (state >> 33) as usize % (bytes.len() - 16);
        bytes[position] = state.to_be_bytes()[0];
    }
    if seed.is_multiple_of(4) {
        bytes.truncate(bytes.len() / 2);
    }
    bytes
}

/// D9: more clients than descriptors.
#[test]
fn running_out_of_descriptors_is_survived() {
    let server = Watched::start_limited("ulimit -n 64", &[("IMGPROXY_KEEP_ALIVE_TIMEOUT", "1")]);
    let crowd: Vec<_> = (0..200)
        .filter_map(|_| TcpStream::connect(server.address()).ok())
        .collect();
    assert!(crowd.len() > 64);
    let before = server_ticks(&server);
    std::thread::sleep(Duration::from_secs(2));
    let busy = server_ticks(&server) - before;
    assert!(busy < 100, "{busy} hundredths of a second in two seconds");
    drop(crowd);
    let start = Instant::now();
    while ask(&server, "/health").status != 200 {
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "no answer any more"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    server.assert_recovered();
}

fn server_ticks(server: &Watched) -> u64 {
    // Its own metrics listener has no descriptor left either, so this asks the system.
    server.vitals().cpu_ticks
}

/// D9: sources that cannot be asked for want of descriptors are errors, not the end.
#[test]
fn origins_beyond_the_descriptors_are_errors() {
    let server = Watched::start_limited("ulimit -n 100", &[]);
    let targets: Vec<_> = (0..90)
        .map(|n| server.path(&format!("w:{}", 20 + n), &format!("/ok?wait=300&n={n}")))
        .collect();
    let replies: Vec<Reply> = ask_all(&server, &targets);
    assert!(count(&replies, 200) > 0, "{replies:?}");
    assert_eq!(count(&replies, 500), 0, "{replies:?}");
    server.assert_recovered();
}

/// D11: started again and again, it is there soon.
#[test]
fn it_starts_quickly() {
    let mut times: Vec<_> = (0..5)
        .map(|_| {
            let start = Instant::now();
            let server = Server::start(&[]);
            assert_eq!(ask(&server, "/health").status, 200);
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    assert!(times[2] < promised(Duration::from_millis(100)), "{times:?}");
}

/// D13: a mistake in the configuration is one line and no start.
#[test]
fn a_mistake_in_the_configuration_is_named() {
    for (name, value) in [
        ("IMGPROXY_WORKERS", "0"),
        ("IMGPROXY_TIMEOUT", "0"),
        ("IMGPROXY_WRITE_RESPONSE_TIMEOUT", "-1"),
        ("IMGPROXY_MAX_CLIENTS", "many"),
        ("IMGPROXY_REQUESTS_QUEUE_SIZE", "-1"),
        ("PIXGATE_MEMORY_BUDGET_MB", "15"),
        ("PIXGATE_COALESCE", "perhaps"),
    ] {
        let output = std::process::Command::new(PROGRAM)
            .env_clear()
            .env(name, value)
            .output()
            .unwrap();
        assert!(!output.status.success(), "{name}={value}");
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        assert!(text.contains(name) && text.contains(value), "{text}");
    }
}
