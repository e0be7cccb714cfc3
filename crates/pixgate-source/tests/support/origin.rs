//! A hostile origin: raw TCP, no framework, scripts chosen by path, everything logged.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The body of `/ok`.
pub(crate) const OK: &[u8] = b"0123456789abcdef";

/// A listener on this machine; it ends with the test's runtime.
#[derive(Clone)]
pub(crate) struct Origin {
    address: SocketAddr,
    log: Arc<Mutex<Log>>,
}

#[derive(Default)]
struct Log {
    connections: usize,
    closed: usize,
    requests: Vec<Request>,
}

/// A request head as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) target: String,
    pub(crate) head: String,
}

impl Request {
    /// The value of a header, by its lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            (key.to_ascii_lowercase() == name).then(|| value.trim())
        })
    }

    fn path(&self) -> &str {
        let path = self
            .target
            .strip_prefix("http://any.test")
            .unwrap_or(&self.target);
        path.split('?').next().unwrap()
    }

    /// A query parameter; `to` takes the rest of the target.
    fn text(&self, name: &str) -> &str {
        let (_, query) = self.target.split_once('?').unwrap_or_default();
        if name == "to" {
            return query.strip_prefix("to=").unwrap_or_default();
        }
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).unwrap_or_default().1
    }

    fn number(&self, name: &str, default: usize) -> usize {
        self.text(name).parse().unwrap_or(default)
    }
}

impl Origin {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = Self {
            address: listener.local_addr().unwrap(),
            log: Arc::default(),
        };
        let this = origin.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                this.log.lock().unwrap().connections += 1;
                let this = this.clone();
                tokio::spawn(async move {
                    // A client that goes away ends the script.
                    let _ = this.converse(stream).await;
                    this.log.lock().unwrap().closed += 1;
                });
            }
        });
        origin
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.log.lock().unwrap().connections
    }

    pub(crate) fn open_connections(&self) -> usize {
        let log = self.log.lock().unwrap();
        log.connections - log.closed
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.log.lock().unwrap().requests.clone()
    }

    pub(crate) fn last_request(&self) -> Request {
        self.requests().pop().unwrap()
    }

    async fn converse(&self, mut stream: TcpStream) -> std::io::Result<()> {
        while let Some(request) = read_head(&mut stream).await? {
            self.log.lock().unwrap().requests.push(request.clone());
            let keep_alive = self.answer(&mut stream, &request).await?;
            if !keep_alive {
                break;
            }
        }
        Ok(())
    }

    /// Plays the script; tells whether the connection can be used again.
    async fn answer(&self, out: &mut TcpStream, request: &Request) -> std::io::Result<bool> {
        let n = request.number("n", OK.len() / 2);
        match request.path() {
            "/ok" => respond(out, "200 OK", "", OK).await?,
            "/late" => {
                sleep(request.number("ms", 100)).await;
                respond(out, "200 OK", "", OK).await?;
            }
            "/status" => {
                let status = format!("{} Scripted", request.text("c"));
                let headers = "Content-Type: text/plain\r\nCache-Control: max-age=9\r\n";
                respond(out, &status, headers, b"the origin's own words").await?;
            }
            "/etag" => etag(out, request).await?,
            "/part" => {
                let range = request.text("range").replace("%20", " ");
                let headers = format!("Content-Range: {range}\r\n");
                respond(out, "206 Partial Content", &headers, OK).await?;
            }
            "/wrong-type" => {
                respond(
                    out,
                    "200 OK",
                    "Content-Type: text/html\r\n",
                    b"<html>no image</html>",
                )
                .await?;
            }
            "/encoded" => {
                let headers = format!("Content-Encoding: {}\r\n", request.text("as"));
                let mut body = gzip(OK);
                body.truncate(request.number("n", usize::MAX));
                respond(out, "200 OK", &headers, &body).await?;
            }
            "/not-gzip" => respond(out, "200 OK", "Content-Encoding: gzip\r\n", OK).await?,
            "/headers" => many_headers(out, request).await?,
            "/die-when-reused" => {
                let is_first = self.requests().len() == 1;
                if is_first {
                    respond(out, "200 OK", "", OK).await?;
                }
                return Ok(is_first);
            }
            path if path.starts_with("/redirect") || path.starts_with("/loop") => {
                redirect(out, request).await?;
            }
            "/ping" => redirect_to(out, "/pong", "").await?,
            "/pong" => redirect_to(out, "/ping", "").await?,
            "/chain" if n == 0 => respond(out, "200 OK", "", OK).await?,
            "/chain" => redirect_to(out, &format!("/chain?n={}", n - 1), "").await?,
            "/cookie" => cookie(out, request).await?,
            path => return broken(out, request, path, n).await.map(|()| false),
        }
        Ok(true)
    }
}

