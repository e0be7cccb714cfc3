//! Bounds that hold before and while an image is decoded.

/// What a decoder may use. All are strict: they are checked against the header before a decoder
/// runs, and again against what the decoder says it will produce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Most pixels in a frame (of the stored size).
    pub max_frame_pixels: u64,
    /// Most bytes that the decoder and the pixels it hands over may take.
    pub max_decode_bytes: u64,
    /// Longest side in pixels.
    pub max_side: u32,
    /// Most bytes of each metadata block (ICC, EXIF, XMP).
    pub max_metadata_bytes: u64,
}

impl Default for Limits {
    /// 50 megapixels as imgproxy has it, 1 GiB, 65535 pixels, 16 MiB of metadata.
    fn default() -> Self {
        Self {
            max_frame_pixels: 50_000_000,
            max_decode_bytes: 1 << 30,
            max_side: 65_535,
            max_metadata_bytes: 16 << 20,
        }
    }
}
