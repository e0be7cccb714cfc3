//! Real children of this very test program: what they answer is what would come in process, and
//! what goes wrong in one costs that work alone.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what it does and stops where it likes"
)]

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use pixgate_codec::{
    Allowance, DecodeRequest, EncodeSettings, ErrorKind, InProcess, Killed, Limits, Metadata,
    Pixels, Sandbox, Shrink, TEXT_BYTES, TextRequest, animation_encoder, encode,
};
use pixgate_options::{Format, TextBox};
use pixgate_raster::{Channels, Depth, Image, Layout, Samples};
use pixgate_sandbox::{Children, Program, Settings};

const TESTS: [(&str, fn()); 9] = [
    ("pictures_come_as_in_process", pictures_come_as_in_process),
    (
        "animations_come_as_in_process",
        animations_come_as_in_process,
    ),
    ("svg_is_cleaned_as_in_process", svg_is_cleaned_as_in_process),
    ("texts_come_as_in_process", texts_come_as_in_process),
    (
        "faults_are_told_as_in_process",
        faults_are_told_as_in_process,
    ),
    ("work_that_is_given_up_ends", work_that_is_given_up_ends),
    (
        "memory_ends_where_it_was_said",
        memory_ends_where_it_was_said,
    ),
    ("a_child_is_used_again", a_child_is_used_again),
    (
        "a_child_that_does_not_become_ready_is_given_up",
        a_child_that_does_not_become_ready_is_given_up,
    ),
];

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("sandbox") => return pixgate_sandbox::serve(),
        // As one whose fonts are on a disk that does not answer.
        Some("silent") => loop {
            std::thread::park();
        },
        _ => {}
    }
    for (name, test) in TESTS {
        test();
        println!("test {name} ... ok");
    }
    println!("{} passed, 0 failed", TESTS.len());
    ExitCode::SUCCESS
}

fn children() -> Children {
    children_that("sandbox")
}

fn children_that(argument: &str) -> Children {
    let program = Program::itself([argument.into()]).unwrap();
    Children::new(Settings::new(program).with_formats(Format::ALL))
}

fn roomy() -> Allowance {
    Allowance::of_memory(256 << 20)
}

fn sized(width: u32, height: u32) -> DecodeRequest {
    let mut request = DecodeRequest::default();
    request.shrink = Shrink::Size { width, height };
    request
}

fn image(layout: Layout) -> Image {
    let count = layout.samples().unwrap();
    let samples = match layout.depth {
        Depth::U16 => Samples::U16((0..=u16::MAX).cycle().step_by(37).take(count).collect()),
        _ => Samples::U8((0..=u8::MAX).cycle().take(count).collect()),
    };
    Image::from_samples(layout, samples).unwrap()
}

fn file(format: Format, layout: Layout) -> Vec<u8> {
    let settings = EncodeSettings::new(format, 80);
    let mut metadata = Metadata::default();
    metadata.xmp = Some(b"<x:xmpmeta/>".to_vec());
    encode(&Pixels::Interleaved(image(layout)), &settings, &metadata).unwrap()
}

fn pictures_come_as_in_process() {
    let children = children();
    let rgb = Layout::u8(40, 30, Channels::Rgb);
    let words = Layout {
        depth: Depth::U16,
        ..rgb
    };
    let mut planes = DecodeRequest::default();
    planes.planar = true;
    let small = sized(20, 15);
    let whole = DecodeRequest::default();
    for (source, request) in [
        (file(Format::Png, rgb), whole),
        (file(Format::Png, words), whole),
        (file(Format::Jpeg, rgb), whole),
        (file(Format::Jpeg, rgb), planes),
        (file(Format::Jxl, rgb), whole),
        (DRAWING.to_vec(), small),
    ] {
        let limits = Limits::default();
        let header = children.probe(&source, &limits, &roomy()).unwrap();
        assert_eq!(header, InProcess.probe(&source, &limits, &roomy()).unwrap());
        let decode = |sandbox: &dyn Sandbox| {
            sandbox
                .decode(&source, &header, &request, &limits, &roomy())
                .unwrap()
        };
        assert_eq!(decode(&children), decode(&InProcess), "{}", header.format);
    }
    assert_eq!(children.counts().processes, 1);
}

fn gif(frames: u8) -> Vec<u8> {
    let layout = Layout::u8(200, 200, Channels::Rgb);
    let settings = EncodeSettings::new(Format::Gif, 80);
    let mut encoder = animation_encoder(layout, &settings, &Metadata::default()).unwrap();
    for frame in 0..frames {
        let mut image = Image::zeroed(layout).unwrap();
        if let pixgate_raster::SamplesMut::U8(samples) = image.samples_mut() {
            samples.fill(frame);
        }
        encoder.write_frame(image, 70).unwrap();
    }
    encoder.finish(0).unwrap()
}

fn animations_come_as_in_process() {
    let children = children();
    let source = gif(5);
    let limits = Limits::default();
    let header = children.probe(&source, &limits, &roomy()).unwrap();
    let all = |sandbox: &dyn Sandbox| {
        let (mut frames, metadata) = sandbox.frames(&source, &header, &limits, &roomy()).unwrap();
        let mut all = Vec::new();
        while let Some(frame) = frames.next_frame().unwrap() {
            all.push(frame);
        }
        assert!(frames.next_frame().unwrap().is_none());
        (all, metadata)
    };
    assert_eq!(all(&children), all(&InProcess));
    // One that is left half way costs its child.
    let (mut frames, _) = children
        .frames(&source, &header, &limits, &roomy())
        .unwrap();
    assert!(frames.next_frame().unwrap().is_some());
    drop(frames);
    assert_eq!(children.counts().processes, 0);
    assert!(children.probe(&source, &limits, &roomy()).is_ok());
}

