//! The source's own bytes, where coding its pixels anew only made them more.

use pixgate_codec::{Limits, Metadata, is_sound, probe, replace_metadata};

use crate::{Encoded, Plan};

/// Gives the source with the metadata of the result if that is smaller and shows the same.
pub(crate) fn source_if_smaller(
    plan: &Plan,
    bytes: &[u8],
    metadata: &Metadata,
    encoded: Encoded,
) -> Encoded {
    if !plan.yields_to_source.contains(&encoded.format) {
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
