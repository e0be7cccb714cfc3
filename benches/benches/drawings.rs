//! What it costs to draw an icon in a child process: probe and decode, in process and in a child.
#![allow(clippy::unwrap_used, reason = "inputs are constants")]

use std::hint::black_box;
use std::process::ExitCode;

use criterion::Criterion;
use pixgate_codec::{
    Allowance, DecodeRequest, EncodeSettings, InProcess, Limits, Metadata, Pixels, Sandbox, Shrink,
    encode,
};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use pixgate_sandbox::{Children, Program, Settings};

const ICON: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>\
    <path d='M12 2a10 10 0 1 0 0 20a10 10 0 0 0 0-20m0 4v6l4 3' fill='none' stroke='#246' \
    stroke-width='2' stroke-linecap='round'/><circle cx='12' cy='12' r='1.5' fill='#c40'/></svg>";

/// Probes and decodes, as for a request.
fn drawn(sandbox: &dyn Sandbox, source: &[u8], request: &DecodeRequest) -> Pixels {
    let (limits, allowance) = (Limits::default(), Allowance::of_memory(1 << 29));
    let header = sandbox.probe(source, &limits, &allowance).unwrap();
    let decoded = sandbox.decode(source, &header, request, &limits, &allowance);
    decoded.unwrap().0
}

fn photograph() -> Vec<u8> {
    let layout = Layout::u8(2040, 1360, Channels::Rgb);
    let samples = (0..layout.samples().unwrap()).map(|at| (at / 97 % 251).to_le_bytes()[0]);
    let image = Image::from_u8(layout, samples.collect()).unwrap();
    let settings = EncodeSettings::new(Format::Avif, 60);
    encode(&Pixels::Interleaved(image), &settings, &Metadata::default()).unwrap()
}

fn compare(c: &mut Criterion, name: &str, source: &[u8], request: &DecodeRequest) {
    let program = Program::itself([CHILD.into()]).unwrap();
    let children = Children::new(Settings::new(program));
    let mut group = c.benchmark_group(name);
    let places: [(&str, &dyn Sandbox); 2] = [("in-process", &InProcess), ("in-child", &children)];
    for (place, sandbox) in places {
        group.bench_function(place, |b| {
            b.iter(|| drawn(sandbox, black_box(source), request));
        });
    }
    group.finish();
}

fn main() -> ExitCode {
    if std::env::args_os()
        .nth(1)
        .is_some_and(|argument| argument == CHILD)
    {
        return pixgate_sandbox::serve();
    }
    let mut c = Criterion::default().configure_from_args();
    let mut request = DecodeRequest::default();
    request.shrink = Shrink::Size {
        width: 96,
        height: 96,
    };
    compare(&mut c, "drawings/icon", ICON, &request);
    let mut planes = DecodeRequest::default();
    planes.planar = true;
    compare(&mut c, "drawings/avif", &photograph(), &planes);
    c.final_summary();
    ExitCode::SUCCESS
}

const CHILD: &str = "sandbox";
