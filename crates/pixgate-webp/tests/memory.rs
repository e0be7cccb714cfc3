//! Encoding takes no more memory than is told before.
#![allow(
    unsafe_code,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    reason = "an allocator cannot be written otherwise, and samples may wrap"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use pixgate_webp::animation::{self, Encoder};
use pixgate_webp::lossless::{self, AlphaOptions, EncodeOptions};
use pixgate_webp::vp8::Settings;
use pixgate_webp::yuv::{Chroma, Yuv, yuv_bytes};
use pixgate_webp::{Coding, encode, encode_bytes};

/// The system's allocator, which keeps the most that was in use.
struct Counting;

static NOW: AtomicU64 = AtomicU64::new(0);
static MOST: AtomicU64 = AtomicU64::new(0);

// SAFETY: all work is done by the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, block: Layout) -> *mut u8 {
        let bytes = block.size() as u64;
        let now = NOW.fetch_add(bytes, Ordering::SeqCst) + bytes;
        MOST.fetch_max(now, Ordering::SeqCst);
        // SAFETY: the caller promises what the system's allocator asks for.
        unsafe { System.alloc(block) }
    }

    unsafe fn dealloc(&self, start: *mut u8, block: Layout) {
        NOW.fetch_sub(block.size() as u64, Ordering::SeqCst);
        // SAFETY: the caller promises what the system's allocator asks for.
        unsafe { System.dealloc(start, block) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One test at a time, so that each counts its own.
static ALONE: Mutex<()> = Mutex::new(());

const SIZE: (u32, u32) = (500, 600);

/// Noise, black and white noise, and noise that repeats itself.
fn pictures() -> [Vec<[u8; 4]>; 3] {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state
    };
    let count = (SIZE.0 * SIZE.1) as usize;
    let noise = (0..count).map(|_| {
        let [a, b, ..] = next().to_be_bytes();
        let [c, d, ..] = next().to_be_bytes();
        [a, b, c, d]
    });
    let noise: Vec<_> = noise.collect();
    let tiles = (0..count).map(|at| noise[at % 500 % 97 + at / 500 % 61 * 500]);
    let tiles = tiles.collect();
    let black = |bits: u32| [28, 29, 30, 31].map(|bit| if bits >> bit & 1 == 0 { 0 } else { 255 });
    [noise, (0..count).map(|_| black(next())).collect(), tiles]
}

fn taken(work: impl FnOnce()) -> u64 {
    let before = NOW.load(Ordering::SeqCst);
    MOST.store(before, Ordering::SeqCst);
    work();
    MOST.load(Ordering::SeqCst) - before
}

fn check(name: &str, taken: u64, told: u64) {
    assert!(taken <= told, "{name}: {taken} of {told}");
    assert!(told <= taken * 8, "{name}: {taken} of {told}");
}

#[test]
fn encoders_keep_to_what_they_told() {
    let _alone = ALONE.lock();
    for (kind, pixels) in pictures().into_iter().enumerate() {
        let alpha: Vec<u8> = pixels.iter().map(|pixel| pixel[3]).collect();
        for effort in [2, 4, 5, 6] {
            let name = |what: &str| format!("{what}, picture {kind}, effort {effort}");
            let argb: Vec<u32> = pixels.iter().map(|p| u32::from_be_bytes(*p)).collect();
            let bytes = (argb.len() * 4) as u64;
            let options = EncodeOptions::new(effort);
            let most = taken(|| drop(lossless::encode(argb, SIZE, options).unwrap()));
            check(
                &name("VP8L"),
                most + bytes,
                lossless::encode_bytes(SIZE.0, SIZE.1),
            );
            let options = AlphaOptions::new(effort, 90);
            let most = taken(|| drop(lossless::encode_alpha(&alpha, SIZE, options).unwrap()));
            check(
                &name("alpha"),
                most,
                lossless::encode_alpha_bytes(SIZE.0, SIZE.1, options),
            );
            for quality in [100] {
                let mut settings = Settings::new(quality);
                settings.effort = effort;
                for coding in [
                    Coding::Lossy {
                        settings,
                        chroma: Chroma::Averaged,
                    },
                    Coding::Lossless(EncodeOptions::new(effort)),
                ] {
                    let copy = pixels.clone();
                    let most = taken(|| drop(encode(copy, SIZE, coding).unwrap()));
                    let told = encode_bytes(SIZE.0, SIZE.1, &coding);
                    check(&name(&format!("{coding:?}")), most + bytes, told);
                }
            }
        }
    }
}

#[test]
fn planes_keep_to_what_they_told() {
    let _alone = ALONE.lock();
    let [pixels, ..] = pictures();
    for chroma in [Chroma::Averaged, Chroma::Sharp] {
        let most = taken(|| drop(Yuv::new(&pixels, SIZE, chroma).unwrap()));
        check("planes", most, yuv_bytes(SIZE.0, SIZE.1, chroma));
    }
}

#[test]
fn animations_keep_to_what_they_told() {
    let _alone = ALONE.lock();
    let [noise, black, _] = pictures();
    for coding in [
        Coding::Lossy {
            settings: Settings::new(90),
            chroma: Chroma::Sharp,
        },
        Coding::Lossless(EncodeOptions::new(4)),
    ] {
        let mut file = 0;
        let most = taken(|| {
            let mut encoder = Encoder::new(SIZE, coding).unwrap();
            for pixels in [&noise, &black, &noise] {
                encoder.push(pixels, 10).unwrap();
            }
            file = encoder.finish(0).unwrap().len() as u64;
        });
        // What grows may be twice as large as it has to be, and is copied then.
        check(
            "animation",
            most,
            animation::encode_bytes(SIZE.0, SIZE.1, &coding) + file * 3,
        );
    }
}
