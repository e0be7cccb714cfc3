//! What was encoded comes back: exactly where the format is lossless, closely where not.

mod support;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Metadata, Orientation, Pixels, Shrink, decode, encode, probe,
};
use pixgate_options::Format;
use pixgate_raster::{Channels, ChromaSubsampling};
use support::{difference, encoded, interleaved, picture, picture_16, read, read_as, settings};

#[test]
fn png_keeps_every_sample() {
    use Channels::{Grey, GreyAlpha, Rgb, Rgba};
    for channels in [Grey, GreyAlpha, Rgb, Rgba] {
        for image in [picture(37, 29, channels), picture_16(37, 29, channels)] {
            let file = encoded(&image, &settings(Format::Png, 80));
            let (header, pixels, _) = read(&file).unwrap();
            assert_eq!((header.width, header.height), (37, 29));
            assert_eq!(header.channels, channels);
            assert_eq!(interleaved(pixels), image);
        }
    }
}

#[test]
fn jpeg_comes_close() {
    for (channels, progressive) in [
        (Channels::Grey, false),
        (Channels::Rgb, false),
        (Channels::Rgb, true),
        (Channels::Cmyk, false),
    ] {
        let image = picture(61, 47, channels);
        let mut settings = settings(Format::Jpeg, 95);
        settings.jpeg_progressive = progressive;
        let (header, pixels, _) = read(&encoded(&image, &settings)).unwrap();
        assert_eq!(header.channels, channels);
        assert_eq!(header.is_multi_pass, progressive);
        let found = difference(&interleaved(pixels), &image);
        assert!(found < 3.0, "{channels:?}: {found}");
    }
}

#[test]
fn jpeg_shrinks_rounding_down() {
    let file = encoded(&picture(61, 47, Channels::Rgb), &settings(Format::Jpeg, 80));
    for (factor, size) in [(1, (61, 47)), (2, (30, 23)), (4, (15, 11)), (8, (7, 5))] {
        for planar in [false, true] {
            let mut request = DecodeRequest::default();
            request.shrink = Shrink::Factor(factor);
            request.planar = planar;
            let (_, pixels, _) = read_as(&file, &request).unwrap();
            assert_eq!(pixels.size(), size);
            assert_eq!(matches!(pixels, Pixels::Planar(_)), planar);
        }
    }
}

#[test]
fn jpeg_planes_survive_a_second_encoding() {
    let image = picture(61, 47, Channels::Rgb);
    for subsampling in [
        ChromaSubsampling::Full,
        ChromaSubsampling::Horizontal,
        ChromaSubsampling::Both,
    ] {
        let mut settings = settings(Format::Jpeg, 95);
        settings.subsampling = Some(subsampling);
        let mut request = DecodeRequest::default();
        request.planar = true;
        let (header, planes, _) = read_as(&encoded(&image, &settings), &request).unwrap();
        assert_eq!(header.subsampling, Some(subsampling));
        for progressive in [false, true] {
            settings.jpeg_progressive = progressive;
            let file = encode(&planes, &settings, &Metadata::default()).unwrap();
            let (header, pixels, _) = read(&file).unwrap();
            assert_eq!(header.subsampling, Some(subsampling));
            assert_eq!(header.is_multi_pass, progressive);
            let found = difference(&interleaved(pixels), &image);
            assert!(found < 3.0, "{subsampling:?}: {found}");
        }
    }
}

#[test]
fn chroma_is_halved_below_quality_90() {
    let image = picture(32, 32, Channels::Rgb);
    for (quality, expected) in [(89, ChromaSubsampling::Both), (90, ChromaSubsampling::Full)] {
        let file = encoded(&image, &settings(Format::Jpeg, quality));
        assert_eq!(read(&file).unwrap().0.subsampling, Some(expected));
    }
}

#[test]
fn metadata_travels() {
    let mut metadata = Metadata::default();
    metadata.icc = Some((0..200_000_u32).map(|i| (i * 31) as u8).collect());
    let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    metadata.exif = Some(exif.to_vec());
    metadata.xmp = Some(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>".to_vec());
    let pixels = Pixels::Interleaved(picture(20, 20, Channels::Rgb));
    for format in metadata_formats() {
        let file = encode(&pixels, &EncodeSettings::new(*format, 80), &metadata).unwrap();
        let (header, _, found) = read(&file).unwrap();
        assert_eq!(found, metadata, "{format}");
        assert_eq!(header.orientation, Orientation::from_exif(6), "{format}");
        assert!(header.has_color_profile, "{format}");
    }
}

fn metadata_formats() -> &'static [Format] {
    &[Format::Jpeg, Format::Png]
}

#[test]
fn headers_of_other_formats_are_refused_by_decode() {
    let png = encoded(&picture(4, 4, Channels::Rgb), &settings(Format::Png, 80));
    let jpeg = encoded(&picture(4, 4, Channels::Rgb), &settings(Format::Jpeg, 80));
    let limits = pixgate_codec::Limits::default();
    let header = probe(&png, &limits).unwrap();
    assert!(decode(&jpeg, &header, &DecodeRequest::default(), &limits).is_err());
}
