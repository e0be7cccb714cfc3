//! Decoding AVIF takes no more memory than its header says.
#![cfg(feature = "avif")]
#![allow(
    clippy::unwrap_used,
    unsafe_code,
    reason = "helpers are tests too, and an allocator cannot be written otherwise"
)]

mod support;

use std::alloc::{GlobalAlloc, Layout as Block, System};
use std::sync::atomic::{AtomicU64, Ordering};

use pixgate_codec::{DecodeRequest, EncodeSettings, Limits, decode, decode_bytes, open, probe};
use pixgate_options::Format;
use pixgate_raster::convert::convert_depth;
use pixgate_raster::{Channels, ChromaSubsampling, Depth, Image};
use support::{encoded, picture};

/// The system's allocator, which keeps the most that was in use.
struct Counting;

static NOW: AtomicU64 = AtomicU64::new(0);
static MOST: AtomicU64 = AtomicU64::new(0);

// SAFETY: all work is done by the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, block: Block) -> *mut u8 {
        let bytes = block.size() as u64;
        let now = NOW.fetch_add(bytes, Ordering::SeqCst) + bytes;
        MOST.fetch_max(now, Ordering::SeqCst);
        // SAFETY: the caller promises what the system's allocator asks for.
        unsafe { System.alloc(block) }
    }

    unsafe fn dealloc(&self, start: *mut u8, block: Block) {
        NOW.fetch_sub(block.size() as u64, Ordering::SeqCst);
        // SAFETY: the caller promises what the system's allocator asks for.
        unsafe { System.dealloc(start, block) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes taken at most, and bytes planned with the picture that comes out.
fn taken_and_planned(file: &[u8], planar: bool) -> (u64, u64) {
    let limits = Limits::default();
    let header = probe(file, &limits).unwrap();
    let mut request = DecodeRequest::default();
    request.planar = planar;
    let layout = open(file, &header, &request, &limits).unwrap().layout();
    let before = NOW.load(Ordering::SeqCst);
    MOST.store(before, Ordering::SeqCst);
    decode(file, &header, &request, &limits).unwrap();
    let taken = MOST.load(Ordering::SeqCst) - before;
    (taken, decode_bytes(&header, &request) + layout.bytes())
}

#[test]
fn a_picture_takes_what_its_header_says() {
    let mut failed = Vec::new();
    for channels in [Channels::Grey, Channels::Rgb, Channels::Rgba] {
        for is_deep in [false, true] {
            for subsampling in [ChromaSubsampling::Both, ChromaSubsampling::Full] {
                let image: Image = match is_deep {
                    true => convert_depth(picture(1600, 1200, channels), Depth::U16).unwrap(),
                    false => picture(1600, 1200, channels),
                };
                let mut settings = EncodeSettings::new(Format::Avif, 80);
                settings.subsampling = Some(subsampling);
                settings.avif_speed = 9;
                let file = encoded(&image, &settings);
                for planar in [false, true] {
                    let (taken, planned) = taken_and_planned(&file, planar);
                    if taken > planned {
                        failed.push((channels, is_deep, subsampling, planar, taken, planned));
                    }
                }
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}
