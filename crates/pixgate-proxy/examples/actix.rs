//! pixgate in actix-web, whose types are those of `http` 0.2: they go over by their bytes.
//!
//! `cargo run -p pixgate-proxy --example actix`, then ask for
//! `/img/unsafe/rs:fit:300:300/plain/local:///picture.jpg` with a picture in the current folder.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a program")]

use std::time::SystemTime;

use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use http::{HeaderName, HeaderValue};
use pixgate_proxy::{Body, Config, Proxy, Request, Response};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut config = Config::default();
    config.source.local_root = Some(std::env::current_dir()?);
    config.routes.prefix = "/img".to_owned();
    let proxy = web::Data::new(Proxy::new(config)?);

    let address = std::env::args().nth(1);
    let address = address.unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(proxy.clone())
            .default_service(web::to(answer))
    });
    let server = server.bind(address)?;
    println!("http://{}", server.addrs()[0]);
    Ok(server.run().await?)
}

async fn answer(asked: HttpRequest, proxy: web::Data<Proxy>) -> HttpResponse {
    let pairs = asked.headers().iter().filter_map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
        Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
    });
    let request = Request {
        method: &asked.method().as_str().parse().unwrap_or_default(),
        target: &asked.uri().to_string(),
        headers: &pairs.collect(),
        now: SystemTime::now(),
    };
    outgoing(proxy.handle(&request).await)
}

fn outgoing(response: Response) -> HttpResponse {
    let status = StatusCode::from_u16(response.status.as_u16()).unwrap_or_default();
    let mut answer = HttpResponse::build(status);
    for (name, value) in &response.headers {
        answer.append_header((name.as_str(), value.as_bytes()));
    }
    match response.body {
        Body::Bytes(bytes) => answer.body(bytes),
        Body::Stream(stream) => answer.streaming(stream),
    }
}
