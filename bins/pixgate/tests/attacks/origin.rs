//! An origin that notes what it is asked for, and has bodies without an end.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use flate2::Compression;
use flate2::write::GzEncoder;
use pixgate_options::Format;

use crate::pictures::picture;

/// A listener that ends with the test process.
pub(crate) struct Origin {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Origin {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let log = Arc::clone(&log);
                // A client that goes away ends its conversation.
                std::thread::spawn(move || drop(converse(stream, &log)));
            }
        });
        Self { address, asked }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The paths that it was asked for since the last look.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

/// One request per connection.
fn converse(mut stream: TcpStream, log: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default();
    log.lock().unwrap().push(path.to_owned());
    match path.split_once('?') {
        Some(("/endless-chunked", _)) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
            let chunk = [&b"10000\r\n"[..], &[0; 0x1_0000], b"\r\n"].concat();
            for_ever(&mut stream, &chunk)
        }
        Some(("/endless", _)) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            for_ever(&mut stream, &[0; 0x1_0000])
        }
        Some(("/endless-gzip", _)) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")?;
            let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(&[0; 0x10_0000])?;
            for_ever(&mut stream, &packer.finish()?)
        }
        Some(("/redirect", to)) => {
            let head = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\n";
            stream.write_all(format!("{head}Location: {to}\r\n\r\n").as_bytes())
        }
        _ => {
            let body = picture(Format::Png, 64, 48);
            let length = body.len();
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            stream.write_all(&[head.as_bytes(), &body].concat())
        }
    }
}

fn for_ever(stream: &mut TcpStream, piece: &[u8]) -> std::io::Result<()> {
    loop {
        stream.write_all(piece)?;
    }
}
