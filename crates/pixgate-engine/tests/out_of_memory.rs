//! Where memory cannot be had, a run ends with an error and the process goes on.
//!
//! An allocation that nobody can refuse ends the process, so every case runs in a process of its own:
//! this test, started again. There the first large allocation fails, then the second, and so on, until
//! a run needs no more of them.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    unsafe_code,
    reason = "an allocator that fails has to be one, and a test may stop where it likes"
)]

mod support;

use std::alloc::{GlobalAlloc, Layout as Block, System};
use std::process::Command;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use pixgate_codec::{EncodeSettings, Limits, Metadata, Pixels, can_write, encode, probe};
use pixgate_engine::{Cancel, ErrorKind, Negotiation, Settings, run};
use pixgate_options::Format;
use pixgate_raster::convert::convert_depth;
use pixgate_raster::{Channels, Depth, Image, Layout};

/// The system's allocator, which fails at one of the large allocations.
struct Failing;

/// Large allocations until one fails; below zero none does.
static LEFT: AtomicI64 = AtomicI64::new(-1);

/// What is large in the case at hand.
static LARGE: AtomicUsize = AtomicUsize::new(usize::MAX);

// SAFETY: every call is handed to the system's allocator unchanged, or fails as it may.
unsafe impl GlobalAlloc for Failing {
    unsafe fn alloc(&self, block: Block) -> *mut u8 {
        if block.size() > LARGE.load(Ordering::Relaxed)
            && LEFT.load(Ordering::Relaxed) >= 0
            && LEFT.fetch_sub(1, Ordering::Relaxed) == 0
        {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's promises are those that the system's allocator asks for.
        unsafe { System.alloc(block) }
    }

    unsafe fn dealloc(&self, at: *mut u8, block: Block) {
        // SAFETY: `at` came from `alloc` above, so from the system's allocator.
        unsafe { System.dealloc(at, block) }
    }
}

#[global_allocator]
static ALLOCATOR: Failing = Failing;

/// Names the case in the process that is started for it.
const CASE: &str = "PIXGATE_OUT_OF_MEMORY_CASE";

/// Source, its channels and depth, and the options of the run.
///
/// Libraries that nobody can refuse memory are looked at by the size of what they take: PNG's own
/// buffers are below the threshold of its cases.
const CASES: &[(Format, Channels, Depth, &str)] = &[
    (Format::Jpeg, Channels::Rgb, Depth::U8, "w:9000/f:jpg"),
    (
        Format::Jpeg,
        Channels::Rgb,
        Depth::U8,
        "w:9000/f:jpg/jpgo:1",
    ),
    (Format::Jpeg, Channels::Rgb, Depth::U8, "f:bmp/rot:90"),
    (Format::Jpeg, Channels::Grey, Depth::U8, "w:5000/f:webp"),
    (Format::Jpeg, Channels::Cmyk, Depth::U8, "w:5000/f:tiff"),
    (Format::Webp, Channels::Rgb, Depth::U8, "w:5000/f:jpg"),
    (Format::Webp, Channels::Rgb, Depth::U8, "f:bmp"),
    (
        Format::Bmp,
        Channels::Rgb,
        Depth::U8,
        "rs:fill:3000:30/bl:2/sh:1/f:webp",
    ),
    (
        Format::Bmp,
        Channels::Rgb,
        Depth::U8,
        "w:5000/pd:10/bg:ff0000/f:jpg",
    ),
    (Format::Gif, Channels::Rgb, Depth::U8, "w:5000/f:jpg"),
    (Format::Png, Channels::Rgba, Depth::U8, "w:400/f:jpg"),
    (Format::Png, Channels::Rgb, Depth::U16, "w:500/f:webp"),
    (Format::Png, Channels::Rgb, Depth::U8, "w:450/f:png"),
];

/// Allocations beyond this fail.
const fn large_bytes(format: Format) -> usize {
    match format {
        Format::Png => 400 << 10,
        _ => 64 << 10,
    }
}

#[test]
fn every_allocation_of_a_run_may_fail() {
    if let Some(case) = std::env::var_os(CASE) {
        return fail_one_after_the_other(case.to_str().unwrap().parse().unwrap());
    }
    let mut wrong = Vec::new();
    for (number, case) in CASES.iter().enumerate() {
        if !can_write(case.0) {
            continue;
        }
        let mut again = Command::new(std::env::current_exe().unwrap());
        again.args([
            "--exact",
            "every_allocation_of_a_run_may_fail",
            "--nocapture",
        ]);
        let output = again.env(CASE, number.to_string()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            let last = said.lines().rev().find(|line| line.starts_with("failing"));
            wrong.push(format!("{case:?}: {}, {last:?}", output.status));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn fail_one_after_the_other(number: usize) {
    let (format, channels, depth, options) = CASES[number];
    let bytes = source(format, channels, depth);
    let header = probe(&bytes, &Limits::default()).unwrap();
    let options = support::options(options);
    let (settings, negotiation) = (Settings::default(), Negotiation::default());
    let plan = pixgate_engine::plan(&options, &header, &settings, &negotiation).unwrap();
    // Some things are made once.
    run(&plan, &bytes, &Cancel::never()).unwrap();
    LARGE.store(large_bytes(format), Ordering::Relaxed);
    for count in 0.. {
        println!("failing {count}");
        LEFT.store(count, Ordering::Relaxed);
        let result = run(&plan, &bytes, &Cancel::never());
        let is_over = LEFT.swap(-1, Ordering::Relaxed) >= 0;
        match result {
            Ok(_) if is_over => {
                assert!(count > 0, "no large allocations");
                return;
            }
            // What can do without may go on.
            Ok(_) => {}
            Err(error) => {
                let is_named = matches!(error.kind(), ErrorKind::OutOfMemory { .. });
                assert!(is_named, "{count}: {error} {:?}", error.codec());
            }
        }
    }
}

/// A wide picture, so that single rows are large too; a high one for PNG.
fn source(format: Format, channels: Channels, depth: Depth) -> Vec<u8> {
    let (width, height) = match format {
        Format::Webp => (16_000, 40),
        Format::Png => (600, 1600),
        _ => (24_000, 40),
    };
    let layout = Layout::u8(width, height, channels);
    let samples = (0..layout.samples().unwrap()).map(|place| (place / 97 % 251).to_le_bytes()[0]);
    let image = Image::from_u8(layout, samples.collect()).unwrap();
    let image = convert_depth(image, depth).unwrap();
    let settings = EncodeSettings::new(format, 80);
    encode(&Pixels::Interleaved(image), &settings, &Metadata::default()).unwrap()
}
