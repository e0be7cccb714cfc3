//! What was encoded comes back: exactly where the format is lossless, closely where not.
#![allow(
    clippy::cast_possible_truncation,
    clippy::field_reassign_with_default,
    clippy::panic,
    clippy::unwrap_used,
    reason = "made-up samples may wrap, structures are non-exhaustive, and helpers are tests too"
)]

mod support;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, ErrorKind, Metadata, Orientation, Pixels, Shrink, decode,
    encode, probe,
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
fn webp_without_loss_keeps_every_sample_that_can_be_seen() {
    use pixgate_options::WebpCompression::{Lossless, NearLossless};
    for channels in [Channels::Rgb, Channels::Rgba] {
        let image = picture(61, 47, channels);
        let seen = |image: &pixgate_raster::Image| -> Vec<Vec<u8>> {
            let view = image.view::<u8>().unwrap();
            let pixels = view
                .rows()
                .flat_map(|row| row.chunks_exact(channels.count()));
            let seen = pixels.filter(|pixel| pixel.get(3) != Some(&0));
            seen.map(<[u8]>::to_vec).collect()
        };
        let mut settings = settings(Format::Webp, 60);
        settings.webp_compression = Lossless;
        let (header, pixels, _) = read(&encoded(&image, &settings)).unwrap();
        assert_eq!((header.channels, header.subsampling), (channels, None));
        assert_eq!(seen(&interleaved(pixels)), seen(&image), "{channels:?}");
        settings.webp_compression = NearLossless;
        let (_, pixels, _) = read(&encoded(&image, &settings)).unwrap();
        let near = seen(&interleaved(pixels));
        let pairs = near
            .iter()
            .flatten()
            .zip(seen(&image).into_iter().flatten());
        let most = pairs.map(|(a, b)| a.abs_diff(b)).max();
        assert!(most < Some(8), "{channels:?}: {most:?}");
    }
}