/// Scripts after which the connection is useless.
async fn broken(
    out: &mut TcpStream,
    request: &Request,
    path: &str,
    n: usize,
) -> std::io::Result<()> {
    let announced = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", OK.len());
    match path {
        "/silent" => until_closed(out).await,
        "/headers-only" => {
            out.write_all(announced.as_bytes()).await?;
            until_closed(out).await;
        }
        "/stall-after" => {
            out.write_all(announced.as_bytes()).await?;
            out.write_all(&OK[..n]).await?;
            until_closed(out).await;
        }
        "/rst-before" => reset(out)?,
        "/rst-after" => {
            out.write_all(announced.as_bytes()).await?;
            out.write_all(&OK[..n]).await?;
            sleep(30).await;
            reset(out)?;
        }
        "/short" => {
            out.write_all(announced.as_bytes()).await?;
            out.write_all(&OK[..n]).await?;
        }
        "/long" => {
            out.write_all(announced.as_bytes()).await?;
            out.write_all(OK).await?;
            out.write_all(&vec![b'x'; n]).await?;
        }
        "/short-chunked" => {
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            out.write_all(format!("{head}4\r\n0123\r\n").as_bytes())
                .await?;
        }
        "/drip" => drip(out, request.number("bps", 10)).await?,
        "/endless" => endless(out).await?,
        "/chunked-endless" => chunked_endless(out).await?,
        "/gzip-bomb" => gzip_bomb(out, request.number("mb", 50)).await?,
        "/endless-members" => endless_members(out).await?,
        "/endless-header" => endless_header(out).await?,
        "/interim-flood" => loop {
            out.write_all(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
                .await?;
        },
        "/raw" => out.write_all(&unescape(request.text("to"))).await?,
        _ => {
            respond(
                out,
                "404 Not Found",
                "Content-Type: text/plain\r\n",
                b"no script",
            )
            .await?;
        }
    }
    Ok(())
}

async fn read_head(stream: &mut TcpStream) -> std::io::Result<Option<Request>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return Ok(None),
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    Ok(Some(Request { target, head }))
}

async fn respond(
    out: &mut TcpStream,
    status: &str,
    headers: &str,
    body: &[u8],
) -> std::io::Result<()> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n");
    out.write_all(&[head.as_bytes(), body].concat()).await
}

async fn redirect(out: &mut TcpStream, request: &Request) -> std::io::Result<()> {
    match request.path() {
        "/redirect-nowhere" => respond(out, "302 Found", "", b"").await,
        "/loop-query" => {
            let next = format!("/loop-query?n={}", request.number("n", 0) + 1);
            redirect_to(out, &next, "").await
        }
        "/loop" => redirect_to(out, "/loop", "").await,
        _ => redirect_to(out, request.text("to"), "").await,
    }
}

async fn redirect_to(out: &mut TcpStream, to: &str, headers: &str) -> std::io::Result<()> {
    let headers = format!("Location: {to}\r\n{headers}");
    respond(out, "302 Found", &headers, b"moved").await
}

/// Insists on a cookie that it sets itself.
async fn cookie(out: &mut TcpStream, request: &Request) -> std::io::Result<()> {
    if request.header("cookie") == Some("seen=1") {
        return respond(out, "200 OK", "", OK).await;
    }
    redirect_to(out, "/cookie", "Set-Cookie: seen=1; Path=/\r\n").await
}

async fn etag(out: &mut TcpStream, request: &Request) -> std::io::Result<()> {
    let headers = "ETag: \"v1\"\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n\
                   Cache-Control: max-age=60\r\nX-Other: dropped\r\n";
    if request.header("if-none-match") == Some("\"v1\"") {
        let head = format!("HTTP/1.1 304 Not Modified\r\n{headers}\r\n");
        return out.write_all(head.as_bytes()).await;
    }
    respond(out, "200 OK", headers, OK).await
}

async fn many_headers(out: &mut TcpStream, request: &Request) -> std::io::Result<()> {
    let value = "v".repeat(request.number("size", 10));
    let count = request.number("count", 10);
    let headers: String = (0..count).map(|i| format!("X-H{i}: {value}\r\n")).collect();
    respond(out, "200 OK", &headers, OK).await
}

async fn drip(out: &mut TcpStream, bytes_per_second: usize) -> std::io::Result<()> {
    out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        .await?;
    loop {
        out.write_all(b"x").await?;
        sleep(1000 / bytes_per_second).await;
    }
}

async fn endless(out: &mut TcpStream) -> std::io::Result<()> {
    out.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    loop {
        out.write_all(&[b'x'; 16384]).await?;
    }
}

async fn chunked_endless(out: &mut TcpStream) -> std::io::Result<()> {
    out.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        .await?;
    loop {
        out.write_all(&[b"4000\r\n".as_slice(), &[b'x'; 16384], b"\r\n"].concat())
            .await?;
    }
}

/// Valid gzip that never gives a byte.
async fn endless_members(out: &mut TcpStream) -> std::io::Result<()> {
    out.write_all(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
        .await?;
    let members = gzip(b"").repeat(500);
    loop {
        out.write_all(&members).await?;
    }
}

async fn endless_header(out: &mut TcpStream) -> std::io::Result<()> {
    out.write_all(b"HTTP/1.1 200 OK\r\nX-Long: ").await?;
    loop {
        out.write_all(&[b'x'; 16384]).await?;
    }
}

/// Zeros, which deflate packs about a thousand to one.
async fn gzip_bomb(out: &mut TcpStream, megabytes: usize) -> std::io::Result<()> {
    let body = gzip(&vec![0; megabytes << 20]);
    respond(out, "200 OK", "Content-Encoding: gzip\r\n", &body).await
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// `\r`, `\n`, `\0` and `\s` (a blank) as they are written in a target.
fn unescape(text: &str) -> Vec<u8> {
    let text = text
        .replace("%5C", "\\")
        .replace("\\r", "\r")
        .replace("\\n", "\n");
    text.replace("\\0", "\0")
        .replace("\\s", " ")
        .replace("\\8", "\u{e9}")
        .into_bytes()
}

/// Closes with RST instead of FIN.
fn reset(out: &TcpStream) -> std::io::Result<()> {
    out.set_zero_linger()
}

async fn sleep(milliseconds: usize) {
    tokio::time::sleep(Duration::from_millis(milliseconds as u64)).await;
}

async fn until_closed(stream: &mut TcpStream) {
    let _ = stream.read_u8().await;
}
