//! Making pixels of several channels smaller, both axes row by row.
//!
//! As in [`super::plane`] height goes first, then width, and 16 bits are held in between. Opaque
//! 8-bit pixels are weighed as they are; what has to be multiplied by alpha or mixed in linear light
//! is widened to 16 bits beforehand ([`super::light`]).

use super::Scaling;
use super::light::Limits;
use super::plane::{PlaneTaps, plane_bytes, weigh};
use super::taps::{MIDDLE_BITS, Taps, WEIGHT_BITS};
use crate::kernels::{Form, Kernels};
use crate::{Depth, Error, ErrorKind, Layout, zeroed};

/// Whether 8-bit pixels can be mapped row by row, once boxes have been averaged.
pub(crate) fn can_reduce(source: Layout, to: Scaling) -> bool {
    let changes = !(to.x.is_identity(source.width) && to.y.is_identity(source.height));
    let boxed = boxed(source, to);
    source.depth == Depth::U8
        && changes
        && to.x.factor >= 1.0
        && to.y.factor >= 1.0
        && Taps::can_map(to.x.after_box(), boxed.width)
        && Taps::can_map(to.y.after_box(), boxed.height)
}

/// The layout after the means of boxes.
pub(crate) fn boxed(source: Layout, to: Scaling) -> Layout {
    let side = |side: u32, shrink: u32| side.div_ceil(shrink.max(1));
    source.sized(
        side(source.width, to.x.shrink),
        side(source.height, to.y.shrink),
    )
}

/// The mapping that is left after the means of boxes.
pub(crate) fn after_boxes(to: Scaling) -> Scaling {
    Scaling {
        x: to.x.after_box(),
        y: to.y.after_box(),
        ..to
    }
}

/// Makes rows of the result; means of boxes of columns are taken between both passes, as the
/// reference does.
#[derive(Debug)]
pub(crate) struct RowMaker {
    taps: PlaneTaps,
    channels: usize,
    /// Columns of a box.
    count: usize,
    /// A row before the means; empty without boxes.
    tall: Vec<i16>,
    middle: Vec<i16>,
    row: Vec<i16>,
}

impl RowMaker {
    /// - `source`: rows of boxes already.
    /// - `taps`: of what is left after all boxes.
    pub(crate) fn new(taps: PlaneTaps, source: Layout, count: u32) -> Result<Self, Error> {
        let channels = source.channels.count();
        let tall = if count > 1 { source.row_samples() } else { 0 };
        Ok(Self {
            tall: zeroed(tall)?,
            middle: zeroed(taps.columns.middle_samples(channels))?,
            row: zeroed(taps.columns.outputs() * channels)?,
            count: count as usize,
            channels,
            taps,
        })
    }

    /// Bytes that it holds, with the weights.
    pub(crate) fn bytes(source: Layout, to: Scaling) -> u64 {
        let boxed = boxed(source, to);
        let after = after_boxes(to);
        let channels = source.channels.count() as u64;
        let middle = u64::from(boxed.width) + Taps::most(after.x, boxed.width) as u64;
        // The weights of the image before may still be there.
        plane_bytes(boxed, after)
            .saturating_mul(2)
            .saturating_add(source.row_samples() as u64 * 2)
            .saturating_add((middle + u64::from(to.x.length)) * channels * 2 + 16)
    }

    /// Makes a row of 8-bit samples of rows of them.
    pub(crate) fn make<'r>(
        &mut self,
        output: usize,
        row: impl Fn(usize) -> &'r [u8],
        target: &mut [u8],
    ) -> Result<(), Error> {
        let taps = self.taps.clone();
        let filled = self.filled()?;
        weigh(&taps, output, row, |rows, weights| {
            (Kernels::detect().vertical)(rows, weights, filled);
        })?;
        for (to, value) in target
            .iter_mut()
            .zip(self.across(WEIGHT_BITS + MIDDLE_BITS, true))
        {
            *to = u8::try_from((*value).clamp(0, 255)).unwrap_or(u8::MAX);
        }
        Ok(())
    }

    /// Makes a row of wide samples of rows of them.
    pub(crate) fn make_wide<'r>(
        &mut self,
        output: usize,
        row: impl Fn(usize) -> &'r [i16],
        limits: Limits,
    ) -> Result<&mut [i16], Error> {
        let taps = self.taps.clone();
        let filled = self.filled()?;
        weigh(&taps, output, row, |rows, weights| {
            (Kernels::detect().vertical_wide)(rows, weights, limits, filled);
        })?;
        Ok(self.across(WEIGHT_BITS, limits.rounds))
    }

    /// What the first pass fills.
    fn filled(&mut self) -> Result<&mut [i16], Error> {
        if self.count > 1 {
            return Ok(&mut self.tall);
        }
        let length = self.taps.columns.source() * self.channels;
        let middle = self.middle.get_mut(..length);
        middle.ok_or_else(|| ErrorKind::UnsupportedLayout.into())
    }

    fn across(&mut self, bits: u32, rounds: bool) -> &mut [i16] {
        let form = Form {
            channels: self.channels,
            bits,
            rounds,
        };
        if self.count > 1 {
            means(&self.tall, self.channels, self.count, &mut self.middle);
        }
        let horizontal = Kernels::detect().horizontal_pixels;
        horizontal(&self.middle, &self.taps.columns, form, &mut self.row);
        &mut self.row
    }

    pub(crate) const fn taps(&self) -> &PlaneTaps {
        &self.taps
    }
}

/// Means of `count` neighbouring pixels; the last pixel is repeated at the end.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "at most 65536 numbers of 15 bits"
)]
fn means(pixels: &[i16], channels: usize, count: usize, target: &mut [i16]) {
    let boxes = pixels.chunks(count * channels);
    for (pixels, to) in boxes.zip(target.chunks_exact_mut(channels)) {
        let mut sums = [count as i32 / 2; 4];
        for pixel in pixels.chunks_exact(channels) {
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum += i32::from(*value);
            }
        }
        let missing = count - pixels.len() / channels;
        let last = &pixels[pixels.len() - channels..];
        for ((to, sum), last) in to.iter_mut().zip(sums).zip(last) {
            *to = (sum + i32::from(*last) * missing as i32).div_euclid(count as i32) as i16;
        }
    }
}
