//! What a run really allocates, against what its plan says.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]
#![allow(unsafe_code, reason = "an allocator that counts has to be one")]

mod support;

use std::alloc::{GlobalAlloc, Layout as Block, System};
use std::sync::atomic::{AtomicU64, Ordering};

use pixgate_codec::{EncodeSettings, Limits, Metadata, Pixels, encode, probe};
use pixgate_engine::{Cancel, Negotiation, Settings, run};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};

struct Counting;

static NOW: AtomicU64 = AtomicU64::new(0);
static MOST: AtomicU64 = AtomicU64::new(0);

fn grow(bytes: usize) {
    let now = NOW.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64;
    MOST.fetch_max(now, Ordering::Relaxed);
}

// SAFETY: every call is handed to the system's allocator unchanged; only numbers are kept.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, block: Block) -> *mut u8 {
        grow(block.size());
        // SAFETY: the caller's promises are those that the system's allocator asks for.
        unsafe { System.alloc(block) }
    }

    unsafe fn dealloc(&self, at: *mut u8, block: Block) {
        NOW.fetch_sub(block.size() as u64, Ordering::Relaxed);
        // SAFETY: `at` came from `alloc` above, so from the system's allocator.
        unsafe { System.dealloc(at, block) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Below this, tables of codecs count for more than pixels.
const SMALL_BYTES: u64 = 12 << 20;

#[test]
fn a_run_stays_within_its_plan_and_the_plan_near_the_run() {
    let cases = [
        (Format::Png, "w:300"),
        (Format::Png, "rs:fill:300:300/g:no/pd:10/f:jpg"),
        (Format::Png, "c:400:300/rot:90"),
        (Format::Png, "t:10/w:200"),
        (Format::Png, "bl:3/w:500"),
        (Format::Png, "pix:8/f:jpg"),
        (Format::Png, "rs:fit:2400:2400:1"),
        (Format::Jpeg, "w:300"),
        (Format::Jpeg, "w:1000/rot:180/f:png"),
        (Format::Jpeg, "rs:fill:500:200/ex:1/bg:ff0000"),
        (Format::Bmp, "w:300/f:png"),
        (Format::Gif, "w:300/f:png"),
        (Format::Gif, "w:300"),
    ];
    for (format, options) in cases {
        for channels in [Channels::Rgb, Channels::Rgba] {
            if !(format == Format::Jpeg && channels == Channels::Rgba) {
                check(format, channels, options);
            }
        }
    }
}

fn check(format: Format, channels: Channels, options: &str) {
    let bytes = source(format, channels);
    let header = probe(&bytes, &Limits::default()).unwrap();
    let settings = Settings::default();
    let parsed = support::options(options);
    let plan = pixgate_engine::plan(&parsed, &header, &settings, &Negotiation::default()).unwrap();
    let before = NOW.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let result = run(&plan, &bytes, &Cancel::never()).unwrap();
    let taken = MOST.load(Ordering::Relaxed) - before;
    drop(result);
    let planned = plan.peak_bytes;
    let name = format!("{format} {channels:?} {options}: took {taken}, planned {planned}");
    assert!(taken <= planned, "{name}");
    assert!(planned <= (3 * taken).max(SMALL_BYTES), "{name}");
}

fn source(format: Format, channels: Channels) -> Vec<u8> {
    let layout = Layout::u8(1200, 900, channels);
    let row = layout.row_samples();
    let samples = (0..row * layout.height as usize).map(|i| {
        let (x, y) = (i % row, i / row);
        u8::try_from((x / 5 + y / 3) % 256).unwrap()
    });
    let image = Image::from_u8(layout, samples.collect()).unwrap();
    let settings = EncodeSettings::new(format, 85);
    encode(&Pixels::Interleaved(image), &settings, &Metadata::default()).unwrap()
}
