//! What encoding takes.

use pixgate_options::WebpCompression;
use pixgate_webp::vp8;

use super::encode::settings_of;
use crate::row::{collected_bytes, pixels};
use crate::{EncodeSettings, OutputLayout};

/// As [`crate::encode_bytes`].
pub(crate) fn encode_bytes(layout: OutputLayout, settings: &EncodeSettings) -> u64 {
    let (has_alpha, of_planes) = match layout {
        OutputLayout::Interleaved(layout) => (layout.channels.has_alpha(), 2),
        OutputLayout::Planar { alpha, .. } => (alpha, 0),
    };
    let is_sharp = settings.webp_smart_subsample && of_planes > 0;
    let work = match settings.webp_compression {
        WebpCompression::Lossy if !has_alpha && !is_sharp => {
            let (width, height) = layout.size();
            let encoder = vp8::encode_bytes(width, height, &settings_of(settings));
            encoder.saturating_add(pixels(layout).saturating_mul(of_planes))
        }
        compression => pixels(layout).saturating_mul(library_bytes(compression, has_alpha)),
    };
    collected_bytes(layout, work)
}

/// What the C library takes for a pixel beside the image, which no allocator of ours sees; measured with black
/// and white noise, and rounded up.
const fn library_bytes(compression: WebpCompression, has_alpha: bool) -> u64 {
    match (compression, has_alpha) {
        (WebpCompression::Lossy, _) => 42,
        (_, true) => 46,
        (_, false) => 41,
    }
}
