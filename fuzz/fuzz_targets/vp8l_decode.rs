//! VP8L streams: what libwebp reads gives the same pixels here.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use pixgate_fuzz::webp::{libwebp, vp8l_file};
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
    // image-webp is no witness: of broken streams it makes other pixels than libwebp.
    if theirs.is_some() {
        assert!(ours == theirs, "different pixels");
    }
    Corpus::Keep
});
