//! Other metadata around the same pixels.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, animation_encoder, can_write, decode,
    encode, probe, replace_metadata,
};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};

const FORMATS: [Format; 3] = [Format::Jpeg, Format::Png, Format::Webp];

fn formats() -> impl Iterator<Item = Format> {
    FORMATS.into_iter().filter(|format| can_write(*format))
}

fn everything() -> Metadata {
    let mut metadata = Metadata::default();
    metadata.exif = Some(b"II*\0\x08\0\0\0\0\0\0\0\0\0".to_vec());
    metadata.xmp = Some(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>".to_vec());
    metadata
}

fn picture(channels: Channels) -> Pixels {
    let layout = Layout::u8(40, 30, channels);
    let samples = (0..layout.bytes()).map(|i| u8::try_from(i * 7 % 251).unwrap());
    Pixels::Interleaved(Image::from_u8(layout, samples.collect()).unwrap())
}

fn decoded(file: &[u8]) -> (Pixels, Metadata) {
    let limits = Limits::default();
    let header = probe(file, &limits).unwrap();
    decode(file, &header, &DecodeRequest::default(), &limits).unwrap()
}

/// An animation with a comment in front of its trailer.
fn gif() -> Vec<u8> {
    let layout = Layout::u8(12, 9, Channels::Rgb);
    let settings = EncodeSettings::new(Format::Gif, 80);
    let mut encoder = animation_encoder(layout, &settings, &Metadata::default()).unwrap();
    for value in [10, 200, 90] {
        let samples = vec![value; usize::try_from(layout.bytes()).unwrap()];
        let image = Image::from_u8(layout, samples).unwrap();
        encoder.write_frame(image, 70).unwrap();
    }
    encoder.finish(3).unwrap()
}

#[test]
fn blocks_go_and_come_and_pixels_stay() {
    let all = everything();
    for format in formats() {
        let mut settings = EncodeSettings::new(format, 85);
        for progressive in [false, true] {
            settings.jpeg_progressive = progressive;
            settings.png_interlaced = progressive;
            let pixels = picture(Channels::Rgb);
            let file = encode(&pixels, &settings, &all).unwrap();
            let before = decoded(&file);
            assert_eq!((&before.1.exif, &before.1.xmp), (&all.exif, &all.xmp));

            let bare = replace_metadata(&file, format, &Metadata::default()).unwrap();
            assert_eq!(decoded(&bare), (before.0.clone(), Metadata::default()));
            let plain = encode(&pixels, &settings, &Metadata::default()).unwrap();
            assert_eq!(bare.len(), plain.len(), "{format}");

            let again = replace_metadata(&bare, format, &all).unwrap();
            assert_eq!(decoded(&again), before, "{format}");
        }
    }
}

#[test]
fn transparency_stays() {
    for format in formats().filter(|format| format.has_alpha()) {
        let mut settings = EncodeSettings::new(format, 85);
        settings.webp_compression = pixgate_options::WebpCompression::Lossless;
        for metadata in [Metadata::default(), everything()] {
            let file = encode(&picture(Channels::Rgba), &settings, &metadata).unwrap();
            let other = replace_metadata(&file, format, &everything()).unwrap();
            assert_eq!(decoded(&other).0, decoded(&file).0, "{format}");
        }
    }
}

#[test]
fn a_profile_goes_into_as_many_segments_as_it_needs() {
    let mut metadata = Metadata::default();
    metadata.icc = Some((0..70_000_u32).map(|i| i.to_le_bytes()[0]).collect());
    for format in formats() {
        let settings = EncodeSettings::new(format, 85);
        let file = encode(&picture(Channels::Rgb), &settings, &Metadata::default()).unwrap();
        let profiled = replace_metadata(&file, format, &metadata).unwrap();
        assert_eq!(decoded(&profiled).1.icc, metadata.icc, "{format}");
    }
}

#[test]
fn comments_and_what_stands_behind_the_image_go() {
    let none = Metadata::default();
    let settings = EncodeSettings::new(Format::Jpeg, 85);
    let jpeg = encode(&picture(Channels::Rgb), &settings, &none).unwrap();
    // Behind the start and JFIF, which has to come first.
    let (start, rest) = jpeg.split_at(20);
    let spoken = [start, b"\xff\xfe\0\x07hello", rest, b"<script>"].concat();
    assert_eq!(replace_metadata(&spoken, Format::Jpeg, &none), Some(jpeg));

    let gif = gif();
    let (frames, trailer) = gif.split_at(gif.len() - 1);
    let spoken = [frames, b"\x21\xfe\x05hello\0", trailer, b"behind"].concat();
    assert_eq!(replace_metadata(&spoken, Format::Gif, &none), Some(gif));
}

#[test]
fn an_animation_keeps_its_frames_and_repetitions() {
    let gif = gif();
    let stripped = replace_metadata(&gif, Format::Gif, &Metadata::default()).unwrap();
    let header = |file: &[u8]| probe(file, &Limits::default()).unwrap();
    assert_eq!(header(&stripped), header(&gif));
    assert_eq!(header(&stripped).frames, 3);
}

#[test]
fn a_file_that_is_cut_or_damaged_gives_nothing_and_no_panic() {
    let none = Metadata::default();
    let settings = |format| EncodeSettings::new(format, 85);
    let encoded = |format| encode(&picture(Channels::Rgb), &settings(format), &none).unwrap();
    let files = formats().map(|format| (format, encoded(format)));
    for (format, file) in files.chain([(Format::Gif, gif())]) {
        for length in 0..file.len() {
            assert_eq!(replace_metadata(&file[..length], format, &none), None);
        }
        for at in 0..file.len() {
            let mut damaged = file.clone();
            damaged[at] ^= 0xff;
            let _ = replace_metadata(&damaged, format, &everything());
        }
    }
    assert_eq!(replace_metadata(b"BM", Format::Bmp, &none), None);
}

#[test]
fn what_strict_readers_refuse_does_not_go_on() {
    let none = Metadata::default();
    let settings = EncodeSettings::new(Format::Png, 85);
    let png = encode(&picture(Channels::Rgb), &settings, &none).unwrap();
    // Behind the header; transparency of three colours has six bytes.
    let (head, rest) = png.split_at(33);
    let short = b"\0\0\0\x01tRNS\0\x40\xe6\xd8\x66";
    let odd = [head, short, rest].concat();
    assert_eq!(
        replace_metadata(&odd, Format::Png, &none),
        Some(png.clone())
    );

    // A stream whose own checksum is wrong, in a chunk whose checksum is right.
    let at = png.windows(4).position(|name| name == b"IDAT").unwrap();
    let length = u32::from_be_bytes(png[at - 4..at].try_into().unwrap()) as usize;
    let mut odd = png.clone();
    odd[at + 3 + length] ^= 1;
    let mut sum = flate2::Crc::new();
    sum.update(&odd[at..at + 4 + length]);
    odd[at + 4 + length..at + 8 + length].copy_from_slice(&sum.sum().to_be_bytes());
    assert_eq!(replace_metadata(&odd, Format::Png, &none), None);

    if can_write(Format::Webp) {
        let settings = EncodeSettings::new(Format::Webp, 85);
        let mut webp = encode(&picture(Channels::Rgb), &settings, &none).unwrap();
        assert!(replace_metadata(&webp, Format::Webp, &none).is_some());
        // The file claims to end within its pixels.
        let length = u32::from_le_bytes(webp[4..8].try_into().unwrap()) - 30;
        webp[4..8].copy_from_slice(&length.to_le_bytes());
        assert_eq!(replace_metadata(&webp, Format::Webp, &none), None);
    }
}

#[test]
#[ignore = "needs PIXGATE_CORPUS"]
fn files_of_the_corpus_show_the_same() {
    let corpus = std::env::var_os("PIXGATE_CORPUS").unwrap();
    let mut compared = 0;
    for folder in ["imgproxy-test-images", "pngsuite", "photos", "image-rs"] {
        let mut open = vec![std::path::Path::new(&corpus).join(folder)];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(path.read_dir().unwrap().map(|entry| entry.unwrap().path()));
            } else if path.metadata().is_ok_and(|facts| facts.len() < 2 << 20) {
                compared += usize::from(shows_the_same(&std::fs::read(&path).unwrap()));
            }
        }
    }
    assert!(compared >= 200, "{compared}");
}

/// Whether there was anything to compare.
fn shows_the_same(file: &[u8]) -> bool {
    let limits = Limits::default();
    let Ok(header) = probe(file, &limits) else {
        return false;
    };
    let Some(bare) = replace_metadata(file, header.format, &Metadata::default()) else {
        return false;
    };
    let request = DecodeRequest::default();
    let Ok((before, _)) = decode(file, &header, &request, &limits) else {
        return false;
    };
    let again = probe(&bare, &limits).unwrap();
    let (after, metadata) = decode(&bare, &again, &request, &limits).unwrap();
    assert!(before == after);
    assert_eq!(metadata, Metadata::default());
    assert!(bare.len() <= file.len() + 20);
    true
}
