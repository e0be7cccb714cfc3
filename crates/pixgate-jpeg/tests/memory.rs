//! Decoding takes no more memory than the header says.

#![allow(
    clippy::unwrap_used,
    unsafe_code,
    reason = "a test may panic; counting allocations needs an allocator"
)]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use libjpeg_turbo_rs::Subsampling;
use pixgate_jpeg::{Decoder, Scale, memory_bytes};
use support::{encode, interleaved, planes};

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: everything is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(live, Relaxed);
        // SAFETY: the caller's promise is the system allocator's condition.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise is the system allocator's condition.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn decoding_takes_no_more_than_the_header_says() {
    for progressive in [false, true] {
        for subsampling in [Subsampling::S420, Subsampling::S444, Subsampling::S411] {
            let file = encode((1000, 700), subsampling, |e| e.progressive(progressive));
            for scale in [Scale::Full, Scale::Half, Scale::Eighth] {
                for options in [planes(scale), interleaved(scale)] {
                    let before = LIVE.load(Relaxed);
                    PEAK.store(before, Relaxed);
                    let mut decoder = Decoder::new(&file, options).unwrap();
                    while decoder.next_band().unwrap().is_some() {}
                    let taken = (PEAK.load(Relaxed) - before) as u64;
                    let header = decoder.header();
                    let said = memory_bytes(header, options.output).unwrap();
                    assert!(taken <= said, "{scale:?} {progressive}: {taken} of {said}");
                    assert!(said < taken + (300 << 10), "{taken} of {said}");
                }
            }
        }
    }
}
