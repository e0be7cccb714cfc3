//! Request targets as they were sent, past a parser that knows fewer of them.
//!
//! Signatures cover the raw request target, and imgproxy takes every byte in it that is neither
//! a space nor a control character. The web framework's URI type refuses some of these bytes and
//! cuts at `#`. So request lines with such a target are changed before the framework sees them:
//! the target becomes `/`, and the real one follows as a header whose name no client can guess.
//!
//! Only lines that surely begin a request are touched. As soon as a request may have a body, the
//! rest of the connection is passed on as it is.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::LazyLock;

use bytes::BytesMut;

/// The header with the real target; its value is empty if the target is not acceptable at all.
///
/// Random for each process: a client that knew it could hide its target from a front end.
pub(super) static TARGET: LazyLock<String> = LazyLock::new(|| {
    let (high, low) = (RandomState::new(), RandomState::new());
    format!(
        "pixgate-target-{:016x}{:016x}",
        high.hash_one(0),
        low.hash_one(1)
    )
});

/// What comes next on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// A request line.
    Request,
    /// A header, or the empty line after all of them.
    Header,
    /// Something that is none of our business.
    Anything,
}

/// Reads heads of requests as they come over a connection.
#[derive(Debug)]
pub(super) struct Heads {
    next: Next,
    /// The start of a line whose end has not come.
    held: BytesMut,
}

impl Heads {
    /// The beginning of a connection.
    pub(super) fn new() -> Self {
        Self {
            next: Next::Request,
            held: BytesMut::new(),
        }
    }

    /// Whether all that comes is passed on as it is.
    pub(super) fn is_done(&self) -> bool {
        self.next == Next::Anything && self.held.is_empty()
    }

    /// Passes everything on from now.
    pub(super) fn finish(&mut self) -> BytesMut {
        self.next = Next::Anything;
        self.held.split()
    }

    /// Takes what came and gives what to pass on; none means: as it came.
    pub(super) fn pass(&mut self, came: &[u8]) -> Option<BytesMut> {
        if self.held.is_empty()
            && let Some(next) = unchanged(self.next, came)
        {
            self.next = next;
            return None;
        }
        self.held.extend_from_slice(came);
        let mut passed = BytesMut::new();
        while self.next != Next::Anything
            && let Some(end) = self.held.iter().position(|byte| *byte == b'\n')
        {
            let line = self.held.split_to(end.saturating_add(1));
            let (next, instead) = judge(self.next, &line);
            passed.extend_from_slice(instead.as_deref().unwrap_or(&line));
            self.next = next;
        }
        if self.next == Next::Anything || self.held.len() > LONGEST_LINE_BYTES {
            passed.unsplit(self.finish());
        }
        Some(passed)
    }
}

/// What comes after whole lines that stay as they are.
fn unchanged(mut next: Next, came: &[u8]) -> Option<Next> {
    for line in came.split_inclusive(|byte| *byte == b'\n') {
        if next == Next::Anything {
            break;
        }
        if !line.ends_with(b"\n") {
            return None;
        }
        let (after, instead) = judge(next, line);
        if instead.is_some() {
            return None;
        }
        next = after;
    }
    Some(next)
}

/// What follows a line, and the line in its place if it has to be changed.
fn judge(next: Next, line: &[u8]) -> (Next, Option<Vec<u8>>) {
    let content = line.strip_suffix(b"\n").unwrap_or(line);
    let content = content.strip_suffix(b"\r").unwrap_or(content);
    match next {
        Next::Request if content.is_empty() => (Next::Request, None),
        Next::Request if content.starts_with(b"CONNECT ") => (Next::Anything, None),
        Next::Request => (Next::Header, replacement(content)),
        Next::Header if content.is_empty() => (Next::Request, None),
        Next::Header if announces_a_body(content) => (Next::Anything, None),
        next => (next, None),
    }
}

