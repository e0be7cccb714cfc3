//! The stores that a case's variables switch on.

use std::sync::Arc;

use pixgate_source::{Config, Error, Fetcher, GcsConfig, GcsTransport};

type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

pub(crate) async fn add(
    mut fetcher: Fetcher,
    config: &Config,
    variable: Variable<'_>,
) -> Result<Fetcher, Error> {
    let uses = |store: &str| variable(&format!("IMGPROXY_USE_{store}")).as_deref() == Some("true");
    if uses("GCS") {
        let gcs = GcsTransport::new(config, GcsConfig::from_variables(variable))?;
        fetcher = fetcher.with_transport("gs", Arc::new(gcs));
    }
    Ok(fetcher)
}
