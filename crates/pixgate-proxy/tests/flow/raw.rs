//! `raw`: the source's own answer, handed on as it comes.

use crate::sources::Script;
use crate::world::World;

const PAGE: &[u8] = b"<!doctype html><title>A page</title>";

#[tokio::test]
async fn a_raw_source_passes_byte_by_byte_whatever_it_is() {
    let world = World::open();
    let script = Script::body(PAGE).with("content-type", "text/html");
    let script = script.with("etag", "\"x\"").with("x-secret", "no");
    world.add("http://h/page", script.with("content-encoding", "gzip"));
    let answer = world.made("raw:1", "http://h/page").await;
    assert_eq!((answer.status, answer.body.as_slice()), (200, PAGE));
    for (name, value) in [
        ("content-type", Some("text/html")),
        ("content-length", Some("36")),
        ("content-encoding", Some("gzip")),
        ("etag", Some("\"x\"")),
        ("x-secret", None),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert_eq!(world.proxy.images_in_progress(), 0);
}

#[tokio::test]
async fn statuses_of_the_source_pass_as_well() {
    let world = World::open();
    for status in [204, 403, 404, 500] {
        let script = Script::status(status).with("content-type", "text/plain");
        world.add("http://h/a", script);
        let answer = world.made("raw:1", "http://h/a").await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("content-disposition").is_some(), status < 300);
        assert!(answer.error.is_none());
    }
}

#[tokio::test]
async fn ranges_conditions_and_encodings_reach_the_source() {
    let world = World::open();
    world.add("http://h/a", Script::body(PAGE).with("etag", "\"x\""));
    let target = "/unsafe/raw:1/plain/http://h/a";
    let headers = [
        ("range", "bytes=0-9"),
        ("accept-encoding", "br"),
        ("if-none-match", "\"x\""),
    ];
    let answer = world.get_with(target, &headers).await;
    assert_eq!((answer.status, answer.body.len()), (304, 0));
    assert_eq!(answer.header("content-type"), None);
    let seen = world.sources.last();
    assert_eq!(seen.range.unwrap(), "bytes=0-9");
    assert_eq!(seen.headers.get("accept-encoding").unwrap(), "br");
    assert_eq!(seen.conditions.if_none_match.unwrap(), "\"x\"");
}

#[tokio::test]
async fn a_raw_source_is_named_by_its_path_or_its_media_type() {
    let world = World::open();
    for (url, media_type, disposition) in [
        (
            "http://h/a.b?c=d.e",
            "image/png",
            "inline; filename=\"a.b\"",
        ),
        ("http://h/a", "image/png", "inline; filename=\"a.png\""),
    ] {
        world.add(url, Script::body(PAGE).with("content-type", media_type));
        let target = format!("/unsafe/raw:1/plain/{}", url.replace('?', "%3F"));
        let answer = world.get(&target).await;
        assert_eq!(answer.header("content-disposition"), Some(disposition));
    }
}

#[tokio::test]
async fn a_source_that_breaks_off_breaks_the_answer_off() {
    let world = World::open();
    world.add("http://h/a", Script::body(PAGE).cut_at(10));
    let answer = world.made("raw:1", "http://h/a").await;
    assert_eq!((answer.status, answer.is_cut), (200, true));
    assert_eq!(answer.body, PAGE[..10]);
    assert_eq!(world.proxy.images_in_progress(), 0);
}
