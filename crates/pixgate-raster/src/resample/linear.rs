//! Resampling of 8-bit images in linear light, widened band by band.

use std::ops::Range;

use super::coefficients::{most_needed, needed};
use super::{Axis, Resampler, Scaling, light, reduce, resize_bytes};
use crate::error::go_on;
use crate::{Depth, Error, Image, Layout, View, from_linear, linear_bytes, to_linear, zeroed};

impl Resampler {
    /// Resamples sRGB colour in linear light (pipeline §6.1 on linear values); alpha is linear
    /// already.
    ///
    /// The same as [`to_linear`], [`resize`](Self::resize) and [`from_linear`]; but where an 8-bit
    /// image gets less high, it is widened a few rows at a time, there is never a 16-bit copy of
    /// it, and nothing is cut off between the passes. Allocates at most [`resize_linear_bytes`].
    /// `stop` is asked between the bands whether to give up.
    ///
    /// # Errors
    ///
    /// As [`Resampler::resize_until`].
    pub fn resize_linear(
        &mut self,
        source: &Image,
        to: Scaling,
        stop: &dyn Fn() -> bool,
    ) -> Result<Image, Error> {
        let depth = source.layout().depth;
        if !by_bands(source.layout(), to) {
            let scaled = self.resize_until(&to_linear(source)?, to, stop)?;
            return from_linear(&scaled, depth);
        }
        let premultiply = to.premultiply && source.layout().channels.has_alpha();
        let reduced = self.reduce_rows(source.view()?, to.y, premultiply, stop)?;
        let across = Scaling {
            y: Axis::keep(reduced.height()),
            premultiply: false,
            ..to
        };
        let scaled = self.resize_until(&reduced, across, stop)?;
        light::narrow(&scaled, premultiply)
    }

    /// Makes 16-bit linear light of fewer rows.
    fn reduce_rows(
        &mut self,
        source: View<'_, u8>,
        axis: Axis,
        premultiply: bool,
        stop: &dyn Fn() -> bool,
    ) -> Result<Image, Error> {
        let layout = Layout {
            depth: Depth::U16,
            ..source.layout()
        };
        let row = layout.row_samples();
        let mut rows = LinearRows::new(source, axis, premultiply)?;
        let axis = axis.after_box();
        let mut result = Image::zeroed(layout.sized(layout.width, axis.length()))?;
        let bands = result.slice_mut::<u16>()?.chunks_mut(row * BAND as usize);
        for (first, target) in (0..axis.length()).step_by(BAND as usize).zip(bands) {
            go_on(stop)?;
            let outputs = first..axis.length().min(first.saturating_add(BAND));
            let needed = needed(axis, rows.height, &outputs);
            let count = outputs.end - outputs.start;
            let part = axis.part(first, count, needed.start);
            let band = layout.sized(layout.width, needed.end - needed.start);
            let view = View::new(rows.hold(needed), band, row)?;
            reduce::vertical(&mut self.fir, view, target, part)?;
        }
        Ok(result)
    }
}

/// Bytes that [`Resampler::resize_linear`] allocates at most.
#[must_use]
pub fn resize_linear_bytes(source: Layout, to: Scaling) -> u64 {
    let wide = linear_layout(source);
    let result = to.apply(source).bytes();
    if !by_bands(source, to) {
        return linear_bytes(source)
            .saturating_add(resize_bytes(wide, to))
            .saturating_add(result);
    }
    let across = Scaling {
        y: Axis::keep(to.y.length()),
        ..to
    };
    let reduced = wide.sized(wide.width, to.y.length());
    let axis = to.y.after_box();
    let rows = most_needed(axis, BAND).min(source.height.div_ceil(to.y.shrink));
    (wide.row_samples() as u64 * 2)
        .saturating_mul(u64::from(rows) + 3)
        .saturating_add(reduce::reduce_bytes(axis, wide.row_samples()))
        .saturating_add(reduced.bytes())
        .saturating_add(resize_bytes(reduced, across))
        .saturating_add(result)
}

const fn linear_layout(source: Layout) -> Layout {
    let depth = match source.depth {
        Depth::F32 => Depth::F32,
        Depth::U8 | Depth::U16 => Depth::U16,
    };
    Layout { depth, ..source }
}

/// Output rows that are made at a time: few enough for a second-level cache to hold what they are
/// made of.
const BAND: u32 = 16;

fn by_bands(source: Layout, to: Scaling) -> bool {
    source.depth == Depth::U8 && to.y.factor() > 1.0
}

/// A window of rows of linear light, after the box means.
struct LinearRows<'a> {
    source: View<'a, u8>,
    count: u32,
    height: u32,
    premultiply: bool,
    held: Range<u32>,
    rows: Vec<u16>,
    sums: Vec<u32>,
}

impl<'a> LinearRows<'a> {
    fn new(source: View<'a, u8>, axis: Axis, premultiply: bool) -> Result<Self, Error> {
        let height = source.height().div_ceil(axis.shrink);
        let row = source.layout().row_samples();
        let window = most_needed(axis.after_box(), BAND).min(height) as usize;
        Ok(Self {
            source,
            count: axis.shrink,
            height,
            premultiply,
            held: 0..0,
            rows: zeroed(row * window)?,
            sums: zeroed(if axis.shrink > 1 { row } else { 0 })?,
        })
    }

