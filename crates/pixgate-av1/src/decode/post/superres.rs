//! Superres: rows become wider (section 7.16).

use std::collections::TryReserveError;

use super::frame::PostFrame;
use super::stripe::{STRIPE, Stripe};
use super::window::{Window, filled};
use crate::kernels::sample::Sample;
use crate::tables::upscale::UPSCALE;

/// Makes the rows of a frame wider.
#[derive(Debug)]
pub(super) struct SuperresStage<S> {
    /// By kind of plane: luma, chroma.
    scales: [Scale; 2],
    bit_depth: u32,
    /// Rows of a stripe.
    pub(super) windows: [Window<S>; 3],
    /// The same of deblocked rows around the stripe: two above, two below.
    around: [Vec<S>; 3],
}

/// How places in rows are mapped, in 1/16384 of a sample.
#[derive(Clone, Copy, Debug)]
struct Scale {
    /// Where the first sample of the wider row lies, counted from one sample before the row.
    start: usize,
    /// From one sample to the next.
    step: usize,
    /// Samples that a row has, up to the end of the last block.
    from: usize,
    to: usize,
}

impl Scale {
    #[expect(
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        reason = "sides of frames have at most 16 bits; masked to 14 bits"
    )]
    fn new(frame: &PostFrame, plane: usize) -> Self {
        let (from, to, _) = frame.size(plane);
        let (x, _) = frame.shifts(plane);
        let to = to.max(1);
        let step = ((from << 14) + to / 2) / to;
        let error = (to * step) as i64 - ((from << 14) as i64);
        let gap = to as i64 - from as i64;
        let start = (to as i64 / 2 - (gap << 13)) / to as i64 + (1 << 7) - error / 2;
        Self {
            start: (start & 0x3fff) as usize,
            step,
            from: frame.width.next_multiple_of(8) >> x,
            to,
        }
    }

    /// Makes a row wider.
    fn apply<S: Sample>(self, bit_depth: u32, from: &[S], to: &mut [S]) {
        let from = &from[..self.from];
        let most = (1 << bit_depth) - 1;
        let mut place = self.start;
        for to in &mut to[..self.to] {
            // The row begins one sample after place 0, and the first tap lies three samples before.
            let first = place >> 14;
            let taps = &UPSCALE[(place & 0x3fff) >> 8];
            let mut sum = 64;
            for (index, &tap) in taps.iter().enumerate() {
                let at = (first + index).saturating_sub(4).min(self.from - 1);
                let sample: i32 = from[at].into();
                sum += i32::from(tap) * sample;
            }
            *to = S::of((sum >> 7).clamp(0, most));
            place += self.step;
        }
    }
}

impl<S: Sample> SuperresStage<S> {
    pub(super) fn new(frame: &PostFrame) -> Result<Self, TryReserveError> {
        let window = |plane| {
            let (width, rows) = Stripe::upscaled_window(frame, plane);
            Window::new(width, rows)
        };
        let around = |plane| {
            let (width, _) = Stripe::upscaled_window(frame, plane);
            filled(S::default(), 4 * width)
        };
        Ok(Self {
            scales: [Scale::new(frame, 0), Scale::new(frame, 1)],
            bit_depth: frame.bit_depth,
            windows: [window(0)?, window(1)?, window(2)?],
            around: [around(0)?, around(1)?, around(2)?],
        })
    }

    /// Bytes that [`Self::new`] takes.
    pub(super) fn memory(frame: &PostFrame) -> usize {
        let plane = |plane| {
            let (width, rows) = Stripe::upscaled_window(frame, plane);
            width * (rows + 4) * size_of::<S>()
        };
        (0..3).map(plane).sum()
    }

    /// Makes the rows of a stripe wider, and the deblocked rows around it.
    pub(super) fn run(
        &mut self,
        frame: &PostFrame,
        stripe: Stripe,
        from: &[Window<S>; 3],
        deblocked: &[Window<S>; 3],
    ) {
        debug_assert!(stripe.end - stripe.start <= STRIPE);
        for plane in 0..frame.planes() {
            let scale = self.scales[plane.min(1)];
            let rows = stripe.rows_of(frame, plane);
            let window = &mut self.windows[plane];
            window.first = rows.start;
            for row in rows.clone() {
                scale.apply(self.bit_depth, from[plane].rows(row), window.rows_mut(row));
            }
            let (_, _, height) = frame.size(plane);
            let stride = window.stride;
            for (index, to) in self.around[plane].chunks_exact_mut(stride).enumerate() {
                if let Some(row) = stripe.row_around(frame, plane, index)
                    && row < height
                {
                    scale.apply(self.bit_depth, deblocked[plane].rows(row), to);
                }
            }
        }
    }

    /// One of the deblocked rows around the stripe: see [`Stripe::row_around`].
    pub(super) fn around(&self, plane: usize, index: usize) -> &[S] {
        let stride = self.windows[plane].stride;
        &self.around[plane][index * stride..][..stride]
    }
}
