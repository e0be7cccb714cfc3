//! Request targets as they were sent, past a parser that knows fewer of them.
//!
//! Signatures cover the raw request target, and imgproxy takes every byte in it that is neither
//! a space nor a control character. The web framework's URI type refuses some of these bytes and
//! cuts at `#`. So request lines with such a target are changed before the framework sees them:
//! the target becomes `/`, and the real one follows as a header whose name no client can guess.
//!
//! Lines that end in a bare LF are refused: a front end may see fewer lines in them than we do. Bodies
//! are passed over, because another request may follow them.

use std::sync::LazyLock;

use bytes::BytesMut;
use pixgate_proxy::random_u64;
use ring::rand::{SystemRandom, generate};

/// The header with the real target; its value is empty if the target is not acceptable at all.
///
/// Random for each process: a client that knew it could hide its target from a front end.
pub(super) static TARGET: LazyLock<String> = LazyLock::new(|| {
    let secret = generate::<[u8; 16]>(&SystemRandom::new());
    let secret = secret.map(|secret| u128::from_be_bytes(secret.expose()));
    // A system without random bytes has no TLS either; what it seeds hash maps with has to do.
    let secret =
        secret.unwrap_or_else(|_| u128::from(random_u64()) << 64 | u128::from(random_u64()));
    format!("pixgate-target-{secret:032x}")
});

/// What comes next on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// A request line.
    Request,
    /// A header, or the empty line after all of them.
    Header,
    /// So many bytes of a body.
    Body(u64),
    /// The line in front of a chunk of a body.
    ChunkSize,
    /// So many bytes of a chunk.
    Chunk(u64),
    /// A header behind the chunks, or the empty line after all of them.
    Trailer,
    /// Something that is none of our business.
    Anything,
}

/// How far a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Progress {
    next: Next,
    /// What follows the head that has begun.
    after: Next,
    /// Bytes of that head, in whole lines.
    head_bytes: usize,
}

/// Reads heads of requests as they come over a connection.
#[derive(Debug)]
pub(super) struct Heads {
    progress: Progress,
    /// The start of a line whose end has not come.
    held: BytesMut,
}

impl Heads {
    /// The beginning of a connection.
    pub(super) fn new() -> Self {
        Self {
            progress: BEGINNING,
            held: BytesMut::new(),
        }
    }

    /// Whether all that comes is passed on as it is.
    pub(super) fn is_done(&self) -> bool {
        self.progress.next == Next::Anything && self.held.is_empty()
    }

    /// Bytes of a head that has begun and not ended.
    pub(super) fn unfinished_bytes(&self) -> usize {
        self.progress.head_bytes.saturating_add(self.held.len())
    }

    /// Passes everything on from now.
    pub(super) fn finish(&mut self) -> BytesMut {
        self.progress = Progress {
            next: Next::Anything,
            ..BEGINNING
        };
        self.held.split()
    }

    /// Takes what came and gives what to pass on; none means: as it came.
    pub(super) fn pass(&mut self, came: &[u8]) -> Option<BytesMut> {
        if self.held.is_empty()
            && let Some(progress) = unchanged(self.progress, came)
        {
            self.progress = progress;
            return None;
        }
        self.held.extend_from_slice(came);
        let mut passed = BytesMut::new();
        while let Some(piece) = piece(self.progress.next, &self.held) {
            let piece = self.held.split_to(piece);
            let (progress, instead) = self.progress.after(&piece);
            passed.extend_from_slice(instead.as_deref().unwrap_or(&piece));
            self.progress = progress;
        }
        if self.progress.next == Next::Anything || self.held.len() > LONGEST_LINE_BYTES {
            passed.unsplit(self.finish());
        }
        Some(passed)
    }
}

/// Where a connection begins, and every request on it.
const BEGINNING: Progress = Progress {
    next: Next::Request,
    after: Next::Request,
    head_bytes: 0,
};

