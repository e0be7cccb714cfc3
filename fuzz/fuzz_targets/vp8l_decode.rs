//! VP8L streams: what comes out is what libwebp makes of them, and so is what is refused; where
//! image-webp reads them too, it gives the same.
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
    assert_eq!(ours.is_some(), theirs.is_some(), "one of both refuses");
    assert!(ours == theirs, "different pixels");
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
