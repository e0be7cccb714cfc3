//! The source's own bytes, where coding its pixels anew only made them more.

use pixgate_codec::{Limits, Metadata, is_sound, probe, replace_metadata};
use pixgate_options::Format;

use super::Encoded;
use crate::{PixelPath, Plan, ProfileAction, SmallerSource};

/// Gives the source with the metadata of the result if that is smaller and shows the same.
pub(crate) fn instead(plan: &Plan, bytes: &[u8], metadata: &Metadata, encoded: Encoded) -> Encoded {
    if !is_allowed(plan, encoded.format) || !is_unchanged(plan) {
        return encoded;
    }
    let stripped = replace_metadata(bytes, plan.source_format, metadata);
    let stripped = stripped.filter(|stripped| stripped.len() < encoded.bytes.len());
    match stripped.filter(|stripped| shows_the_same(plan, stripped)) {
        Some(bytes) => Encoded {
            bytes,
            format: plan.source_format,
            ..encoded
        },
        None => encoded,
    }
}

/// Whether the settings and the request leave the choice.
fn is_allowed(plan: &Plan, format: Format) -> bool {
    let settings = &plan.recipe.settings;
    let global = &plan.recipe.options.global;
    let names_coding = global.jpeg_options != Default::default()
        || global.png_options != Default::default()
        || global.webp_options != Default::default();
    // Where the best is wanted, the source's own bytes are one more result to choose from.
    let is_tried = plan.recipe.wants_best()
        && plan
            .outputs()
            .any(|tried| tried.format == plan.source_format);
    let may_change_format = settings.smaller_source == SmallerSource::AnyFormat
        && global.format.is_none()
        && !plan.recipe.negotiation.enforces(format)
        && settings.preferred_formats.contains(&plan.source_format);
    settings.smaller_source != SmallerSource::Never
        && !names_coding
        && (format == plan.source_format || is_tried || may_change_format)
}

/// Whether the result has every sample of the source where it was.
fn is_unchanged(plan: &Plan) -> bool {
    let header = &plan.header;
    let keeps_depth = header.bits <= 8 || plan.path == PixelPath::Interleaved16;
    let keeps_colors = matches!(
        plan.output.profile,
        ProfileAction::None | ProfileAction::Keep
    );
    plan.steps.is_empty()
        && plan.loaded == (header.width, header.height)
        && plan.frames == header.frames
        && keeps_depth
        && keeps_colors
}

/// Whether it is a whole file of the same size: one that was repaired to be decoded is not handed on.
fn shows_the_same(plan: &Plan, stripped: &[u8]) -> bool {
    let mut limits = Limits::default();
    limits.max_frame_pixels = u64::MAX;
    limits.max_decode_bytes = plan.peak_bytes;
    probe(stripped, &limits).is_ok_and(|header| {
        let size = (header.width, header.height, header.frames);
        size == (plan.header.width, plan.header.height, plan.header.frames)
            && is_sound(stripped, &header, &limits)
    })
}
