//! Deadlines, in paused time: every wait ends when it should, and none is waited for.

use std::time::Duration;

use pixgate_options::Format;
use pixgate_source::SourceRequest;
use tokio::time::Instant;

use crate::sources::{Script, Wait};
use crate::world::{Answer, World, picture};

const SECOND: Duration = Duration::from_secs(1);

fn photo() -> Script {
    Script::body(picture(Format::Png, 60, 40))
}

/// The answer, and how long it took on the paused clock.
async fn timed(world: &World, options: &str, source: &str) -> (Answer, Duration) {
    let start = Instant::now();
    let answer = world.made(options, source).await;
    (answer, start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_silent_source_gives_504_after_its_time() {
    let world = World::here(|config| config.source.timeout = 2 * SECOND);
    world.add("http://h/silent", photo().before(Wait::Ever));
    world.add("http://h/stalled", photo().within(Wait::Ever));
    for source in ["http://h/silent", "http://h/stalled"] {
        let (answer, took) = timed(&world, "w:9", source).await;
        answer.assert_refused(504, "Source is unreachable", source);
        assert_eq!(answer.header("retry-after"), None);
        assert!(took >= 2 * SECOND && took < 3 * SECOND, "{took:?}");
        assert_eq!(world.sources.going_on(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_ends_at_its_own_deadline_with_503() {
    let world = World::here(|config| {
        config.source.timeout = 20 * SECOND;
        config.limits.timeout = 3 * SECOND;
    });
    world.add("http://h/silent", photo().before(Wait::Ever));
    let (answer, took) = timed(&world, "w:9", "http://h/silent").await;
    answer.assert_refused(503, "Timeout", "a request");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert!(took >= 3 * SECOND && took < 4 * SECOND, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn more_downloads_than_allowed_wait_until_their_deadline() {
    let world = World::here(|config| {
        config.source.max_downloads = 1;
        config.source.timeout = 20 * SECOND;
        config.limits.timeout = 3 * SECOND;
    });
    world.add("http://h/silent", photo().before(Wait::Ever));
    let fetcher = world.proxy.fetcher().clone();
    let silent = SourceRequest::new("http://h/silent");
    let first = tokio::spawn(async move { fetcher.fetch(silent).await });
    tokio::task::yield_now().await;
    assert_eq!(world.sources.going_on(), 1);
    let (answer, took) = timed(&world, "raw:1", "http://h/photo.png").await;
    answer.assert_refused(503, "Server is overloaded", "downloads");
    assert!(took >= 3 * SECOND && took < 4 * SECOND, "{took:?}");
    assert!(first.await.unwrap().is_err());
    assert_eq!(world.made("raw:1", "http://h/photo.png").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_source_waits_for_memory_until_its_deadline() {
    let world = World::here(|config| {
        config.limits.memory_bytes = 4 << 20;
        config.limits.timeout = 3 * SECOND;
    });
    let all = world.proxy.admission().source_budget_bytes();
    let held = world.proxy.admission().source_memory(all, SECOND).await;
    let (answer, took) = timed(&world, "w:9", "http://h/photo.png").await;
    answer.assert_refused(503, "Timeout", "no memory");
    assert!(took >= 3 * SECOND && took < 4 * SECOND, "{took:?}");
    drop(held);
    // Work that was given up ends when it is its turn.
    tokio::task::yield_now().await;
    assert_eq!(world.proxy.admission().source_free_bytes(), all);
}

#[tokio::test(start_paused = true)]
async fn the_fallback_image_comes_after_a_silent_source_but_not_after_a_stalled_one() {
    let world = World::here(|config| {
        config.source.timeout = 2 * SECOND;
        config.limits.timeout = 600 * SECOND;
        config.fallback.image = Some(picture(Format::Png, 64, 64));
    });
    world.add("http://h/stalled", photo().within(Wait::Ever));
    let (answer, _) = timed(&world, "w:9", "http://h/stalled").await;
    answer.assert_refused(504, "Source is unreachable", "stalled");
}

#[tokio::test(start_paused = true)]
async fn a_source_that_takes_its_time_is_waited_for() {
    let world = World::here(|config| config.source.timeout = 3 * SECOND);
    let script = photo().before(Wait::For(SECOND)).within(Wait::For(SECOND));
    world.add("http://h/slow", script);
    let (answer, took) = timed(&world, "raw:1", "http://h/slow").await;
    assert_eq!((answer.status, answer.is_cut), (200, false));
    assert!(took >= 2 * SECOND && took < 3 * SECOND, "{took:?}");
}
