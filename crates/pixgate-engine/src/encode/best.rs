//! The smallest of several results.

use pixgate_codec::{Metadata, Pixels};
use pixgate_raster::Channels;
use pixgate_raster::measure::complexity;

use super::{Encoded, compare, save_as};
use crate::{Cancel, Error, Output, Plan};

/// Encodes in every format of the plan and keeps the smallest file.
pub(crate) fn save_smallest(
    plan: &Plan,
    pixels: &Pixels,
    metadata: &Metadata,
    cancel: &Cancel,
) -> Result<Encoded, Error> {
    let without_loss = match is_simple(plan, pixels)? {
        true => plan.outputs().filter_map(Output::without_loss).collect(),
        false => Vec::new(),
    };
    let outputs: Vec<&Output> = match without_loss.as_slice() {
        [] => plan.outputs().collect(),
        some => some.iter().collect(),
    };
    let mut smallest: Option<Encoded> = None;
    for output in outputs {
        let encoded = save_as(output, pixels, metadata, cancel)?;
        let is_smaller = |best: &Encoded| encoded.bytes.len() < best.bytes.len();
        if smallest.as_ref().is_none_or(is_smaller) {
            smallest = Some(encoded);
        }
    }
    smallest.ok_or_else(|| crate::ErrorKind::Internal.into())
}

/// Whether there is so little to see that losses would be seen; a limit of bytes needs them.
fn is_simple(plan: &Plan, pixels: &Pixels) -> Result<bool, Error> {
    let threshold = plan.complexity_threshold;
    let is_ink = plan.output.layout.channels == Channels::Cmyk;
    let is_limited = plan.outputs().any(|output| output.max_bytes.is_some());
    if is_ink || is_limited || threshold <= 0.0 {
        return Ok(false);
    }
    let luma = compare::luma_of(pixels)?;
    Ok(complexity(&luma)? < threshold)
}