fn announces_a_body(header: &[u8]) -> bool {
    let is_named = |name: &&[u8]| {
        let start = header.get(..name.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    [
        b"content-length:".as_slice(),
        b"transfer-encoding:",
        b"upgrade:",
    ]
    .iter()
    .any(is_named)
}

/// The request line and the header instead of a request line that the framework cannot read.
fn replacement(line: &[u8]) -> Option<Vec<u8>> {
    let method_end = line.iter().position(|byte| *byte == b' ')?;
    let target_end = line.iter().rposition(|byte| *byte == b' ')?;
    let target = line.get(method_end.checked_add(1)?..target_end)?;
    let (method, version) = (line.get(..method_end)?, line.get(target_end..)?);
    if (version != b" HTTP/1.1" && version != b" HTTP/1.0") || is_readable(target) {
        return None;
    }
    let value = match is_acceptable(target) {
        true => text(target),
        false => Vec::new(),
    };
    let name = TARGET.as_bytes();
    Some(
        [
            method, b" /", version, b"\r\n", name, b": ", &value, b"\r\n",
        ]
        .concat(),
    )
}

/// A target in UTF-8, which is the same for most; bytes that are none become what a source URL's
/// escapes stand for. Only a signature over such bytes does not hold any more.
fn text(target: &[u8]) -> Vec<u8> {
    let chunks = target.utf8_chunks();
    let pieces = chunks.flat_map(|chunk| {
        let escapes = chunk.invalid().iter().map(|byte| format!("%{byte:02X}"));
        [chunk.valid().to_owned()].into_iter().chain(escapes)
    });
    pieces.collect::<String>().into_bytes()
}

/// Whether the framework reads a target, and all of it.
fn is_readable(target: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_graphic() && !b"#<>`\"{}|\\^".contains(byte);
    has_known_form(target) && target.len() <= LONGEST_TARGET_BYTES && target.iter().all(is_plain)
}

/// Whether a target is one at all: in imgproxy's server, text without spaces and controls.
fn is_acceptable(target: &[u8]) -> bool {
    let is_allowed = |byte: &u8| *byte > b' ' && *byte != 0x7f;
    has_known_form(target) && target.iter().all(is_allowed)
}

fn has_known_form(target: &[u8]) -> bool {
    let starts = |form: &[u8]| {
        let start = target.get(..form.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(form))
    };
    target == b"*" || starts(b"/") || starts(b"http://") || starts(b"https://")
}

/// The framework's own limit for a whole head.
const LONGEST_LINE_BYTES: usize = 131_072;
/// The framework's URI type takes a little more.
const LONGEST_TARGET_BYTES: usize = 60_000;

#[cfg(test)]
mod tests {
    use super::*;

    /// What is passed on of pieces.
    fn passed(pieces: &[&[u8]]) -> String {
        let mut heads = Heads::new();
        let mut passed = Vec::new();
        for piece in pieces {
            match heads.pass(piece) {
                Some(changed) => passed.extend_from_slice(&changed),
                None => passed.extend_from_slice(piece),
            }
        }
        passed.extend_from_slice(&heads.finish());
        String::from_utf8(passed)
            .expect("text")
            .replace(&*TARGET, "X")
    }

    #[test]
    fn plain_requests_are_not_touched() {
        let request = b"GET /_/rs:fit/plain/http://a/b%20c?d HTTP/1.1\r\nHost: a\r\n\r\n";
        let mut heads = Heads::new();
        assert_eq!(heads.pass(request), None);
        assert_eq!(heads.pass(request), None);
    }

    #[test]
    fn odd_targets_go_into_a_header() {
        let cases = [
            ("/a#b", "/a#b"),
            ("/ä", "/ä"),
            ("/<a>?{b}", "/<a>?{b}"),
            ("http://h/a#b", "http://h/a#b"),
            ("/a b", ""),
            ("/a\u{7f}", ""),
            ("/a\u{1}", ""),
            ("a", ""),
            ("", ""),
        ];
        for (target, value) in cases {
            let request = format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
            let expected = format!("GET / HTTP/1.1\r\nX: {value}\r\nHost: a\r\n\r\n");
            assert_eq!(passed(&[request.as_bytes()]), expected);
        }
        let long = format!("/{}", "a".repeat(LONGEST_TARGET_BYTES));
        let request = format!("GET {long} HTTP/1.0\n\n");
        assert_eq!(
            passed(&[request.as_bytes()]),
            format!("GET / HTTP/1.0\r\nX: {long}\r\n\n")
        );
    }

    #[test]
    fn invalid_utf8_is_escaped() {
        let request = b"GET /\xff\xc3\xa4\xe2\x82# HTTP/1.1\r\n\r\n";
        let expected = "GET / HTTP/1.1\r\nX: /%FFä%E2%82#\r\n\r\n";
        assert_eq!(passed(&[request]), expected);
    }

    #[test]
    fn pieces_make_no_difference() {
        let requests =
            "GET /a#b HTTP/1.1\r\nA: b\r\n\r\nGET /c HTTP/1.1\r\n\r\nGET /ä HTTP/1.1\r\n\r\n";
        let whole = passed(&[requests.as_bytes()]);
        assert_eq!(whole.matches("X: ").count(), 2);
        for size in 1..8 {
            let pieces: Vec<_> = requests.as_bytes().chunks(size).collect();
            assert_eq!(passed(&pieces), whole, "{size}");
        }
    }

    #[test]
    fn nothing_is_touched_once_there_may_be_a_body() {
        for header in [
            "content-LENGTH: 20",
            "Transfer-Encoding: chunked",
            "Upgrade: x",
        ] {
            let request = format!("POST /a HTTP/1.1\r\n{header}\r\n\r\nGET /# HTTP/1.1\r\n\r\n");
            assert_eq!(passed(&[request.as_bytes()]), request);
        }
        let connect = "CONNECT a:1 HTTP/1.1\r\n\r\nGET /# HTTP/1.1\r\n\r\n";
        assert_eq!(passed(&[connect.as_bytes()]), connect);
    }

    #[test]
    fn headers_are_no_request_lines() {
        let request = "GET / HTTP/1.1\r\nGET /# HTTP/1.1\r\n\r\n";
        assert_eq!(passed(&[request.as_bytes()]), request);
    }

    #[test]
    fn what_is_no_request_line_stays() {
        for line in ["nonsense\r\n", "GET /#\r\n", "GET /# HTTP/2.0\r\n", "\r\n"] {
            assert_eq!(passed(&[line.as_bytes()]), line);
        }
    }

    #[test]
    fn endless_lines_are_not_held_back() {
        let endless = vec![b'a'; LONGEST_LINE_BYTES + 1];
        let mut heads = Heads::new();
        assert_eq!(
            heads.pass(&endless).map(|passed| passed.len()),
            Some(endless.len())
        );
        assert!(heads.is_done());
    }
}
