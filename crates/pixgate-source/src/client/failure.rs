//! What the HTTP client's errors mean.

use std::error::Error as StdError;
use std::io;
use std::time::{Duration, Instant};

use crate::resolve::RefusedAddress;
use crate::{Error, ErrorKind, Wait};

/// A request that got no response; its URL, which may hold a secret, is left out.
#[derive(Debug)]
pub struct Failure {
    error: reqwest::Error,
    elapsed: Duration,
}

impl Failure {
    /// The failure of a request that was sent at `started`.
    #[must_use]
    pub fn new(error: reqwest::Error, started: Instant) -> Self {
        Self {
            error: error.without_url(),
            elapsed: started.elapsed(),
        }
    }

    /// Nothing was sent: no address, no connection or no TLS.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.error.is_connect() || self.error.is_dns()
    }

    /// The connection was there and ended before any byte of a response.
    #[must_use]
    pub fn is_connection_lost(&self) -> bool {
        if self.error.is_connect() || self.error.is_dns() {
            return false;
        }
        let hyper = find::<hyper::Error>(&self.error);
        hyper.is_some_and(|e| e.is_incomplete_message() || e.is_closed() || e.is_canceled())
            || find::<io::Error>(&self.error).is_some_and(is_reset)
    }

    /// Says what happened to the request to `host`.
    #[must_use]
    pub fn into_error(self, host: &str) -> Error {
        let kind = self.kind(host.to_owned());
        Error::with_source(kind, self.error)
    }

    fn kind(&self, host: String) -> ErrorKind {
        if let Some(RefusedAddress::Refused(address)) = find::<RefusedAddress>(&self.error) {
            let address = Some(*address);
            return ErrorKind::AddressRefused { host, address };
        }
        if self.error.is_builder() {
            let reason = "it has a character that HTTP cannot send";
            return ErrorKind::InvalidUrl { reason };
        }
        if self.error.is_dns() {
            return ErrorKind::NameNotResolved { host };
        }
        if self.error.is_timeout() {
            let (wait, elapsed) = (Wait::Connect, self.elapsed);
            return ErrorKind::Timeout { wait, elapsed };
        }
        if find::<rustls::Error>(&self.error).is_some() {
            return ErrorKind::TlsFailed { host };
        }
        if self.error.is_connect() {
            return ErrorKind::ConnectionFailed { host };
        }
        if self.is_connection_lost() {
            return ErrorKind::ConnectionLost { host };
        }
        ErrorKind::InvalidResponse { host }
    }
}

/// An error while the body was read; the numbers are filled in by [`Body`](crate::Body).
#[must_use]
pub fn body_error(error: reqwest::Error) -> Error {
    let kind = ErrorKind::Incomplete {
        received: 0,
        expected: None,
    };
    Error::with_source(kind, error.without_url())
}

/// Searches the chain of causes, also inside of I/O errors.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

fn is_reset(error: &io::Error) -> bool {
    use io::ErrorKind as Io;
    matches!(
        error.kind(),
        Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe | Io::UnexpectedEof
    )
}
