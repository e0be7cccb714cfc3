//! Image bytes: sizes are positive, and decoding small images, their pages and thumbnails gives what the
//! headers promise.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixgate_codec::{
    DecodeRequest, ErrorKind, Header, Limits, decode, probe, probe_pages, silence_contained_panics,
};

/// Decoding gives what the header promises.
fn check(data: &[u8], header: &Header, limits: &Limits) {
    assert!(header.width > 0 && header.height > 0 && header.frames > 0);
    assert!(u64::from(header.width) * u64::from(header.height) <= limits.max_frame_pixels);
    for planar in [false, true] {
        let mut request = DecodeRequest::default();
        request.planar = planar;
        match decode(data, header, &request, limits) {
            Ok((pixels, _)) => assert_eq!(pixels.size(), (header.width, header.height)),
            Err(error) => assert_ne!(error.kind(), &ErrorKind::Internal),
        }
    }
}

fuzz_target!(|data: &[u8]| {
    // Panics of codec libraries become errors, and are not findings; all others are.
    silence_contained_panics();
    let mut limits = Limits::default();
    limits.max_frame_pixels = 10_000;
    limits.max_decode_bytes = 64 << 20;
    let header = match probe(data, &limits) {
        Ok(header) => header,
        Err(error) => return assert_ne!(error.kind(), &ErrorKind::Internal),
    };
    check(data, &header, &limits);
    if let Some(thumbnail) = &header.parts.thumbnail {
        check(data, thumbnail, &limits);
    }
    if let Ok(page) = probe_pages(data, header, (1, 3), &limits) {
        check(data, &page, &limits);
        page.parts.below.iter().for_each(|below| check(data, below, &limits));
    }
});
