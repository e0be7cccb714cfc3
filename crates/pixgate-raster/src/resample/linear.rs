//! Resampling of 8-bit images in linear light, widened row by row.

use super::light::Wide;
use super::pixels::{self, RowMaker};
use super::taps::Taps;
use super::{Resampler, Scaling, nearest, resize_bytes};
use crate::convert::{convert_depth, from_linear, linear_bytes, to_linear};
use crate::error::go_on;
use crate::kernels::Kernels;
use crate::{Depth, Error, Image, Layout, View, zeroed};

impl Resampler {
    /// Resamples sRGB colour in linear light (pipeline §6.1 on linear values); alpha is linear
    /// already.
    ///
    /// The same as [`to_linear`], [`resize`](Self::resize) and [`from_linear`]; but where an 8-bit
    /// image gets no larger, it is widened row by row, there is never a 16-bit copy of it, and
    /// nothing is cut off between the passes. Allocates at most [`resize_linear_bytes`].
    /// `stop` is asked between rows whether to give up.
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
        let layout = source.layout();
        if nearest::picks(to) {
            return self.resize_until(source, to, stop);
        }
        if is_mixed(layout, to) {
            let floats = to_linear(&convert_depth(source.clone(), Depth::F32)?)?;
            let scaled = self.resize_until(&floats, to, stop)?;
            return convert_depth(from_linear(&scaled, Depth::F32)?, layout.depth);
        }
        if !pixels::can_reduce(layout, to) {
            let scaled = self.resize_until(&to_linear(source)?, to, stop)?;
            return from_linear(&scaled, layout.depth);
        }
        let form = Wide::linear(layout.channels, to.premultiply);
        self.reduce_wide(source.view()?, to, form, stop)
    }

    /// Makes an 8-bit image smaller for which [`pixels::can_reduce`] holds, in wide samples.
    pub(super) fn reduce_wide(
        &mut self,
        source: View<'_, u8>,
        to: Scaling,
        form: Wide,
        stop: &dyn Fn() -> bool,
    ) -> Result<Image, Error> {
        let boxed = pixels::boxed(source.layout(), to);
        let taps = self.plane_taps(boxed, pixels::after_boxes(to))?;
        let mut rows = WideRows::new(source, to.y.shrink, form, taps.rows.used())?;
        let mut maker = RowMaker::new(taps, source.layout(), to.x.shrink)?;
        let mut result = Image::zeroed(to.apply(source.layout()))?;
        let length = result.layout().row_samples();
        let targets = result.slice_mut::<u8>()?.chunks_exact_mut(length);
        for (y, target) in targets.enumerate() {
            go_on(stop)?;
            rows.fill(maker.taps().rows.end(y));
            let row = maker.make_wide(y, |y| rows.row(y), form.limits())?;
            if form.premultiply {
                (Kernels::detect().divide)(form, row);
            }
            form.narrow(row, target);
        }
        Ok(result)
    }
}

/// Bytes that [`Resampler::resize_linear`] allocates at most.
#[must_use]
pub fn resize_linear_bytes(source: Layout, to: Scaling) -> u64 {
    if nearest::picks(to) {
        return nearest::pick_bytes(source, to);
    }
    if pixels::can_reduce(source, to) {
        return wide_bytes(source, to);
    }
    if is_mixed(source, to) {
        let floats = |layout: Layout| Layout {
            depth: Depth::F32,
            ..layout
        };
        let scaled = floats(to.apply(source)).bytes().saturating_mul(2);
        return source
            .bytes()
            .saturating_add(floats(source).bytes().saturating_mul(2))
            .saturating_add(resize_bytes(floats(source), to))
            .saturating_add(scaled);
    }
    linear_bytes(source)
        .saturating_add(resize_bytes(linear_layout(source), to))
        .saturating_add(to.apply(source).bytes())
}

/// Bytes that [`Resampler::reduce_wide`] allocates at most.
pub(super) fn wide_bytes(source: Layout, to: Scaling) -> u64 {
    let rows = source.height.div_ceil(to.y.shrink.max(1));
    let ring = Taps::most(to.y.after_box(), rows) as u64;
    let row = source.row_samples() as u64;
    // The newest rows, and one with its sums.
    (row * 2)
        .saturating_mul(ring + 3)
        .saturating_add(RowMaker::bytes(source, to))
        .saturating_add(to.apply(source).bytes())
}

/// Whether 8-bit pixels get fewer on one axis and more on the other: two passes, between which
/// only floats cut nothing off.
fn is_mixed(source: Layout, to: Scaling) -> bool {
    let shrinks = to.x.factor > 1.0 || to.y.factor > 1.0;
    let grows = to.x.factor < 1.0 || to.y.factor < 1.0;
    source.depth == Depth::U8 && shrinks && grows
}

const fn linear_layout(source: Layout) -> Layout {
    let depth = match source.depth {
        Depth::F32 => Depth::F32,
        Depth::U8 | Depth::U16 => Depth::U16,
    };
    Layout { depth, ..source }
}

/// The newest rows of wide samples, after the means of boxes of rows.
struct WideRows<'a> {
    source: View<'a, u8>,
    form: Wide,
    /// Rows of a box.
    boxes: u32,
    /// Each row where its number modulo their count says.
    ring: Vec<i16>,
    count: usize,
    /// Rows that have been made.
    made: usize,
    /// A row of the source, and sums of such; empty without boxes.
    wide: Vec<i16>,
    sums: Vec<i32>,
}

impl<'a> WideRows<'a> {
    fn new(source: View<'a, u8>, boxes: u32, form: Wide, count: usize) -> Result<Self, Error> {
        let row = source.layout().row_samples();
        let whole = if boxes > 1 { row } else { 0 };
        Ok(Self {
            source,
            form,
            boxes,
            ring: zeroed(row.saturating_mul(count))?,
            count,
            made: 0,
            wide: zeroed(whole)?,
            sums: zeroed(whole)?,
        })
    }

    fn row(&self, y: usize) -> &[i16] {
        let row = self.source.layout().row_samples();
        let start = y % self.count * row;
        self.ring.get(start..start + row).unwrap_or_default()
    }

    /// Makes all rows before `end`.
    #[expect(clippy::cast_possible_truncation, reason = "a row number")]
    fn fill(&mut self, end: usize) {
        let row = self.source.layout().row_samples();
        while self.made < end {
            let y = self.made as u32;
            if self.boxes > 1 {
                self.sum(y);
            }
            let target = &mut self.ring[self.made % self.count * row..][..row];
            if self.boxes > 1 {
                let part = 1.0 / self.boxes as f32;
                for (to, sum) in target.iter_mut().zip(&self.sums) {
                    *to = (*sum as f32 * part + 0.5) as i16;
                }
            } else {
                (Kernels::detect().widen)(self.form, self.source.row(y), target);
            }
            self.made += 1;
        }
    }

    /// Adds up the rows of a box; the last row is repeated at the end.
    fn sum(&mut self, y: u32) {
        self.sums.fill(0);
        let first = y.saturating_mul(self.boxes);
        for y in first..first.saturating_add(self.boxes) {
            let row = self.source.row(y.min(self.source.height() - 1));
            (Kernels::detect().widen)(self.form, row, &mut self.wide);
            for (sum, sample) in self.sums.iter_mut().zip(&self.wide) {
                *sum += i32::from(*sample);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channels;

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
