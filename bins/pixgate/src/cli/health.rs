//! `pixgate health`.

mod secure;

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use pixgate_config::Settings;

use super::Failure;

/// Asks the running server and gives its words, if they are good.
pub(super) fn ask(settings: &Settings) -> Result<String, Failure> {
    let (address, path) = pixgate_server::health_url(settings);
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let unreachable = |error: std::io::Error| {
        Failure::Because(format!(
            "nothing answers at `{address}`: {error}; does the server run, with the same IMGPROXY_BIND, \
             IMGPROXY_NETWORK and PORT?"
        ))
    };
    let has_own_listener = !settings.server.admin_bind.is_empty();
    let answer = if has_own_listener {
        let stream = connect(&address).map_err(unreachable)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        exchange(stream, &request)?
    } else if settings.is_unix() {
        let stream = unix_stream(&address).map_err(unreachable)?;
        ask_over(stream, &request, settings)?
    } else {
        let stream = connect(&address).map_err(unreachable)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        ask_over(stream, &request, settings)?
    };
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    if head.split(' ').nth(1) == Some("200") {
        Ok(body.to_owned())
    } else {
        Err(Failure::Because(format!(
            "unhealthy: {}",
            head.lines().next().unwrap_or_default()
        )))
    }
}

fn connect(address: &str) -> std::io::Result<TcpStream> {
    let mut failure = std::io::Error::other(format!("`{address}` is no address"));
    for candidate in address.to_socket_addrs()? {
        match TcpStream::connect_timeout(&candidate, TIMEOUT) {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

#[cfg(unix)]
fn unix_stream(path: &str) -> std::io::Result<impl Read + Write> {
    let stream = std::os::unix::net::UnixStream::connect(path)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    Ok(stream)
}

#[cfg(not(unix))]
fn unix_stream(_: &str) -> std::io::Result<TcpStream> {
    Err(std::io::Error::new(
        std::io::ErrorKind::Unsupported,
        "this system has no unix sockets",
    ))
}

fn ask_over(
    stream: impl Read + Write,
    request: &str,
    settings: &Settings,
) -> Result<String, Failure> {
    let answer = match &settings.server.tls {
        Some(tls) => exchange(secure::stream(stream, tls.certificate())?, request)?,
        None => exchange(stream, request)?,
    };
    Ok(answer)
}

fn exchange(mut stream: impl Read + Write, request: &str) -> std::io::Result<String> {
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER_BYTES).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

const TIMEOUT: Duration = Duration::from_secs(5);
const MAX_ANSWER_BYTES: u64 = 1 << 16;
