//! An origin on this machine: every path has one answer, every request is counted.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What a path answers.
#[derive(Clone)]
pub(crate) enum Script {
    /// 200 with this media type and body.
    Body(&'static str, Vec<u8>),
    /// 200 that promises the whole body and closes after so many bytes.
    Cut(Vec<u8>, usize),
    /// The body after a while.
    Late(Duration, Vec<u8>),
    /// 302 to there.
    Redirect(&'static str),
    /// A status and a few words.
    Status(u16),
}

/// A listener that ends with the test process.
pub(crate) struct Origin {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

type Scripts = HashMap<&'static str, Script>;

impl Origin {
    pub(crate) fn start(scripts: impl IntoIterator<Item = (&'static str, Script)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = Self {
            address: listener.local_addr().unwrap(),
            requests: Arc::default(),
        };
        let requests = origin.requests.clone();
        let scripts: Arc<Scripts> = Arc::new(scripts.into_iter().collect());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (scripts, requests) = (scripts.clone(), requests.clone());
                // A client that goes away ends its conversation.
                std::thread::spawn(move || drop(converse(stream, &scripts, &requests)));
            }
        });
        origin
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// Waits until so many requests have come.
    pub(crate) fn await_requests(&self, count: usize) {
        let start = Instant::now();
        while self.requests() < count {
            assert!(start.elapsed() < Duration::from_secs(20), "nobody came");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// One request per connection.
fn converse(
    mut stream: TcpStream,
    scripts: &Scripts,
    requests: &AtomicUsize,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    requests.fetch_add(1, Ordering::SeqCst);
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default();
    let missing = Script::Status(404);
    play(&mut stream, scripts.get(path).unwrap_or(&missing))
}

fn play(out: &mut TcpStream, script: &Script) -> std::io::Result<()> {
    match script {
        Script::Body(media_type, body) => {
            let headers = format!("Content-Type: {media_type}\r\n");
            respond(out, "200 OK", &headers, body, body.len())
        }
        Script::Cut(body, at) => {
            let start = body.get(..*at).unwrap_or(body);
            respond(out, "200 OK", "", start, body.len())
        }
        Script::Late(pause, body) => {
            std::thread::sleep(*pause);
            respond(out, "200 OK", "", body, body.len())
        }
        Script::Redirect(to) => respond(out, "302 Found", &format!("Location: {to}\r\n"), b"", 0),
        Script::Status(status) => respond(out, &format!("{status} Scripted"), "", b"words", 5),
    }
}

fn respond(
    out: &mut TcpStream,
    status: &str,
    headers: &str,
    body: &[u8],
    length: usize,
) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    out.write_all(&[head.as_bytes(), body].concat())
}
