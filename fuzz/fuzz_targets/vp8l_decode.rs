//! VP8L streams: what libwebp reads gives the same pixels here; so does what image-webp reads, if it is
//! read here.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use pixgate_fuzz::webp::{image_webp, libwebp, vp8l_file};
use pixgate_webp::lossless::{Decoder, Header};

fn decode(stream: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = Decoder::new(stream).ok()?;
    let row = decoder.header().width as usize * 4;
    let mut pixels = vec![0; row * decoder.header().height as usize];
    for row in pixels.chunks_mut(row) {
        decoder.next_row_rgba(row).ok()?;
    }
    Some(pixels)
}

fuzz_target!(|stream: &[u8]| -> Corpus {
    let Ok(header) = Header::read(stream) else {
        return Corpus::Reject;
    };
    if header.width * header.height > 1 << 17 {
        return Corpus::Reject;
    }
    let ours = decode(stream);
    let file = vp8l_file(stream);
    let theirs = libwebp(&file);
    if theirs.is_some() {
        assert!(ours == theirs, "different pixels");
    }
    if let (Some(ours), Some((theirs, has_alpha))) = (ours, image_webp(&file)) {
        let colors = |pixels: &[u8]| {
            let pixels = pixels.chunks(4);
            pixels.flat_map(|p| [p[0], p[1], p[2]]).collect::<Vec<u8>>()
        };
        if has_alpha {
            assert!(ours == theirs, "other pixels by image-webp");
        } else {
            assert!(colors(&ours) == theirs, "other pixels by image-webp");
        }
    }
    Corpus::Keep
});
