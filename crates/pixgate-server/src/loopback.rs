//! The server's side of connections in memory: no sockets, no workers, for fuzzing and tests.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_server::Server;
use actix_service::ServiceFactory as _;
use actix_service::boxed::{self, BoxService};
use actix_web::rt::{System, SystemRunner};
use actix_web::web;
use pixgate_config::Settings;
use pixgate_telemetry::Telemetry;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex, split};
use tokio::time::timeout;

use super::connection::Connection;
use super::descriptors::Bounds;
use super::wire::{self, Wire};
use super::{Error, State, proxy};

/// A server to which bytes are given.
pub struct Loopback {
    system: SystemRunner,
    wire: Wire,
    http1: Rc<Http1>,
}

type Http1 = BoxService<(Connection<DuplexStream>, Option<SocketAddr>), (), DispatchError>;

impl Loopback {
    /// A server with these settings.
    ///
    /// # Errors
    ///
    /// [`Error`] if the configuration cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let system = System::new();
        let (wire, http1) = system.block_on(open(settings))?;
        Ok(Self {
            system,
            wire,
            http1: Rc::new(http1),
        })
    }

    /// What a client gets who sends these bytes and then nothing any more.
    ///
    /// # Errors
    ///
    /// `TimedOut` if the server goes on for ten seconds.
    pub fn converse(&self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let conversation = async {
            let (client, server) = duplex(SOCKET_BYTES);
            let (mut reader, mut writer) = split(client);
            let front = self.wire.front.clone();
            let serving = wire::serve(front, Rc::clone(&self.http1), server);
            let asking = async {
                // The server may have had enough before the end.
                if writer.write_all(bytes).await.is_ok() {
                    writer.shutdown().await.ok();
                }
            };
            let mut answer = Vec::new();
            let reading = reader.read_to_end(&mut answer);
            let (_, (), read) = tokio::join!(serving, asking, reading);
            read.map(|_| answer)
        };
        let limited = async { timeout(LIMIT, conversation).await };
        self.system.block_on(limited)?
    }

    /// Whether nothing is left of what clients had.
    #[must_use]
    pub fn is_calm(&self) -> bool {
        self.wire.front.places.free() == CLIENTS
    }
}

async fn open(settings: &Settings) -> Result<(Wire, Http1), Error> {
    let proxy = proxy(settings)?;
    let telemetry = Telemetry::start(&settings.telemetry, &proxy)
        .map_err(|error| Error::Config(error.into()))?;
    let state = web::Data::new(State { proxy, telemetry });
    let bounds = Bounds::of_clients(CLIENTS);
    let never = Server::build().graceful_shutdown_signal();
    let wire = Wire::new(settings, &bounds, state, never);
    let http1 = wire::http1::<DuplexStream>(&wire).new_service(()).await;
    let http1 = http1.map_err(|()| io::Error::other("no service for HTTP/1"))?;
    Ok((wire, boxed::service(http1)))
}

impl fmt::Debug for Loopback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loopback").finish_non_exhaustive()
    }
}

const CLIENTS: usize = 64;
/// As sockets have it.
const SOCKET_BYTES: usize = 64 << 10;
const LIMIT: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    fn loopback() -> Loopback {
        let pairs = [("IMGPROXY_ALLOWED_SOURCES", "sample://")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let settings = Settings::load(pairs).expect("settings");
        Loopback::new(&settings).expect("a server")
    }

    #[test]
    fn both_protocols_are_spoken() {
        let loopback = loopback();
        let request = b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let answer = loopback.converse(request).expect("an answer");
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
        let answer = loopback.converse(preface).expect("an answer");
        // Settings first.
        assert_eq!(answer.get(3), Some(&4));
        assert!(loopback.is_calm());
    }
}
