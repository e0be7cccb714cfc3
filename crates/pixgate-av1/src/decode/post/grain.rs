//! Film grain (section 7.18.3).

mod scaling;
mod template;

use std::collections::TryReserveError;

use self::scaling::Scaling;
use self::template::{GrainRange, Random, Template, round};
use super::frame::{FilmGrain, PostFrame};
use super::stripe::Stripe;
use super::window::{PlaneRef, Window, filled};
use crate::kernels::sample::Sample;

/// Lays grain over stripes.
#[derive(Debug)]
pub(super) struct GrainStage<S> {
    grain: FilmGrain,
    templates: [Template; 3],
    scalings: [Scaling; 3],
    range: GrainRange,
    /// Where pieces of the grain begin in each 32 columns: in the 32 rows of luma at hand, and in those above.
    pieces: [Vec<Piece>; 2],
    /// Which 32 rows of luma are at hand.
    rows_at_hand: Option<usize>,
    /// Noise of a row, and of the piece above it where they overlap.
    noise: [Vec<i16>; 2],
    /// The stripe with grain.
    pub(super) windows: [Window<S>; 3],
}

/// Offsets of a piece of grain, 0 to 15 each.
#[derive(Clone, Copy, Debug, Default)]
struct Piece {
    x: usize,
    y: usize,
}

/// Samples around which noise is added to a row.
struct Row<'a, S> {
    /// Of this plane.
    samples: &'a [S],
    /// The row of luma in the same place.
    luma: &'a [S],
}

impl<S: Sample> GrainStage<S> {
    pub(super) fn new(frame: &PostFrame, grain: &FilmGrain) -> Result<Box<Self>, TryReserveError> {
        let window = |plane| {
            let (width, rows) = Stripe::upscaled_window(frame, plane);
            Window::new(width, rows)
        };
        let luma = Template::luma(frame, grain);
        let chroma = [1, 2].map(|plane| Template::chroma(frame, grain, plane, &luma));
        let scaling = |plane: usize| {
            let plane = if grain.chroma_from_luma { 0 } else { plane };
            Scaling::new(&grain.points[plane], frame.bit_depth)
        };
        let [cb, cr] = chroma;
        let pieces = || filled(Piece::default(), frame.upscaled_width.div_ceil(32));
        let noise = || filled(0, frame.upscaled_width + 34);
        Ok(Box::new(Self {
            grain: grain.clone(),
            templates: [luma, cb, cr],
            scalings: [scaling(0), scaling(1), scaling(2)],
            range: GrainRange::new(frame.bit_depth),
            pieces: [pieces()?, pieces()?],
            rows_at_hand: None,
            noise: [noise()?, noise()?],
            windows: [window(0)?, window(1)?, window(2)?],
        }))
    }

    /// Bytes that [`Self::new`] takes.
    pub(super) fn memory(frame: &PostFrame) -> usize {
        let plane = |plane| {
            let (width, rows) = Stripe::upscaled_window(frame, plane);
            width * rows * size_of::<S>()
        };
        let width = frame.upscaled_width;
        (0..3).map(plane).sum::<usize>()
            + 2 * width.div_ceil(32) * size_of::<Piece>()
            + 2 * (width + 34) * size_of::<i16>()
            + size_of::<Self>()
            + 3 * size_of::<[[i16; 82]; 73]>()
            + 3 * 257
    }

