//! Animations: what was written comes back frame by frame, and real ones can be rewritten.
#![allow(
    clippy::cast_possible_truncation,
    clippy::field_reassign_with_default,
    clippy::panic,
    clippy::unwrap_used,
    reason = "made-up samples may wrap, structures are non-exhaustive, and helpers are tests too"
)]

mod support;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, ErrorKind, Limits, Metadata, animation_bytes, animation_encoder,
    can_write_animation, frames, frames_bytes, probe,
};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use support::{difference, encoded, interleaved, picture, read, read_as, settings};

/// A block of few colours wanders over a ground; with alpha it leaves holes.
fn wandering(count: u32, channels: Channels) -> Vec<Image> {
    let layout = Layout::u8(40, 30, channels);
    let pixel = |frame: u32, x: u32, y: u32| {
        let is_inside = x.abs_diff(5 + 6 * frame) < 4 && y.abs_diff(12) < 5;
        let tone = (x / 10 * 40) as u8;
        match (channels, is_inside) {
            (Channels::Rgba, true) => vec![250, tone, 0, 255],
            (Channels::Rgba, false) if y > 8 => vec![0, 0, 0, 0],
            (Channels::Rgba, false) => vec![tone, 20, 90, 255],
            (_, true) => vec![250, tone, 0],
            (_, false) => vec![tone, 20, 90],
        }
    };
    let frame = |n| {
        let places = (0..30).flat_map(|y| (0..40).map(move |x| (x, y)));
        let samples = places.flat_map(|(x, y)| pixel(n, x, y)).collect();
        Image::from_u8(layout, samples).unwrap()
    };
    (0..count).map(frame).collect()
}

fn written(images: &[Image], settings: &EncodeSettings, plays: u32) -> Vec<u8> {
    let layout = images[0].layout();
    let mut encoder = animation_encoder(layout, settings, &Metadata::default()).unwrap();
    for (i, image) in images.iter().enumerate() {
        encoder
            .write_frame(image.clone(), 40 + 10 * i as u32)
            .unwrap();
    }
    encoder.finish(plays).unwrap()
}

fn all_frames(bytes: &[u8]) -> Vec<(Image, u32)> {
    let limits = Limits::default();
    let header = probe(bytes, &limits).unwrap();
    let mut frames = frames(bytes, &header, &limits).unwrap();
    let mut found = Vec::new();
    while let Some(frame) = frames.next_frame().unwrap() {
        found.push(frame);
    }
    assert!(frames.next_frame().unwrap().is_none());
    found
}

fn formats() -> impl Iterator<Item = Format> {
    Format::ALL
        .into_iter()
        .filter(|format| can_write_animation(*format))
}

#[test]
fn gif_keeps_frames_of_few_colors_exactly() {
    for channels in [Channels::Rgb, Channels::Rgba] {
        let images = wandering(5, channels);
        let file = written(&images, &settings(Format::Gif, 80), 0);
        let found = all_frames(&file);
        assert_eq!(found.len(), 5);
        for (i, ((found, delay), image)) in found.iter().zip(&images).enumerate() {
            assert_eq!(*delay, 40 + 10 * i as u32);
            let wanted = image.view::<u8>().unwrap();
            let found = found.view::<u8>().unwrap();
            for y in 0..30 {
                for x in 0..40 {
                    let (wanted, found) = (wanted.pixel(x, y), found.pixel(x, y));
                    let is_clear = wanted.get(3) == Some(&0);
                    let is_alike = if is_clear {
                        found.get(3) == Some(&0)
                    } else {
                        wanted[..3] == found[..3]
                    };
                    assert!(is_alike, "frame {i}, {x}, {y}: {wanted:?} {found:?}");
                }
            }
        }
    }
}

#[test]
fn webp_frames_come_close() {
    for channels in [Channels::Rgb, Channels::Rgba] {
        let images = wandering(5, channels);
        let found = all_frames(&written(&images, &settings(Format::Webp, 95), 0));
        assert_eq!(found.len(), 5);
        for ((found, _), image) in found.iter().zip(&images) {
            let count = found.layout().channels.count();
            let samples = |image: &Image| -> Vec<u8> {
                let view = image.view::<u8>().unwrap();
                let pixels = view.rows().flat_map(|row| row.chunks(count));
                let is_unseen = |pixel: &[u8]| pixel.get(3) == Some(&0);
                pixels
                    .flat_map(|p| {
                        if is_unseen(p) {
                            vec![0; count]
                        } else {
                            p.to_vec()
                        }
                    })
                    .collect()
            };
            let (found, wanted) = (samples(found), samples(image));
            let pairs = found.iter().zip(&wanted);
            let sum: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
            assert!(sum / (40 * 30 * count as u64) < 8, "{channels:?}: {sum}");
        }
    }
}

#[test]
fn plays_and_delays_travel() {
    let images = wandering(3, Channels::Rgb);
    for format in formats() {
        for plays in [0, 1, 2, 7] {
            let file = written(&images, &settings(format, 80), plays);
            let header = probe(&file, &Limits::default()).unwrap();
            let animation = header.animation.unwrap();
            assert_eq!(header.frames, 3, "{format}");
            assert_eq!(animation.loop_count, plays, "{format}");
            assert_eq!(animation.delays_ms, [40, 50, 60], "{format}");
        }
    }
}

