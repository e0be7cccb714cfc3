//! The stores that a case's variables switch on.

use pixgate_source::{Config, Error, Fetcher};
use pixgate_stores::Stores;

type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Adds them as a server does at its start.
pub(crate) async fn add(
    fetcher: Fetcher,
    config: &Config,
    variable: Variable<'_>,
) -> Result<Fetcher, Error> {
    let stores = Stores::from_variables(config, variable)?;
    stores.check_start().await?;
    Ok(stores.add_to(fetcher))
}
