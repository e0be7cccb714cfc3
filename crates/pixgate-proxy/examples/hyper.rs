//! pixgate as the service of hyper, and nothing else.
//!
//! `cargo run -p pixgate-proxy --features tower --example hyper`, then ask for
//! `/img/unsafe/rs:fit:300:300/plain/local:///picture.jpg` with a picture in the current folder.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a program has a clock and prints"
)]

use std::time::SystemTime;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use pixgate_proxy::{Config, Proxy, ProxyService};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut config = Config::default();
    config.source.local_root = Some(std::env::current_dir()?);
    // Nobody cuts anything off the path: the prefix is the proxy's own.
    config.routes.prefix = "/img".to_owned();
    let images = ProxyService::new(Proxy::new(config)?, SystemTime::now);

    let address = std::env::args().nth(1);
    let address = address.unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(images.clone());
        tokio::spawn(async move {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                eprintln!("{error}");
            }
        });
    }
}
