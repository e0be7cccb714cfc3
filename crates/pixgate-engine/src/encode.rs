//! From pixels to the result's bytes: what it takes, and how it is done.

mod best;
mod compare;
mod fit_bytes;
mod memory;
mod quality_search;

use pixgate_codec::{Metadata, Pixels, encode};
use pixgate_options::Format;

use crate::work::Work;
use crate::{Cancel, Error, ErrorKind, Output, Plan, QualityGoal};

pub(crate) use fit_bytes::save;
pub(crate) use memory::encoding_bytes;

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Encoded {
    /// The encoded image.
    pub bytes: Vec<u8>,
    /// Its format.
    pub format: Format,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// The quality it was saved with, lower than planned if the number of bytes was limited.
    pub quality: u8,
}

/// Encodes in the format of the plan, or in whichever takes fewest bytes.
pub(crate) fn save_pixels(
    plan: &Plan,
    pixels: &Pixels,
    metadata: &Metadata,
    work: &Work<'_>,
) -> Result<Encoded, Error> {
    if plan.alternatives.is_empty() {
        save_as(&plan.output, pixels, metadata, work.cancel)
    } else {
        best::save_smallest(plan, pixels, metadata, work)
    }
}

fn save_as(
    output: &Output,
    pixels: &Pixels,
    metadata: &Metadata,
    cancel: &Cancel,
) -> Result<Encoded, Error> {
    let goal = output.search.as_ref().map(|search| search.goal);
    let original = match goal {
        Some(QualityGoal::Dssim { .. }) => Some(compare::luma_of(pixels)?),
        _ => None,
    };
    save(
        output,
        pixels.size(),
        cancel,
        |settings| Ok(encode(pixels, settings, metadata)?),
        |file| match &original {
            Some(original) => compare::dissimilarity(original, file),
            None => Err(ErrorKind::Internal.into()),
        },
    )
}