/// What comes after whole lines that stay as they are.
fn unchanged(mut progress: Progress, mut came: &[u8]) -> Option<Progress> {
    while !came.is_empty() && progress.next != Next::Anything {
        let (piece, rest) = came.split_at_checked(piece(progress.next, came)?)?;
        let (after, instead) = progress.after(piece);
        if instead.is_some() {
            return None;
        }
        (progress, came) = (after, rest);
    }
    Some(progress)
}

/// The length of the next piece that can be judged: a whole line, or what there is of a body.
fn piece(next: Next, came: &[u8]) -> Option<usize> {
    match next {
        Next::Anything => None,
        Next::Body(_) | Next::Chunk(_) if came.is_empty() => None,
        Next::Body(left) | Next::Chunk(left) => {
            Some(usize::try_from(left).map_or(came.len(), |left| left.min(came.len())))
        }
        Next::Request | Next::Header | Next::ChunkSize | Next::Trailer => {
            let end = came.iter().position(|byte| *byte == b'\n')?;
            Some(end.saturating_add(1))
        }
    }
}

impl Progress {
    /// What follows a piece, and what takes its place if it has to be changed.
    fn after(self, piece: &[u8]) -> (Self, Option<Vec<u8>>) {
        let to = |next| (Self { next, ..BEGINNING }, None);
        match (self.next, piece.strip_suffix(b"\r\n")) {
            (Next::Body(left), _) => match left.saturating_sub(piece.len() as u64) {
                0 => to(Next::Request),
                left => to(Next::Body(left)),
            },
            (Next::Chunk(left), _) => match left.saturating_sub(piece.len() as u64) {
                0 => to(Next::ChunkSize),
                left => to(Next::Chunk(left)),
            },
            (Next::Anything, _) => to(Next::Anything),
            (_, None) => (to(Next::Anything).0, Some(REFUSED.to_vec())),
            (Next::ChunkSize, Some(line)) => to(after_chunk_size(line)),
            (Next::Trailer, Some([])) => to(Next::Request),
            (Next::Trailer, Some(_)) => to(Next::Trailer),
            (Next::Header, Some([])) => to(self.after),
            (Next::Request | Next::Header, Some(line)) => self.after_line(line),
        }
    }

    /// Inside a head.
    fn after_line(mut self, line: &[u8]) -> (Self, Option<Vec<u8>>) {
        let bytes = line.len().saturating_add(2);
        self.head_bytes = self.head_bytes.saturating_add(bytes);
        if self.next == Next::Header {
            self.after = after_head_with(self.after, line);
            return (self, None);
        }
        if line.is_empty() {
            return (self, None);
        }
        self.next = Next::Header;
        if line.starts_with(b"CONNECT ") {
            self.after = Next::Anything;
            return (self, None);
        }
        (self, replacement(line))
    }
}

/// What follows a head with this header, by what the headers before it said.
fn after_head_with(before: Next, header: &[u8]) -> Next {
    let value = |name: &[u8]| {
        let (start, value) = header.split_at_checked(name.len())?;
        let value = start.eq_ignore_ascii_case(name).then_some(value)?;
        Some(value.trim_ascii())
    };
    if before == Next::Anything {
        return before;
    }
    if value(b"upgrade:").is_some_and(|to| to.eq_ignore_ascii_case(b"websocket")) {
        return Next::Anything;
    }
    if value(b"transfer-encoding:").is_some() {
        return Next::ChunkSize;
    }
    let Some(length) = value(b"content-length:") else {
        return before;
    };
    let length = std::str::from_utf8(length).ok();
    match length.and_then(|length| length.parse().ok()) {
        Some(0) => before,
        Some(length) => Next::Body(length),
        None => Next::Anything,
    }
}

