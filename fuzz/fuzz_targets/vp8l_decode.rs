//! VP8L streams: what libwebp reads gives the same pixels here.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use pixgate_fuzz::webp::{libwebp, vp8l_file};
use pixgate_webp::lossless::{Decoder, Header};

/// Rows until the first that is missing, and whether there is none.
fn decode(stream: &[u8]) -> (Vec<u8>, bool) {
    let mut pixels = Vec::new();
    let Ok(mut decoder) = Decoder::new(stream) else {
        return (pixels, false);
    };
    let mut row = vec![0; decoder.header().width as usize * 4];
    for _ in 0..decoder.header().height {
        if decoder.next_row_rgba(&mut row).is_err() {
            return (pixels, false);
        }
        pixels.extend_from_slice(&row);
    }
    (pixels, true)
}

fuzz_target!(|stream: &[u8]| -> Corpus {
    let Ok(header) = Header::read(stream) else {
        return Corpus::Reject;
    };
    if header.width * header.height > 1 << 17 {
        return Corpus::Reject;
    }
    // image-webp is no witness: of broken streams it makes other pixels than libwebp.
    let (rows, is_whole) = decode(stream);
    if let Some(theirs) = libwebp(&vp8l_file(stream)) {
        assert!(theirs.starts_with(&rows), "different pixels");
        // Within 64 bits libwebp does not see that a stream ends, and reads zeros.
        let (rows, is_whole) = decode(&[stream, &[0; 8]].concat());
        assert!(is_whole && rows == theirs, "different pixels or refused");
    } else if is_whole {
        // Only the last symbol may be cut.
        assert!(decode(&[stream, &[0; 8]].concat()).1);
    }
    Corpus::Keep
});