fn svg_is_cleaned_as_in_process() {
    let children = children();
    let clean = |sandbox: &dyn Sandbox| sandbox.sanitize_svg(DRAWING, &roomy()).unwrap();
    assert_eq!(clean(&children), clean(&InProcess));
}

fn texts_come_as_in_process() {
    let children = children();
    let long = "<b>a</b> ".repeat(400);
    for (markup, width) in [
        ("Hello <i>world</i>", None),
        (" ", None),
        ("one two three four", Some(40.0)),
        ("a<b>c", None),
        (&long, Some(300.0)),
        (&"\u{4E00}".repeat(1300), Some(1.0)),
    ] {
        let request = TextRequest {
            markup: markup.to_owned(),
            text_box: width.map(|width| TextBox {
                width,
                max_lines: 0,
                align: None,
                ellipsis: true,
            }),
        };
        let allowance = Allowance::of_memory(TEXT_BYTES);
        let there = children.lay_out_text(&request, &allowance);
        let here = InProcess.lay_out_text(&request, &allowance);
        match (there, here) {
            (Ok(there), Ok(here)) => assert_eq!(there, here),
            (Err(there), Err(here)) => assert_eq!(there.kind(), here.kind()),
            differing => panic!("{markup}: {differing:?}"),
        }
    }
}

fn faults_are_told_as_in_process() {
    let children = children();
    let limits = Limits::default();
    for source in [
        b"<svg><a></svg>".as_slice(),
        b"\xFF\xD8\xFF",
        b"GIF89a",
        b"text",
    ] {
        let told = |sandbox: &dyn Sandbox| {
            let error = sandbox.probe(source, &limits, &roomy()).unwrap_err();
            error.kind().clone()
        };
        assert_eq!(told(&children), told(&InProcess));
    }
}

/// Turbulence of many octaves takes a second and more.
fn slow() -> Vec<u8> {
    let filter = "<feTurbulence baseFrequency='0.1' numOctaves='9'/>".repeat(6);
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='1000' height='1000'>\
         <filter id='f'>{filter}</filter><rect width='1000' height='1000' filter='url(#f)'/></svg>"
    )
    .into_bytes()
}

fn work_that_is_given_up_ends() {
    let children = children();
    let source = slow();
    let limits = Limits::default();
    let header = children.probe(&source, &limits, &roomy()).unwrap();
    let is_over = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&is_over);
    let allowance = Allowance {
        memory_bytes: 512 << 20,
        stop: Arc::new(move || seen.load(Ordering::Relaxed)),
    };
    let begun = Instant::now();
    let worked = std::thread::scope(|scope| {
        let work = scope.spawn(|| {
            let request = DecodeRequest::default();
            children.decode(&source, &header, &request, &limits, &allowance)
        });
        while children.counts().processes == 0 {
            std::thread::yield_now();
        }
        is_over.store(true, Ordering::Relaxed);
        work.join().unwrap()
    });
    assert_eq!(worked.unwrap_err().kind(), &ErrorKind::Stopped);
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    let counts = children.counts();
    assert_eq!((counts.processes, counts.killed[0]), (0, ("stopped", 1)));
    assert!(children.probe(&source, &limits, &roomy()).is_ok());
}

fn memory_ends_where_it_was_said() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let children = children();
    let mut limits = Limits::default();
    limits.max_decode_bytes = u64::MAX;
    let header = children.probe(DRAWING, &limits, &roomy()).unwrap();
    let request = sized(4000, 4000);
    // The canvas alone takes 64 MB.
    let memory_bytes = 32 << 20;
    let little = Allowance::of_memory(memory_bytes);
    let error = children
        .decode(DRAWING, &header, &request, &limits, &little)
        .unwrap_err();
    let reason = Killed::Memory {
        limit: memory_bytes,
    };
    let format = Format::Svg;
    let told = match error.kind() {
        // The library may notice by itself that there is none.
        ErrorKind::OutOfMemory { .. } => ErrorKind::Killed { format, reason },
        kind => kind.clone(),
    };
    assert_eq!(told, ErrorKind::Killed { format, reason });
    assert!(
        children
            .decode(DRAWING, &header, &request, &limits, &roomy())
            .is_ok()
    );
}

fn a_child_is_used_again() {
    let children = children();
    for _ in 0..50 {
        let probed = children.probe(DRAWING, &Limits::default(), &roomy());
        assert!(probed.is_ok());
    }
    let counts = children.counts();
    assert_eq!(counts.processes, 1);
    assert!(counts.killed.iter().all(|(_, count)| *count == 0));
}

const DRAWING: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30'>\
    <circle cx='20' cy='15' r='12' fill='#c40'/><text x='5' y='20'>pixgate</text></svg>";

fn a_child_that_does_not_become_ready_is_given_up() {
    let children = children_that("silent");
    let begun = Instant::now();
    let allowance = Allowance {
        memory_bytes: 1 << 20,
        stop: Arc::new(move || begun.elapsed() > Duration::from_millis(50)),
    };
    let probed = children.probe(&slow(), &Limits::default(), &allowance);
    assert_eq!(probed.unwrap_err().kind(), &ErrorKind::Stopped);
    assert_eq!(children.counts().processes, 0);
    assert!(children.is_healthy());
}