/// What follows the line in front of a chunk: its bytes and a line end, or the end of all.
fn after_chunk_size(line: &[u8]) -> Next {
    let size = line.split(|byte| *byte == b';').next().unwrap_or_default();
    let size = std::str::from_utf8(size.trim_ascii()).ok();
    match size.and_then(|size| u64::from_str_radix(size, 16).ok()) {
        Some(0) => Next::Trailer,
        Some(bytes) => Next::Chunk(bytes.saturating_add(2)),
        None => Next::Anything,
    }
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

/// What the framework takes for nonsense, and answers with 400, wherever in a head it stands.
const REFUSED: &[u8] = b"\0\r\n";
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
        let request = format!("GET {long} HTTP/1.0\r\n\r\n");
        assert_eq!(
            passed(&[request.as_bytes()]),
            format!("GET / HTTP/1.0\r\nX: {long}\r\n\r\n")
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
    fn bodies_of_known_length_are_passed_over() {
        let body = "GET /#\nGET /#\r\n";
        let head = format!("POST /a HTTP/1.1\r\ncontent-LENGTH: {}\r\n\r\n", body.len());
        let requests = format!("{head}{body}GET /# HTTP/1.1\r\n\r\n");
        let expected = format!("{head}{body}GET / HTTP/1.1\r\nX: /#\r\n\r\n");
        for size in [1, 7, 20, 200] {
            let pieces: Vec<_> = requests.as_bytes().chunks(size).collect();
            assert_eq!(passed(&pieces), expected, "{size}");
        }
        let empty = "POST /a HTTP/1.1\r\nContent-Length: 0\r\n\r\nGET /# HTTP/1.1\r\n\r\n";
        assert!(passed(&[empty.as_bytes()]).ends_with("X: /#\r\n\r\n"));
    }

    #[test]
    fn chunks_are_passed_over() {
        let head = "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n";
        let chunks = "5;a=b\r\nG /#\n\r\nA\r\n1234567\r\n\n\r\n0\r\nB: c\r\n\r\n";
        let requests = format!("{head}{chunks}GET /# HTTP/1.1\r\n\r\n");
        let expected = format!("{head}{chunks}GET / HTTP/1.1\r\nX: /#\r\n\r\n");
        for size in [1, 7, 20, 200] {
            let pieces: Vec<_> = requests.as_bytes().chunks(size).collect();
            assert_eq!(passed(&pieces), expected, "{size}");
        }
    }

    #[test]
    fn what_has_no_end_is_passed_on() {
        for head in [
            "GET /a HTTP/1.1\r\nUpgrade: WebSocket\r\n\r\n",
            "POST /a HTTP/1.1\r\nContent-Length: x\r\n\r\n",
            "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            "CONNECT a:1 HTTP/1.1\r\n\r\n",
        ] {
            let requests = format!("{head}GET /#\nGET /# HTTP/1.1\r\n\r\n");
            assert_eq!(passed(&[requests.as_bytes()]), requests);
        }
    }

    #[test]
    fn bare_line_feeds_are_nonsense_anywhere_in_a_head() {
        let cases = [
            ("GET / HTTP/1.1\n", ""),
            ("\nGET / HTTP/1.1\r\n", ""),
            ("GET / HTTP/1.1\r\nHost: a\n", "GET / HTTP/1.1\r\n"),
            ("GET / HTTP/1.1\r\n\n", "GET / HTTP/1.1\r\n"),
            (
                "POST / HTTP/1.1\r\nContent-Length: 3\r\nA: b\n",
                "POST / HTTP/1.1\r\nContent-Length: 3\r\n",
            ),
            (
                "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n\nGET / HTTP/1.1\n",
                "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n\n",
            ),
            (
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\n",
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            ),
        ];
        for (head, before) in cases {
            let whole = format!("{before}\0\r\n");
            assert!(passed(&[head.as_bytes()]).starts_with(&whole), "{head:?}");
            let pieces: Vec<_> = head.as_bytes().chunks(1).collect();
            assert!(passed(&pieces).starts_with(&whole), "{head:?}");
        }
    }

    #[test]
    fn bytes_of_a_head_are_counted_until_it_ends() {
        let mut heads = Heads::new();
        let head = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        for (index, byte) in head.iter().enumerate() {
            assert_eq!(heads.unfinished_bytes(), index);
            heads.pass(&[*byte]);
        }
        assert_eq!(heads.unfinished_bytes(), 0);
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
