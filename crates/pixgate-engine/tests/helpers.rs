//! Runs that are helped by idle cores, against runs that are not.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod support;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use pixgate_codec::{
    EncodeSettings, Limits, Metadata, Pixels, animation_encoder, can_read, can_write,
    can_write_animation, encode, probe,
};
use pixgate_engine::{
    Cancel, Encoded, Error, ErrorKind, IdleCores, Negotiation, NoCores, Plan, Preference,
    SpareCores, run, run_helped,
};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use support::counting::{Counting, most_during};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What one test allocates counts for all that run.
static ALONE: Mutex<()> = Mutex::new(());

/// Lends one core, and misses it as soon as one thing has been done on it.
#[derive(Debug)]
struct Fickle(SpareCores);

impl IdleCores for Fickle {
    fn take(&self) -> bool {
        self.0.take()
    }

    fn give_back(&self) {
        self.0.give_back();
    }

    fn are_missed(&self) -> bool {
        true
    }
}

/// Counts what is lent, and how often somebody on it asked whether it is missed.
#[derive(Debug)]
struct Counted {
    cores: SpareCores,
    taken: AtomicUsize,
    back: AtomicUsize,
    asked: AtomicUsize,
}

impl Counted {
    fn new(count: usize) -> Self {
        Self {
            cores: SpareCores::new(count),
            taken: AtomicUsize::new(0),
            back: AtomicUsize::new(0),
            asked: AtomicUsize::new(0),
        }
    }

    /// Whether something was done on what was lent; all of it is back.
    fn has_helped(&self) -> bool {
        let taken = self.taken.load(Ordering::SeqCst);
        assert_eq!(self.back.load(Ordering::SeqCst), taken);
        self.asked.load(Ordering::SeqCst) > 0
    }
}

impl IdleCores for Counted {
    fn take(&self) -> bool {
        let is_taken = self.cores.take();
        self.taken.fetch_add(is_taken.into(), Ordering::SeqCst);
        is_taken
    }

    fn give_back(&self) {
        self.back.fetch_add(1, Ordering::SeqCst);
        self.cores.give_back();
    }

    fn are_missed(&self) -> bool {
        self.asked.fetch_add(1, Ordering::SeqCst);
        false
    }
}

/// Waves with noise on them.
fn picture(layout: Layout, seed: u32) -> Image {
    let mut state = seed;
    let samples = (0..layout.samples().unwrap()).map(|place| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u8::try_from(place / 7 % 200).unwrap() + state.to_be_bytes()[0] / 5
    });
    Image::from_u8(layout, samples.collect()).unwrap()
}

fn still(format: Format, channels: Channels) -> Vec<u8> {
    let (width, height) = match format {
        // Icons are small.
        Format::Ico => (181, 240),
        _ => (517, 803),
    };
    let image = picture(Layout::u8(width, height, channels), 1);
    let settings = EncodeSettings::new(format, 85);
    encode(&Pixels::Interleaved(image), &settings, &Metadata::default()).unwrap()
}

fn animation(format: Format) -> Vec<u8> {
    let layout = Layout::u8(181, 120, Channels::Rgb);
    let settings = EncodeSettings::new(format, 80);
    let mut encoder = animation_encoder(layout, &settings, &Metadata::default()).unwrap();
    for seed in 1..7 {
        encoder.write_frame(picture(layout, seed), 40).unwrap();
    }
    encoder.finish(0).unwrap()
}

