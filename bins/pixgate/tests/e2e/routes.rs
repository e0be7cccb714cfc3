//! Routes beside pictures, methods, and headers that every answer has.

use crate::support::origin::Origin;
use crate::support::server::Server;
use crate::support::world::World;

const CONTENT_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

#[test]
fn every_answer_has_the_common_headers() {
    let world = World::open();
    let cases = [
        ("GET", "/"),
        ("GET", "/health"),
        ("GET", "/favicon.ico"),
        ("GET", "/.well-known/acme-challenge/a"),
        ("GET", "/unsafe/w:10/plain/local:///photo.jpg"),
        ("GET", "/unsafe/w:10/plain/local:///missing.jpg"),
        ("GET", "/unsafe/nonsense:1/plain/a"),
        ("HEAD", "/unsafe/w:10/plain/local:///photo.jpg"),
        ("OPTIONS", "/unsafe/w:10/plain/local:///photo.jpg"),
        ("POST", "/unsafe/w:10/plain/local:///photo.jpg"),
    ];
    for (method, target) in cases {
        let answer = world.server.ask(method, target, &[]);
        let what = format!("{method} {target}");
        assert_eq!(
            answer.header("content-security-policy"),
            Some(CONTENT_POLICY),
            "{what}"
        );
        assert_eq!(answer.header("server"), Some("pixgate"), "{what}");
        assert!(answer.header("date").is_some(), "{what}");
        let id = answer.header("x-request-id").unwrap_or_default();
        assert_eq!(id.len(), 21, "{what}");
    }
}

#[test]
fn a_request_id_comes_back_if_it_is_harmless() {
    let world = World::open();
    let id_for = |id| {
        let answer = world.server.get_with("/health", &[("X-Request-ID", id)]);
        answer.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(id_for("from-the_edge-7"), "from-the_edge-7");
    assert_ne!(id_for("<script>"), "<script>");
}

#[test]
fn the_landing_page_shows_pictures_that_the_server_made() {
    let server = Server::start(&[]);
    let answer = server.get("/");
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    let page = answer.text();
    for media_type in ["image/jpeg", "image/png", "image/webp", "image/avif"] {
        let picture = format!("src=\"data:{media_type};base64,");
        assert!(page.contains(&picture), "{media_type}");
    }
    assert!(page.contains("pixgate"));
}

#[test]
fn the_health_check_is_short_and_not_kept() {
    let answer = World::open().server.get("/health");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    assert!(answer.text().contains("is running"));
}

#[test]
fn browsers_get_a_blank_404_for_what_they_ask_by_themselves() {
    let world = World::open();
    for target in ["/favicon.ico", "/.well-known/security.txt"] {
        let answer = world.server.get(target);
        assert_eq!((answer.status, answer.text().as_str()), (404, " "));
    }
}

#[test]
fn head_is_always_200_and_looks_at_nothing() {
    let world = World::signed();
    let origin = Origin::start([]);
    let forged = format!("/forged/w:10/plain/{}", origin.url("/photo.jpg"));
    for target in [forged.as_str(), "/health", "/nonsense"] {
        let answer = world.server.ask("HEAD", target, &[]);
        assert_eq!((answer.status, answer.body.len()), (200, 0), "{target}");
        assert_eq!(answer.header("content-length"), Some("1"));
        assert_eq!(answer.header("content-type"), Some("text/plain"));
    }
    assert_eq!(origin.requests(), 0);
}

#[test]
fn options_is_always_200_and_one_space() {
    let world = World::open();
    let answer = world.server.ask("OPTIONS", "/forged/w:10/plain/a", &[]);
    assert_eq!((answer.status, answer.text().as_str()), (200, " "));
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(
        answer.header("access-control-allow-methods"),
        Some("GET, OPTIONS")
    );
}

#[test]
fn other_methods_are_not_found() {
    let world = World::open();
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let target = "/unsafe/w:10/plain/local:///photo.jpg";
        let answer = world.server.ask(method, target, &[]);
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (404, " "),
            "{method}"
        );
        assert_eq!(answer.header("allow"), None);
    }
}

#[test]
fn a_connection_serves_many_requests() {
    let world = World::open();
    let first = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
    let last = "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let answer = world.server.send(&format!("{first}{first}{last}"));
    let rest = answer.text();
    assert_eq!(rest.matches("HTTP/1.1 200 OK").count(), 2, "{rest}");
}
