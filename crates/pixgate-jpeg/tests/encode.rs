//! Encoded files: another decoder reads them, and they hold what was put in.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic"
)]

mod support;

use libjpeg_turbo_rs::{PixelFormat, Subsampling, decompress_to};
use pixgate_jpeg::{EncodeOptions, Entropy, ErrorKind, Header, Scale, Source, encode};
use pixgate_raster::{Channels, ChromaSubsampling, Layout, View};
use support::{decode, interleaved, planes, scene};

const ENTROPIES: [Entropy; 3] = [Entropy::Typical, Entropy::Optimized, Entropy::Progressive];
const SUBSAMPLINGS: [(ChromaSubsampling, Subsampling); 3] = [
    (ChromaSubsampling::Full, Subsampling::S444),
    (ChromaSubsampling::Horizontal, Subsampling::S422),
    (ChromaSubsampling::Both, Subsampling::S420),
];

fn view(pixels: &[u8], width: u32, height: u32, channels: Channels) -> View<'_, u8> {
    let layout = Layout::u8(width, height, channels);
    View::new(pixels, layout, layout.row_samples()).unwrap()
}

fn encode_scene(width: u32, height: u32, options: &EncodeOptions<'_>) -> Vec<u8> {
    let pixels = scene(width as usize, height as usize, 3);
    let view = view(&pixels, width, height, Channels::Rgb);
    encode(Source::Rgb(view), options).unwrap()
}

#[test]
fn a_trellis_saves_bytes_and_changes_no_value_by_much() {
    let mut options = EncodeOptions::default();
    for (subsampling, _) in SUBSAMPLINGS {
        options.subsampling = subsampling;
        let files = [false, true].map(|trellis| {
            options.trellis = trellis;
            encode_scene(160, 96, &options)
        });
        assert!(files[1].len() < files[0].len(), "{subsampling:?}");
        let [plain, chosen] =
            files.map(|file| decompress_to(&file, PixelFormat::Rgb).unwrap().data);
        let source = scene(160, 96, 3);
        let allowed = 1.5 * error(&source, &plain);
        assert!(error(&source, &chosen) < allowed, "{subsampling:?}");
    }
}

fn error(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let square = |(a, b): (&u8, &u8)| (f64::from(*a) - f64::from(*b)).powi(2);
    a.iter().zip(b).map(square).sum::<f64>() / a.len() as f64
}

#[test]
fn every_entropy_mode_codes_the_same_picture() {
    for (width, height) in [(1, 1), (8, 8), (17, 33), (100, 75), (160, 96)] {
        for (subsampling, _) in SUBSAMPLINGS {
            let mut options = EncodeOptions::default();
            options.subsampling = subsampling;
            let pictures = ENTROPIES.map(|entropy| {
                options.entropy = entropy;
                let file = encode_scene(width, height, &options);
                let oracle = decompress_to(&file, PixelFormat::Rgb).unwrap();
                let ours = decode(&file, interleaved(Scale::Full)).unwrap();
                assert_eq!(
                    ours.damage, None,
                    "{width}x{height} {subsampling:?} {entropy:?}"
                );
                assert_eq!(ours.parts[0].2, oracle.data);
                oracle.data
            });
            assert!(pictures.windows(2).all(|pair| pair[0] == pair[1]));
        }
    }
}

#[test]
fn pictures_are_as_good_as_the_oracles() {
    for (subsampling, theirs) in SUBSAMPLINGS {
        let pixels = scene(160, 96, 3);
        let mut options = EncodeOptions::default();
        (options.subsampling, options.quant_table) = (subsampling, Some(0));
        let ours = encode_scene(160, 96, &options);
        let theirs = libjpeg_turbo_rs::compress(&pixels, 160, 96, PixelFormat::Rgb, 80, theirs);
        let theirs = theirs.unwrap();
        let error = |file: &[u8]| {
            error(
                &decompress_to(file, PixelFormat::Rgb).unwrap().data,
                &pixels,
            )
        };
        let (a, b) = (error(&ours), error(&theirs));
        assert!(a < b * 1.02, "{subsampling:?}: {a} against {b}");
        assert!(
            ours.len() < theirs.len(),
            "{} of {}",
            ours.len(),
            theirs.len()
        );
    }
}

/// Where banding shows: a slope of one step in some pixels.
#[test]
fn our_own_tables_keep_slow_slopes_better() {
    let pixels: Vec<u8> = (0..256 * 64)
        .map(|at| 100 + (at % 256 / 23) as u8)
        .collect();
    let view = view(&pixels, 256, 64, Channels::Grey);
    let error = |quant_table| {
        let mut options = EncodeOptions::default();
        (options.quality, options.quant_table) = (70, quant_table);
        let file = encode(Source::Grey(view), &options).unwrap();
        error(
            &decode(&file, interleaved(Scale::Full)).unwrap().parts[0].2,
            &pixels,
        )
    };
    let (own, standard) = (error(None), error(Some(0)));
    assert!(own < standard * 0.8, "{own} against {standard}");
}

