//! The smallest of several results.

use std::sync::{Mutex, PoisonError};

use pixgate_codec::{Metadata, Pixels};
use pixgate_raster::Channels;
use pixgate_raster::cores::map;
use pixgate_raster::measure::complexity;

use super::{Encoded, compare, save_as};
use crate::work::Work;
use crate::{Error, ErrorKind, Output, Plan};

/// Encodes in every format of the plan, two at a time if a core is idle, and keeps the smallest file.
pub(crate) fn save_smallest(
    plan: &Plan,
    pixels: &Pixels,
    metadata: &Metadata,
    work: &Work<'_>,
) -> Result<Encoded, Error> {
    let without_loss = match is_simple(plan, pixels)? {
        true => plan.outputs().filter_map(Output::without_loss).collect(),
        false => Vec::new(),
    };
    let outputs: Vec<&Output> = match without_loss.as_slice() {
        [] => plan.outputs().collect(),
        some => some.iter().collect(),
    };
    let cancel = work.cancel;
    let smallest = Smallest::default();
    let tries: Vec<_> = outputs.into_iter().enumerate().collect();
    let tried = map(work.cores, TRIES_BESIDE, &tries, |(index, output)| {
        let encoded = save_as(output, pixels, metadata, cancel)?;
        smallest.keep(*index, encoded);
        Ok(())
    });
    tried.into_iter().collect::<Result<(), Error>>()?;
    smallest.take()
}

/// The smallest file so far, and which try it comes from.
#[derive(Default)]
struct Smallest(Mutex<Option<(usize, Encoded)>>);

impl Smallest {
    /// Of files of the same size the first try's is kept, whichever comes first.
    fn keep(&self, index: usize, encoded: Encoded) {
        let mut best = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_smaller = |(other, best): &(usize, Encoded)| {
            (encoded.bytes.len(), index) < (best.bytes.len(), *other)
        };
        if best.as_ref().is_none_or(is_smaller) {
            *best = Some((index, encoded));
        }
    }

    fn take(self) -> Result<Encoded, Error> {
        let best = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (_, encoded) = best.ok_or(ErrorKind::Internal)?;
        Ok(encoded)
    }
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

/// How many formats are tried beside the caller's own at a time; the plan counts their memory.
pub(super) const TRIES_BESIDE: usize = 1;
