//! Pixels and planes of alpha come back from VP8L as they were, by this decoder and by libwebp.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixgate_fuzz::webp::{libwebp, vp8l_file};
use pixgate_webp::lossless::{
    AlphaOptions, Decoder, EncodeOptions, decode_alpha, encode, encode_alpha,
};

fuzz_target!(|data: &[u8]| {
    let [width, height, choice, colors, seeds @ ..] = data else {
        return;
    };
    if seeds.is_empty() {
        return;
    }
    let (width, height) = (u32::from(*width) + 1, u32::from(height % 64) + 1);
    let count = width as usize * height as usize;
    let effort = choice & 7;
    if choice & 0x80 != 0 {
        let plane: Vec<u8> = seeds.iter().copied().cycle().take(count).collect();
        let options = AlphaOptions::new(effort, 100);
        let content = encode_alpha(&plane, (width, height), options).expect("a valid plane");
        assert!(decode_alpha(&content, (width, height)).as_ref() == Ok(&plane));
        assert!(content.len() <= plane.len() + 1);
        return;
    }
    // Pixels from bytes: by themselves, or of as many colours as asked for.
    let bytes = seeds.iter().copied().cycle();
    let pixels: Vec<u32> = if *colors == 0 {
        let bytes: Vec<u8> = bytes.take(count * 4).collect();
        bytes.chunks_exact(4).map(|p| u32::from_le_bytes([p[0], p[1], p[2], p[3]])).collect()
    } else {
        let color = |byte: u8| u32::from(byte % colors).wrapping_mul(0x9E37_79B1) | 0xFF00_0000;
        bytes.take(count).map(color).collect()
    };
    let mut options = EncodeOptions::new(effort);
    options.exact = choice & 8 != 0;
    let stream = encode(pixels.clone(), (width, height), options).expect("a valid picture");
    let mut decoder = Decoder::new(&stream).expect("a valid stream");
    let mut decoded = Vec::new();
    while let Some(row) = decoder.next_row().expect("a whole stream") {
        decoded.extend_from_slice(row);
    }
    let is_same =
        |(a, b): (&u32, &u32)| a == b || (!options.exact && a >> 24 == 0 && b >> 24 == 0);
    assert!(decoded.len() == pixels.len() && decoded.iter().zip(&pixels).all(is_same));
    let theirs = libwebp(&vp8l_file(&stream)).expect("libwebp reads it");
    let ours = decoded.iter().flat_map(|argb| argb.rotate_left(8).to_be_bytes());
    assert!(theirs.iter().copied().eq(ours));
});
