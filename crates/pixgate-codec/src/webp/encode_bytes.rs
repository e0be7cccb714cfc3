//! What encoding takes.

use pixgate_options::WebpCompression;
use pixgate_webp::lossless::{AlphaOptions, encode_alpha_bytes, encode_bytes as lossless_bytes};
use pixgate_webp::vp8;
use pixgate_webp::yuv::yuv_bytes;

use super::encode::{chroma_of, settings_of};
use crate::row::{collected_bytes, pixels};
use crate::{EncodeSettings, OutputLayout};

/// As [`crate::encode_bytes`].
pub(crate) fn encode_bytes(layout: OutputLayout, settings: &EncodeSettings) -> u64 {
    let (width, height) = layout.size();
    let (has_alpha, is_interleaved) = match layout {
        OutputLayout::Interleaved(layout) => (layout.channels.has_alpha(), true),
        OutputLayout::Planar { alpha, .. } => (alpha, false),
    };
    // Planes of what is interleaved, or the other way round.
    let work = match settings.webp_compression {
        WebpCompression::Lossy => {
            let mut work = vp8::encode_bytes(width, height, &settings_of(settings));
            if has_alpha {
                // The plane is written, and taken off the memory, before the rest is encoded.
                let result = pixels(layout) + 16;
                let options = AlphaOptions::new(settings.webp_effort, 100);
                work = encode_alpha_bytes(width, height, options).max(work.saturating_add(result));
            }
            let planes = match is_interleaved {
                true => yuv_bytes(width, height, chroma_of(settings)),
                false => 0,
            };
            let alpha = if has_alpha { pixels(layout) } else { 0 };
            work.saturating_add(planes).saturating_add(alpha)
        }
        WebpCompression::Lossless | WebpCompression::NearLossless => {
            let interleaved = if is_interleaved {
                0
            } else {
                pixels(layout) * 4
            };
            lossless_bytes(width, height).saturating_add(interleaved)
        }
    };
    collected_bytes(layout, work)
}
