//! Writes seeds and dictionary anew, from vectors and tables of the crates: `cargo run --example seeds`.

use std::net::IpAddr;
use std::path::Path;
use std::{fs, io};

use pixgate_codec::{EncodeSettings, Metadata, Pixels, encode};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use serde_json::Value;

const URL_VECTORS: &str = include_str!("../../crates/pixgate-sign/tests/vectors/url-vectors.json");
const LISTS: &str = include_str!("../../crates/pixgate-allow/tests/vectors/allowlist-vectors.json");
const ADDRESSES: &str = include_str!("../../crates/pixgate-allow/tests/addresses.txt");
const HOSTS: &str = include_str!("../../crates/pixgate-allow/tests/hosts.txt");

/// One transparent pixel, lossless; writing WebP would need a C library.
const WEBP: &[u8] =
    b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0/\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let urls: Value = serde_json::from_str(URL_VECTORS)?;
    let lists: Value = serde_json::from_str(LISTS)?;
    write("sign_verify", rows(&urls, "vectors").filter_map(signature))?;
    write(
        "url_parse",
        rows(&urls, "vectors").step_by(2).filter_map(target),
    )?;
    write(
        "allow_pattern",
        rows(&lists, "allowlist").flat_map(patterns),
    )?;
    write("allow_address", addresses())?;
    write("codec_probe", images().chain([WEBP.to_vec()]))?;
    write("jpeg_decode", jpegs())?;
    write("jpeg_roundtrip", pictures())?;
    let dictionary = Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries/url.dict");
    Ok(fs::write(dictionary, pixgate_url::dictionary())?)
}

fn rows<'a>(vectors: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    vectors[list].as_array().into_iter().flatten()
}

/// The request target of a vector.
fn target(row: &Value) -> Option<Vec<u8>> {
    Some(row["path"].as_str()?.as_bytes().to_vec())
}

/// Key, salt, signature and rest of the vectors that are signed.
fn signature(row: &Value) -> Option<Vec<u8>> {
    let [key, salt] = ["IMGPROXY_KEY", "IMGPROXY_SALT"].map(|name| row["config"][name].as_str());
    let (signature, rest) = row["path"].as_str()?.strip_prefix('/')?.split_once('/')?;
    Some(format!("{}\n{}\n{signature}\n{rest}", key?, salt?).into_bytes())
}

/// Each pattern of a list with the list's URL.
fn patterns(row: &Value) -> Vec<Vec<u8>> {
    let url = row["url"].as_str().unwrap_or_default();
    let patterns = row["patterns"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    patterns
        .map(|pattern| format!("{pattern}\n{url}").into_bytes())
        .collect()
}

/// Each address with one of the hosts.
fn addresses() -> impl Iterator<Item = Vec<u8>> {
    let addresses = ADDRESSES
        .lines()
        .filter_map(|line| line.split(' ').next()?.parse().ok());
    let hosts = HOSTS
        .lines()
        .filter_map(|line| Some(line.split_once('\t')?.0))
        .cycle();
    addresses
        .zip(hosts)
        .zip(0..)
        .map(|((address, host), choice)| seed(address, choice, host))
}

fn seed(address: IpAddr, choice: u8, host: &str) -> Vec<u8> {
    let address = match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => v6,
    };
    [
        &address.octets()[..],
        &[choice, 0, 1, 2, 3, choice >> 2, 0, choice],
        host.as_bytes(),
    ]
    .concat()
}

/// Tiny images in all formats that can be written, some of them in several ways.
fn images() -> impl Iterator<Item = Vec<u8>> {
    let formats = [
        Format::Png,
        Format::Jpeg,
        Format::Webp,
        Format::Gif,
        Format::Bmp,
    ];
    formats.into_iter().flat_map(settings).flat_map(|settings| {
        let encode = move |pixels| encode(&pixels, &settings, &Metadata::default()).ok();
        [Channels::Grey, Channels::Rgb, Channels::Rgba]
            .map(image)
            .into_iter()
            .filter_map(encode)
    })
}

/// JPEG files, each with a byte that chooses what to decode it to.
fn jpegs() -> impl Iterator<Item = Vec<u8>> {
    let choices = (0_u8..16).step_by(3);
    choices.flat_map(move |choice| {
        let files: Vec<_> = images().filter(|file| file.starts_with(&[0xff, 0xd8])).collect();
        files.into_iter().map(move |file| [&[choice], &file[..]].concat())
    })
}

/// Size, quality and options of a picture, and its samples.
fn pictures() -> impl Iterator<Item = Vec<u8>> {
    let starts = [[8, 4, 80, 0], [16, 16, 30, 1], [40, 9, 100, 0x19], [3, 64, 100, 0x26]];
    starts.into_iter().map(|start| {
        let samples = (0..200_u32).map(|index| (index * index * 7 % 251) as u8);
        start.into_iter().chain(samples).collect()
    })
}

fn settings(format: Format) -> Vec<EncodeSettings> {
    let plain = EncodeSettings::new(format, 80);
    let mut passes = plain.clone();
    (passes.jpeg_progressive, passes.png_interlaced) = (true, true);
    let mut palette = plain.clone();
    palette.palette_bits = Some(2);
    match format {
        Format::Png => vec![plain, passes, palette],
        Format::Jpeg => vec![plain, passes],
        _ => vec![plain],
    }
}

/// 9x5 pixels without much pattern.
fn image(channels: Channels) -> Pixels {
    let layout = Layout::u8(9, 5, channels);
    let count = layout.samples().expect("a small image");
    let samples = (0..count).map(|index| (index * 37 % 251) as u8).collect();
    Pixels::Interleaved(Image::from_u8(layout, samples).expect("the right number of samples"))
}

/// Replaces the seeds of a target; files are numbered.
fn write(target: &str, seeds: impl Iterator<Item = Vec<u8>>) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(target);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for (number, seed) in seeds.enumerate() {
        fs::write(folder.join(format!("{number:03}")), seed)?;
    }
    Ok(())
}
