//! Real and hostile files, in the folder that `PIXGATE_CORPUS` names.
#![allow(
    clippy::cast_possible_truncation,
    clippy::field_reassign_with_default,
    clippy::panic,
    clippy::unwrap_used,
    reason = "made-up samples may wrap, structures are non-exhaustive, and helpers are tests too"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use pixgate_codec::{
    DecodeRequest, Error, ErrorKind, Limits, Pixels, Shrink, decode, probe,
    silence_contained_panics,
};
use pixgate_options::Format;
use pixgate_raster::Channels;

fn corpus(folder: &str) -> Vec<PathBuf> {
    let root = std::env::var_os("PIXGATE_CORPUS").unwrap();
    let mut files = Vec::new();
    let mut folders = vec![Path::new(&root).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn attempt(bytes: &[u8], limits: &Limits, request: &DecodeRequest) -> Result<Format, Error> {
    let header = probe(bytes, limits)?;
    let (pixels, _) = decode(bytes, &header, request, limits)?;
    let (width, height) = pixels.size();
    assert!(width >= 1 && height >= 1 && width <= header.width && height <= header.height);
    Ok(header.format)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn png_conformance_files_decode_and_broken_ones_do_not() {
    let files = corpus("pngsuite");
    let (mut good, mut bad) = (0, 0);
    for path in files
        .iter()
        .filter(|path| path.extension().is_some_and(|e| e == "png"))
    {
        let bytes = fs::read(path).unwrap();
        let result = attempt(&bytes, &Limits::default(), &DecodeRequest::default());
        // Wrong checksums alone keep no picture from being shown, as in the reference.
        let has_wrong_sum = matches!(&*name(path), "xcsn0g01.png" | "xhdn0g08.png");
        if name(path).starts_with('x') && !has_wrong_sum {
            assert!(result.is_err(), "{}", name(path));
            bad += 1;
        } else {
            result.unwrap_or_else(|error| panic!("{}: {error}", name(path)));
            good += 1;
        }
    }
    assert_eq!((good, bad), (164, 12));
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn photographs_decode() {
    let files = corpus("photos");
    let mut counts = BTreeMap::<String, usize>::new();
    let mut limits = Limits::default();
    limits.max_frame_pixels = 20_000_000;
    for (i, path) in files.iter().enumerate() {
        let bytes = fs::read(path).unwrap();
        // All headers, and the pixels of every fifth file and of all the unusual ones.
        let result = if i % 5 == 0 || path.to_string_lossy().contains("variants") {
            attempt(&bytes, &limits, &DecodeRequest::default())
        } else {
            probe(&bytes, &limits).map(|header| header.format)
        };
        let key = match result.as_ref().map_err(Error::kind) {
            Ok(format) => format.to_string(),
            Err(ErrorKind::TooManyPixels { .. }) => "large".to_owned(),
            Err(ErrorKind::UnknownFormat) => "unknown".to_owned(),
            Err(ErrorKind::CannotRead { format }) => format!("cannot read {format}"),
            Err(error) => panic!("{}: {error}", path.display()),
        };
        *counts.entry(key).or_default() += 1;
    }
    let counts: Vec<_> = counts.iter().map(|(key, n)| (key.as_str(), *n)).collect();
    assert_eq!(counts, PHOTOS);
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn photographs_shrink_and_come_as_planes() {
    let files = corpus("photos");
    let mut planar = 0;
    for path in files
        .iter()
        .filter(|path| !name(path).contains("license"))
        .step_by(8)
    {
        let bytes = fs::read(path).unwrap();
        let limits = Limits::default();
        let Ok(header) = probe(&bytes, &limits) else {
            continue;
        };
        let mut request = DecodeRequest::default();
        request.planar = true;
        request.shrink = Shrink::Factor(4);
        let (pixels, _) = decode(&bytes, &header, &request, &limits)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if header.format == Format::Jpeg {
            assert_eq!(pixels.size(), (header.width / 4, header.height / 4));
        }
        planar += usize::from(pixels.layout().is_none());
    }
    assert!(planar > 5, "{planar}");
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn test_images_of_readable_formats_decode() {
    let files = corpus("imgproxy-test-images");
    let mut failed = Vec::new();
    let mut seen = 0;
    for path in &files {
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
        let folder = folder.to_string_lossy();
        if !["avif", "bmp", "gif", "ico", "jpg", "png", "tiff", "webp"].contains(&folder.as_ref()) {
            continue;
        }
        seen += 1;
        let bytes = fs::read(path).unwrap();
        if let Err(error) = attempt(&bytes, &Limits::default(), &DecodeRequest::default()) {
            eprintln!("{}: {error}", name(path));
            failed.push(name(path));
        }
    }
    assert_eq!((failed, seen), (Vec::new(), TEST_IMAGES));
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn malformed_files_end_in_errors_not_panics() {
    silence_contained_panics();
    let mut limits = Limits::default();
    limits.max_frame_pixels = 4_000_000;
    limits.max_decode_bytes = 256 << 20;
    let mut seen = 0;
    let mut contained = Vec::new();
    for folder in ["image-rs", "zune", "mozjpeg"] {
        let files = corpus(folder);
        for path in files {
            let bytes = fs::read(&path).unwrap();
            seen += 1;
            let result = attempt(&bytes, &limits, &DecodeRequest::default());
            if let Err(ErrorKind::Panicked { .. }) = result.as_ref().map_err(Error::kind) {
                contained.push(name(&path));
            }
        }
    }
    assert_eq!(contained, CONTAINED);
    assert_eq!(seen, MALFORMED);
}

/// Broken streams of zlib as the samples of a PNG.
#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn malformed_streams_in_png_end_in_errors_not_panics() {
    silence_contained_panics();
    let files = corpus("zune/fuzz-corpus/inflate");
    let mut contained = Vec::new();
    for path in &files {
        let file = png_of(&fs::read(path).unwrap());
        let result = attempt(&file, &Limits::default(), &DecodeRequest::default());
        if let Err(ErrorKind::Panicked { .. }) = result.as_ref().map_err(Error::kind) {
            contained.push(name(path));
        }
    }
    assert_eq!((contained, files.len()), (Vec::new(), INFLATE));
}

/// A grey picture of 200x200 whose samples are this stream.
fn png_of(stream: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8], content: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(content);
        file.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
        file.extend([kind, content].concat());
        file.extend(crc.sum().to_be_bytes());
    };
    chunk(b"IHDR", &[0, 0, 0, 200, 0, 0, 0, 200, 8, 0, 0, 0, 0]);
    chunk(b"IDAT", stream);
    chunk(b"IEND", &[]);
    file
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn unusual_photographs_have_the_facts_they_are_named_for() {
    let files = corpus("photos");
    let mut seen = 0;
    for path in &files {
        let name = name(path);
        let Ok(header) = probe(&fs::read(path).unwrap(), &Limits::default()) else {
            continue;
        };
        let orientation = name.strip_prefix("orientation-");
        let orientation = orientation.and_then(|rest| rest.get(..1)?.parse().ok());
        let has_fact = match name.as_str() {
            _ if orientation.is_some() => Some(header.orientation.exif()) == orientation,
            "avif-10bit.avif" => header.bits == 10,
            "cmyk.jpg" => header.channels == Channels::Cmyk && header.has_color_profile,
            "display-p3.jpg" | "display-p3.png" => header.has_color_profile,
            "gray.jpg" => header.channels == Channels::Grey,
            "interlaced.png" => header.is_multi_pass,
            "palette64.png" => header.palette_bits.is_some(),
            "rgb16.png" => header.bits == 16,
            "alpha.avif" | "alpha.png" | "alpha.webp" => header.channels == Channels::Rgba,
            _ if path.to_string_lossy().contains("animated") => {
                let animation = header.animation.as_ref().unwrap();
                let loops = if header.format == Format::Gif { 0 } else { 3 };
                header.frames == 12
                    && animation.loop_count == loops
                    && animation.delays_ms.iter().all(|delay| *delay == 80)
            }
            _ => continue,
        };
        assert!(has_fact, "{name}: {header:?}");
        seen += 1;
    }
    assert_eq!(seen, 21);
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn animations_show_their_last_frame() {
    let files = corpus("photos/animated");
    for path in &files {
        let bytes = fs::read(path).unwrap();
        let limits = Limits::default();
        let header = probe(&bytes, &limits).unwrap();
        let frame = |number| {
            let mut request = DecodeRequest::default();
            request.frame = number;
            decode(&bytes, &header, &request, &limits).unwrap().0
        };
        assert!(frame(0) != frame(11), "{}", name(path));
    }
    assert_eq!(files.len(), 2);
}

/// The image crate as oracle; 16-bit pixels may be rounded otherwise, and alpha is left out.
#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn bitmaps_look_as_another_reader_shows_them() {
    let mut files = corpus("image-rs");
    files.extend(corpus("imgproxy-test-images"));
    let (mut alike, mut different) = (0, Vec::new());
    for path in files
        .iter()
        .filter(|path| path.extension().is_some_and(|e| e == "bmp"))
    {
        let bytes = fs::read(path).unwrap();
        let limits = Limits::default();
        let Ok(header) = probe(&bytes, &limits) else {
            continue;
        };
        let ours = decode(&bytes, &header, &DecodeRequest::default(), &limits);
        let format = image::ImageFormat::Bmp;
        let theirs = image::load_from_memory_with_format(&bytes, format);
        let (Ok((Pixels::Interleaved(ours), _)), Ok(theirs)) = (ours, theirs) else {
            continue;
        };
        let channels = ours.layout().channels.count();
        let theirs = theirs.to_rgb8();
        let ours = ours.view::<u8>().unwrap();
        let pixels = ours.rows().flat_map(|row| row.chunks(channels));
        let mut pairs = pixels.zip(theirs.pixels());
        if pairs.all(|(a, b)| a.iter().zip(b.0).all(|(a, b)| a.abs_diff(b) <= 4)) {
            alike += 1;
        } else {
            different.push(name(path));
        }
    }
    assert_eq!((alike, different.as_slice()), (BITMAPS, &[][..]));
}

const BITMAPS: usize = 61;
const PHOTOS: &[(&str, usize)] = &[
    ("avif", 16),
    ("gif", 1),
    ("jpeg", 58),
    ("large", 1),
    ("png", 15),
    ("tiff", 1),
    ("unknown", 1),
    ("webp", 18),
];
const TEST_IMAGES: usize = 34;
/// Broken streams of zlib.
const INFLATE: usize = 726;
const MALFORMED: usize = 3577;
/// Files on which a library panics; each ends in an error all the same.
const CONTAINED: &[&str] = &[];
