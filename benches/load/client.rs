//! An HTTP client that keeps its connection and its times.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// One connection that is used again and again.
pub(crate) struct Client {
    server: String,
    stream: Option<BufReader<TcpStream>>,
}

/// What came of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome {
    /// 0 if the connection broke.
    pub(crate) status: u16,
    pub(crate) bytes: usize,
    pub(crate) elapsed: Duration,
}

impl Client {
    pub(crate) fn new(server: &str) -> Self {
        Self {
            server: server.to_owned(),
            stream: None,
        }
    }

    /// Connects without asking.
    pub(crate) fn connect(&mut self) -> std::io::Result<()> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(&self.server)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            self.stream = Some(BufReader::new(stream));
        }
        Ok(())
    }

    pub(crate) fn get(&mut self, target: &str) -> Outcome {
        let start = Instant::now();
        let answer = self.exchange(target);
        if answer.is_err() {
            self.stream = None;
        }
        let (status, bytes) = answer.unwrap_or_default();
        Outcome {
            status,
            bytes,
            elapsed: start.elapsed(),
        }
    }

    fn exchange(&mut self, target: &str) -> std::io::Result<(u16, usize)> {
        self.connect()?;
        let host = self.server.clone();
        let Some(stream) = &mut self.stream else {
            return Err(std::io::ErrorKind::NotConnected.into());
        };
        let head = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        stream.get_mut().write_all(head.as_bytes())?;
        let (mut status, mut length, mut closes) = (0, 0, false);
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            if stream.read_line(&mut line)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            let lower = line.to_ascii_lowercase();
            if let Some(rest) = lower.strip_prefix("http/1.1 ") {
                status = rest
                    .get(..3)
                    .and_then(|code| code.parse().ok())
                    .unwrap_or(0);
            } else if let Some(rest) = lower.strip_prefix("content-length:") {
                length = rest.trim().parse().unwrap_or(0);
            } else if lower.starts_with("connection: close") {
                closes = true;
            }
        }
        let read = std::io::copy(&mut stream.by_ref().take(length), &mut std::io::sink())?;
        if read < length {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if closes {
            self.stream = None;
        }
        Ok((status, length as usize))
    }
}

/// The time under which this part of all times is; `times` is sorted.
pub(crate) fn percentile(times: &[Duration], part: f64) -> f64 {
    let index = (times.len() as f64 * part) as usize;
    let time = times.get(index.min(times.len().saturating_sub(1)));
    time.copied().unwrap_or_default().as_secs_f64() * 1e3
}

const PATIENCE: Duration = Duration::from_secs(60);
