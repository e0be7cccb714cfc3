//! What is written is read back, by this crate and by the png crate.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "tests"
)]

mod support;

use pixgate_png::{ColorType, EncodeOptions, Encoder, Header, Metadata};
use proptest::prelude::*;

use support::{ours, pixels, theirs};

/// How the samples of a test picture come about.
#[derive(Debug, Clone, Copy)]
enum Look {
    Noise,
    Few(u8),
    Smooth,
    Flat,
    Repeated(usize),
    /// Both bytes of 16 bits, and red, green and blue, are the same.
    Narrow,
}

fn looks() -> impl Strategy<Value = Look> {
    prop_oneof![
        Just(Look::Noise),
        (1_u8..20).prop_map(Look::Few),
        Just(Look::Smooth),
        Just(Look::Flat),
        (1_usize..700).prop_map(Look::Repeated),
        Just(Look::Narrow),
    ]
}

fn samples(header: &Header, look: Look, seed: u32) -> Vec<u8> {
    let count = header.row_bytes() * header.height as usize;
    let mut state = seed;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let mut bytes: Vec<u8> = match look {
        Look::Noise => std::iter::repeat_with(noise).take(count).collect(),
        Look::Few(levels) => (0..count).map(|_| noise() % levels * 11).collect(),
        Look::Smooth => (0..count)
            .map(|i| (i % header.row_bytes() / 3 + i / header.row_bytes()) as u8)
            .collect(),
        Look::Flat => vec![seed as u8; count],
        Look::Repeated(period) => {
            let once: Vec<u8> = std::iter::repeat_with(noise).take(period).collect();
            once.iter().copied().cycle().take(count).collect()
        }
        Look::Narrow => {
            let pixel = header.pixel_bytes();
            let values = std::iter::repeat_with(|| noise() & 0x77);
            let values = values.take(count.div_ceil(pixel));
            values
                .flat_map(|value| std::iter::repeat_n(value, pixel))
                .take(count)
                .collect()
        }
    };
    // Bits behind the last pixel of a row say nothing.
    let used = header.width as usize * header.pixel_bits() % 8;
    if used > 0 {
        for row in bytes.chunks_mut(header.row_bytes()) {
            *row.last_mut().unwrap() &= !(0xFF_u8 >> used);
        }
    }
    bytes
}

fn headers() -> impl Strategy<Value = Header> {
    let kinds = prop::sample::select(vec![
        (ColorType::Grey, 1),
        (ColorType::Grey, 2),
        (ColorType::Grey, 4),
        (ColorType::Grey, 8),
        (ColorType::Grey, 16),
        (ColorType::Rgb, 8),
        (ColorType::Rgb, 16),
        (ColorType::GreyAlpha, 8),
        (ColorType::GreyAlpha, 16),
        (ColorType::Rgba, 8),
        (ColorType::Rgba, 16),
    ]);
    let size = prop_oneof![(1_u32..20, 1_u32..20), (1_u32..400, 1_u32..60)];
    (kinds, size).prop_map(|((color, depth), (width, height))| Header {
        width,
        height,
        depth,
        color,
        interlaced: false,
    })
}

/// The samples as a reader hands them over, which has at least 8 bits.
fn expanded(header: &Header, samples: &[u8]) -> Vec<u8> {
    if header.depth >= 8 {
        return samples.to_vec();
    }
    let (depth, width) = (usize::from(header.depth), header.width as usize);
    let step = 255 / ((1_u16 << depth) - 1) as u8;
    let rows = samples.chunks(header.row_bytes());
    rows.flat_map(|row| {
        (0..width).map(move |x| {
            let byte = row[x * depth / 8] << (x * depth % 8);
            (byte >> (8 - depth)) * step
        })
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn pixels_come_back(
        header in headers(),
        look in looks(),
        seed: u32,
        effort in 1_u8..=6,
        interlaced: bool,
        reduce: bool,
    ) {
        let samples = samples(&header, look, seed);
        let mut options = EncodeOptions::default();
        (options.effort, options.interlaced, options.reduce) = (effort, interlaced, reduce);
        let mut encoder = Encoder::new(header, &options, &Metadata::default()).unwrap();
        let split = header.row_bytes() * (seed % header.height) as usize;
        encoder.write_rows(&samples[..split]).unwrap();
        encoder.write_rows(&samples[split..]).unwrap();
        let file = encoder.finish().unwrap();
        let shown = pixels(header.color, header.depth.max(8), &expanded(&header, &samples));
        let (_, color, depth, out) = ours(&file).unwrap();
        prop_assert_eq!(pixels(color, depth, &out), shown.clone());
        let (color, depth, out) = theirs(&file).unwrap();
        prop_assert_eq!(pixels(color, depth, &out), shown);
    }

    #[test]
    fn zlib_streams_come_back(bytes in prop::collection::vec(any::<u8>(), 0..3000), times in 1_usize..40) {
        let bytes = bytes.repeat(times);
        let file = pixgate_png::compress_zlib(&bytes).unwrap();
        prop_assert_eq!(pixgate_png::decompress_zlib(&file, bytes.len()).unwrap(), bytes.clone());
        let mut out = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(&file[..]), &mut out).unwrap();
        prop_assert_eq!(out, bytes);
    }

    #[test]
    fn reads_what_flate2_writes(bytes in prop::collection::vec(0_u8..9, 0..70_000), level in 0_u32..10) {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(level));
        std::io::Write::write_all(&mut encoder, &bytes).unwrap();
        let file = encoder.finish().unwrap();
        prop_assert_eq!(pixgate_png::decompress_zlib(&file, bytes.len()).unwrap(), bytes);
    }
}

