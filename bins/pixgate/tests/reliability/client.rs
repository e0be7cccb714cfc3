//! Clients that note how long everything took and never give up on a surprise.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::server::{Answer, Server};

/// What came of a request.
#[derive(Debug)]
pub(crate) struct Reply {
    /// 0 if the connection ended without an answer.
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// From connecting to the last byte.
    pub(crate) elapsed: Duration,
}

/// How a client leaves.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Leave {
    /// Politely, as closing a socket does.
    Fin,
    /// At once, as a crash does.
    Reset,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Whether the body is as long as its headers say.
    pub(crate) fn is_whole(&self) -> bool {
        let length = self
            .header("content-length")
            .and_then(|text| text.parse().ok());
        length.is_some_and(|length: usize| length == self.body.len())
    }
}

/// One request on a connection of its own.
pub(crate) fn ask(server: &Server, target: &str) -> Reply {
    ask_at(server.address(), target)
}

/// The same with these header lines, each with its line end.
pub(crate) fn ask_with(server: &Server, target: &str, headers: &str) -> Reply {
    send(server.address(), head(target, headers))
}

pub(crate) fn ask_at(address: (&str, u16), target: &str) -> Reply {
    send(address, head(target, ""))
}

fn head(target: &str, headers: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: pixgate.test\r\nConnection: close\r\n{headers}\r\n")
}

/// Sends bytes as they are.
pub(crate) fn send(address: (&str, u16), request: impl AsRef<[u8]>) -> Reply {
    let start = Instant::now();
    let mut bytes = Vec::new();
    if let Ok(mut stream) = TcpStream::connect(address) {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // Whatever comes of it is in the bytes.
        let _ = stream.write_all(request.as_ref());
        let _ = stream.read_to_end(&mut bytes);
    }
    let answer = Answer::read(&bytes);
    let (status, headers, body) = answer.map_or_else(Default::default, |answer| {
        (answer.status, answer.headers, answer.body)
    });
    Reply {
        status,
        headers,
        body,
        elapsed: start.elapsed(),
    }
}

/// Asks and does not read.
pub(crate) fn begin(server: &Server, target: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(head(target, "").as_bytes()).unwrap();
    stream
}

/// Goes away.
pub(crate) fn leave(stream: TcpStream, how: Leave) {
    match how {
        Leave::Fin => stream.shutdown(Shutdown::Both).unwrap(),
        Leave::Reset => SockRef::from(&stream)
            .set_linger(Some(Duration::ZERO))
            .unwrap(),
    }
    drop(stream);
}

/// Many requests at a time, in the order of their targets.
pub(crate) fn ask_all(server: &Server, targets: &[String]) -> Vec<Reply> {
    let address = server.address();
    let waiting: Vec<_> = targets
        .iter()
        .map(|target| {
            let target = target.clone();
            small_thread(move || ask_at(address, &target))
        })
        .collect();
    waiting
        .into_iter()
        .map(|reply| reply.join().unwrap())
        .collect()
}

/// A thread for one client.
pub(crate) fn small_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    let builder = std::thread::Builder::new().stack_size(256 << 10);
    builder.spawn(work).unwrap()
}

/// How many replies have this status.
pub(crate) fn count(replies: &[Reply], status: u16) -> usize {
    replies
        .iter()
        .filter(|reply| reply.status == status)
        .count()
}

const PATIENCE: Duration = Duration::from_secs(60);