    /// Lays grain over a stripe.
    pub(super) fn run(&mut self, frame: &PostFrame, stripe: Stripe, from: &[PlaneRef<'_, S>; 3]) {
        for (plane, window) in self.windows.iter_mut().enumerate() {
            window.first = stripe.rows_of(frame, plane).start;
        }
        for row in stripe.start..stripe.end {
            self.find_pieces(row / 32);
            for plane in 0..frame.planes() {
                let (_, y) = frame.shifts(plane);
                if row & ((1 << y) - 1) != 0 {
                    continue;
                }
                let inner = (row >> y) - (stripe.start >> y);
                let samples = Row {
                    samples: from[plane].row(inner),
                    luma: from[0].row(row - stripe.start),
                };
                self.add_row(frame, plane, row >> y, &samples);
            }
        }
    }

    /// Finds where pieces begin in 32 rows of luma.
    fn find_pieces(&mut self, index: usize) {
        if self.rows_at_hand == Some(index) {
            return;
        }
        self.rows_at_hand = Some(index);
        self.pieces.swap(0, 1);
        let byte = |value: usize| u16::from(value.to_le_bytes()[0]);
        let seed = byte(index * 37 + 178) << 8 | byte(index * 173 + 105);
        let mut random = Random(self.grain.seed ^ seed);
        for piece in &mut self.pieces[0] {
            let number = usize::from(random.bits(8));
            *piece = Piece {
                x: number >> 4,
                y: number & 15,
            };
        }
    }

    /// Lays grain over a row of a plane.
    fn add_row(&mut self, frame: &PostFrame, plane: usize, row: usize, from: &Row<'_, S>) {
        let width = from.samples.len();
        self.windows[plane].rows_mut(row)[..width].copy_from_slice(from.samples);
        let has_noise = if plane == 0 {
            !self.grain.points[0].is_empty()
        } else {
            !self.grain.points[plane].is_empty() || self.grain.chroma_from_luma
        };
        if !has_noise {
            return;
        }
        self.find_noise(frame, plane, row, width);
        let scaling = &self.scalings[plane];
        let shift = u32::from(self.grain.scaling_shift);
        let (least, most) = self.limits(frame, plane);
        let index = self.index(frame, plane, from);
        let to = &mut self.windows[plane].rows_mut(row)[..width];
        for (x, (to, &noise)) in to.iter_mut().zip(&self.noise[0]).enumerate() {
            let sample: i32 = (*to).into();
            let noise = round(scaling.at(index(x, sample)) * i32::from(noise), shift);
            *to = S::of((sample + noise).clamp(least, most));
        }
    }

    /// Gives for a place in a row and the sample there at which value the scaling function is taken.
    fn index<'a>(
        &self,
        frame: &PostFrame,
        plane: usize,
        from: &'a Row<'_, S>,
    ) -> impl Fn(usize, i32) -> usize + use<'a, S> {
        let (x_shift, _) = frame.shifts(plane);
        let luma = from.luma;
        let is_alone = self.grain.chroma_from_luma;
        let mix = self.grain.chroma_mix[plane.saturating_sub(1)];
        let (of_luma, of_chroma) = (i32::from(mix.luma) - 128, i32::from(mix.chroma) - 128);
        let offset = (i32::from(mix.offset) - 256) << (frame.bit_depth - 8);
        let most = (1 << frame.bit_depth) - 1;
        move |x, sample| {
            if plane == 0 {
                return usize::try_from(sample).unwrap_or(0);
            }
            let at = |x: usize| -> i32 { luma[x.min(luma.len() - 1)].into() };
            let x = x << x_shift;
            let average = if x_shift > 0 {
                (at(x) + at(x + 1) + 1) >> 1
            } else {
                at(x)
            };
            let value = if is_alone {
                average
            } else {
                let combined = average * of_luma + sample * of_chroma;
                ((combined >> 6) + offset).clamp(0, most)
            };
            usize::try_from(value).unwrap_or(0)
        }
    }

    /// The range of samples with grain.
    fn limits(&self, frame: &PostFrame, plane: usize) -> (i32, i32) {
        let depth = frame.bit_depth - 8;
        if !self.grain.is_clipped {
            return (0, (256 << depth) - 1);
        }
        let most = if plane == 0 || self.grain.is_identity {
            235
        } else {
            240
        };
        (16 << depth, most << depth)
    }

    /// The noise of a row of a plane: pieces side by side, with those above where they overlap.
    fn find_noise(&mut self, frame: &PostFrame, plane: usize, row: usize, width: usize) {
        let (_, y) = frame.shifts(plane);
        let inner = row & ((32 >> y) - 1);
        let overlaps = self.grain.overlaps;
        self.lay_pieces(frame, plane, 0, inner, width);
        let count = if y > 0 { 1 } else { 2 };
        if !overlaps || inner >= count || row < 32 >> y {
            return;
        }
        self.lay_pieces(frame, plane, 1, inner + (32 >> y), width);
        let weights = overlap(y > 0, inner);
        let [noise, above] = &mut self.noise;
        for (noise, &above) in noise.iter_mut().zip(&*above).take(width) {
            *noise = mix(above, *noise, weights, self.range);
        }
    }

    /// Lays a row of the pieces of 32 rows side by side.
    ///
    /// - `which`: 0 for the rows at hand, 1 for those above.
    fn lay_pieces(
        &mut self,
        frame: &PostFrame,
        plane: usize,
        which: usize,
        inner: usize,
        width: usize,
    ) {
        let (x_shift, y_shift) = frame.shifts(plane);
        let offset = |offset: usize, shift: usize| {
            if shift > 0 {
                6 + offset
            } else {
                9 + 2 * offset
            }
        };
        let noise = &mut self.noise[which];
        let step = 32 >> x_shift;
        for (index, piece) in self.pieces[which].iter().enumerate() {
            let x = index * step;
            if x >= width {
                break;
            }
            let (from_x, from_y) = (offset(piece.x, x_shift), offset(piece.y, y_shift));
            let grain = self.templates[plane].row(from_y + inner, from_x);
            let places = &mut noise[x..x + (34 >> x_shift)];
            for (j, (to, &value)) in places.iter_mut().zip(grain).enumerate() {
                let is_mixed = self.grain.overlaps && x > 0 && j < 2 >> x_shift;
                *to = if is_mixed {
                    mix(*to, value, overlap(x_shift > 0, j), self.range)
                } else {
                    value
                };
            }
        }
    }
}

/// Weights of the earlier and the later piece, in 1/32.
const fn overlap(is_half: bool, index: usize) -> [i32; 2] {
    match (is_half, index) {
        (true, _) => [23, 22],
        (false, 0) => [27, 17],
        (false, _) => [17, 27],
    }
}

/// Mixes noise of two pieces.
fn mix(old: i16, new: i16, weights: [i32; 2], range: GrainRange) -> i16 {
    range.clamp(round(
        i32::from(old) * weights[0] + i32::from(new) * weights[1],
        5,
    ))
}
