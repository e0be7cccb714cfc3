//! Full-size pixels against another decoder's.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic"
)]

mod support;

use libjpeg_turbo_rs::{PixelFormat, Subsampling, decompress_to};
use pixgate_jpeg::{Header, Scale};
use support::{decode, encode, interleaved, scene};

const SUBSAMPLINGS: [Subsampling; 6] = [
    Subsampling::S444,
    Subsampling::S422,
    Subsampling::S420,
    Subsampling::S440,
    Subsampling::S411,
    Subsampling::S410,
];

#[track_caller]
fn agree(data: &[u8], what: &str) {
    let expected = decompress_to(data, PixelFormat::Rgb).unwrap();
    let ours = decode(data, interleaved(Scale::Full)).unwrap();
    assert_eq!(ours.damage, None, "{what}");
    let (width, height, pixels) = &ours.parts[0];
    let size = (*width as usize, *height as usize);
    assert_eq!(size, (expected.width, expected.height), "{what}");
    let differing = pixels.iter().zip(&expected.data).filter(|(a, b)| a != b);
    assert_eq!(differing.count(), 0, "{what}");
}

#[test]
fn gives_the_pixels_of_the_oracle_for_every_size_and_subsampling() {
    for size in [
        (1, 1),
        (2, 3),
        (8, 8),
        (16, 16),
        (17, 33),
        (31, 9),
        (100, 75),
        (257, 48),
    ] {
        for subsampling in SUBSAMPLINGS {
            for progressive in [false, true] {
                let data = encode(size, subsampling, |e| e.progressive(progressive));
                agree(&data, &format!("{size:?} {subsampling:?} {progressive}"));
            }
        }
    }
}

#[test]
fn restart_intervals_change_nothing() {
    for progressive in [false, true] {
        for interval in [1, 2, 7] {
            let encode = |e: libjpeg_turbo_rs::Encoder<'_>| {
                e.progressive(progressive).restart_blocks(interval).encode()
            };
            let pixels = scene(90, 70, 3);
            let data = libjpeg_turbo_rs::Encoder::new(&pixels, 90, 70, PixelFormat::Rgb);
            agree(&encode(data).unwrap(), &format!("{progressive} {interval}"));
        }
    }
}

#[test]
fn optimised_tables_and_low_quality_change_nothing() {
    for quality in [1, 10, 50, 98, 100] {
        let data = encode((120, 90), Subsampling::S420, |e| {
            e.quality(quality).optimize_huffman(true)
        });
        agree(&data, &format!("{quality}"));
    }
}

#[test]
fn arithmetic_coding_changes_nothing() {
    for size in [(1, 1), (17, 33), (100, 75)] {
        for subsampling in [Subsampling::S444, Subsampling::S420, Subsampling::S411] {
            for progressive in [false, true] {
                for restart in [0, 3] {
                    let data = encode(size, subsampling, |e| {
                        e.arithmetic(true)
                            .progressive(progressive)
                            .restart_blocks(restart)
                    });
                    assert!(Header::read(&data).unwrap().process.is_arithmetic());
                    agree(&data, &format!("{size:?} {subsampling:?} {progressive}"));
                }
            }
        }
    }
}

#[test]
fn grey_pictures_have_one_channel() {
    let pixels = scene(37, 21, 1);
    let data = libjpeg_turbo_rs::Encoder::new(&pixels, 37, 21, PixelFormat::Grayscale).encode();
    let data = data.unwrap();
    let expected = decompress_to(&data, PixelFormat::Grayscale).unwrap();
    let ours = decode(&data, interleaved(Scale::Full)).unwrap();
    assert_eq!(ours.parts[0], (37, 21, expected.data));
}
