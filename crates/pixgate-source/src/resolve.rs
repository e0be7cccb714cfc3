//! Name resolution that hands out allowed addresses only.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use pixgate_allow::AddressPolicy;
use tokio::sync::Semaphore;

use crate::transport::BoxFuture;

/// Finds the addresses of a host name.
///
/// The answer is checked by the address policy at the moment it is used for a connection, so a
/// resolver needs no opinion about addresses; caching one's answers is fine.
pub trait Resolve: fmt::Debug + Send + Sync {
    /// Looks `host` up; ports of the result are ignored.
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The resolver of the operating system.
///
/// A lookup there holds a thread and cannot be cancelled, so only 128 run at a time: slow name
/// servers must not take the threads that files are read with.
#[derive(Debug, Clone)]
pub struct SystemResolver {
    permits: Arc<Semaphore>,
}

impl Default for SystemResolver {
    fn default() -> Self {
        Self {
            permits: Arc::new(Semaphore::new(MAX_LOOKUPS)),
        }
    }
}

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let permit = Arc::clone(&self.permits).acquire_owned().await;
            let host = host.to_owned();
            // A task of its own keeps the permit even if nobody waits for the answer any more.
            let lookup = tokio::spawn(async move {
                let _permit = permit.map_err(io::Error::other)?;
                let found = tokio::net::lookup_host((host, 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            });
            lookup.await.map_err(io::Error::other)?
        })
    }
}

/// A quarter of the threads that tokio lets block by default.
const MAX_LOOKUPS: usize = 128;

/// A resolver that leaves refused addresses out, as the HTTP client wants it.
#[derive(Debug, Clone)]
pub(crate) struct GuardedResolver {
    pub(crate) inner: Arc<dyn Resolve>,
    pub(crate) policy: AddressPolicy,
}

impl GuardedResolver {
    async fn addresses(&self, host: &str) -> Result<Vec<SocketAddr>, RefusedAddress> {
        let mut first_refused = None;
        let mut allowed = Vec::new();
        let found = self
            .inner
            .resolve(host)
            .await
            .map_err(RefusedAddress::Lookup)?;
        for address in found {
            match self.policy.check(address) {
                Ok(()) => allowed.push(SocketAddr::new(address, 0)),
                Err(_) => first_refused = first_refused.or(Some(address)),
            }
        }
        match (allowed.is_empty(), first_refused) {
            (true, Some(address)) => Err(RefusedAddress::Refused(address)),
            _ => Ok(allowed),
        }
    }
}

impl reqwest::dns::Resolve for GuardedResolver {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let this = self.clone();
        Box::pin(async move {
            let addresses = this.addresses(name.as_str()).await?;
            if addresses.is_empty() {
                return Err(io::Error::from(io::ErrorKind::NotFound).into());
            }
            Ok(Box::new(addresses.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

/// Why a name gave no address; found again in the HTTP client's error.
#[derive(Debug)]
pub(crate) enum RefusedAddress {
    /// All addresses are refused, this is the first.
    Refused(IpAddr),
    /// The resolver said no.
    Lookup(io::Error),
}

impl fmt::Display for RefusedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(address) => write!(f, "address {address} is not allowed"),
            Self::Lookup(_) => f.write_str("name resolution did not succeed"),
        }
    }
}

impl std::error::Error for RefusedAddress {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(_) => None,
            Self::Lookup(error) => Some(error),
        }
    }
}
