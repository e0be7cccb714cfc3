//! Other implementations of the format.

pub(crate) mod animation;
pub(crate) mod lossy;

use std::io::Cursor;

/// Puts a RIFF header around a stream.
pub(crate) fn file(stream: &[u8]) -> Vec<u8> {
    riff(&[chunk_of(b"VP8L", stream)].concat())
}

/// A lossy picture of one grey with this alpha.
pub(crate) fn with_alpha((width, height): (u32, u32), alpha: &[u8]) -> Vec<u8> {
    let grey = vec![128; width as usize * height as usize * 3];
    let lossy = libwebp_lossy(&grey, (width, height));
    let lossy = chunk(&lossy, b"VP8 ").unwrap();
    let mut sides = vec![0x10, 0, 0, 0];
    sides.extend_from_slice(&(width - 1).to_le_bytes()[..3]);
    sides.extend_from_slice(&(height - 1).to_le_bytes()[..3]);
    let chunks = [
        chunk_of(b"VP8X", &sides),
        chunk_of(b"ALPH", alpha),
        chunk_of(b"VP8 ", lossy),
    ];
    riff(&chunks.concat())
}

fn riff(chunks: &[u8]) -> Vec<u8> {
    let length = (chunks.len() as u32 + 4).to_le_bytes();
    [&b"RIFF"[..], &length, b"WEBP", chunks].concat()
}

fn chunk_of(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_le_bytes();
    let mut chunk = [&name[..], &length, content].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

/// The content of the first chunk of a name.
pub(crate) fn chunk<'a>(file: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let mut rest = file.get(12..)?;
    loop {
        let length = u32::from_le_bytes(*rest.get(4..)?.first_chunk()?) as usize;
        let content = rest.get(8..8 + length)?;
        if rest.starts_with(name) {
            return Some(content);
        }
        rest = rest.get(8 + length.next_multiple_of(2)..)?;
    }
}

/// RGBA by libwebp.
pub(crate) fn libwebp(file: &[u8]) -> Option<Vec<u8>> {
    let (mut width, mut height) = (0, 0);
    // SAFETY: the pointers are to live values; the library returns memory of that size or null.
    unsafe {
        let pixels =
            libwebp_sys::WebPDecodeRGBA(file.as_ptr(), file.len(), &raw mut width, &raw mut height);
        if pixels.is_null() {
            return None;
        }
        let length = width as usize * height as usize * 4;
        let copy = std::slice::from_raw_parts(pixels, length).to_vec();
        libwebp_sys::WebPFree(pixels.cast());
        Some(copy)
    }
}

/// A lossy file by libwebp.
fn libwebp_lossy(rgb: &[u8], (width, height): (u32, u32)) -> Vec<u8> {
    let mut out = std::ptr::null_mut();
    let (width, height) = (width as i32, height as i32);
    // SAFETY: `rgb` holds `height` rows of `width` pixels; the library returns memory of the length
    // that it says.
    unsafe {
        let length =
            libwebp_sys::WebPEncodeRGB(rgb.as_ptr(), width, height, width * 3, 50.0, &raw mut out);
        let copy = std::slice::from_raw_parts(out, length).to_vec();
        libwebp_sys::WebPFree(out.cast());
        copy
    }
}

/// RGBA by image-webp.
pub(crate) fn image_webp(file: &[u8]) -> Option<Vec<u8>> {
    let decoder = image_webp::WebPDecoder::new(Cursor::new(file)).ok()?;
    let has_alpha = decoder.has_alpha();
    let pixels = image_webp_pixels(file)?;
    if has_alpha {
        return Some(pixels);
    }
    let with_opacity = |rgb: &[u8]| [rgb[0], rgb[1], rgb[2], 0xFF];
    Some(pixels.chunks(3).flat_map(with_opacity).collect())
}

/// A lossless file by a preset of libwebp, 0 to 9.
#[allow(dead_code, reason = "for the bench")]
pub(crate) fn libwebp_lossless(rgba: &[u8], (width, height): (u32, u32), level: u8) -> Vec<u8> {
    use libwebp_sys::{
        WebPConfig, WebPConfigLosslessPreset, WebPEncode, WebPMemoryWrite, WebPMemoryWriter,
        WebPMemoryWriterClear, WebPMemoryWriterInit, WebPPicture, WebPPictureFree,
        WebPPictureImportRGBA,
    };
    let mut config = WebPConfig::new().unwrap();
    let mut picture = WebPPicture::new().unwrap();
    (picture.width, picture.height) = (width as i32, height as i32);
    picture.use_argb = 1;
    let mut writer = WebPMemoryWriter {
        mem: std::ptr::null_mut(),
        size: 0,
        max_size: 0,
        pad: [0],
    };
    // SAFETY: all structures are initialised and outlive the calls; `rgba` holds `height` rows of
    // `width` pixels; the writer has `size` bytes at `mem`.
    unsafe {
        WebPConfigLosslessPreset(&raw mut config, i32::from(level));
        WebPPictureImportRGBA(&raw mut picture, rgba.as_ptr(), width as i32 * 4);
        WebPMemoryWriterInit(&raw mut writer);
        picture.writer = Some(WebPMemoryWrite);
        picture.custom_ptr = (&raw mut writer).cast();
        assert_ne!(WebPEncode(&raw const config, &raw mut picture), 0);
        let file = std::slice::from_raw_parts(writer.mem, writer.size).to_vec();
        WebPMemoryWriterClear(&raw mut writer);
        WebPPictureFree(&raw mut picture);
        file
    }
}

/// RGB or RGBA by image-webp.
pub(crate) fn image_webp_pixels(file: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(file)).ok()?;
    let mut pixels = vec![0; decoder.output_buffer_size()?];
    decoder.read_image(&mut pixels).ok()?;
    Some(pixels)
}
