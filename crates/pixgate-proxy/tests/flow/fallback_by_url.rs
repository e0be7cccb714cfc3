//! Fallback images that URLs name.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixgate_options::Format;
use pixgate_proxy::Config;

use crate::sources::{Script, Wait};
use crate::world::{World, painted, picture};

const OWN: &str = "http://h/own.png";

fn own() -> Script {
    Script::body(painted(Format::Png, (40, 20), 1, &|_, _| [255, 0, 0])).with("etag", "\"1\"")
}

/// With a fallback image of 64 by 64 pixels.
fn with_configured(set: impl FnOnce(&mut Config)) -> World {
    World::with(|config| {
        config.fallback.image = Some(picture(Format::Png, 64, 64));
        set(config);
    })
}

fn with(url: &str) -> String {
    format!("f:png/fiu:{}", URL_SAFE_NO_PAD.encode(url))
}

/// Status and size of what stands in for a source.
async fn made(world: &World, url: &str, source: &str) -> (u16, Option<(u32, u32)>) {
    let answer = world.made(&with(url), source).await;
    let size = answer.error.is_none().then(|| {
        let header = pixgate_codec::probe(&answer.body, &pixgate_codec::Limits::default());
        header.map(|header| (header.width, header.height)).unwrap()
    });
    (answer.status, size)
}

#[tokio::test]
async fn it_stands_in_where_the_configured_one_would_and_before_it() {
    let keeping_none = |config: &mut Config| config.fallback.cached = 0;
    for world in [World::with(keeping_none), with_configured(keeping_none)] {
        world.add(OWN, own());
        world.add("http://h/page", Script::body(*b"<!doctype html>"));
        for source in ["http://h/missing", "http://h/page", "ftp://h/a"] {
            assert_eq!(made(&world, OWN, source).await, (200, Some((40, 20))));
        }
        let sized = format!("rs:fit:20:20/{}", with(OWN));
        let header = world.made(&sized, "http://h/missing").await.picture();
        assert_eq!((header.width, header.height), (20, 10));
        let fine = world.made(&with(OWN), "http://h/photo.png").await;
        assert_eq!(fine.picture().width, 240);
        world.assert_well().await;
    }
}

#[tokio::test]
async fn one_that_fails_gives_way_to_the_configured_one_or_to_the_first_error() {
    let set = |config: &mut Config| {
        config.limits.max_source_pixels = 240 * 160;
        config.limits.max_source_bytes = 100_000;
        config.source.timeout = Duration::from_millis(300);
    };
    for (world, expected) in [
        (World::with(set), (410, None)),
        (with_configured(set), (200, Some((64, 64)))),
    ] {
        world.add("http://h/gone", Script::status(410));
        world.add("http://h/text", Script::body("no picture"));
        world.add(
            "http://h/large",
            Script::body(picture(Format::Png, 241, 160)),
        );
        world.add("http://h/long", Script::body(vec![0; 100_001]));
        world.add("http://h/silent", own().before(Wait::Ever));
        for url in [
            "http://h/missing",
            "http://h/text",
            "http://h/large",
            "http://h/long",
            "http://h/silent",
            "sftp://h/a",
            "",
        ] {
            assert_eq!(made(&world, url, "http://h/gone").await, expected, "{url}");
        }
        world.assert_well().await;
    }
}

