//! Memory of the whole process, against what plans say. Linux tells it.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use pixgate_codec::{EncodeSettings, Limits, Metadata, Pixels, encode, probe};
use pixgate_engine::{Cancel, Negotiation, Settings, run};
use pixgate_options::{Format, WebpCompression};
use pixgate_raster::{Channels, Image, Layout};

/// Pages that the process touches for other reasons.
const SLACK_BYTES: u64 = 3 << 20;

#[test]
fn the_process_stays_within_the_plan_of_a_webp() {
    for (channels, compression, quality) in [
        (Channels::Rgb, WebpCompression::Lossy, 50),
        (Channels::Rgb, WebpCompression::Lossy, 79),
        (Channels::Rgb, WebpCompression::Lossy, 100),
        (Channels::Rgb, WebpCompression::Lossless, 80),
        (Channels::Rgba, WebpCompression::Lossy, 80),
        (Channels::Rgba, WebpCompression::Lossless, 80),
    ] {
        let source = noise(channels);
        let header = probe(&source, &Limits::default()).unwrap();
        let mut settings = Settings::default();
        settings.webp_compression = compression;
        let options = support::options(&format!("q:{quality}/f:webp"));
        let negotiation = Negotiation::default();
        let plan = pixgate_engine::plan(&options, &header, &settings, &negotiation).unwrap();
        // From here on the highest mark counts anew.
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let before = status("VmRSS:");
        run(&plan, &source, &Cancel::never()).unwrap();
        let taken = status("VmHWM:").saturating_sub(before);
        let name = format!("{channels:?} {compression:?} {quality}");
        // The allocator keeps pages of the picture before.
        assert!(taken > plan.peak_bytes / 8, "{name}: only {taken}");
        let most = plan.peak_bytes + SLACK_BYTES;
        assert!(taken <= most, "{name}: {taken} of {}", plan.peak_bytes);
    }
}

/// A line of what Linux says about this process, in bytes.
fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    let kibibytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kibibytes << 10
}

/// Black and white dots, which compress worst of all.
fn noise(channels: Channels) -> Vec<u8> {
    let layout = Layout::u8(1200, 900, channels);
    let mut state = 1_u32;
    let samples = (0..layout.samples().unwrap()).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if state >> 31 == 0 { 0 } else { u8::MAX }
    });
    let image = Image::from_u8(layout, samples.collect()).unwrap();
    let settings = EncodeSettings::new(Format::Png, 80);
    encode(&Pixels::Interleaved(image), &settings, &Metadata::default()).unwrap()
}
