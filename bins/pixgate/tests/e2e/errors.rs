//! Every class of error has its status and its few public words.

use crate::support::server::{Answer, Server};
use crate::support::world::{LOOPBACK, World};

fn assert_refused(answer: &Answer, status: u16, words: &str, what: &str) {
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (status, words),
        "{what}"
    );
    assert_eq!(answer.header("content-type"), Some("text/plain"), "{what}");
    assert_eq!(answer.header("cache-control"), None, "{what}");
    assert_eq!(answer.header("vary"), None, "{what}");
}

const INVALID_URL: &str = "Invalid URL";

#[test]
fn every_class_of_url_error_has_its_answer() {
    let world = World::open();
    let cases = [
        ("/unsafe", 404, INVALID_URL),
        ("/unsafe/", 404, INVALID_URL),
        ("/health/", 404, INVALID_URL),
        (
            "/unsafe/fill/300/300/ce/0/plain/local:///photo.jpg",
            404,
            INVALID_URL,
        ),
        (
            "/unsafe/unknown:1/plain/local:///photo.jpg",
            404,
            INVALID_URL,
        ),
        ("/unsafe/w:abc/plain/local:///photo.jpg", 404, INVALID_URL),
        ("/unsafe/w:-1/plain/local:///photo.jpg", 404, INVALID_URL),
        (
            "/unsafe/rs:fit:1:2:3:4:5:6:7:8/plain/local:///photo.jpg",
            404,
            INVALID_URL,
        ),
        (
            "/unsafe/g:fp:nan:0.5/plain/local:///photo.jpg",
            404,
            INVALID_URL,
        ),
        (
            "/unsafe/pr:missing/plain/local:///photo.jpg",
            404,
            INVALID_URL,
        ),
        (
            "/unsafe/f:nonsense/plain/local:///photo.jpg",
            404,
            INVALID_URL,
        ),
        ("/unsafe/exp:1/plain/local:///photo.jpg", 404, INVALID_URL),
        ("/unsafe/w:10/plain/", 404, INVALID_URL),
        ("/unsafe/w:10/***", 404, INVALID_URL),
        (
            "/unsafe/w:10/plain/local:///photo.jpg@png@webp",
            404,
            INVALID_URL,
        ),
        ("/unsafe/mrd:10/plain/local:///photo.jpg", 403, INVALID_URL),
        (
            "/unsafe/w:10/plain/ftp://example.com/photo.jpg",
            404,
            "Invalid source URL",
        ),
        (
            "/unsafe/w:10/plain/https://example.com/photo.jpg",
            404,
            "Invalid source URL",
        ),
    ];
    for (target, status, words) in cases {
        let answer = world.server.get(target);
        assert_refused(&answer, status, words, target);
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }
    assert_eq!(
        world
            .server
            .get("/unsafe/pr:small/plain/local:///photo.jpg")
            .status,
        200
    );
}

#[test]
fn an_option_in_the_place_of_the_signature_is_explained() {
    let answer = World::open().server.get("/w:10/plain/local:///photo.jpg");
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("signature segment is missing"));
}

#[test]
fn sources_that_cannot_be_had_are_told_apart() {
    let world = World::open();
    let cases = [
        ("/missing", 404, "Source is unreachable"),
        ("/forbidden", 403, "Source is unreachable"),
        ("/broken", 502, "Source is unreachable"),
        ("/empty", 404, "Source is unreachable"),
        ("/nothing", 422, "Invalid source image"),
    ];
    for (path, status, words) in cases {
        let target = format!("/unsafe/w:10/plain/{}", world.origin.url(path));
        assert_refused(&world.server.get(&target), status, words, path);
    }
    for path in ["missing.jpg", "../../etc/passwd", "..%2f..%2fetc/passwd"] {
        let target = format!("/unsafe/w:10/plain/local:///{path}");
        let answer = world.server.get(&target);
        assert_refused(&answer, 404, "Source is unreachable", path);
    }
    // Dots end at the root, so this is the picture itself.
    let answer = world.server.get("/unsafe/w:10/plain/local:///../photo.jpg");
    assert_eq!(answer.status, 200);
}

