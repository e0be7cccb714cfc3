//! An HTTP client that sends paths as they are and decodes nothing.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// A header's values, joined.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let named = |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
        let values = self.headers.iter().filter(named);
        let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
        let mut answer = Self {
            status,
            headers: headers.collect(),
            body: bytes.get(end + 4..)?.to_vec(),
        };
        match answer.header("content-length") {
            _ if answer.header("transfer-encoding").is_some() => {
                answer.body = unchunk(&answer.body)?;
            }
            Some(length) => assert_eq!(length.parse(), Ok(answer.body.len()), "{head}"),
            None => {}
        }
        Some(answer)
    }
}

/// Joins chunks; `None` if the last one is missing.
fn unchunk(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|window| window == b"\r\n")?;
        let size = std::str::from_utf8(&bytes[..end]).ok()?;
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        bytes = bytes.get(end + 2..)?;
        body.extend(bytes.get(..size)?);
        bytes = bytes.get(size + 2..)?;
    }
}

/// Asks once, on a connection of its own.
pub(crate) async fn get(
    address: &str,
    target: &str,
    headers: &[(String, String)],
) -> Result<Answer, String> {
    let mut head = format!("GET {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut bytes = Vec::new();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let sent = format!("{head}\r\n");
    stream.write_all(sent.as_bytes()).await.unwrap();
    // A connection that is dropped has answered all the same.
    let _ = stream.read_to_end(&mut bytes).await;
    let text = || format!("no answer but {:?}", String::from_utf8_lossy(&bytes));
    Answer::read(&bytes).ok_or_else(text)
}