    /// The rows of a range, which begins and ends no earlier than the last one.
    fn hold(&mut self, range: Range<u32>) -> &[u16] {
        let row = self.source.layout().row_samples();
        let at = |y: u32| (y - range.start) as usize * row;
        let mut next = range.start;
        if self.held.contains(&range.start) {
            let from = (range.start - self.held.start) as usize * row;
            let kept = (self.held.end.min(range.end) - range.start) as usize * row;
            self.rows.copy_within(from..from + kept, 0);
            next = self.held.end.min(range.end);
        }
        let mut rows = std::mem::take(&mut self.rows);
        for y in next..range.end {
            self.widen(y, &mut rows[at(y)..][..row]);
        }
        self.rows = rows;
        let end = at(range.end);
        self.held = range;
        &self.rows[..end]
    }

    /// Writes row `y`, in 16-bit linear light.
    fn widen(&mut self, y: u32, target: &mut [u16]) {
        let channels = self.source.channels();
        if self.count == 1 {
            light::widen(self.source.row(y), channels, self.premultiply, target);
            return;
        }
        self.sums.fill(0);
        let last = self.source.height() - 1;
        let first = y.saturating_mul(self.count);
        for y in first..first.saturating_add(self.count) {
            let row = self.source.row(y.min(last));
            light::widen(row, channels, self.premultiply, target);
            for (sum, sample) in self.sums.iter_mut().zip(target.iter()) {
                *sum += u32::from(*sample);
            }
        }
        for (to, sum) in target.iter_mut().zip(&self.sums) {
            *to = <u16 as crate::sample::sealed::Sealed>::mean(*sum, self.count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Channels, convert_depth};

    /// Alpha stays between a third and two, so that no overshoot of it is cut off.
    fn noise(width: u32, height: u32, channels: Channels) -> Image {
        let layout = Layout::u8(width, height, channels);
        let count = channels.count();
        let mut state = 7_u32;
        let samples = (0..layout.samples().unwrap()).map(|place| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let value = state.to_be_bytes()[0];
            let is_alpha = channels.has_alpha() && place % count + 1 == count;
            if is_alpha { 96 + value / 4 } else { value }
        });
        Image::from_u8(layout, samples.collect()).unwrap()
    }

    /// Floats, which nothing cuts off, as 8 bits.
    fn exact(image: &Image, to: Scaling) -> Image {
        let light = to_linear(&convert_depth(image.clone(), Depth::F32).unwrap()).unwrap();
        let scaled = Resampler::new().resize(&light, to).unwrap();
        let encoded = from_linear(&scaled, Depth::F32).unwrap();
        convert_depth(encoded, Depth::U8).unwrap()
    }

    #[test]
    fn bands_give_what_floats_give() {
        for channels in [Channels::Grey, Channels::Rgb, Channels::Rgba] {
            let image = noise(61, 523, channels);
            for (width, height) in [(61, 200), (30, 261), (90, 77), (7, 19), (13, 1), (30, 522)] {
                let to = Scaling::resized(image.layout(), width, height);
                let exact = exact(&image, to);
                let banded = Resampler::new()
                    .resize_linear(&image, to, &|| false)
                    .unwrap();
                let count = channels.count();
                let (exact, banded) = (exact.view::<u8>().unwrap(), banded.view::<u8>().unwrap());
                let pixels = exact.rows().flat_map(|row| row.chunks(count));
                for (a, b) in pixels.zip(banded.rows().flat_map(|row| row.chunks(count))) {
                    // Colour that is hardly seen may be off by more.
                    let alpha = if channels.has_alpha() {
                        a[count - 1]
                    } else {
                        255
                    };
                    for (a, b) in a.iter().zip(b) {
                        let seen = u16::from(a.abs_diff(*b)) * u16::from(alpha) / 255;
                        assert!(seen <= 1, "{channels:?} {width}x{height}: {a} {b} {alpha}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_checkerboard_becomes_the_grey_of_half_the_light() {
        let layout = Layout::u8(64, 64, Channels::Rgb);
        let samples = (0..64 * 64).flat_map(|i| [if (i + i / 64) % 2 == 0 { 255 } else { 0 }; 3]);
        let image = Image::from_u8(layout, samples.collect()).unwrap();
        let to = Scaling::resized(layout, 8, 8);
        let small = Resampler::new()
            .resize_linear(&image, to, &|| false)
            .unwrap();
        let grey = small.view::<u8>().unwrap().pixel(4, 4)[0];
        assert!(grey.abs_diff(188) <= 1, "{grey}");
    }

    #[test]
    fn memory_is_less_than_a_wide_copy() {
        let layout = Layout::u8(2040, 1360, Channels::Rgb);
        let to = Scaling::resized(layout, 512, 341);
        assert!(resize_linear_bytes(layout, to) < linear_bytes(layout));
    }
}
