//! Conversations with a few bytes changed, cut and repeated: the server in memory ends all of them.

use pixgate_config::Settings;
use pixgate_server::Loopback;

use crate::frames::*;

const PICTURE: &str = "/unsafe/rs:fit:8:8/plain/sample://landscape.jpg@png";

fn loopback() -> Loopback {
    let pairs = [
        ("IMGPROXY_ALLOWED_SOURCES", "sample://"),
        ("PIXGATE_MEMORY_BUDGET_MB", "64"),
    ];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Loopback::new(&Settings::load(pairs).unwrap()).unwrap()
}

/// What clients say, each a whole conversation.
fn conversations() -> Vec<Vec<u8>> {
    let ping = frame(PING, 0, 0, b"12345678");
    let reset = frame(RST_STREAM, 0, 1, &[0, 0, 0, 8]);
    let http2 = [
        [request(1, "/health"), request(3, PICTURE)].concat(),
        [request(1, PICTURE), ping, reset, request(3, "/")].concat(),
        block(1, &[get(PICTURE), repeated(40_000)].concat()),
        [
            frame(HEADERS, END_HEADERS, 1, &get("/health")),
            frame(0, 1, 1, b"body"),
        ]
        .concat(),
        [
            frame(HEADERS, 1, 1, &get("/health")),
            frame(CONTINUATION, 0, 1, b""),
        ]
        .concat(),
        frame(SETTINGS, 0, 0, b"\0\x04\0\0\0\0").repeat(3),
    ];
    let http2 = http2
        .into_iter()
        .map(|frames| [PREFACE, &frames[..]].concat());
    let http1 = [
        "GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /\u{e4}#?a HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /# HTTP/1.0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    ];
    let http1 = http1.into_iter().map(|text| text.as_bytes().to_vec());
    http2.chain(http1).collect()
}

/// The next number of a sequence that is the same in every run.
fn next(state: &mut u64) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

fn damaged(whole: &[u8], state: &mut u64) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..=next(state) % 4 {
        let at = next(state) % bytes.len();
        match next(state) % 4 {
            0 => bytes[at] = next(state).to_le_bytes()[0],
            1 => bytes[at] ^= 1 << (next(state) % 8),
            2 => bytes.truncate(at.max(1)),
            _ => bytes.extend_from_within(at..(at + next(state) % 64).min(bytes.len())),
        }
    }
    bytes
}

#[test]
fn noise_is_ended_and_leaves_nothing() {
    let loopback = loopback();
    let mut state = 1;
    for whole in conversations() {
        assert!(!loopback.converse(&whole).unwrap().is_empty());
        for _ in 0..200 {
            let bytes = damaged(&whole, &mut state);
            let answer = loopback.converse(&bytes);
            let answer = answer.unwrap_or_else(|error| panic!("{error}: {bytes:?}"));
            assert!(
                answer.len() < 1 << 20,
                "{} bytes for {bytes:?}",
                answer.len()
            );
            assert!(loopback.is_calm(), "{bytes:?}");
        }
    }
}