#[test]
fn a_slow_source_gives_504() {
    let world = World::start(&[LOOPBACK, ("IMGPROXY_DOWNLOAD_TIMEOUT", "1")]);
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!(
        "/unsafe/w:10/plain/http://{}/photo.jpg",
        silent.local_addr().unwrap()
    );
    let answer = world.server.get(&target);
    assert_refused(&answer, 504, "Source is unreachable", "a silent origin");
    world.assert_well();
}

#[test]
fn options_that_are_not_on_the_list_are_refused() {
    let world = World::start(&[("IMGPROXY_ALLOWED_PROCESSING_OPTIONS", "w,h")]);
    let get = |options| {
        let target = format!("/unsafe/{options}/plain/local:///photo.jpg");
        world.server.get(&target)
    };
    assert_eq!(get("w:10/h:10").status, 200);
    assert_refused(&get("w:10/q:50"), 404, INVALID_URL, "quality");
}

#[test]
fn a_secret_is_asked_for_before_anything_else() {
    let server = Server::start(&[("IMGPROXY_SECRET", "s3cret")]);
    let target = "/unsafe/w:10/plain/sample://landscape.jpg";
    for headers in [
        &[][..],
        &[("Authorization", "Bearer other")],
        &[("Authorization", "bearer s3cret")],
    ] {
        let answer = server.get_with(target, headers);
        assert_refused(&answer, 403, "Forbidden", "a missing secret");
    }
    let answer = server.get_with(target, &[("Authorization", "Bearer s3cret")]);
    assert_eq!(answer.status, 200);
    assert_eq!(server.get("/health").status, 200);
}

#[test]
fn requests_that_are_no_http_get_400() {
    let world = World::open();
    for request in [
        "GET /unsafe/w:10/plain/local:///a%zz.jpg HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET /unsafe/w:10/plain/local:///a b.jpg HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET /unsafe\u{1}/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "nonsense\r\n\r\n",
    ] {
        assert_eq!(world.server.send(request).status, 400, "{request:?}");
    }
    world.assert_well();
}

#[test]
fn an_option_that_does_not_work_yet_is_named() {
    let world = World::start(&[("IMGPROXY_DEVELOPMENT_ERRORS_MODE", "true")]);
    let target = "/unsafe/bd:3:car/plain/local:///photo.jpg";
    let answer = world.server.get(target);
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert!(
        answer.text().contains("option blur_detections"),
        "{}",
        answer.text()
    );
    let page = world
        .server
        .get_with(target, &[("Accept", "text/html,*/*")]);
    assert_eq!(page.status, 422);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(page.text().contains("option blur_detections"));
}

#[test]
fn results_that_cannot_be_written_are_refused() {
    let world = World::open();
    let target = "/unsafe/w:10/plain/local:///photo.jpg@svg";
    assert_refused(&world.server.get(target), 422, INVALID_URL, target);
}

#[test]
fn markup_that_is_wrong_is_explained_to_developers() {
    // `one <b>two`
    let target = "/unsafe/wm:1/wmt:b25lIDxiPnR3bw/plain/local:///photo.jpg";
    let world = World::open();
    assert_refused(
        &world.server.get(target),
        422,
        "Invalid watermark text",
        target,
    );
    // No base64, no UTF-8, a control character.
    for text in ["a", "_w", "YRti"] {
        let target = format!("/unsafe/wm:1/wmt:{text}/plain/local:///photo.jpg");
        assert_refused(&world.server.get(&target), 404, INVALID_URL, &target);
    }
    let world = World::start(&[("IMGPROXY_DEVELOPMENT_ERRORS_MODE", "true")]);
    let answer = world.server.get(target);
    assert_eq!(answer.status, 422);
    let expected = "markup at character 5: a tag is not closed";
    assert!(answer.text().contains(expected), "{}", answer.text());
}
