//! Decoding AVIF gives all its memory back.
#![cfg(feature = "avif")]
#![allow(
    clippy::unwrap_used,
    unsafe_code,
    reason = "helpers are tests too, and an allocator cannot be written otherwise"
)]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use pixgate_options::Format;
use pixgate_raster::Channels;
use support::{encoded, picture, read, settings};

/// The system's allocator, which counts what is in use.
struct Counting;

/// How often a file is decoded.
const ROUNDS: i64 = 300;

static IN_USE: AtomicI64 = AtomicI64::new(0);

fn count(layout: Layout, sign: i64) {
    let bytes = i64::try_from(layout.size()).unwrap_or(i64::MAX);
    IN_USE.fetch_add(sign * bytes, Ordering::SeqCst);
}

// SAFETY: all work is done by the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout, 1);
        // SAFETY: the caller promises what the system's allocator asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        count(layout, -1);
        // SAFETY: the caller promises what the system's allocator asks for.
        unsafe { System.dealloc(start, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes in use once the threads of the decoder have ended.
fn settled() -> i64 {
    let mut before = IN_USE.load(Ordering::SeqCst);
    let mut still = 0;
    for _ in 0..100 {
        std::thread::sleep(Duration::from_millis(50));
        let now = IN_USE.load(Ordering::SeqCst);
        // On a busy machine threads may need a while until they run again.
        still = if now == before { still + 1 } else { 0 };
        if still == 5 {
            break;
        }
        before = now;
    }
    before
}

#[test]
fn nothing_is_left_behind() {
    let image = picture(64, 48, Channels::Rgba);
    let file = encoded(&image, &settings(Format::Avif, 60));
    let broken = &file[..file.len() - 40];
    read(&file).unwrap();
    assert!(read(broken).is_err());
    let decode_often = || {
        for _ in 0..ROUNDS {
            read(&file).unwrap();
            assert!(read(broken).is_err());
        }
    };
    // Some things are made once and stay, not all of them the first time.
    decode_often();
    let before = settled();
    decode_often();
    let left = settled() - before;
    assert!(left < ROUNDS * 40, "{left} bytes");
}