#[tokio::test]
async fn one_that_cannot_be_decoded_gives_way_as_well() {
    let mut broken = picture(Format::Png, 64, 64);
    let pixels = broken
        .windows(4)
        .position(|window| window == b"IDAT")
        .unwrap();
    // There is a header, and nothing of the pixels.
    broken.truncate(pixels - 4);
    for (world, expected) in [
        (World::open(), (404, None)),
        (with_configured(|_| {}), (200, Some((64, 64)))),
    ] {
        world.add("http://h/broken.png", Script::body(broken.clone()));
        let found = made(&world, "http://h/broken.png", "http://h/missing").await;
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn status_age_and_mark_are_those_of_any_fallback_image() {
    let world = World::with(|config| {
        config.fallback.status = 0;
        config.fallback.ttl = 7;
        config.fallback.header = true;
    });
    world.add(OWN, own());
    let answer = world.made(&with(OWN), "http://h/missing").await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("cache-control"), Some("max-age=7, public"));
    assert_eq!(answer.header("x-pixgate-fallback"), Some("1"));
    assert_eq!(answer.header("etag"), None);
    let fine = world.made(&with(OWN), "http://h/photo.png").await;
    assert_eq!(fine.header("x-pixgate-fallback"), None);
}

#[tokio::test]
async fn patterns_hold_for_it_and_what_is_forbidden_is_as_if_it_had_failed() {
    let world = World::with(|config| config.source.allowed = vec!["http://h/photo".to_owned()]);
    world.add(OWN, own());
    assert_eq!(
        made(&world, OWN, "http://h/photos/missing").await,
        (404, None)
    );
    assert!(world.sources.all().iter().all(|request| request.url != OWN));
    let other = made(&world, OWN, "http://other/").await;
    assert_eq!(other, (404, None), "a forbidden source is not hidden");
    let world = World::with(|config| {
        config.source.allowed = vec!["http://h/photo".to_owned()];
        config.output.watermarks.allowed = vec!["http://h/own".to_owned()];
    });
    world.add(OWN, own());
    let found = made(&world, OWN, "http://h/photos/missing").await;
    assert_eq!(found, (200, Some((40, 20))));
}

#[tokio::test]
async fn the_base_url_is_put_in_front_where_that_is_asked_for() {
    for (preprocess, status) in [(true, 200), (false, 404)] {
        let world = World::with(|config| {
            config.url.base_url = "http://h/".to_owned();
            config.fallback.preprocess_url = preprocess;
        });
        world.add(OWN, own());
        assert_eq!(made(&world, "own.png", "missing").await.0, status);
    }
}

#[tokio::test]
async fn it_is_kept_within_its_bounds_and_asked_for_again_when_its_origin_says_so() {
    let requests = |world: &World| {
        let all = world.sources.all();
        all.iter().filter(|request| request.url == OWN).count()
    };
    for (cached, cache_control, expected) in [
        (256, "max-age=60", 1),
        (256, "no-cache", 3),
        (0, "max-age=60", 3),
    ] {
        let world = World::with(|config| config.fallback.cached = cached);
        world.add(OWN, own().with("cache-control", cache_control));
        for _ in 0..3 {
            let found = made(&world, OWN, "http://h/missing").await;
            assert_eq!(found, (200, Some((40, 20))));
        }
        assert_eq!(requests(&world), expected, "{cached} {cache_control}");
        let all = world.sources.all();
        let last = all.iter().rfind(|request| request.url == OWN).unwrap();
        let is_asked_again = cache_control == "no-cache";
        assert_eq!(last.conditions.if_none_match.is_some(), is_asked_again);
    }
}

#[tokio::test]
async fn what_clients_send_does_not_reach_its_origin_and_its_hash_is_not_asked_for() {
    let world = World::with(|config| {
        config.source.cookie_passthrough = true;
        config.source.cookie_passthrough_all = true;
        config.source.headers_passthrough = vec!["x-tenant".to_owned()];
    });
    world.add(OWN, own());
    let target = format!("/unsafe/hs:md5:00/{}/plain/http://h/missing", with(OWN));
    let headers = [
        ("cookie", "a=1"),
        ("x-tenant", "b"),
        ("if-none-match", "\"1\""),
    ];
    assert_eq!(world.get_with(&target, &headers).await.status, 200);
    let asked = world.sources.all();
    let of_own = asked.iter().find(|request| request.url == OWN).unwrap();
    assert!(of_own.cookies.is_none() && of_own.headers.is_empty());
    assert!(of_own.conditions.if_none_match.is_none());
}

#[tokio::test]
async fn raw_knows_no_fallback_and_processing_failures_have_none() {
    let world = World::open();
    world.add(OWN, own());
    let raw = format!("raw:1/{}", with(OWN));
    assert_eq!(world.made(&raw, "http://h/missing").await.status, 404);
    world.add("http://h/broken", Script::body(*b"\x89PNG\r\n\x1a\nbroken"));
    assert_eq!(made(&world, OWN, "http://h/broken").await, (422, None));
    assert!(world.sources.all().iter().all(|request| request.url != OWN));
}
