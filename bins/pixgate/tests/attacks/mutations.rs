//! Pictures of every format with bytes changed, cut and repeated, asked of the running server.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use pixgate_options::Format;

use crate::pictures::{boasting_png, picture};
use crate::rig::{Rig, promised};

/// Small pictures of every format that this build writes, and a drawing.
fn sources() -> Vec<Vec<u8>> {
    let formats = Format::ALL.into_iter();
    let written = formats.filter(|format| pixgate_codec::can_write(*format));
    let mut sources: Vec<_> = written.map(|format| picture(format, 40, 30)).collect();
    assert!(sources.len() >= 8, "{}", sources.len());
    sources.push(DRAWING.to_vec());
    sources
}

/// Numbers that look like chance and are the same in every run (xorshift, G. Marsaglia, 2003).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next()).unwrap() % limit.max(1)
    }
}

/// Changes a source in up to eight places, most of them near its start, where headers are.
fn mutate(source: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = source.to_vec();
    for _ in 0..=chance.below(8) {
        let near = if chance.below(3) == 0 {
            bytes.len()
        } else {
            200
        };
        let at = chance.below(near.min(bytes.len()));
        let value = chance.next().to_le_bytes()[0];
        match chance.below(6) {
            0 => bytes[at] = value,
            1 => bytes[at] ^= 1 << (value % 8),
            2 => bytes[at] = [0, 0xFF, 0x7F, 0x80][usize::from(value % 4)],
            3 => bytes.truncate(at.max(12)),
            4 => bytes.insert(at, value),
            _ => {
                let end = (at + usize::from(value)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let place = chance.below(bytes.len());
                bytes.splice(place..place, part);
            }
        }
    }
    bytes
}

/// Asks for so many broken pictures, by two clients at once.
fn attack(count: u64) {
    let rig = Rig::start(&[]);
    let sources = sources();
    let asked = AtomicU64::new(0);
    let statuses = Mutex::new(std::collections::BTreeMap::<u16, u64>::new());
    std::thread::scope(|scope| {
        for client in 0..2 {
            let (rig, sources, asked, statuses) = (&rig, &sources, &asked, &statuses);
            scope.spawn(move || {
                let name = format!("broken-{client}");
                loop {
                    let number = asked.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    let mut chance = Chance(0x9E37_79B9_7F4A_7C15 ^ (number + 1));
                    let source = &sources[chance.below(sources.len())];
                    rig.put(&name, &mutate(source, &mut chance));
                    let begun = Instant::now();
                    let target = format!("/unsafe/rs:fit:20:20/plain/local:///{name}@png");
                    let status = rig.get(&target).status;
                    let elapsed = begun.elapsed();
                    assert_ne!(status, 500, "number {number}");
                    assert!(elapsed < promised(LATEST), "number {number}: {elapsed:?}");
                    *statuses.lock().unwrap().entry(status).or_default() += 1;
                }
            });
        }
    });
    rig.assert_well();
    let statuses = statuses.into_inner().unwrap();
    let shown = statuses.get(&200).copied().unwrap_or_default();
    assert!(shown > count / 20 && shown < count, "{statuses:?}");
}

#[test]
fn a_thousand_broken_pictures_do_no_harm() {
    attack(1_000);
}

/// `cargo test -p pixgate --test attacks -- --ignored` asks for `PIXGATE_MUTATIONS` of them.
#[test]
#[ignore = "takes half an hour: a hundred thousand requests"]
fn many_broken_pictures_do_no_harm() {
    let count = std::env::var_os("PIXGATE_MUTATIONS").and_then(|count| count.into_string().ok());
    attack(
        count
            .and_then(|count| count.parse().ok())
            .unwrap_or(100_000),
    );
}

#[test]
fn hostile_requests_of_all_kinds_together_leave_good_ones_alone() {
    let rig = Rig::start(&[]);
    rig.put("drawing.svg", DRAWING);
    rig.put("boast.png", &boasting_png(60_000, 60_000));
    rig.put("large.jpg", &picture(Format::Jpeg, 2_000, 1_500));
    let turbulence = "<feTurbulence baseFrequency='1' numOctaves='9'/>".repeat(40);
    let slow = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='2000' height='2000'>\
         <filter id='f'>{turbulence}</filter><rect width='2000' height='2000' filter='url(#f)'/></svg>"
    );
    rig.put("slow.svg", slow.as_bytes());
    let nested = "<svg xmlns='http://www.w3.org/2000/svg'>".to_owned() + &"<g>".repeat(9_000);
    rig.put("nested.svg", nested.as_bytes());
    std::thread::scope(|scope| {
        for number in 0..64 {
            let rig = &rig;
            scope.spawn(move || {
                let target = match number % 4 {
                    0 => format!(
                        "/unsafe/rs:fit:{}:900/plain/local:///slow.svg@png",
                        700 + number
                    ),
                    1 => format!(
                        "/unsafe/rs:fit:{}:900/plain/local:///boast.png@png",
                        700 + number
                    ),
                    2 => format!(
                        "/unsafe/rs:fit:{}:900/plain/local:///nested.svg@png",
                        700 + number
                    ),
                    _ => format!(
                        "/unsafe/rs:force:{}:3000/plain/local:///large.jpg@png",
                        2_900 + number
                    ),
                };
                let status = rig.get(&target).status;
                assert!(matches!(status, 200 | 422 | 503), "{target}: {status}");
            });
        }
    });
    rig.assert_well();
}

const DRAWING: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 30'><defs>\
    <linearGradient id='g'><stop offset='0' stop-color='red'/><stop offset='1'/></linearGradient>\
    <mask id='m'><circle cx='20' cy='15' r='12' fill='#fff'/></mask></defs>\
    <g mask='url(#m)'><rect width='40' height='30' fill='url(#g)'/></g><text x='3' y='9'>a</text></svg>";
/// The deadline of a request and what comes on top.
const LATEST: Duration = Duration::from_millis(3_250);
