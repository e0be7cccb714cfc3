//! Time and bytes beside the `png` crate: `cargo bench -p pixgate-png -- FILE...`.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that reports, and ends where a file cannot be read"
)]

use std::io::Cursor;

use cpu_time::ThreadTime;
use pixgate_png::{ColorType, Colors, Decoder, EncodeOptions, Encoder, Header, Metadata};

/// An image as the png crate reads it.
struct Picture {
    header: Header,
    samples: Vec<u8>,
}

fn main() {
    let paths = std::env::args()
        .skip(1)
        .filter(|path| !path.starts_with("--"));
    let files: Vec<Vec<u8>> = paths.map(|path| std::fs::read(path).unwrap()).collect();
    let pictures: Vec<Picture> = files.iter().map(|file| read(file)).collect();
    let theirs = sum(&files, |file| {
        read(file);
    });
    let ours = sum(&files, |file| {
        decode(file);
    });
    println!(
        "decode: png {theirs:.1} ms, pixgate-png {ours:.1} ms, {:.2}x",
        theirs / ours
    );
    let read_bytes: usize = files.iter().map(Vec::len).sum();
    println!("files: {read_bytes} bytes");
    let bytes: usize = pictures.iter().map(|picture| write(picture).len()).sum();
    let time = sum(&pictures, |picture| {
        write(picture);
    });
    println!("encode: png Fast {time:.1} ms, {bytes} bytes");
    for effort in 1..=4 {
        let bytes: usize = pictures
            .iter()
            .map(|picture| encode(picture, effort).len())
            .sum();
        let time = sum(&pictures, |picture| {
            encode(picture, effort);
        });
        println!("encode: pixgate-png effort {effort} {time:.1} ms, {bytes} bytes");
    }
}

/// Milliseconds for all, the best of five rounds of each.
fn sum<T>(all: &[T], work: impl Fn(&T)) -> f64 {
    let best = all.iter().map(|one| {
        let rounds = (0..5).map(|_| {
            let start = ThreadTime::now();
            work(one);
            start.elapsed().as_secs_f64() * 1e3
        });
        rounds.fold(f64::MAX, f64::min)
    });
    best.sum()
}

fn read(file: &[u8]) -> Picture {
    let mut decoder = png::Decoder::new(Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    decoder.ignore_checksums(true);
    let mut reader = decoder.read_info().unwrap();
    let mut samples = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut samples).unwrap();
    samples.truncate(info.buffer_size());
    let color = match info.color_type {
        png::ColorType::Grayscale => ColorType::Grey,
        png::ColorType::GrayscaleAlpha => ColorType::GreyAlpha,
        png::ColorType::Rgba => ColorType::Rgba,
        _ => ColorType::Rgb,
    };
    let header = Header {
        width: info.width,
        height: info.height,
        depth: info.bit_depth as u8,
        color,
        interlaced: false,
    };
    Picture { header, samples }
}

fn decode(file: &[u8]) -> Vec<u8> {
    let mut chunks = Vec::new();
    let mut rest = file.get(8..).unwrap();
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        chunks.push((&behind[..4], &behind[4..4 + length]));
        rest = &behind[8 + length..];
    }
    let of = |wanted: &[u8]| {
        let found = chunks.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, content)| *content).unwrap_or_default()
    };
    let header = Header::parse(of(b"IHDR").try_into().unwrap()).unwrap();
    let colors = Colors {
        palette: of(b"PLTE"),
        transparency: of(b"tRNS"),
    };
    let data = chunks.iter().filter(|(name, _)| *name == b"IDAT");
    let data = data.map(|(_, content)| *content);
    let mut decoder = Decoder::new(header, &colors, data).unwrap();
    let mut samples = vec![0; decoder.row_bytes() * header.height as usize];
    decoder.read_image(&mut samples).unwrap();
    samples
}

fn write(picture: &Picture) -> Vec<u8> {
    let mut file = Vec::new();
    let Header { width, height, .. } = picture.header;
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(match picture.header.color {
        ColorType::Grey | ColorType::Palette => png::ColorType::Grayscale,
        ColorType::GreyAlpha => png::ColorType::GrayscaleAlpha,
        ColorType::Rgb => png::ColorType::Rgb,
        ColorType::Rgba => png::ColorType::Rgba,
    });
    encoder.set_depth(png::BitDepth::from_u8(picture.header.depth).unwrap());
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(png::Filter::Adaptive);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&picture.samples).unwrap();
    writer.finish().unwrap();
    file
}

fn encode(picture: &Picture, effort: u8) -> Vec<u8> {
    let mut options = EncodeOptions::default();
    options.effort = effort;
    let mut encoder = Encoder::new(picture.header, &options, &Metadata::default()).unwrap();
    encoder.write_rows(&picture.samples).unwrap();
    encoder.finish().unwrap()
}
