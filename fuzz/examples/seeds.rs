//! Writes seeds and dictionary anew, from vectors and tables of the crates: `cargo run --example seeds`.

use std::net::IpAddr;
use std::path::Path;
use std::{fs, io};

use pixgate_codec::{EncodeSettings, Metadata, Pixels, animation_encoder, encode};
use pixgate_options::{Format, WebpCompression};
use pixgate_raster::convert::convert_channels;
use pixgate_raster::{Channels, Image, Layout};
use serde_json::Value;

const URL_VECTORS: &str = include_str!("../../crates/pixgate-url/tests/vectors/url-vectors.json");
const LISTS: &str = include_str!("../../crates/pixgate-allow/tests/vectors/allowlist-vectors.json");
const ADDRESSES: &str = include_str!("../../crates/pixgate-allow/tests/addresses.txt");
const HOSTS: &str = include_str!("../../crates/pixgate-allow/tests/hosts.txt");

/// Drawings that use much of the format.
const SVGS: [&str; 6] = [
    "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='5'><rect width='4' height='4' fill='red'/></svg>",
    "<svg viewBox='0 0 20 10'><g transform='rotate(9)'><path d='M1 1C2 3 4 5 6 7Z' stroke='#00f'/></g></svg>",
    "<!DOCTYPE svg [<!ENTITY a 'x'>]><svg width='30' height='9'><style>text{fill:red}</style><text y='8'>&a;</text></svg>",
    "<svg xmlns:x='http://www.w3.org/1999/xlink' width='9' height='9'><defs><linearGradient id='a'><stop/></linearGradient>\
     <filter id='f'><feGaussianBlur stdDeviation='1'/></filter></defs><use x:href='#b' filter='url(#f)'/>\
     <circle id='b' r='4' fill='url(#a)'/><script>1</script></svg>",
    "<svg xmlns='http://www.w3.org/2000/svg'><style>@import 'a';@media print{a:not(.b){fill:u\\rl(&quot;c&quot;)}}\
     @font-face{src:url(data:font/woff2,x)format('woff2')}</style><g style='fill:url(#a) red;--x:y' onload='z'/></svg>",
    "<?xml version='1.0' encoding='utf-16'?><svg xmlns:h='http://www.w3.org/1999/xhtml'><a href='&#9;javascript:1'>\
     <animate attributeName='href' values='a;b'/><h:iframe/></a><image href='data:image/png;base64,iVBO'/></svg>",
];
/// Texts that use much of the markup.
const TEXTS: [&str; 6] = [
    "Hello",
    "<markup>a &lt;b&gt; &amp; &#67;<b>b<i>i</i></b>\n<u>u</u><s>s</s><tt>t</tt></markup>",
    "<big>b</big><small>s</small>x<sub>1</sub><sup>2</sup>",
    "<span font='DejaVu Sans Bold Italic 24' foreground=\"#f008\" bgcolor='blue' alpha='50%'>x</span>",
    "<span size='larger' weight='200' underline='double' underline_color='red' rise='1024' letter_spacing='2pt'>x</span>",
    "<span text_transform='capitalize' variant='small-caps' line_height='1.5' stretch='condensed'>\u{5D0}b e\u{301}</span>",
];
/// HEVC has no encoder here; these are files of the codec's tests.
const HEICS: [&[u8]; 3] = [
    include_bytes!("../../crates/pixgate-codec/tests/heic/rgb.heic"),
    include_bytes!("../../crates/pixgate-codec/tests/heic/rgba.heic"),
    include_bytes!("../../crates/pixgate-codec/tests/heic/turned.heic"),
];

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
    write("codec_probe", images(&PROBED))?;
    for (target, format) in DECODED {
        write(target, images(&[format]).chain(animation(format)))?;
    }
    for target in ["svg_decode", "svg_sanitize"] {
        write(
            target,
            SVGS.map(|text| text.as_bytes().to_vec()).into_iter(),
        )?;
    }
    write(
        "sandbox_messages",
        pixgate_sandbox::fuzzing::seeds().into_iter(),
    )?;
    write(
        "markup_parse",
        TEXTS.map(|text| text.as_bytes().to_vec()).into_iter(),
    )?;
    write("heic_decode", HEICS.map(<[u8]>::to_vec).into_iter())?;
    write("jpeg_decode", jpegs())?;
    write("jpeg_roundtrip", pictures())?;
    write("av1_encode", pictures())?;
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

const PROBED: [Format; 5] = [
    Format::Png,
    Format::Jpeg,
    Format::Webp,
    Format::Gif,
    Format::Bmp,
];
/// Targets of one decoder each, whose formats can be written.
const DECODED: [(&str, Format); 8] = [
    ("avif_decode", Format::Avif),
    ("bmp_decode", Format::Bmp),
    ("gif_decode", Format::Gif),
    ("ico_decode", Format::Ico),
    ("jxl_decode", Format::Jxl),
    ("png_decode", Format::Png),
    ("tiff_decode", Format::Tiff),
    ("webp_decode", Format::Webp),
];

/// Tiny images of these formats, some of them in several ways.
fn images(formats: &[Format]) -> impl Iterator<Item = Vec<u8>> {
    formats
        .iter()
        .copied()
        .flat_map(settings)
        .flat_map(|settings| {
            let encode = move |pixels| encode(&pixels, &settings, &Metadata::default()).ok();
            [Channels::Grey, Channels::Rgb, Channels::Rgba]
                .map(image)
                .into_iter()
                .filter_map(encode)
        })
}

/// Two frames, where the format has them.
fn animation(format: Format) -> Option<Vec<u8>> {
    let settings = EncodeSettings::new(format, 80);
    let frames = [Channels::Rgba, Channels::Rgb].map(|channels| match image(channels) {
        Pixels::Interleaved(image) => convert_channels(image, Channels::Rgba).ok(),
        Pixels::Planar(_) => None,
    });
    let layout = Layout::u8(9, 5, Channels::Rgba);
    let mut encoder = animation_encoder(layout, &settings, &Metadata::default()).ok()?;
    for frame in frames {
        encoder.write_frame(frame?, 50).ok()?;
    }
    encoder.finish(0).ok()
}

/// JPEG files, each with a byte that chooses what to decode it to.
fn jpegs() -> impl Iterator<Item = Vec<u8>> {
    let choices = (0_u8..16).step_by(3);
    choices.flat_map(move |choice| {
        let files: Vec<_> = images(&[Format::Jpeg]).collect();
        files
            .into_iter()
            .map(move |file| [&[choice], &file[..]].concat())
    })
}

/// Size, quality and options of a picture, and its samples.
fn pictures() -> impl Iterator<Item = Vec<u8>> {
    let starts = [
        [8, 4, 80, 0],
        [16, 16, 30, 1],
        [40, 9, 100, 0x19],
        [3, 64, 100, 0x26],
    ];
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
    let mut lossless = plain.clone();
    lossless.webp_compression = WebpCompression::Lossless;
    match format {
        Format::Png => vec![plain, passes, palette],
        Format::Jpeg => vec![plain, passes],
        Format::Webp => vec![plain, lossless],
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

/// Replaces the seeds of a target, which are numbered; findings with a name of their own stay.
fn write(target: &str, seeds: impl Iterator<Item = Vec<u8>>) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(target);
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name
            .to_string_lossy()
            .bytes()
            .all(|byte| byte.is_ascii_digit())
        {
            fs::remove_file(entry.path())?;
        }
    }
    for (number, seed) in seeds.enumerate() {
        fs::write(folder.join(format!("{number:03}")), seed)?;
    }
    Ok(())
}
