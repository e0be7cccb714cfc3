//! Requests at the same time: shared downloads and pictures, and a queue with an end.

use std::sync::Arc;

use futures_util::future::{FutureExt as _, join, join_all};
use tokio::sync::Semaphore;

use crate::sources::{Script, Wait};
use crate::world::{World, picture};
use pixgate_options::Format;

/// A source that waits for permits.
fn gated(world: &World) -> Arc<Semaphore> {
    let gate = Arc::new(Semaphore::new(0));
    let script = Script::body(picture(Format::Png, 60, 40));
    let script = script.before(Wait::Gate(Arc::clone(&gate)));
    world.add("http://h/gated", script);
    gate
}

#[tokio::test]
async fn the_same_at_the_same_time_is_fetched_and_made_once() {
    let world = World::here(|_| {});
    let gate = gated(&world);
    let asked = join_all((0..20).map(|_| world.made("w:30", "http://h/gated")));
    let (answers, ()) = join(asked, async { gate.add_permits(100) }).await;
    for answer in &answers {
        assert_eq!(answer.picture().width, 30);
        assert_eq!(answer.body, answers[0].body);
    }
    assert_eq!(world.sources.requests(), 1);
    world.made("w:30", "http://h/gated").await.picture();
    assert_eq!(world.sources.requests(), 2, "nothing is kept");
}

#[tokio::test]
async fn other_pictures_of_a_source_share_its_download_alone() {
    let world = World::here(|_| {});
    let gate = gated(&world);
    let asked = (1..20).map(|width| {
        let world = &world;
        async move {
            let options = format!("w:{width}/fn:name-{width}");
            (width, world.made(&options, "http://h/gated").await)
        }
    });
    let (answers, ()) = join(join_all(asked), async { gate.add_permits(100) }).await;
    for (width, answer) in &answers {
        assert_eq!(answer.picture().width, *width);
        let name = format!("inline; filename=\"name-{width}.png\"");
        assert_eq!(answer.header("content-disposition"), Some(&*name));
    }
    assert_eq!(world.sources.requests(), 1);
}

#[tokio::test]
async fn what_depends_on_the_client_is_not_shared() {
    let tenant = |name| vec![("x-tenant", name)];
    for (headers, requests) in [
        ([vec![], vec![]], 1),
        ([vec![("x-other", "a")], vec![("x-other", "b")]], 1),
        ([tenant("a"), tenant("b")], 2),
        ([tenant("a"), tenant("a")], 1),
        ([vec![("cookie", "a=1")], vec![("cookie", "a=2")]], 2),
        ([vec![("host", "a")], vec![("host", "b")]], 1),
        ([vec![("if-none-match", "\"x\"")], vec![]], 2),
    ] {
        let world = World::here(|config| {
            config.source.headers_passthrough = vec!["x-tenant".to_owned()];
            config.source.cookie_passthrough = true;
        });
        let gate = gated(&world);
        let target = "/unsafe/w:30/plain/http://h/gated";
        let asked = headers
            .iter()
            .map(|headers| world.get_with(target, headers));
        let (answers, ()) = join(join_all(asked), async { gate.add_permits(9) }).await;
        assert!(answers.iter().all(|answer| answer.status == 200));
        assert_eq!(world.sources.requests(), requests, "{headers:?}");
    }
}

#[tokio::test]
async fn sharing_can_be_switched_off() {
    let world = World::here(|config| config.limits.coalesce = false);
    let gate = gated(&world);
    let asked = join_all((0..5).map(|_| world.made("w:30", "http://h/gated")));
    let (answers, ()) = join(asked, async { gate.add_permits(100) }).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(world.sources.requests(), 5);
}

#[tokio::test]
async fn more_than_workers_and_queue_is_refused_at_once() {
    let world = World::here(|config| {
        config.limits.workers = 1;
        config.limits.queue_size = 2;
    });
    let gate = gated(&world);
    let asked = join_all((0..10).map(|_| world.made("w:30", "http://h/gated")));
    let (answers, ()) = join(asked, async { gate.add_permits(100) }).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((made.len(), refused.len()), (3, 7));
    for answer in refused {
        answer.assert_refused(429, "Too many requests", "the queue is full");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    world.assert_well().await;
}

#[tokio::test]
async fn work_that_nobody_waits_for_ends() {
    let world = World::here(|_| {});
    let _gate = gated(&world);
    for options in ["w:30", "raw:1"] {
        {
            let mut asked = Box::pin(world.made(options, "http://h/gated"));
            for _ in 0..5 {
                assert!((&mut asked).now_or_never().is_none());
                tokio::task::yield_now().await;
            }
            assert_eq!(world.sources.going_on(), 1);
            assert_eq!(world.proxy.requests_in_progress(), 1);
        }
        for _ in 0..5 {
            tokio::task::yield_now().await;
        }
        assert_eq!(world.sources.going_on(), 0, "{options}");
        assert_eq!(world.proxy.requests_in_progress(), 0);
    }
    world.assert_well().await;
}
