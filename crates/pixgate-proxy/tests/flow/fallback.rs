//! The fallback image: for sources that cannot be had, with a status and a time to live of its own.

use http::{HeaderMap, Method};
use pixgate_options::Format;
use pixgate_proxy::{Config, Request, Trace};

use crate::sources::Script;
use crate::world::{World, now, picture};

fn with_fallback(set: impl FnOnce(&mut Config)) -> World {
    World::with(|config| {
        config.fallback.image = Some(picture(Format::Png, 64, 64));
        set(config);
    })
}

#[tokio::test]
async fn it_stands_in_for_what_cannot_be_had_or_is_no_picture() {
    let world = with_fallback(|_| {});
    world.add("http://h/page", Script::body(*b"<!doctype html>"));
    let photo = Script::body(picture(Format::Png, 9, 9));
    world.add("http://h/etag", photo.with("etag", "\"x\""));
    for source in ["http://h/missing", "http://h/page", "ftp://h/a"] {
        let answer = world.made("rs:fill:10:20", source).await;
        let header = answer.picture();
        assert_eq!((header.width, header.height), (10, 20), "{source}");
        assert_eq!(answer.header("etag"), None);
        assert!(answer.error.is_none());
    }
}

#[tokio::test]
async fn its_status_and_its_age_are_settings() {
    for (status, expected) in [(200, 200), (0, 404), (418, 418)] {
        let world = with_fallback(|config| {
            config.fallback.status = status;
            config.fallback.ttl = 30;
        });
        let answer = world.made("w:10", "http://h/missing").await;
        assert_eq!(answer.status, expected);
        let caching = answer.header("cache-control");
        assert_eq!(caching, Some("max-age=30, public"));
    }
}

#[tokio::test]
async fn it_hides_neither_forbidden_sources_nor_those_that_break_off() {
    let world = with_fallback(|config| {
        config.source.allowed = vec!["http://h/".to_owned()];
        config.fallback.ttl = 30;
    });
    let photo = picture(Format::Jpeg, 240, 160);
    let half = photo.len() / 2;
    world.add("http://h/half", Script::body(photo).cut_at(half));
    for (source, status, words) in [
        ("http://other/", 404, "Invalid source URL"),
        ("http://h/half", 422, "Source response is incomplete"),
    ] {
        let answer = world.made("w:10", source).await;
        answer.assert_refused(status, words, source);
    }
    let raw = world.made("raw:1", "http://h/missing").await;
    assert_eq!(raw.status, 404);
}

#[tokio::test]
async fn an_error_of_its_own_is_told_and_kept_as_short() {
    let world = with_fallback(|config| {
        config.limits.max_source_pixels = 64 * 64 - 1;
        config.fallback.ttl = 30;
    });
    let answer = world.made("w:10", "http://h/missing").await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.text(), "Invalid source image");
    let caching = answer.header("cache-control");
    assert_eq!(caching, Some("max-age=30, public"));
}

#[tokio::test]
async fn the_error_that_it_hides_is_told_to_the_log() {
    let world = with_fallback(|_| {});
    let headers = HeaderMap::new();
    let request = Request {
        method: &Method::GET,
        target: "/unsafe/w:9/plain/http://h/missing",
        headers: &headers,
        now: now(),
    };
    let trace = Trace::begin();
    let response = {
        let accepted = world.proxy.accept(request);
        world.proxy.answer(&accepted, &trace).await
    };
    assert_eq!(response.status, 200);
    let masked = trace.masked().unwrap();
    assert_eq!(masked.name, "source_status");
    assert_eq!(masked.category.name(), "download");
}

#[tokio::test]
async fn a_picture_that_is_configured_by_url_is_fetched_at_the_start() {
    let world = World::with(|config| {
        config.fallback.url = "http://h/fallback.png".to_owned();
        config.output.watermark_url = "http://h/mark.png".to_owned();
        config.source.allowed = vec!["http://h/photos/".to_owned()];
    });
    world.add(
        "http://h/fallback.png",
        Script::body(picture(Format::Png, 64, 64)),
    );
    world.add(
        "http://h/mark.png",
        Script::body(picture(Format::Png, 8, 8)),
    );
    let proxy = world.proxy.preload().await.unwrap();
    assert!(proxy.engine_settings().watermark.is_some());
    let world = World { proxy, ..world };
    let answer = world.made("w:10", "http://h/photos/missing").await;
    assert_eq!(answer.picture().format, Format::Png);
}

#[tokio::test]
async fn a_picture_that_cannot_be_had_ends_the_start() {
    let world = World::with(|config| config.fallback.url = "http://h/missing".to_owned());
    let error = world.proxy.preload().await.unwrap_err();
    let words = error.to_string();
    assert!(
        words.contains("can't download the fallback image"),
        "{words}"
    );
    let world = World::with(|config| config.fallback.url = "http://h/page".to_owned());
    world.add("http://h/page", Script::body(*b"<!doctype html>"));
    let words = world.proxy.preload().await.unwrap_err().to_string();
    assert!(words.contains("no image of a known format"), "{words}");
}
