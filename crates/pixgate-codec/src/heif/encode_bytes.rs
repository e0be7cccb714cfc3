//! What the AV1 encoder takes, and its result.

use pixgate_raster::ChromaSubsampling;

use crate::row::{collected_bytes, pixels};
use crate::{EncodeSettings, OutputLayout};

/// Planes, and the result up to five times while it grows and is put into boxes; its bytes for each
/// sample were measured with noise.
pub(crate) fn encode_bytes(layout: OutputLayout, settings: &EncodeSettings) -> u64 {
    let (has_color, has_alpha, is_wide) = match layout {
        OutputLayout::Interleaved(layout) => (
            layout.channels.count() > 2,
            layout.channels.has_alpha(),
            layout.depth.bytes() > 1,
        ),
        OutputLayout::Planar {
            subsampling, alpha, ..
        } => (subsampling.is_some(), alpha, false),
    };
    let is_full = settings.chroma_subsampling() == ChromaSubsampling::Full;
    let halves = match (has_color, is_full) {
        (false, _) => 2,
        (true, false) => 3,
        (true, true) => 6,
    } + if has_alpha { 2 } else { 0 };
    let of_sample = match (is_wide, settings.quality) {
        (false, ..=89) => 1 + 5,
        (false, _) => 1 + 8,
        (true, ..=89) => 2 + 6,
        (true, _) => 2 + 13,
    };
    collected_bytes(
        layout,
        pixels(layout).saturating_mul(halves * of_sample) / 2,
    )
}