fn planned(source: &[u8], text: &str) -> Plan {
    let header = probe(source, &Limits::default()).unwrap();
    let mut settings = support::settings();
    settings.max_animation_frames = 100;
    let offers = Negotiation::NONE
        .with_webp(Preference::Prefer)
        .with_avif(Preference::Prefer);
    pixgate_engine::plan(&support::options(text), &header, &settings, &offers)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn helped(plan: &Plan, source: &[u8], cores: &dyn IdleCores) -> Result<Encoded, Error> {
    run_helped(plan, source, &Cancel::never(), cores, &|_| ())
}

/// Runs with all kinds of help; whether somebody did help.
fn same(source: &[u8], text: &str) -> bool {
    let plan = planned(source, text);
    let expected = run(&plan, source, &Cancel::never());
    let expected = expected.unwrap_or_else(|error| panic!("{text}: {error}"));
    let counted = Counted::new(3);
    let fickle = Fickle(SpareCores::new(1));
    let all: [&dyn IdleCores; 4] = [&NoCores, &SpareCores::new(1), &fickle, &counted];
    for cores in all {
        let found = helped(&plan, source, cores);
        let found = found.unwrap_or_else(|error| panic!("{text}: {error}"));
        let name = format!("{} {text} {cores:?}", plan.source_format);
        assert!(found == expected, "{name}");
    }
    counted.has_helped()
}

#[test]
fn help_changes_no_byte_of_any_pair_of_formats() {
    let _alone = ALONE.lock();
    let readable = |format: &Format| can_read(*format) && can_write(*format);
    let mut with_help = Vec::new();
    for from in Format::ALL.into_iter().filter(readable) {
        let source = still(from, Channels::Rgb);
        for to in Format::ALL.into_iter().filter(|format| can_write(*format)) {
            if same(&source, &format!("rs:fill:170:203/f:{to}")) {
                with_help.push((from, to));
            }
        }
    }
    for pair in [
        (Format::Jpeg, Format::Jpeg),
        (Format::Png, Format::Jpeg),
        (Format::Png, Format::Webp),
        (Format::Webp, Format::Avif),
    ] {
        assert!(with_help.contains(&pair), "{pair:?} of {with_help:?}");
    }
}

#[test]
fn help_changes_no_byte_whatever_the_options() {
    let _alone = ALONE.lock();
    for (format, channels, texts) in [
        (
            Format::Jpeg,
            Channels::Rgb,
            [
                "w:90",
                "w:500/rot:90/ush:always",
                "c:300:300/w:150/sa:0.5",
                "w:200/f:best",
                "w:200/aq:dssim:0.02:40:90",
                "w:200/mb:3000",
            ],
        ),
        (
            Format::Png,
            Channels::Rgba,
            [
                "w:90",
                "w:300/bg:ff0000/pxr:20",
                "w:200/rot:90/bl:2",
                "w:200/f:best",
                "w:120/f:webp/mb:2000",
                "h:60/f:png",
            ],
        ),
        (
            Format::Jpeg,
            Channels::Grey,
            [
                "w:90",
                "w:300",
                "rot:90",
                "f:png",
                "w:200/f:best",
                "w:60/mb:900",
            ],
        ),
    ] {
        let source = still(format, channels);
        for text in texts {
            same(&source, text);
        }
    }
}

#[test]
fn frames_are_written_beside_their_making() {
    let _alone = ALONE.lock();
    let moving = |format: &Format| can_read(*format) && can_write_animation(*format);
    for from in Format::ALL.into_iter().filter(moving) {
        let source = animation(from);
        for to in Format::ALL.into_iter().filter(moving) {
            for options in ["w:90", "rot:90", "w:50/mb:9000"] {
                assert!(same(&source, &format!("{options}/f:{to}")), "{from} {to}");
            }
        }
    }
}

#[test]
fn candidates_for_the_best_format_are_tried_side_by_side() {
    let _alone = ALONE.lock();
    // Whole images, so that nothing else could be helped with.
    assert!(same(&still(Format::Png, Channels::Rgb), "rot:90/f:best"));
}

#[test]
fn memory_of_helped_runs_is_in_the_plan() {
    let _alone = ALONE.lock();
    for (source, text) in [
        (still(Format::Jpeg, Channels::Rgb), "w:400"),
        (still(Format::Jpeg, Channels::Rgb), "w:400/f:best"),
        (still(Format::Png, Channels::Rgba), "w:300"),
        (still(Format::Png, Channels::Rgb), "rot:90/f:best"),
        (animation(Format::Gif), "w:170/f:webp"),
        (animation(Format::Webp), "w:170/f:gif"),
    ] {
        let plan = planned(&source, text);
        let cores = SpareCores::new(3);
        helped(&plan, &source, &cores).unwrap();
        let (_, taken) = most_during(|| helped(&plan, &source, &cores).unwrap());
        let planned = plan.peak_bytes;
        assert!(taken <= planned, "{text}: took {taken}, planned {planned}");
    }
}

#[test]
fn a_run_that_is_given_up_ends_with_its_helper() {
    let _alone = ALONE.lock();
    for (source, text) in [
        (still(Format::Jpeg, Channels::Rgb), "w:90"),
        (still(Format::Png, Channels::Rgb), "w:90"),
        (animation(Format::Gif), "w:90/f:webp"),
    ] {
        let plan = planned(&source, text);
        let bands = AtomicUsize::new(0);
        let cores = Counted::new(1);
        let cancel = Cancel::never();
        // Given up in the middle.
        let outcome = run_helped(&plan, &source, &cancel, &cores, &|_| {
            if bands.fetch_add(1, Ordering::SeqCst) == 5 {
                cancel.cancel();
            }
        });
        assert_eq!(outcome.unwrap_err().kind(), &ErrorKind::Cancelled, "{text}");
        assert!(cores.has_helped(), "{text}");
    }
}

#[test]
fn broken_sources_fail_as_they_do_without_help() {
    let _alone = ALONE.lock();
    for (format, text) in [
        (Format::Png, "w:90"),
        (Format::Jpeg, "w:90"),
        (Format::Webp, "w:90"),
        (Format::Gif, "w:90/f:webp"),
    ] {
        let whole = match format {
            Format::Gif => animation(format),
            _ => still(format, Channels::Rgb),
        };
        let plan = planned(&whole, text);
        for at in (0..whole.len()).step_by(whole.len() / 23) {
            let mut broken = whole.clone();
            broken[at] ^= 0x55;
            for source in [&broken[..], &whole[..at]] {
                let alone = run(&plan, source, &Cancel::never());
                let cores = Counted::new(1);
                let found = helped(&plan, source, &cores);
                assert_eq!(
                    found.map_err(|error| error.to_string()),
                    alone.map_err(|error| error.to_string()),
                    "{format} at {at}"
                );
                cores.has_helped();
            }
        }
    }
}
