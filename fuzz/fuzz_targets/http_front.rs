//! All that a client sends on one connection, over HTTP/1 or HTTP/2: the server ends the conversation, keeps nothing of it,
//! and answers with whole frames if it speaks HTTP/2.
#![no_main]

use std::cell::OnceCell;
use std::mem::ManuallyDrop;

use libfuzzer_sys::fuzz_target;
use pixgate_config::Settings;
use pixgate_server::Loopback;

thread_local! {
    // Not dropped: the web framework's own thread-locals may be gone by then.
    static SERVER: OnceCell<ManuallyDrop<Loopback>> = const { OnceCell::new() };
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const MAX_ANSWER_BYTES: usize = 4 << 20;

fuzz_target!(|data: &[u8]| {
    SERVER.with(|server| {
        let server = server.get_or_init(start);
        let answer = server.converse(data).unwrap();
        assert!(answer.len() <= MAX_ANSWER_BYTES);
        assert!(server.is_calm());
        if data.starts_with(PREFACE) {
            assert_frames(&answer);
        }
    });
});

/// Pictures come from the program itself: nothing goes over a network.
fn start() -> ManuallyDrop<Loopback> {
    let pairs = [
        ("IMGPROXY_ALLOWED_SOURCES", "sample://"),
        ("PIXGATE_MEMORY_BUDGET_MB", "64"),
        ("IMGPROXY_WORKERS", "1"),
    ];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    ManuallyDrop::new(Loopback::new(&Settings::load(pairs).unwrap()).unwrap())
}

/// What a server of HTTP/2 sends is frames of at most the usual size; the last one may be cut off.
fn assert_frames(mut answer: &[u8]) {
    while let Some((head, rest)) = answer.split_at_checked(9) {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        assert!(length <= 16_384 && head[3] <= 9, "{head:?}");
        answer = rest.get(length..).unwrap_or_default();
    }
}
