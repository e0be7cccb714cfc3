//! Where the server listens.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs as _};
use std::path::PathBuf;

use pixgate_config::Settings;
use socket2::{Domain, Socket, Type};

use crate::os::{UnixListener, share_port};

/// Where a server listens, for people.
pub(super) struct Place {
    /// The bound address or path.
    pub(super) bound: String,
    /// What to open in a browser.
    pub(super) url: String,
    /// The socket's file, if it has one.
    file: Option<PathBuf>,
}

impl Place {
    /// Removes the socket's file, so that the next start can bind it.
    pub(super) fn leave(&self) {
        if let Some(file) = &self.file
            && let Err(error) = std::fs::remove_file(file)
        {
            tracing::warn!("{} stays: {error}", file.display());
        }
    }
}

/// A socket that listens.
pub(super) enum Listener {
    /// TCP.
    Tcp(TcpListener),
    /// A unix socket.
    Unix(UnixListener),
}

/// Binds the configured address.
pub(super) fn listen(settings: &Settings) -> io::Result<(Listener, Place)> {
    let address = settings.address();
    if settings.is_unix() {
        let listener = UnixListener::bind(&address)?;
        let place = Place {
            url: format!("unix:{address}"),
            file: Some(PathBuf::from(&address)),
            bound: address,
        };
        return Ok((Listener::Unix(listener), place));
    }
    let listener = tcp_listener(
        &settings.server.network,
        &address,
        settings.server.reuse_port,
    )?;
    let bound = listener.local_addr()?;
    let prefix = &settings.proxy.routes.prefix;
    let scheme = match settings.server.tls {
        Some(_) => "https",
        None => "http",
    };
    let place = Place {
        bound: match bound.ip().is_unspecified() {
            true => format!(":{}", bound.port()),
            false => bound.to_string(),
        },
        url: format!("{scheme}://{}{prefix}/", visible(bound)),
        file: None,
    };
    Ok((Listener::Tcp(listener), place))
}

pub(super) fn tcp_listener(
    network: &str,
    address: &str,
    reuse_port: bool,
) -> io::Result<TcpListener> {
    let mut failure = None;
    for candidate in candidates(network, address)? {
        match bind(candidate, reuse_port) {
            Ok(listener) => return Ok(listener),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    Err(failure.unwrap_or_else(|| io::Error::other(format!("`{address}` is no address"))))
}

/// The addresses to try: an empty host is all of IPv6 and IPv4, or IPv4 where there is no IPv6.
fn candidates(network: &str, address: &str) -> io::Result<Vec<SocketAddr>> {
    let all = match address.strip_prefix(':') {
        Some(port) => {
            let port = port
                .parse()
                .map_err(|_| io::Error::other(format!("`{address}` has no valid port")))?;
            vec![
                SocketAddr::from((Ipv6Addr::UNSPECIFIED, port)),
                SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)),
            ]
        }
        None => address.to_socket_addrs()?.collect(),
    };
    let is_wanted = |candidate: &SocketAddr| match network {
        "tcp4" => candidate.is_ipv4(),
        "tcp6" => candidate.is_ipv6(),
        _ => true,
    };
    Ok(all.into_iter().filter(is_wanted).collect())
}

fn bind(address: SocketAddr, reuse_port: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    if reuse_port {
        share_port(&socket)?;
    }
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

fn visible(bound: SocketAddr) -> String {
    if bound.ip().is_unspecified() || bound.ip().is_loopback() {
        format!("localhost:{}", bound.port())
    } else {
        bound.to_string()
    }
}

/// Where the health check of a server with these settings answers: host and port to connect to,
/// and the path.
#[must_use]
pub fn health_url(settings: &Settings) -> (String, String) {
    let address = match settings.server.admin_bind.as_str() {
        "" => settings.address(),
        admin => admin.to_owned(),
    };
    let address = match address.strip_prefix(':') {
        Some(port) => format!("localhost:{port}"),
        None => address
            .replace("0.0.0.0:", "127.0.0.1:")
            .replace("[::]:", "[::1]:"),
    };
    (address, format!("{}/health", settings.proxy.routes.prefix))
}

/// Connections that may wait to be accepted; the kernel lowers it to its own limit.
const BACKLOG: i32 = 4_096;
