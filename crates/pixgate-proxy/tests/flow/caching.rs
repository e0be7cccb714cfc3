//! Validators and `Cache-Control`: what the source says, what the client has, what the server wants.

use std::time::Duration;

use http::HeaderValue;
use pixgate_options::Format;

use crate::sources::Script;
use crate::world::{NOW, World, now, picture};

const TARGET: &str = "/unsafe/w:9/plain/http://h/a.png";

fn script() -> Script {
    Script::body(picture(Format::Png, 18, 12))
}

#[tokio::test]
async fn a_picture_may_be_kept_as_long_as_the_rules_say() {
    for (ttl, options, expected) in [
        (31_536_000, "w:9".to_owned(), "max-age=31536000, public"),
        (60, "w:9".to_owned(), "max-age=60, public"),
        (0, "w:9".to_owned(), "no-cache"),
        (600, format!("w:9/exp:{}", NOW + 100), "max-age=100, public"),
        (60, format!("w:9/exp:{}", NOW + 100), "max-age=60, public"),
    ] {
        let world = World::with(|config| config.answer.caching.ttl = ttl);
        let answer = world.made(&options, "http://h/photo.jpg").await;
        assert_eq!(answer.header("cache-control"), Some(expected), "{options}");
    }
}

#[tokio::test]
async fn the_sources_own_words_go_through_where_that_is_switched_on() {
    let until = httpdate::fmt_http_date(now() + Duration::from_secs(90));
    let past = httpdate::fmt_http_date(now() - Duration::from_secs(90));
    for (passthrough, script, expected) in [
        (true, script().with("cache-control", "private"), "private"),
        (true, script().with("expires", &until), "max-age=90, public"),
        (true, script().with("expires", &past), "max-age=60, public"),
        (
            false,
            script().with("cache-control", "private"),
            "max-age=60, public",
        ),
    ] {
        let world = World::with(|config| {
            config.answer.caching.ttl = 60;
            config.answer.caching.passthrough = passthrough;
        });
        world.add("http://h/a.png", script);
        let answer = world.get(TARGET).await;
        assert_eq!(answer.header("cache-control"), Some(expected));
    }
}

#[tokio::test]
async fn validators_of_the_source_are_relayed_unless_switched_off() {
    let date = "Wed, 21 Oct 2015 07:28:00 GMT";
    for is_on in [true, false] {
        let world = World::with(|config| {
            config.answer.validators.use_etag = is_on;
            config.answer.validators.use_last_modified = is_on;
        });
        let script = script().with("etag", "\"x\"").with("last-modified", date);
        world.add("http://h/a.png", script);
        let answer = world.get(TARGET).await;
        assert_eq!(answer.header("etag"), is_on.then_some("\"x\""));
        assert_eq!(answer.header("last-modified"), is_on.then_some(date));
    }
}

#[tokio::test]
async fn a_copy_that_is_still_good_gives_304_with_the_same_headers() {
    let world = World::with(|config| config.output.detection.auto_webp = true);
    world.add("http://h/a.png", script().with("etag", "\"x\""));
    let answer = world.get_with(TARGET, &[("if-none-match", "\"x\"")]).await;
    assert_eq!((answer.status, answer.body.len()), (304, 0));
    assert_eq!(answer.header("etag"), Some("\"x\""));
    assert_eq!(answer.header("content-type"), None);
    assert_eq!(answer.header("vary"), Some("Accept"));
    let caching = answer.header("cache-control");
    assert_eq!(caching, Some("max-age=31536000, public"));
    let answer = world.get_with(TARGET, &[("if-none-match", "\"y\"")]).await;
    assert_eq!(answer.picture().width, 9);
}

#[tokio::test]
async fn the_source_decides_about_copies_and_busters_about_the_question() {
    let world = World::with(|config| config.answer.validators.etag_buster = "B".to_owned());
    world.add("http://h/a.png", script().with("etag", "\"x\""));
    let etag = world.get(TARGET).await.header("etag").unwrap().to_owned();
    assert_eq!(etag, "\"B/Ingi\"");
    let answer = world.get_with(TARGET, &[("if-none-match", &etag)]).await;
    assert_eq!(answer.status, 304);
    let asked = world.sources.last().conditions.if_none_match;
    assert_eq!(asked, Some(HeaderValue::from_static("\"x\"")));
    let old = [("if-none-match", "\"A/Ingi\""), ("if-modified-since", "x")];
    assert_eq!(world.get_with(TARGET, &old).await.status, 200);
    let asked = world.sources.last().conditions;
    assert_eq!((asked.if_none_match, asked.if_modified_since), (None, None));
}

#[tokio::test]
async fn a_range_is_not_for_pictures_that_are_made() {
    let world = World::open();
    let target = "/unsafe/w:30/plain/http://h/photo.jpg";
    let answer = world.get_with(target, &[("range", "bytes=0-9")]).await;
    assert_eq!(answer.picture().width, 30);
    assert_eq!(world.sources.last().range, None);
}
