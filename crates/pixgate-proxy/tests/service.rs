//! The proxy as a service of tower, on its own and under a router.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test has a clock and may stop where it likes"
)]

use std::time::SystemTime;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode};
use pixgate_proxy::{Config, Proxy, ProxyService};
use tower_service::Service as _;

/// A picture of one pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
const PATH: &str = "/img/unsafe/rs:fit:8:8/plain/local:///a.gif@png";

fn service(prefix: &str) -> (tempfile::TempDir, ProxyService) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.gif"), GIF).unwrap();
    let mut config = Config::default();
    config.source.local_root = Some(folder.path().to_owned());
    config.routes.prefix = prefix.to_owned();
    let proxy = Proxy::new(config).unwrap();
    (folder, ProxyService::new(proxy, SystemTime::now))
}

async fn ask(mut router: Router, target: &str) -> (StatusCode, Vec<u8>) {
    let request = Request::get(target).body(Body::empty()).unwrap();
    let response = router.call(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, body.to_vec())
}

#[tokio::test]
async fn a_request_of_http_is_answered_in_its_types() {
    let (_folder, mut service) = service("/img");
    let request = Request::get(PATH).body(()).unwrap();
    let response = service.call(request).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "image/png");
    let raw = PATH.replace("rs:fit:8:8", "raw:1");
    let request = Request::get(raw).body(()).unwrap();
    let response = service.call(request).await.unwrap();
    let body = to_bytes(Body::new(response.into_body()), 1 << 20).await;
    assert_eq!(body.unwrap(), GIF);
}

#[tokio::test]
async fn a_nested_service_has_no_prefix_and_another_one_has() {
    for (prefix, status) in [("", 200), ("/img", 404)] {
        let (_folder, images) = service(prefix);
        let nested = Router::new().nest_service("/img", images);
        assert_eq!(ask(nested, PATH).await.0, status, "nested, {prefix:?}");
    }
    for (prefix, status) in [("/img", 200), ("", 404)] {
        let (_folder, images) = service(prefix);
        let routed = Router::new().route_service("/img/{*path}", images.clone());
        assert_eq!(ask(routed, PATH).await.0, status, "routed, {prefix:?}");
        let beside = Router::new().fallback_service(images);
        assert_eq!(ask(beside, PATH).await.0, status, "beside, {prefix:?}");
    }
}
