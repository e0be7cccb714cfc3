//! Routes beside pictures, methods, and headers that every answer has.

use http::Method;

use crate::world::World;

const CONTENT_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

#[tokio::test]
async fn every_answer_has_the_common_headers() {
    let world = World::with(|config| {
        config.answer.headers = vec![("x-own".to_owned(), "yes".to_owned())];
    });
    let cases = [
        ("GET", "/"),
        ("GET", "/health"),
        ("GET", "/favicon.ico"),
        ("GET", "/.well-known/acme-challenge/a"),
        ("GET", "/unsafe/w:10/plain/http://h/photo.jpg"),
        ("GET", "/unsafe/raw:1/plain/http://h/photo.jpg"),
        ("GET", "/unsafe/w:10/plain/http://h/missing.jpg"),
        ("GET", "/unsafe/nonsense:1/plain/a"),
        ("GET", "/_/a b"),
        ("HEAD", "/unsafe/w:10/plain/http://h/photo.jpg"),
        ("OPTIONS", "/unsafe/w:10/plain/http://h/photo.jpg"),
        ("POST", "/unsafe/w:10/plain/http://h/photo.jpg"),
    ];
    for (method, target) in cases {
        let method: Method = method.parse().unwrap();
        let answer = world.ask(&method, target, &[]).await;
        let what = format!("{method} {target}");
        let policy = answer.header("content-security-policy");
        assert_eq!(policy, Some(CONTENT_POLICY), "{what}");
        assert_eq!(answer.header("server"), Some("pixgate"), "{what}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-own"), Some("yes"), "{what}");
        let id = answer.header("x-request-id").unwrap_or_default();
        assert_eq!(id.len(), 21, "{what}");
    }
}

#[tokio::test]
async fn a_request_id_comes_back_if_it_is_harmless() {
    let world = World::open();
    for (given, comes_back) in [("from-the_edge-7", true), ("<script>", false)] {
        let headers = [("x-request-id", given)];
        let answer = world.get_with("/health", &headers).await;
        assert_eq!(answer.header("x-request-id") == Some(given), comes_back);
    }
}

#[tokio::test]
async fn health_is_short_and_not_kept_and_needs_no_secret() {
    let world = World::with(|config| {
        config.access.secret = "s3cret".to_owned();
        config.routes.health_path = "/up".to_owned();
        config.routes.prefix = "/img".to_owned();
    });
    for target in ["/img/health", "/img/up"] {
        let answer = world.get(target).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("text/plain"));
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
        assert_eq!(answer.text(), "pixgate is running");
    }
    assert_eq!(world.get("/health").await.status, 404);
}

#[tokio::test]
async fn browsers_get_a_blank_404_for_what_they_ask_by_themselves() {
    let world = World::open();
    for target in ["/favicon.ico", "/.well-known/security.txt"] {
        let answer = world.get(target).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, " "));
    }
}

#[tokio::test]
async fn head_and_options_look_at_nothing() {
    let world = World::with(|config| {
        config.answer.allow_origin = "*".to_owned();
        config.access.keys = vec![b"key".to_vec()];
        config.access.salts = vec![b"salt".to_vec()];
    });
    for method in [Method::HEAD, Method::OPTIONS] {
        for target in ["/forged/w:10/plain/http://h/photo.jpg", "/health", "/x"] {
            let answer = world.ask(&method, target, &[]).await;
            assert_eq!((answer.status, answer.text().as_str()), (200, " "));
            assert_eq!(answer.header("content-type"), Some("text/plain"));
            let methods = answer.header("access-control-allow-methods");
            assert_eq!(methods, Some("GET, OPTIONS"));
        }
    }
    assert_eq!(world.sources.requests(), 0);
}

#[tokio::test]
async fn other_methods_and_broken_targets_are_refused() {
    let world = World::open();
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let target = "/unsafe/w:10/plain/http://h/photo.jpg";
        let answer = world.ask(&method, target, &[]).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, " "));
        assert_eq!(answer.header("allow"), None);
    }
    let answer = world.get("/unsafe/w:10/plain/http://h/a%zz.jpg").await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.text(), "400 Bad Request");
    assert_eq!(world.sources.requests(), 0);
}
