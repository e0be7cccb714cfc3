//! Prints what is known about an object of a storage, with the credentials of the environment.
//!
//! ```text
//! IMGPROXY_USE_GCS=true cargo run -p pixgate-stores --example object -- gs://bucket/cat.jpg
//! ```
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example shows things and is a program of its own"
)]

use std::error::Error;

use pixgate_source::{Config, Fetcher, SourceRequest};
use pixgate_stores::Stores;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("usage: object URL")?;
    let config = Config::default();
    let stores = Stores::from_variables(&config, &|name| std::env::var(name).ok())?;
    let fetcher = stores.add_to(Fetcher::new(config)?);
    let response = match fetcher.fetch(SourceRequest::new(url)).await {
        Ok(response) => response,
        Err(error) => {
            let cause = error.source().map(ToString::to_string);
            println!("{error}\n{}", cause.unwrap_or_default());
            return Err(error.into());
        }
    };
    for (name, value) in &response.headers {
        println!("{name}: {}", String::from_utf8_lossy(value.as_bytes()));
    }
    println!(
        "{} bytes read",
        response.body.collect(u64::MAX).await?.len()
    );
    Ok(())
}
