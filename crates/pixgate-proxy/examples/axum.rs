//! pixgate beside other routes of an axum application.
//!
//! `cargo run -p pixgate-proxy --features tower --example axum`, then ask for
//! `/img/unsafe/rs:fit:300:300/plain/local:///picture.jpg` with a picture in the current folder.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a program")]

use std::time::SystemTime;

use axum::Router;
use axum::routing::get;
use pixgate_proxy::{Config, Proxy, ProxyService};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut config = Config::default();
    config.source.local_root = Some(std::env::current_dir()?);
    // `nest_service` cuts `/img` off the path, so that the proxy must not have it as its prefix.
    config.routes.prefix = String::new();
    let images = ProxyService::new(Proxy::new(config)?, SystemTime::now);

    let app = Router::new()
        .route("/", get(async || "the application itself"))
        .nest_service("/img", images);

    let address = std::env::args().nth(1);
    let address = address.unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