#[test]
fn quality_rises_and_so_does_the_size() {
    let pixels = scene(120, 90, 3);
    let mut last = (f64::MAX, 0);
    for quality in [5, 30, 60, 90, 100] {
        let mut options = EncodeOptions::default();
        (options.quality, options.subsampling) = (quality, ChromaSubsampling::Full);
        let file = encode_scene(120, 90, &options);
        let decoded = decode(&file, interleaved(Scale::Full)).unwrap();
        let now = (error(&decoded.parts[0].2, &pixels), file.len());
        assert!(now.0 < last.0 && now.1 > last.1, "{quality}: {now:?}");
        last = now;
    }
    assert!(last.0 < 1.0, "{last:?}");
}

#[test]
fn planes_and_grey_come_back() {
    let file = encode_scene(101, 51, &EncodeOptions::default());
    let parts = decode(&file, planes(Scale::Full)).unwrap().parts;
    let views = [0, 1, 2].map(|at: usize| {
        let (width, height, samples) = &parts[at];
        view(samples, *width, *height, Channels::Grey)
    });
    let mut options = EncodeOptions::default();
    options.quality = 100;
    let subsampling = ChromaSubsampling::Both;
    let source = Source::Planes {
        planes: views,
        subsampling,
    };
    let again = decode(&encode(source, &options).unwrap(), planes(Scale::Full)).unwrap();
    for (before, after) in parts.iter().zip(&again.parts) {
        assert!(error(&before.2, &after.2) < 0.5);
    }
    for entropy in ENTROPIES {
        options.entropy = entropy;
        let grey = encode(Source::Grey(views[0]), &options).unwrap();
        let decoded = decode(&grey, interleaved(Scale::Full)).unwrap();
        assert!(error(&decoded.parts[0].2, &parts[0].2) < 0.5);
    }
}

#[test]
fn cmyk_comes_back_and_is_read_by_the_oracle() {
    let pixels = scene(45, 30, 4);
    for entropy in ENTROPIES {
        let mut options = EncodeOptions::default();
        (options.quality, options.entropy) = (100, entropy);
        let file = encode(
            Source::Cmyk(view(&pixels, 45, 30, Channels::Cmyk)),
            &options,
        );
        let file = file.unwrap();
        let adobe = Header::read(&file).unwrap().adobe.unwrap();
        assert_eq!(adobe.transform, 0);
        let ours = decode(&file, interleaved(Scale::Full)).unwrap();
        assert!(error(&ours.parts[0].2, &pixels) < 1.0);
        let stored = decompress_to(&file, PixelFormat::Cmyk).unwrap().data;
        let stored: Vec<u8> = stored.iter().map(|value| !value).collect();
        assert_eq!(ours.parts[0].2, stored);
    }
}

#[test]
fn restart_intervals_and_metadata_are_written() {
    let icc = vec![7; 70_000];
    let mut options = EncodeOptions::default();
    options.restart_interval = 3;
    options.exif = Some(b"MM\0*");
    options.icc = Some(&icc);
    options.xmp = Some(b"<x/>");
    options.photoshop = Some(b"8BIM");
    let file = encode_scene(100, 40, &options);
    let header = Header::read(&file).unwrap();
    assert_eq!(header.restart_interval, 3);
    assert_eq!(header.metadata.exif.as_deref(), options.exif);
    assert_eq!(header.metadata.icc.as_deref(), options.icc);
    assert_eq!(header.metadata.xmp.as_deref(), options.xmp);
    assert_eq!(header.metadata.photoshop.as_deref(), options.photoshop);
    options.restart_interval = 0;
    let plain = encode_scene(100, 40, &options);
    let pixels = |file: &[u8]| decode(file, interleaved(Scale::Full)).unwrap();
    assert_eq!(pixels(&file), pixels(&plain));
}

#[test]
fn refuses_what_does_not_fit() {
    let pixels = [0; 300];
    let kind = |source| {
        encode(source, &EncodeOptions::default())
            .unwrap_err()
            .kind()
            .clone()
    };
    let grey = view(&pixels, 10, 10, Channels::Grey);
    assert_eq!(
        kind(Source::Rgb(grey)),
        ErrorKind::InvalidComponents { count: 1 }
    );
    let subsampling = ChromaSubsampling::Both;
    let source = Source::Planes {
        planes: [grey; 3],
        subsampling,
    };
    let (width, height) = (10, 10);
    assert_eq!(kind(source), ErrorKind::InvalidSize { width, height });
    let wide = vec![0; 70_000];
    let wide = view(&wide, 70_000, 1, Channels::Grey);
    let (width, height) = (70_000, 1);
    assert_eq!(
        kind(Source::Grey(wide)),
        ErrorKind::InvalidSize { width, height }
    );
}
