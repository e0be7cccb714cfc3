//! Other implementations of WebP, to compare with.

/// A file around a VP8L stream.
#[must_use]
pub fn vp8l_file(stream: &[u8]) -> Vec<u8> {
    let padded = stream.len().next_multiple_of(2);
    let mut file = Vec::with_capacity(padded + 20);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(u32::try_from(padded + 12).unwrap_or(u32::MAX)).to_le_bytes());
    file.extend_from_slice(b"WEBPVP8L");
    file.extend_from_slice(&(u32::try_from(stream.len()).unwrap_or(u32::MAX)).to_le_bytes());
    file.extend_from_slice(stream);
    file.resize(padded + 20, 0);
    file
}

/// Red, green, blue and alpha by libwebp.
#[must_use]
pub fn libwebp(file: &[u8]) -> Option<Vec<u8>> {
    let (mut width, mut height) = (0, 0);
    // SAFETY: the pointers are to live values; the library returns memory of that size or null.
    unsafe {
        let pixels =
            libwebp_sys::WebPDecodeRGBA(file.as_ptr(), file.len(), &raw mut width, &raw mut height);
        if pixels.is_null() {
            return None;
        }
        let length = usize::try_from(width * height * 4).unwrap_or_default();
        let copy = std::slice::from_raw_parts(pixels, length).to_vec();
        libwebp_sys::WebPFree(pixels.cast());
        Some(copy)
    }
}
