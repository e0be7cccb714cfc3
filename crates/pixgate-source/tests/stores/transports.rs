//! The stores that a case's variables switch on.

use std::sync::Arc;

use pixgate_source::{
    AbsConfig, AbsTransport, Config, Error, Fetcher, GcsConfig, GcsTransport, S3Config,
    S3Transport, SwiftConfig, SwiftTransport, Transport,
};

type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

pub(crate) async fn add(
    fetcher: Fetcher,
    config: &Config,
    variable: Variable<'_>,
) -> Result<Fetcher, Error> {
    let uses = |store: &str| variable(&format!("IMGPROXY_USE_{store}")).as_deref() == Some("true");
    let mut stores: Vec<(&str, Arc<dyn Transport>)> = Vec::new();
    if uses("GCS") {
        let gcs = GcsTransport::new(config, GcsConfig::from_variables(variable))?;
        stores.push(("gs", Arc::new(gcs)));
    }
    if uses("ABS") {
        let abs = AbsTransport::new(config, AbsConfig::from_variables(variable))?;
        stores.push(("abs", Arc::new(abs)));
    }
    if uses("SWIFT") {
        let swift = SwiftTransport::new(config, SwiftConfig::from_variables(variable))?;
        // As a server does at its start.
        swift.check_credentials().await?;
        stores.push(("swift", Arc::new(swift)));
    }
    if uses("S3") {
        let s3 = S3Transport::new(config, S3Config::from_variables(variable))?;
        stores.push(("s3", Arc::new(s3)));
    }
    let with = |fetcher: Fetcher, (scheme, store)| fetcher.with_transport(scheme, store);
    Ok(stores.into_iter().fold(fetcher, with))
}
