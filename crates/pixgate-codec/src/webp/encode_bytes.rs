//! What the C library takes.

use pixgate_options::WebpCompression;

use crate::row::{collected_bytes, pixels};
use crate::{EncodeSettings, OutputLayout};

/// As [`crate::encode_bytes`].
pub(crate) fn encode_bytes(layout: OutputLayout, settings: &EncodeSettings) -> u64 {
    collected_bytes(
        layout,
        pixels(layout).saturating_mul(pixel_bytes(layout, settings)),
    )
}

/// What the C library takes for a pixel beside the image, which no allocator of ours sees: planes,
/// macroblocks, tokens and the result; measured with black and white noise, and rounded up.
fn pixel_bytes(layout: OutputLayout, settings: &EncodeSettings) -> u64 {
    let has_alpha = match layout {
        OutputLayout::Interleaved(layout) => layout.channels.has_alpha(),
        OutputLayout::Planar { alpha, .. } => alpha,
    };
    match (settings.webp_compression, settings.quality) {
        (WebpCompression::Lossy, _) if has_alpha => 42,
        (WebpCompression::Lossy, ..=50) => 15,
        (WebpCompression::Lossy, ..=80) => 19,
        (WebpCompression::Lossy, ..=90) => 24,
        (WebpCompression::Lossy, _) => 32,
        _ if has_alpha => 46,
        _ => 41,
    }
}
