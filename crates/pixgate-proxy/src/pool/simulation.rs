//! Streams of jobs on simulated threads, millisecond by millisecond: who waits how long.

use std::time::Duration;

use super::Pool;
use super::queue::{Queue, Size};
use super::reserve::Reserve;

/// Clients that ask again as soon as they have their answer, and how long each of their jobs works.
#[derive(Clone, Copy)]
struct Clients {
    count: usize,
    work_ms: u64,
}

/// What came of the jobs of one kind of client after the first second.
#[derive(Default)]
struct Served {
    jobs: u64,
    /// From asking to the answer.
    slowest_ms: u64,
    /// Until the job began.
    longest_wait_ms: u64,
}

struct Job {
    kind: usize,
    came_ms: u64,
    work_ms: u64,
}

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Runs both kinds of clients against so many threads for ten seconds.
fn run(threads: usize, kinds: [Clients; 2]) -> [Served; 2] {
    let (mut queue, mut reserve) = (Queue::default(), Reserve::new(threads));
    let mut running: Vec<Option<(u64, u64, Size, Job)>> = (0..threads).map(|_| None).collect();
    let mut served = [Served::default(), Served::default()];
    let ask = |queue: &mut Queue<Job>, kind: usize, came_ms: u64| {
        let work_ms = kinds[kind].work_ms;
        let size = Size::of(ms(work_ms));
        let job = Job {
            kind,
            came_ms,
            work_ms,
        };
        queue.push(ms(came_ms), ms(work_ms) * Pool::PATIENCE, size, job);
    };
    for (kind, clients) in kinds.iter().enumerate() {
        (0..clients.count).for_each(|_| ask(&mut queue, kind, 0));
    }
    for now in 0..10_000 {
        for slot in &mut running {
            let Some((begin, _, size, job)) = slot.take_if(|(_, end, ..)| *end == now) else {
                continue;
            };
            reserve.end(size, ms(now - begin));
            let own = &mut served[job.kind];
            if job.came_ms > 1_000 {
                own.jobs += 1;
                own.slowest_ms = own.slowest_ms.max(now - job.came_ms);
                own.longest_wait_ms = own.longest_wait_ms.max(begin - job.came_ms);
            }
            ask(&mut queue, job.kind, now);
        }
        for slot in running.iter_mut().filter(|slot| slot.is_none()) {
            match queue.pop(reserve.most()) {
                Some((size, job)) => {
                    reserve.begin(size);
                    *slot = Some((now, now + job.work_ms, size, job));
                }
                None if queue.len() > 0 => reserve.spend(ms(1)),
                None => {}
            }
        }
    }
    served
}

const NOBODY: Clients = Clients {
    count: 0,
    work_ms: 1,
};

#[test]
fn thumbnails_beside_large_pictures_take_twice_as_long_as_alone_at_most() {
    let thumbnails = Clients {
        count: 2,
        work_ms: 4,
    };
    let mosaics = Clients {
        count: 4,
        work_ms: 50,
    };
    let [alone, _] = run(2, [thumbnails, NOBODY]);
    let [beside, large] = run(2, [thumbnails, mosaics]);
    assert_eq!(alone.slowest_ms, 4);
    assert!(beside.slowest_ms <= 8, "{}", beside.slowest_ms);
    assert!(large.jobs * 50 >= 9_000 * 3 / 4, "{}", large.jobs);
}

#[test]
fn large_pictures_have_all_threads_where_nothing_small_comes() {
    let mosaics = Clients {
        count: 4,
        work_ms: 50,
    };
    let [_, large] = run(2, [NOBODY, mosaics]);
    assert!(large.jobs >= 2 * (9_000 / 50) - 10, "{}", large.jobs);
}

#[test]
fn rare_thumbnails_cost_large_pictures_little() {
    // One that takes 4 of every 50 milliseconds or so: it comes again only after its large neighbour.
    let rare = Clients {
        count: 1,
        work_ms: 2,
    };
    let mosaics = Clients {
        count: 4,
        work_ms: 50,
    };
    let [small, large] = run(2, [rare, mosaics]);
    let worked = small.jobs * 2 + large.jobs * 50;
    assert!(worked * 10 >= 2 * 9_000 * 9, "{worked} ms of two threads");
}

#[test]
fn nobody_waits_longer_than_his_patience_and_what_was_there_before() {
    let thumbnails = Clients {
        count: 64,
        work_ms: 5,
    };
    let mosaic = Clients {
        count: 1,
        work_ms: 100,
    };
    for threads in [1, 2, 4, 8] {
        let [small, large] = run(threads, [thumbnails, mosaic]);
        let open = (threads as u64 - (threads as u64 / 4).max(1)).max(1);
        let patience = 100 * u64::from(Pool::PATIENCE);
        let before = 64 * 5 / open + 100;
        assert!(large.jobs > 0, "{threads} threads");
        assert!(large.longest_wait_ms <= patience + before);
        assert!(
            small.longest_wait_ms <= before,
            "{threads}: {}",
            small.longest_wait_ms
        );
    }
}
