//! Watermarks and masks that URLs name.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixgate_options::Format;
use pixgate_proxy::Category;

use crate::sources::{Script, Wait};
use crate::world::{World, painted, picture};

const MARK: &str = "http://h/mark.png";

fn mark() -> Script {
    Script::body(painted(Format::Png, (20, 10), 1, &|_, _| [255, 0, 0])).with("etag", "\"1\"")
}

fn drawn(url: &str) -> String {
    format!("w:60/f:png/wm:1:nowe/wmu:{}", URL_SAFE_NO_PAD.encode(url))
}

async fn asked(world: &World, url: &str) -> (u16, usize) {
    let before = world.sources.requests();
    let answer = world.made(&drawn(url), "http://h/photo.png").await;
    (answer.status, world.sources.requests() - before)
}

#[tokio::test]
async fn it_is_asked_for_once_and_then_whether_it_is_still_good() {
    let world = World::with(|_| {});
    world.add(MARK, mark().with("cache-control", "max-age=60"));
    assert_eq!(asked(&world, MARK).await, (200, 2));
    assert_eq!(asked(&world, MARK).await, (200, 1));
    let other = "http://h/other.png";
    world.add(other, mark().with("cache-control", "no-cache"));
    for _ in 0..3 {
        assert_eq!(asked(&world, other).await, (200, 2));
    }
    let conditions = world
        .sources
        .all()
        .into_iter()
        .filter(|request| request.url == other);
    let conditions = conditions.map(|request| request.conditions.if_none_match.is_some());
    assert_eq!(conditions.collect::<Vec<_>>(), [false, true, true]);
    let plain = world.made("w:60/f:png", "http://h/photo.png").await;
    let marked = world.made(&drawn(MARK), "http://h/photo.png").await;
    assert_ne!(plain.body, marked.body);
}

#[tokio::test]
async fn nothing_is_kept_where_nothing_may_be() {
    let world = World::with(|config| config.output.watermarks.cached = 0);
    world.add(MARK, mark());
    for _ in 0..2 {
        assert_eq!(asked(&world, MARK).await, (200, 2));
    }
    let gate = world.proxy.admission();
    assert_eq!(gate.source_free_bytes(), gate.source_budget_bytes());
}

#[tokio::test]
async fn no_picture_goes_out_without_its_mark() {
    let world = World::with(|config| {
        config.fallback.image = Some(picture(Format::Png, 9, 9));
        config.source.timeout = Duration::from_millis(300);
    });
    world.add("http://h/text", Script::body("no picture"));
    world.add("http://h/broken", Script::status(500));
    world.add("http://h/silent", mark().before(Wait::Ever));
    for (url, status, words) in [
        ("http://h/missing", 404, "Source is unreachable"),
        ("http://h/text", 422, "Invalid source image"),
        ("http://h/broken", 502, "Source is unreachable"),
        ("http://h/silent", 504, "Source is unreachable"),
    ] {
        let answer = world.made(&drawn(url), "http://h/photo.png").await;
        assert_eq!(answer.status, status, "{url}: {:?}", answer.error);
        answer.assert_refused(status, words, url);
        let category = answer.error.as_ref().unwrap().verdict().category;
        assert_eq!(category, Category::Watermark, "{url}");
    }
    let without = world.made(
        "w:60/f:png/wmu:aHR0cDovL2gvbWlzc2luZw",
        "http://h/photo.png",
    );
    assert_eq!(
        without.await.status,
        200,
        "nothing is drawn without opacity"
    );
    world.assert_well().await;
}

#[tokio::test]
async fn a_failure_counts_for_a_moment_and_an_old_mark_stands_in() {
    let world = World::with(|_| {});
    world.add(MARK, mark().with("cache-control", "no-cache"));
    assert_eq!(asked(&world, MARK).await, (200, 2));
    world.add(MARK, Script::status(503));
    assert_eq!(asked(&world, MARK).await, (200, 2));
    assert_eq!(asked(&world, MARK).await, (200, 1));
    let missing = "http://h/missing.png";
    assert_eq!(asked(&world, missing).await, (404, 2));
    assert_eq!(asked(&world, missing).await, (404, 1));
}

#[tokio::test]
async fn patterns_of_sources_hold_for_marks_unless_they_have_their_own() {
    let world = World::with(|config| config.source.allowed = vec!["http://h/photo".to_owned()]);
    world.add(MARK, mark());
    let answer = world.made(&drawn(MARK), "http://h/photo.png").await;
    answer.assert_refused(404, "Invalid source URL", "its URL is not on the list");
    assert_eq!(world.sources.requests(), 0);
    let world = World::with(|config| {
        config.source.allowed = vec!["http://h/photo".to_owned()];
        config.output.watermarks.allowed = vec!["http://h/mark".to_owned()];
    });
    world.add(MARK, mark());
    assert_eq!(asked(&world, MARK).await, (200, 2));
    assert_eq!(asked(&world, "http://h/photo.png").await, (404, 0));
}

#[tokio::test]
async fn the_base_url_is_put_in_front_where_that_is_asked_for() {
    let world = World::with(|config| {
        config.url.base_url = "http://h/".to_owned();
        config.output.watermarks.preprocess_url = true;
    });
    world.add(MARK, mark());
    assert_eq!(asked(&world, "mark.png").await, (200, 2));
    let world = World::with(|config| config.url.base_url = "http://h/".to_owned());
    assert_eq!(asked(&world, "mark.png").await.0, 404);
}

#[tokio::test]
async fn what_clients_send_does_not_reach_the_origin_of_a_mark() {
    let world = World::with(|config| {
        config.source.cookie_passthrough_all = true;
        config.source.cookie_passthrough = true;
        config.source.headers_passthrough = vec!["x-tenant".to_owned()];
    });
    world.add(MARK, mark());
    world.add("http://h/photo.png", Script::status(404));
    let target = format!("/unsafe/{}/plain/http://h/photo.png", drawn(MARK));
    let headers = [("cookie", "a=1"), ("x-tenant", "b")];
    assert_eq!(world.get_with(&target, &headers).await.status, 404);
    let asked = world.sources.all();
    let of_mark = asked.iter().find(|request| request.url == MARK).unwrap();
    assert!(of_mark.cookies.is_none() && of_mark.headers.is_empty());
}

#[tokio::test]
async fn masks_have_the_guards_of_sources_and_no_picture_goes_out_without_its_mask() {
    let masked = |url: &str| format!("w:60/f:png/pxm:{}", URL_SAFE_NO_PAD.encode(url));
    let world = World::with(|config| config.source.allowed = vec!["http://h/photo".to_owned()]);
    world.add(MARK, mark());
    let answer = world.made(&masked(MARK), "http://h/photo.png").await;
    assert_eq!(answer.status, 404);
    assert!(
        world
            .sources
            .all()
            .iter()
            .all(|request| request.url != MARK)
    );
    let world = World::with(|_| {});
    world.add(MARK, mark());
    world.add("http://h/text", Script::body("no picture"));
    for (url, status) in [
        (MARK, 200),
        ("http://h/missing", 404),
        ("http://h/text", 422),
    ] {
        let answer = world.made(&masked(url), "http://h/photo.png").await;
        assert_eq!(answer.status, status, "{url}: {:?}", answer.error);
    }
}
