//! Whatever is written is read back: any kind of image, effort and order.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixgate_png::{ColorType, Colors, Decoder, EncodeOptions, Encoder, Header, Metadata};

fuzz_target!(|bytes: &[u8]| {
    let Some(([width, height, kind, way], samples)) = bytes.split_first_chunk::<4>() else {
        return;
    };
    let (color, depth) = [
        (ColorType::Grey, 8),
        (ColorType::Grey, 16),
        (ColorType::GreyAlpha, 8),
        (ColorType::Rgb, 8),
        (ColorType::Rgb, 16),
        (ColorType::Rgba, 8),
        (ColorType::Rgba, 16),
        (ColorType::Grey, 4),
    ][usize::from(kind & 7)];
    let header = Header {
        width: u32::from(*width) + 1,
        height: u32::from(height & 63) + 1,
        depth,
        color,
        interlaced: false,
    };
    let count = header.row_bytes() * header.height as usize;
    let samples: Vec<u8> = samples.iter().chain(&[0]).copied().cycle().take(count).collect();
    let mut options = EncodeOptions::default();
    // Without reduction the samples themselves come back.
    options.reduce = false;
    options.effort = 1 + way % 4;
    options.interlaced = way & 64 != 0;
    let mut encoder = Encoder::new(header, &options, &Metadata::default()).expect("a header");
    encoder.write_rows(&samples).expect("rows");
    let file = encoder.finish().expect("a file");
    let header = Header { interlaced: options.interlaced, ..header };
    let mut data = Vec::new();
    let mut rest = &file[8..];
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        if behind.starts_with(b"IDAT") {
            data.push(&behind[4..4 + length]);
        }
        rest = &behind[8 + length..];
    }
    let colors = Colors::default();
    let mut decoder = Decoder::verifying(header, &colors, data.into_iter()).expect("a decoder");
    let mut out = vec![0; decoder.row_bytes() * header.height as usize];
    decoder.read_image(&mut out).expect("pixels");
    assert!(decoder.ends_well());
    if depth >= 8 {
        assert_eq!(out, samples);
    }
});
