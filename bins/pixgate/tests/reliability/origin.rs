//! A hostile origin: raw sockets, a path for every way to misbehave, and a log of who came and left.
//!
//! The words are those of toxiproxy: latency, bandwidth, slicer, limit_data, reset_peer, timeout.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::client::small_thread;
use crate::watched::photo;

/// A listener that ends with the test process.
pub(crate) struct Origin {
    address: SocketAddr,
    log: Arc<Log>,
}

/// What was asked, and how many conversations go on.
#[derive(Default)]
struct Log {
    requests: Mutex<Vec<String>>,
    open: AtomicUsize,
}

/// One conversation.
struct Talk<'t> {
    out: &'t mut TcpStream,
    path: &'t str,
    query: HashMap<&'t str, &'t str>,
    photo: &'t [u8],
}

type Done = std::io::Result<()>;

impl Origin {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let log: Arc<Log> = Arc::default();
        let shared = Arc::clone(&log);
        let photo: Arc<[u8]> = photo().into();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, photo) = (Arc::clone(&shared), Arc::clone(&photo));
                drop(small_thread(move || {
                    log.open.fetch_add(1, Ordering::SeqCst);
                    // A client that goes away ends its conversation.
                    let _ = converse(stream, &log, &photo);
                    log.open.fetch_sub(1, Ordering::SeqCst);
                }));
            }
        });
        Self { address, log }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The targets that were asked for so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.log.requests.lock().unwrap().clone()
    }

    /// How many of them contain this.
    pub(crate) fn count(&self, part: &str) -> usize {
        let requests = self.requests();
        requests
            .iter()
            .filter(|target| target.contains(part))
            .count()
    }

    /// How long it takes until so many conversations go on.
    pub(crate) fn await_open(&self, count: usize) -> Duration {
        let start = Instant::now();
        while self.log.open.load(Ordering::SeqCst) != count {
            let open = self.log.open.load(Ordering::SeqCst);
            assert!(
                start.elapsed() < PATIENCE,
                "{open} conversations, not {count}"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        start.elapsed()
    }
}

/// One request per connection.
fn converse(mut stream: TcpStream, log: &Log, photo: &[u8]) -> Done {
    let head = read_head(&mut stream)?;
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    log.requests.lock().unwrap().push(target.clone());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    Talk {
        out: &mut stream,
        path,
        query: pairs.collect(),
        photo,
    }
    .play()
}

fn read_head(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

impl Talk<'_> {
    fn play(&mut self) -> Done {
        match self.path {
            "/drip" => self.drip(),
            "/silent" => self.silence(),
            "/headers-only" => self.stall_after(0),
            "/stall-after" => self.stall_after(self.number("n")),
            "/rst-after" => self.reset_after(self.number("n")),
            "/short" => self.cut_after(self.number("n")),
            "/long" => self.longer(),
            "/endless" | "/chunked-endless" => self.endless(),
            "/gzip-bomb" => self.gzip_bomb(),
            "/headers" => self.many_headers(),
            "/odd" => self.odd(),
            "/status" => self.status(),
            "/partial" => self.partial(),
            "/zeros" => self.zeros(self.number("n")),
            path if path.starts_with("/redirect") => self.redirect(),
            _ => self.ok(),
        }
    }

    fn number(&self, name: &str) -> usize {
        let text = self.query.get(name).copied().unwrap_or("0");
        text.parse().unwrap_or_default()
    }

    /// The picture, after a while if asked for.
    fn ok(&mut self) -> Done {
        std::thread::sleep(Duration::from_millis(self.number("wait") as u64));
        self.promise(self.photo.len())?;
        self.out.write_all(self.photo)
    }

    fn promise(&mut self, length: usize) -> Done {
        self.head("200 OK", &format!("Content-Length: {length}\r\n"))
    }

    fn head(&mut self, status: &str, headers: &str) -> Done {
        let head = format!("HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n");
        self.out.write_all(head.as_bytes())
    }

    /// Reads until the other side goes away.
    fn silence(&mut self) -> Done {
        while self.out.read(&mut [0; 64])? > 0 {}
        Ok(())
    }

    /// So many bytes in a second.
    fn drip(&mut self) -> Done {
        self.promise(self.photo.len())?;
        let pause = Duration::from_secs(1) / u32::try_from(self.number("bps").max(1)).unwrap();
        for byte in self.photo {
            self.out.write_all(std::slice::from_ref(byte))?;
            std::thread::sleep(pause);
        }
        Ok(())
    }

    fn stall_after(&mut self, bytes: usize) -> Done {
        self.cut_after(bytes)?;
        self.silence()
    }

    fn cut_after(&mut self, bytes: usize) -> Done {
        self.promise(self.photo.len())?;
        self.out
            .write_all(self.photo.get(..bytes).unwrap_or(self.photo))
    }

    fn reset_after(&mut self, bytes: usize) -> Done {
        self.cut_after(bytes)?;
        // What was sent is to arrive before the reset, which drops what is still on its way.
        std::thread::sleep(Duration::from_millis(50));
        SockRef::from(&*self.out).set_linger(Some(Duration::ZERO))
    }

    fn longer(&mut self) -> Done {
        self.promise(self.photo.len())?;
        self.out.write_all(self.photo)?;
        self.out.write_all(&[0; 4_096])
    }

    fn endless(&mut self) -> Done {
        let is_chunked = self.path.contains("chunked");
        let block = [b'x'; 16_384];
        match is_chunked {
            true => self.head("200 OK", "Transfer-Encoding: chunked\r\n")?,
            false => self.head("200 OK", "")?,
        }
        self.out
            .write_all(if is_chunked { b"10\r\n" } else { b"" })?;
        self.out.write_all(self.photo.get(..16).unwrap())?;
        self.out.write_all(if is_chunked { b"\r\n" } else { b"" })?;
        loop {
            self.out
                .write_all(if is_chunked { b"4000\r\n" } else { b"" })?;
            self.out.write_all(&block)?;
            self.out.write_all(if is_chunked { b"\r\n" } else { b"" })?;
        }
    }

    /// So many million bytes in a few thousand.
    fn gzip_bomb(&mut self) -> Done {
        let mut bytes = self.photo.get(..16).unwrap().to_vec();
        bytes.resize(self.number("mb") * 1_000_000, 0);
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&bytes)?;
        let packed = packer.finish()?;
        let length = packed.len();
        self.head(
            "200 OK",
            &format!("Content-Encoding: gzip\r\nContent-Length: {length}\r\n"),
        )?;
        self.out.write_all(&packed)
    }

    fn many_headers(&mut self) -> Done {
        let value = "v".repeat(self.number("size"));
        let lines = (0..self.number("count")).map(|index| format!("X-{index}: {value}\r\n"));
        let length = self.photo.len();
        let head = format!("{}Content-Length: {length}\r\n", lines.collect::<String>());
        self.head("200 OK", &head)?;
        self.out.write_all(self.photo)
    }

    /// A head that no origin should send.
    fn odd(&mut self) -> Done {
        let kind = self.query.get("kind").copied().unwrap_or_default();
        if kind == "flood" {
            loop {
                self.out
                    .write_all(b"HTTP/1.1 103 Early Hints\r\nX-A: b\r\n\r\n")?;
            }
        }
        if kind == "endless-line" {
            self.out.write_all(b"HTTP/1.1 200 OK\r\nX-Long: ")?;
            loop {
                self.out.write_all(&[b'v'; 4_096])?;
            }
        }
        let length = self.photo.len();
        let lines = match kind {
            "two-lengths" => format!("Content-Length: {length}\r\nContent-Length: 5\r\n"),
            "negative" => "Content-Length: -5\r\n".to_owned(),
            "both" => format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n"),
            "folded" => format!("X-A: b\r\n c\r\nContent-Length: {length}\r\n"),
            "nul" => format!("X-A: b\0c\r\nContent-Length: {length}\r\n"),
            _ => format!("X-A: \u{ff}\r\nContent-Length: {length}\r\n"),
        };
        self.head("200 OK", &lines)?;
        self.out.write_all(self.photo)
    }

    fn status(&mut self) -> Done {
        let status = format!("{} Scripted", self.number("c"));
        self.head(
            &status,
            "Content-Length: 5\r\nCache-Control: max-age=99\r\n",
        )?;
        self.out.write_all(b"words")
    }

    /// 206, with this range or without one.
    fn partial(&mut self) -> Done {
        let length = self.photo.len();
        let range = match self.query.get("range").copied() {
            Some("full") => format!("Content-Range: bytes 0-{}/{length}\r\n", length - 1),
            Some("part") => format!("Content-Range: bytes 0-99/{length}\r\n"),
            Some("star") => format!("Content-Range: bytes 0-{}/*\r\n", length - 1),
            Some("wrong") => "Content-Range: pages 1-2\r\n".to_owned(),
            _ => String::new(),
        };
        self.head(
            "206 Partial",
            &format!("{range}Content-Length: {length}\r\n"),
        )?;
        self.out.write_all(self.photo)
    }

    /// Anything but a picture.
    fn zeros(&mut self, count: usize) -> Done {
        self.promise(count)?;
        let block = [0; 16_384];
        for start in (0..count).step_by(block.len()) {
            self.out
                .write_all(&block[..block.len().min(count - start)])?;
        }
        Ok(())
    }

    /// 302; to itself, there and back, with another query each time, so many times, or to a URL.
    fn redirect(&mut self) -> Done {
        let left = self.number("n");
        let to = match (self.path, self.query.get("to").copied()) {
            (_, Some("nowhere")) => String::new(),
            (_, Some(to)) => format!("Location: {to}\r\n"),
            ("/redirect-ping", _) => "Location: /redirect-pong\r\n".to_owned(),
            ("/redirect-pong", _) => "Location: /redirect-ping\r\n".to_owned(),
            ("/redirect-count", _) => format!("Location: /redirect-count?n={}\r\n", left + 1),
            ("/redirect-chain", _) if left > 1 => {
                format!("Location: /redirect-chain?n={}\r\n", left - 1)
            }
            ("/redirect-chain", _) => "Location: /ok\r\n".to_owned(),
            _ => "Location: /redirect-self\r\n".to_owned(),
        };
        self.head("302 Found", &format!("{to}Content-Length: 0\r\n"))
    }
}

const PATIENCE: Duration = Duration::from_secs(20);