#[test]
fn jpeg_xl_keeps_every_sample_whatever_the_effort() {
    let image = picture(300, 280, Channels::Rgba);
    let mut sizes = Vec::new();
    for effort in 1..=9 {
        let mut settings = settings(Format::Jxl, 80);
        settings.jxl_effort = effort;
        let file = encoded(&image, &settings);
        assert_eq!(interleaved(read(&file).unwrap().1), image, "{effort}");
        sizes.push(file.len());
    }
    assert!(sizes[8] < sizes[0], "effort saves bytes: {sizes:?}");
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

#[cfg(feature = "avif")]
#[test]
fn half_wide_chroma_becomes_half_high_in_avif() {
    let image = picture(61, 47, Channels::Rgb);
    let mut jpeg = settings(Format::Jpeg, 95);
    jpeg.subsampling = Some(ChromaSubsampling::Horizontal);
    let mut request = DecodeRequest::default();
    request.planar = true;
    let (_, planes, _) = read_as(&encoded(&image, &jpeg), &request).unwrap();
    let file = encode(&planes, &settings(Format::Avif, 80), &Metadata::default()).unwrap();
    let (header, pixels, _) = read(&file).unwrap();
    assert_eq!(header.subsampling, Some(ChromaSubsampling::Both));
    let found = difference(&interleaved(pixels), &image);
    assert!(found < 4.0, "{found}");
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
    for format in [Format::Jpeg, Format::Png, Format::Webp] {
        let file = encode(&pixels, &EncodeSettings::new(format, 80), &metadata).unwrap();
        let (header, _, found) = read(&file).unwrap();
        assert_eq!(found, metadata, "{format}");
        assert_eq!(header.orientation, Orientation::from_exif(6), "{format}");
        assert!(header.has_color_profile, "{format}");
    }
}

#[test]
fn headers_of_other_formats_are_refused_by_decode() {
    let png = encoded(&picture(4, 4, Channels::Rgb), &settings(Format::Png, 80));
    let jpeg = encoded(&picture(4, 4, Channels::Rgb), &settings(Format::Jpeg, 80));
    let limits = pixgate_codec::Limits::default();
    let header = probe(&png, &limits).unwrap();
    assert!(decode(&jpeg, &header, &DecodeRequest::default(), &limits).is_err());
}

#[test]
fn bmp_keeps_every_sample() {
    for channels in [Channels::Grey, Channels::Rgb, Channels::Rgba] {
        let image = picture(37, 29, channels);
        let file = encoded(&image, &settings(Format::Bmp, 80));
        let (header, pixels, _) = read(&file).unwrap();
        assert_eq!((header.width, header.height), (37, 29));
        let pixels = interleaved(pixels);
        if channels == Channels::Grey {
            assert_eq!(pixels.view::<u8>().unwrap().pixel(36, 3)[1], 205);
        } else {
            assert_eq!(pixels, image);
        }
    }
}

#[test]
fn gif_keeps_few_colors_and_transparency() {
    let mut image = picture(40, 30, Channels::Rgba);
    for (i, pixel) in image
        .slice_mut::<u8>()
        .unwrap()
        .chunks_exact_mut(4)
        .enumerate()
    {
        let tone = (i % 40 / 8 * 40) as u8;
        let alpha = if i % 3 == 0 { 0 } else { 255 };
        pixel.copy_from_slice(&if alpha == 0 {
            [0; 4]
        } else {
            [tone, 9, 200 - tone, alpha]
        });
    }
    let file = encoded(&image, &settings(Format::Gif, 80));
    let (header, pixels, _) = read(&file).unwrap();
    assert_eq!(header.frames, 1);
    assert_eq!(interleaved(pixels), image);
}

#[test]
fn gif_and_png_palettes_come_close() {
    let image = picture(61, 47, Channels::Rgb);
    for format in [Format::Gif, Format::Png] {
        let mut settings = settings(format, 80);
        settings.palette_bits = Some(8);
        let (header, pixels, _) = read(&encoded(&image, &settings)).unwrap();
        assert_eq!(header.palette_bits, Some(8), "{format}");
        let found = difference(&interleaved(pixels), &image);
        assert!(found < 8.0, "{format}: {found}");
    }
}

#[test]
fn png_palettes_have_the_depth_asked_for() {
    let image = picture(33, 9, Channels::Rgba);
    for bits in [1, 2, 4, 8] {
        let mut settings = settings(Format::Png, 80);
        settings.palette_bits = Some(bits);
        let (header, pixels, _) = read(&encoded(&image, &settings)).unwrap();
        assert_eq!(header.palette_bits, Some(bits));
        assert_eq!(header.channels, Channels::Rgba);
        assert_eq!(pixels.size(), (33, 9));
    }
}

#[test]
fn webp_comes_close() {
    use Channels::{Grey, GreyAlpha, Rgb, Rgba};
    for channels in [Grey, GreyAlpha, Rgb, Rgba] {
        let image = picture(61, 47, channels);
        let file = encoded(&image, &settings(Format::Webp, 95));
        let (header, pixels, _) = read(&file).unwrap();
        assert_eq!(header.channels.has_alpha(), channels.has_alpha());
        let pixels = interleaved(pixels);
        let expected = expanded(&image);
        let found = difference(&pixels, &expected);
        assert!(found < 5.0, "{channels:?}: {found}");
    }
}

#[test]
fn lossy_webp_keeps_alpha_to_the_bit() {
    for (width, height) in [(61, 47), (16, 16), (1, 9), (130, 3)] {
        let image = picture(width, height, Channels::Rgba);
        let alpha = |image: &pixgate_raster::Image| -> Vec<u8> {
            let view = image.view::<u8>().unwrap();
            let rows = view.rows().flat_map(|row| row.as_chunks::<4>().0);
            rows.map(|pixel| pixel[3]).collect()
        };
        let file = encoded(&image, &settings(Format::Webp, 80));
        let (header, pixels, _) = read(&file).unwrap();
        assert_eq!(header.channels, Channels::Rgba);
        let decoded = interleaved(pixels);
        assert_eq!(alpha(&decoded), alpha(&image), "{width}x{height}");
    }
}

#[test]
fn changed_webp_with_alpha_ends_in_errors_or_pictures() {
    let file = encoded(
        &picture(33, 18, Channels::Rgba),
        &settings(Format::Webp, 80),
    );
    let mut failed = 0;
    for at in 12..file.len() {
        failed += usize::from(read(&file[..at]).is_err());
        for change in [0xFF, 0x80, 0x04, 0x01] {
            let mut changed = file.clone();
            changed[at] ^= change;
            if let Err(error) = read(&changed) {
                let format = Format::Webp;
                assert_ne!(error.kind(), &ErrorKind::Internal, "{at} {change}");
                assert_ne!(
                    error.kind(),
                    &ErrorKind::Panicked { format },
                    "{at} {change}"
                );
            }
        }
    }
    assert!(failed > 50, "{failed}");
}

#[test]
fn webp_planes_survive_a_second_encoding() {
    let image = picture(61, 47, Channels::Rgb);
    let file = encoded(&image, &settings(Format::Webp, 95));
    let mut request = DecodeRequest::default();
    request.planar = true;
    let (_, planes, _) = read_as(&file, &request).unwrap();
    assert!(matches!(planes, Pixels::Planar(_)));
    let file = encode(&planes, &settings(Format::Webp, 95), &Metadata::default()).unwrap();
    let found = difference(&interleaved(read(&file).unwrap().1), &image);
    assert!(found < 4.0, "{found}");
}

fn expanded(image: &pixgate_raster::Image) -> pixgate_raster::Image {
    use pixgate_raster::{Image, Layout};
    let layout = image.layout();
    let view = image.view::<u8>().unwrap();
    let channels = match layout.channels {
        Channels::Grey => Channels::Rgb,
        Channels::GreyAlpha => Channels::Rgba,
        _ => return image.clone(),
    };
    let pixels = view
        .rows()
        .flat_map(|row| row.chunks(layout.channels.count()));
    let samples = pixels
        .flat_map(|p| [&[p[0], p[0], p[0]], &p[1..]].concat())
        .collect();
    Image::from_u8(Layout::u8(layout.width, layout.height, channels), samples).unwrap()
}

#[cfg(feature = "avif")]
#[test]
fn avif_comes_close() {
    use Channels::{Grey, GreyAlpha, Rgb, Rgba};
    for channels in [Grey, GreyAlpha, Rgb, Rgba] {
        let image = picture(61, 47, channels);
        let file = encoded(&image, &settings(Format::Avif, 90));
        let (header, pixels, _) = read(&file).unwrap();
        assert_eq!(header.channels, channels);
        let found = difference(&interleaved(pixels), &image);
        assert!(found < 4.0, "{channels:?}: {found}");
    }
}

#[cfg(feature = "avif")]
#[test]
fn avif_comes_as_stored_though_less_fine_for_half_the_size() {
    let image = picture(200, 120, Channels::Rgba);
    let file = encoded(&image, &settings(Format::Avif, 30));
    let size = |width, height| {
        let mut request = DecodeRequest::default();
        request.shrink = Shrink::Size { width, height };
        interleaved(read_as(&file, &request).unwrap().1)
    };
    let whole = interleaved(read(&file).unwrap().1);
    for (width, height) in [(101, 60), (100, 61)] {
        assert_eq!(size(width, height), whole);
    }
    let coarse = size(100, 60);
    assert_ne!(coarse, whole);
    let found = difference(&coarse, &whole);
    assert!(found < 4.0, "{found}");
}

#[cfg(feature = "avif")]
#[test]
fn avif_has_12_bits_for_16() {
    let image = picture_16(40, 24, Channels::Rgba);
    let file = encoded(&image, &settings(Format::Avif, 95));
    let (header, pixels, _) = read(&file).unwrap();
    assert_eq!((header.bits, header.channels), (12, Channels::Rgba));
    let pixels = interleaved(pixels);
    let (found, wanted) = (pixels.view::<u16>().unwrap(), image.view::<u16>().unwrap());
    let pairs = found.rows().flatten().zip(wanted.rows().flatten());
    let sum: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    assert!(sum / (40 * 24 * 4) < 800, "{sum}");
}

#[cfg(feature = "avif")]
#[test]
fn avif_planes_survive_a_second_encoding() {
    let image = picture(61, 47, Channels::Rgba);
    for quality in [80, 95] {
        let file = encoded(&image, &settings(Format::Avif, quality));
        let mut request = DecodeRequest::default();
        request.planar = true;
        let (header, planes, _) = read_as(&file, &request).unwrap();
        assert!(header.subsampling.is_some());
        assert!(matches!(planes, Pixels::Planar(_)));
        let settings = settings(Format::Avif, 95);
        let file = encode(&planes, &settings, &Metadata::default()).unwrap();
        let found = difference(&interleaved(read(&file).unwrap().1), &image);
        assert!(found < 6.0, "{found}");
    }
}

#[cfg(feature = "avif")]
#[test]
fn avif_carries_metadata() {
    let mut metadata = Metadata::default();
    metadata.icc = Some(vec![7; 500]);
    metadata.exif = Some(b"II*\0\x08\0\0\0\0\0\0\0\0\0".to_vec());
    metadata.xmp = Some(b"<x/>".to_vec());
    let pixels = Pixels::Interleaved(picture(20, 20, Channels::Rgba));
    let file = encode(&pixels, &settings(Format::Avif, 60), &metadata).unwrap();
    assert_eq!(read(&file).unwrap().2, metadata);
}
