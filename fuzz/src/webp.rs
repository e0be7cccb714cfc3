//! Other implementations of WebP, to compare with.

/// A file around a VP8L stream.
#[must_use]
pub fn vp8l_file(stream: &[u8]) -> Vec<u8> {
    file(*b"VP8L", stream)
}

/// A file around a VP8 frame.
#[must_use]
pub fn vp8_file(payload: &[u8]) -> Vec<u8> {
    file(*b"VP8 ", payload)
}

fn file(name: [u8; 4], stream: &[u8]) -> Vec<u8> {
    let padded = stream.len().next_multiple_of(2);
    let mut file = Vec::with_capacity(padded + 20);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(u32::try_from(padded + 12).unwrap_or(u32::MAX)).to_le_bytes());
    file.extend_from_slice(b"WEBP");
    file.extend_from_slice(&name);
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

/// Y, Cb and Cr by libwebp.
#[must_use]
pub fn libwebp_planes(file: &[u8]) -> Option<[Vec<u8>; 3]> {
    let (mut width, mut height, mut stride, mut half_stride) = (0, 0, 0, 0);
    let (mut cb, mut cr) = (std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: the pointers are to live values; the library returns planes of these sizes in one block, or null.
    unsafe {
        let luma = libwebp_sys::WebPDecodeYUV(
            file.as_ptr(),
            file.len(),
            &raw mut width,
            &raw mut height,
            &raw mut cb,
            &raw mut cr,
            &raw mut stride,
            &raw mut half_stride,
        );
        if luma.is_null() {
            return None;
        }
        let number = |value: i32| usize::try_from(value).unwrap_or_default();
        let plane = |start: *mut u8, stride: i32, width: i32, height: i32| {
            let rows = (0..number(height))
                .map(|y| std::slice::from_raw_parts(start.add(y * number(stride)), number(width)));
            rows.flatten().copied().collect()
        };
        let half = ((width + 1) / 2, (height + 1) / 2);
        let planes = [
            plane(luma, stride, width, height),
            plane(cb, half_stride, half.0, half.1),
            plane(cr, half_stride, half.0, half.1),
        ];
        libwebp_sys::WebPFree(luma.cast());
        Some(planes)
    }
}

/// The content of the first chunk of a name.
#[must_use]
pub fn chunk(file: &[u8], name: [u8; 4]) -> Option<&[u8]> {
    let mut rest = file.get(12..)?;
    loop {
        let length = u32::from_le_bytes(*rest.get(4..)?.first_chunk()?) as usize;
        if rest.starts_with(&name) {
            return rest.get(8..8 + length);
        }
        rest = rest.get(8 + length.next_multiple_of(2)..)?;
    }
}
