//! Every class of error has its status and its few public words.

use crate::sources::Script;
use crate::world::{World, picture};
use pixgate_options::Format;

const INVALID_URL: &str = "Invalid URL";
const INVALID_IMAGE: &str = "Invalid source image";
const UNREACHABLE: &str = "Source is unreachable";

#[tokio::test]
async fn every_class_of_url_error_has_its_answer() {
    let world = World::with(|config| config.answer.allow_origin = "*".to_owned());
    let cases = [
        ("/unsafe", 404),
        ("/unsafe/", 404),
        ("/health/", 404),
        ("/unsafe/fill/300/300/ce/0/plain/http://h/photo.jpg", 404),
        ("/unsafe/unknown:1/plain/http://h/photo.jpg", 404),
        ("/unsafe/w:abc/plain/http://h/photo.jpg", 404),
        ("/unsafe/w:-1/plain/http://h/photo.jpg", 404),
        ("/unsafe/rs:fit:1:2:3:4:5:6:7:8/plain/http://h/a.jpg", 404),
        ("/unsafe/g:fp:nan:0.5/plain/http://h/photo.jpg", 404),
        ("/unsafe/pr:missing/plain/http://h/photo.jpg", 404),
        ("/unsafe/f:nonsense/plain/http://h/photo.jpg", 404),
        ("/unsafe/exp:1/plain/http://h/photo.jpg", 404),
        ("/unsafe/w:10/plain/", 404),
        ("/unsafe/w:10/***", 404),
        ("/unsafe/w:10/plain/http://h/photo.jpg@png@webp", 404),
        ("/unsafe/mrd:10/plain/http://h/photo.jpg", 403),
    ];
    for (target, status) in cases {
        let answer = world.get(target).await;
        answer.assert_refused(status, INVALID_URL, target);
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }
    assert_eq!(world.sources.requests(), 0);
}

#[tokio::test]
async fn presets_stand_for_their_options() {
    let world = World::with(|config| config.url.presets = vec!["small=rs:fit:10:10".to_owned()]);
    let answer = world.made("pr:small", "http://h/photo.jpg").await;
    assert_eq!(answer.picture().width, 10);
}

#[tokio::test]
async fn an_option_in_the_place_of_the_signature_is_explained() {
    let answer = World::open().get("/w:10/plain/http://h/photo.jpg").await;
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("signature segment is missing"));
}

#[tokio::test]
async fn sources_that_cannot_be_had_are_told_apart() {
    let world = World::open();
    let half = picture(Format::Jpeg, 240, 160);
    let length = half.len();
    for (url, script) in [
        ("http://h/forbidden", Script::status(403)),
        ("http://h/broken", Script::status(500)),
        ("http://h/empty", Script::status(204)),
        ("http://h/nothing", Script::body([])),
        ("http://h/page", Script::body(*b"<!doctype html><p>Nothing")),
        ("http://h/half", Script::body(half).cut_at(length / 2)),
        (
            "http://h/gzip",
            Script::body(*b"GIF89a").with("content-encoding", "gzip"),
        ),
    ] {
        world.add(url, script);
    }
    for (source, status, words) in [
        ("http://h/missing", 404, UNREACHABLE),
        ("http://h/forbidden", 403, UNREACHABLE),
        ("http://h/broken", 502, UNREACHABLE),
        ("http://h/empty", 404, UNREACHABLE),
        ("http://h/nothing", 422, INVALID_IMAGE),
        ("http://h/page", 422, INVALID_IMAGE),
        ("http://h/half", 422, "Source response is incomplete"),
        ("http://h/gzip", 422, INVALID_IMAGE),
        ("local:///photo.jpg", 404, UNREACHABLE),
        ("ftp://h/photo.jpg", 404, UNREACHABLE),
        ("photo.jpg", 404, UNREACHABLE),
    ] {
        let answer = world.made("w:10", source).await;
        answer.assert_refused(status, words, source);
    }
    world.assert_well().await;
}

#[tokio::test]
async fn half_a_file_is_an_error_or_a_whole_picture() {
    let world = World::open();
    let mut half = picture(Format::Png, 240, 160);
    half.truncate(half.len() / 2);
    world.add("http://h/half.png", Script::body(half));
    let answer = world.made("w:50", "http://h/half.png@png").await;
    match answer.status {
        422 => answer.assert_refused(422, "Broken or unsupported image", "half"),
        _ => assert_eq!(answer.picture().width, 50),
    }
    world.assert_well().await;
}

#[tokio::test]
async fn options_that_are_not_on_the_list_are_refused() {
    let world =
        World::with(|config| config.url.allowed_options = vec!["w".to_owned(), "h".to_owned()]);
    let answer = world.made("w:10/h:10", "http://h/photo.jpg").await;
    assert_eq!(answer.status, 200);
    let answer = world.made("w:10/q:50", "http://h/photo.jpg").await;
    answer.assert_refused(404, INVALID_URL, "quality");
}

#[tokio::test]
async fn errors_explain_themselves_to_those_who_develop() {
    let world = World::with(|config| config.answer.development_errors = true);
    let target = "/unsafe/bd:3:car/plain/http://h/photo.jpg";
    let answer = world.get(target).await;
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert!(answer.text().contains("option blur_detections"));
    let named = [("x-request-id", "my-id"), ("accept", "text/html,*/*")];
    let page = world.get_with(target, &named).await;
    assert_eq!(page.status, 422);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(page.text().contains("option blur_detections"));
    assert!(page.text().contains("my-id"));
}

#[tokio::test]
async fn what_cannot_be_written_or_answered_is_refused_unasked() {
    let world = World::open();
    let answer = world.made("w:10", "http://h/photo.jpg@heic").await;
    answer.assert_refused(422, INVALID_URL, "heic");
    let answer = world.get("/info/unsafe/plain/http://h/photo.jpg").await;
    let words = "The info endpoint is not supported yet";
    answer.assert_refused(422, words, "info");
    assert_eq!(world.sources.requests(), 0);
    let answer = world.made("w:10", "http://h/photo.jpg@svg").await;
    answer.assert_refused(422, INVALID_URL, "svg");
}
