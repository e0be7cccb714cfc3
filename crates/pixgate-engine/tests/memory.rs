//! What a run really allocates, against what its plan says.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use std::sync::Mutex;

use pixgate_codec::{EncodeSettings, Limits, Metadata, Pixels, animation_encoder, encode, probe};
use pixgate_engine::{Cancel, Negotiation, Settings, run};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use support::counting::{Counting, most_during};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What one test allocates counts for all that run.
static ALONE: Mutex<()> = Mutex::new(());

/// Below this, tables of codecs count for more than pixels.
const SMALL_BYTES: u64 = 24 << 20;

#[test]
fn a_run_stays_within_its_plan_and_the_plan_near_the_run() {
    let _alone = ALONE.lock();
    let cases = [
        (Format::Png, "w:300"),
        (Format::Png, "rs:fill:300:300/g:no/pd:10/f:jpg"),
        (Format::Png, "c:400:300/rot:90"),
        (Format::Png, "t:10/w:200"),
        (Format::Png, "bl:3/w:500"),
        (Format::Png, "pix:8/f:jpg"),
        (Format::Png, "w:500/a:20:1.3:1.5/mc:0.5/dt:0.5/f:jpg"),
        (Format::Png, "a:20:1.3:1.5/col:0.3:ff0000/gr:0.5:000:30"),
        (Format::Jpeg, "w:500/sa:0.5/col:0.3/gr:0.5/f:webp"),
        (Format::Jpeg, "w:500/sa:0.5/pd:9/gr:0.5/f:png"),
        (Format::Png, "rs:fit:2400:2400:1"),
        (Format::Jpeg, "aq:dssim:0.02:70:80/w:300"),
        (Format::Png, "w:700/f:best"),
        (Format::Jpeg, "w:300/f:best"),
        (Format::Png, "w:600/pxr:40/pxe:1/f:jpg"),
        (Format::Jpeg, "w:600/pxr:40"),
        (Format::Jpeg, "pxr:40/f:png"),
        (Format::Jpeg, "w:300"),
        (Format::Jpeg, "w:1000/rot:180/f:png"),
        (Format::Jpeg, "rs:fill:500:200/ex:1/bg:ff0000"),
        (Format::Png, "ush:always/pbl:5/f:jpg"),
        (Format::Png, "w:800/ba:5:0.1:0.1:0.5:0.5/pbl:3:45/gr:0.5"),
        (Format::Jpeg, "w:900/ush:auto"),
        (Format::Jpeg, "w:900/ush:auto/sa:2"),
        (Format::Png, "bl:30"),
        (Format::Png, "w:900/sa:2/bl:2/pbl:9:45/pxr:40"),
        (Format::Jpeg, "w:800/a:9:1.2:1.4/dt:0.5/gr:0.5/pxe:1/f:png"),
        (Format::Jpeg, "w:800/mc:1/col:0.2/bl:300"),
        (Format::Png, "w:300/ra:nearest"),
        (Format::Png, "w:300/ra:lanczos2"),
        (Format::Jpeg, "w:300/ra:linear"),
        (Format::Jpeg, "w:300/ra:nearest"),
        (Format::Bmp, "w:300/f:png"),
        (Format::Gif, "w:300/f:png"),
        (Format::Gif, "w:300"),
    ];
    for (format, channels) in [(Format::Gif, Channels::Rgba), (Format::Webp, Channels::Rgb)] {
        let animation = animation(format, channels);
        for options in [
            "w:100/f:gif",
            "w:100/f:webp",
            "rot:90/pd:5/bl:2/f:gif",
            "a:9:2:2/gr:1/f:webp",
            "ush:always/ba:2:0:0:1:1/pbl:2/f:gif",
            "pxr:20/f:webp",
        ] {
            check_source(&animation, &format!("{format} animation"), options);
        }
    }
    for (format, options) in cases {
        for channels in [Channels::Rgb, Channels::Rgba] {
            if !(format == Format::Jpeg && channels == Channels::Rgba) {
                check(format, channels, options);
            }
        }
    }
}

/// Filters of pixels take no image of their own, wherever a plain resize needs none.
#[test]
fn a_chain_of_filters_takes_what_a_plain_resize_takes() {
    let _alone = ALONE.lock();
    let filters = "w:300/a:20:1.3:1.5/mc:0.5/dt:0.5:102030/col:0.3:ff0000/gr:0.5:000:30";
    for (format, result) in [
        (Format::Png, "png"),
        (Format::Jpeg, "png"),
        (Format::Jpeg, "jpg"),
    ] {
        let source = source(format, Channels::Rgb);
        let took = |options: &str| {
            let header = probe(&source, &Limits::default()).unwrap();
            let parsed = support::options(&format!("{options}/f:{result}"));
            let (settings, none) = (Settings::default(), Negotiation::default());
            let plan = pixgate_engine::plan(&parsed, &header, &settings, &none).unwrap();
            // Tables are made once.
            run(&plan, &source, &Cancel::never()).unwrap();
            let (_, taken) = most_during(|| run(&plan, &source, &Cancel::never()).unwrap());
            ((plan.path(), plan.streams_rows()), taken)
        };
        let ((way, plain), (filtered_way, filtered)) = (took("w:300"), took(filters));
        assert_eq!(filtered_way, way, "{format} to {result}");
        let image = 300 * 225 * 3;
        let beside = if result == "jpg" {
            2 * image
        } else {
            // Drawings are searched for matches more than photographs.
            3 << 19
        };
        assert!(
            filtered <= plain + beside,
            "{format} to {result}: {filtered} for {plain}"
        );
    }
}

fn check(format: Format, channels: Channels, options: &str) {
    check_source(
        &source(format, channels),
        &format!("{format} {channels:?}"),
        options,
    );
}

fn check_source(bytes: &[u8], source: &str, options: &str) {
    let header = probe(bytes, &Limits::default()).unwrap();
    let mut settings = Settings::default();
    settings.max_animation_frames = 1000;
    let parsed = support::options(options);
    let plan = pixgate_engine::plan(&parsed, &header, &settings, &Negotiation::default()).unwrap();
    let (_, taken) = most_during(|| run(&plan, bytes, &Cancel::never()).unwrap());
    let planned = plan.peak_bytes;
    let name = format!("{source} {options}: took {taken}, planned {planned}");
    assert!(taken <= planned, "{name}");
    assert!(planned <= (3 * taken).max(SMALL_BYTES), "{name}");
}

/// Frames of noise, so that none can be left out.
fn animation(format: Format, channels: Channels) -> Vec<u8> {
    let layout = Layout::u8(300, 200, channels);
    let settings = EncodeSettings::new(format, 80);
    let mut encoder = animation_encoder(layout, &settings, &Metadata::default()).unwrap();
    let mut state = 1_u32;
    for _ in 0..20 {
        let samples = (0..layout.bytes()).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        });
        let image = Image::from_u8(layout, samples.collect()).unwrap();
        encoder.write_frame(image, 40).unwrap();
    }
    encoder.finish(0).unwrap()
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