#[test]
fn images_too_large_to_hold_are_written_as_they_come() {
    let header = Header {
        width: 2200,
        height: 2000,
        depth: 8,
        color: ColorType::Rgb,
        interlaced: false,
    };
    let samples = samples(&header, Look::Smooth, 1);
    assert!(samples.len() > Encoder::HELD);
    let mut options = EncodeOptions::default();
    options.effort = 2;
    let mut encoder = Encoder::new(header, &options, &Metadata::default()).unwrap();
    for rows in samples.chunks(header.row_bytes() * 16) {
        encoder.write_rows(rows).unwrap();
    }
    let file = encoder.finish().unwrap();
    assert!(file.len() < samples.len() / 50);
    assert_eq!(theirs(&file).unwrap().2, samples);
    assert_eq!(ours(&file).unwrap().3, samples);
}

#[test]
fn reduces_to_what_is_needed() {
    let header = |color| Header {
        width: 40,
        height: 40,
        depth: 8,
        color,
        interlaced: false,
    };
    let write = |color: ColorType, pixel: &dyn Fn(usize) -> Vec<u8>| {
        let samples: Vec<u8> = (0..1600).flat_map(pixel).collect();
        let options = EncodeOptions::default();
        let mut encoder = Encoder::new(header(color), &options, &Metadata::default()).unwrap();
        encoder.write_rows(&samples).unwrap();
        let header = ours(&encoder.finish().unwrap()).unwrap().0;
        (header.color, header.depth)
    };
    let grey = write(ColorType::Rgba, &|i| {
        vec![(i % 256) as u8, (i % 256) as u8, (i % 256) as u8, 255]
    });
    assert_eq!(grey, (ColorType::Grey, 8));
    let black_and_white = write(ColorType::Rgb, &|i| {
        vec![if i % 7 < 3 { 0 } else { 255 }; 3]
    });
    assert_eq!(black_and_white, (ColorType::Grey, 1));
    let three = write(ColorType::Rgba, &|i| vec![[9, 80, 200][i % 3], 7, 1, 128]);
    assert_eq!(three, (ColorType::Palette, 2));
}

#[test]
fn a_colour_that_alone_is_clear_takes_the_place_of_alpha() {
    for (color, kept) in [
        (ColorType::Rgba, ColorType::Rgb),
        (ColorType::GreyAlpha, ColorType::Grey),
    ] {
        let header = Header {
            width: 50,
            height: 50,
            depth: 8,
            color,
            interlaced: false,
        };
        let pixel = |i: usize| {
            let clear = i.is_multiple_of(10);
            let value = if clear { 1 } else { (i % 250 + 2) as u8 };
            let alpha = if clear { 0 } else { 255 };
            match color {
                ColorType::Rgba => {
                    vec![value, if clear { 2 } else { (i / 250) as u8 * 9 }, 3, alpha]
                }
                _ => vec![value, alpha],
            }
        };
        let samples: Vec<u8> = (0..2500).flat_map(pixel).collect();
        let options = EncodeOptions::default();
        let mut encoder = Encoder::new(header, &options, &Metadata::default()).unwrap();
        encoder.write_rows(&samples).unwrap();
        let file = encoder.finish().unwrap();
        let (stored, shown, depth, out) = ours(&file).unwrap();
        assert!(
            [kept, ColorType::Palette].contains(&stored.color),
            "{stored:?}"
        );
        assert_eq!(pixels(shown, depth, &out), pixels(color, 8, &samples));
        let (shown, depth, out) = theirs(&file).unwrap();
        assert_eq!(pixels(shown, depth, &out), pixels(color, 8, &samples));
    }
}

#[test]
fn refuses_rows_that_do_not_make_up_the_image() {
    let header = Header {
        width: 3,
        height: 2,
        depth: 8,
        color: ColorType::Grey,
        interlaced: false,
    };
    let encoder = || Encoder::new(header, &EncodeOptions::default(), &Metadata::default()).unwrap();
    assert!(encoder().write_rows(&[0; 4]).is_err());
    assert!(encoder().write_rows(&[0; 9]).is_err());
    assert!(encoder().finish().is_err());
}