#[test]
fn a_frame_that_does_not_change_prolongs_the_one_before() {
    let mut images = wandering(2, Channels::Rgb);
    images.insert(1, images[0].clone());
    for format in formats() {
        let found = all_frames(&written(&images, &settings(format, 80), 0));
        let delays: Vec<_> = found.iter().map(|(_, delay)| *delay).collect();
        assert_eq!(delays, [40 + 50, 60], "{format}");
    }
}

#[test]
fn differences_make_files_small() {
    let images = wandering(6, Channels::Rgb);
    for format in formats() {
        let bytes = |images: &[Image]| written(images, &settings(format, 80), 0).len();
        let apart: usize = images.chunks(1).map(bytes).sum();
        let all = bytes(&images);
        // Subsampled chroma blurs what moves, so that lossy WebP saves less.
        let most = if format == Format::Webp { 90 } else { 75 };
        assert!(all * 100 < apart * most, "{format}: {all} {apart}");
    }
}

#[test]
fn photographs_get_palettes_of_their_own() {
    let bright = picture(64, 48, Channels::Rgb);
    let mut dark = bright.clone();
    for sample in dark.slice_mut::<u8>().unwrap() {
        *sample = 255 - *sample;
    }
    let images = [bright, dark];
    let found = all_frames(&written(&images, &settings(Format::Gif, 80), 0));
    for ((found, _), image) in found.iter().zip(&images) {
        assert!(difference(found, image) < 6.0);
    }
}

#[test]
fn single_frames_are_what_decoding_them_gives() {
    for format in formats() {
        for channels in [Channels::Rgb, Channels::Rgba] {
            let file = written(&wandering(4, channels), &settings(format, 90), 0);
            for (number, (image, _)) in all_frames(&file).into_iter().enumerate() {
                let mut request = DecodeRequest::default();
                request.frame = number as u32;
                let (_, pixels, _) = read_as(&file, &request).unwrap();
                assert_eq!(interleaved(pixels), image, "{format} {number}");
            }
        }
    }
}

#[test]
fn still_images_are_animations_of_one_frame() {
    for format in formats() {
        let image = picture(20, 10, Channels::Rgb);
        let file = encoded(&image, &settings(format, 90));
        assert_eq!(all_frames(&file).len(), 1, "{format}");
    }
}

#[test]
fn alpha_that_a_webp_promises_and_lacks_is_opaque() {
    let image = picture(16, 16, Channels::Rgb);
    let opaque = encoded(&image, &settings(Format::Webp, 80));
    let mut bytes = b"RIFF\0\0\0\0WEBPVP8X\x0A\0\0\0\x10\0\0\0\x0F\0\0\x0F\0\0".to_vec();
    bytes.extend_from_slice(&opaque[12..]);
    let length = u32::try_from(bytes.len() - 8).unwrap();
    bytes[4..8].copy_from_slice(&length.to_le_bytes());
    let whole = interleaved(read(&bytes).unwrap().1);
    assert_eq!(whole.layout().channels, Channels::Rgba);
    assert!(
        whole.view::<u8>().unwrap().rows().all(|row| row
            .as_chunks::<4>()
            .0
            .iter()
            .all(|pixel| pixel[3] == 255))
    );
    assert_eq!(all_frames(&bytes), [(whole, 0)]);
}

#[test]
fn cut_animations_never_panic() {
    let limits = Limits::default();
    for format in formats() {
        let file = written(&wandering(4, Channels::Rgba), &settings(format, 80), 0);
        for cut in 0..file.len() {
            let Ok(header) = probe(&file[..cut], &limits) else {
                continue;
            };
            let Ok(mut frames) = frames(&file[..cut], &header, &limits) else {
                continue;
            };
            loop {
                match frames.next_frame() {
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                    Err(error) => {
                        let is_panic = matches!(error.kind(), ErrorKind::Panicked { .. });
                        assert!(!is_panic, "{format} cut at {cut}");
                        break;
                    }
                }
            }
        }
    }
}

#[test]
fn limits_hold_and_estimates_are_upper_ones() {
    let images = wandering(4, Channels::Rgb);
    for format in formats() {
        let file = written(&images, &settings(format, 80), 0);
        let mut limits = Limits::default();
        let header = probe(&file, &limits).unwrap();
        assert!(frames_bytes(&header) > 40 * 30 * 7);
        let estimate = animation_bytes(images[0].layout(), 4, &settings(format, 80));
        assert!(estimate > file.len() as u64);
        limits.max_frame_pixels = 40 * 30 - 1;
        assert!(frames(&file, &header, &limits).is_err());
    }
}

#[test]
fn other_formats_and_layouts_are_refused() {
    let layout = Layout::u8(4, 4, Channels::Rgb);
    let format = Format::Jpeg;
    let result = animation_encoder(layout, &settings(format, 80), &Metadata::default());
    let error = result.err().unwrap();
    assert_eq!(*error.kind(), ErrorKind::CannotWrite { format });
    for format in formats() {
        let settings = settings(format, 80);
        let mut encoder = animation_encoder(layout, &settings, &Metadata::default()).unwrap();
        let other = picture(5, 4, Channels::Rgb);
        assert!(encoder.write_frame(other, 10).is_err(), "{format}");
        assert!(encoder.finish(0).is_err(), "{format}");
    }
}
