//! A client that is made when it is needed first.

use std::sync::Arc;

use reqwest::Client;
use tokio::sync::OnceCell;

use super::{build, check};
use crate::blocking::blocking;
use crate::resolve::Resolve;
use crate::{Config, Error};

/// The client of http(s) sources. Reading the system's certificates takes longer than all other parts
/// of a start together, and a server of files and object stores never needs them here.
#[derive(Debug)]
pub(crate) struct LazyClient {
    config: Config,
    resolver: Arc<dyn Resolve>,
    client: OnceCell<Client>,
}

impl LazyClient {
    /// Checks what can be checked without the certificates of the system.
    pub(crate) fn new(config: &Config, resolver: Arc<dyn Resolve>) -> Result<Self, Error> {
        check(config)?;
        Ok(Self {
            config: config.clone(),
            resolver,
            client: OnceCell::new(),
        })
    }

    /// The client; if it could not be made the next one tries again.
    pub(crate) async fn get(&self) -> Result<&Client, Error> {
        let make = || async {
            let (config, resolver) = (self.config.clone(), Arc::clone(&self.resolver));
            blocking(move || build(&config, resolver)).await?
        };
        self.client.get_or_try_init(make).await
    }
}
