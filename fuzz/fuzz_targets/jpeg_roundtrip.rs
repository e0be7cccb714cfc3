//! Pictures: every way of coding them gives the same picture back, near what was put in, and the
//! vector kernels write the bytes of the portable ones.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixgate_jpeg::{DecodeOptions, Decoder, EncodeOptions, Entropy, Source, encode};
use pixgate_raster::{Channels, ChromaSubsampling, Layout, View};

fuzz_target!(|data: &[u8]| {
    let [width, height, quality, choice, samples @ ..] = data else {
        return;
    };
    let (width, height) = (u32::from(width % 70) + 1, u32::from(height % 70) + 1);
    let channels = [Channels::Grey, Channels::Rgb, Channels::Cmyk][usize::from(choice & 3) % 3];
    let layout = Layout::u8(width, height, channels);
    let count = layout.samples().unwrap_or_default();
    let pixels: Vec<u8> = samples.iter().copied().cycle().take(count).collect();
    let Ok(view) = View::new(&pixels, layout, layout.row_samples()) else {
        return;
    };
    let source = match channels {
        Channels::Grey => Source::Grey(view),
        Channels::Rgb => Source::Rgb(view),
        _ => Source::Cmyk(view),
    };
    let mut options = EncodeOptions::default();
    options.quality = *quality;
    options.subsampling = [
        ChromaSubsampling::Full,
        ChromaSubsampling::Horizontal,
        ChromaSubsampling::Both,
    ][usize::from(choice >> 2 & 3) % 3];
    options.restart_interval = u16::from(choice >> 4);
    let entropies = [Entropy::Typical, Entropy::Optimized, Entropy::Progressive];
    let pictures = entropies.map(|entropy| {
        options.entropy = entropy;
        options.simd = true;
        let file = encode(source, &options).expect("the picture is valid");
        options.simd = false;
        assert_eq!(encode(source, &options).as_ref(), Ok(&file));
        decode(&file)
    });
    assert_eq!(pictures[0], pictures[1]);
    assert_eq!(pictures[0], pictures[2]);
    assert_eq!(pictures[0].len(), count);
    if *quality >= 100 && channels != Channels::Rgb {
        for (a, b) in pixels.iter().zip(&pictures[0]) {
            assert!(a.abs_diff(*b) <= 4, "{a} became {b}");
        }
    }
});

fn decode(file: &[u8]) -> Vec<u8> {
    let mut decoder = Decoder::new(file, DecodeOptions::default()).expect("own files are valid");
    let mut pixels = Vec::new();
    while let Some(band) = decoder.next_band().expect("own files are whole") {
        for (_, part) in band.parts() {
            part.rows.rows().for_each(|row| pixels.extend(row));
        }
    }
    assert!(decoder.damage().is_none());
    pixels
}
