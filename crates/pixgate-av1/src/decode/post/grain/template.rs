//! Grain of which pieces are laid over a picture (sections 7.18.3.2 and 7.18.3.3).

use crate::decode::post::frame::{FilmGrain, PostFrame};
use crate::tables::grain::GAUSSIAN;

/// Columns of the grain of luma.
const WIDTH: usize = 82;
/// Rows of the grain of luma.
const HEIGHT: usize = 73;

/// A linear feedback shift register of sixteen bits (`RandomRegister`).
#[derive(Clone, Copy, Debug)]
pub(super) struct Random(pub(super) u16);

impl Random {
    /// The next number of this many bits.
    pub(super) fn bits(&mut self, bits: u32) -> u16 {
        let r = self.0;
        let bit = (r ^ (r >> 1) ^ (r >> 3) ^ (r >> 12)) & 1;
        self.0 = (r >> 1) | (bit << 15);
        self.0 >> (16 - bits)
    }
}

/// The range of numbers of grain: those of signed samples.
#[derive(Clone, Copy, Debug)]
pub(super) struct GrainRange {
    least: i32,
    most: i32,
}

impl GrainRange {
    pub(super) const fn new(bit_depth: u32) -> Self {
        Self {
            least: -(1 << (bit_depth - 1)),
            most: (1 << (bit_depth - 1)) - 1,
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "of at most twelve bits")]
    pub(super) fn clamp(self, value: i32) -> i16 {
        value.clamp(self.least, self.most) as i16
    }
}

/// The grain of a plane.
#[derive(Clone, Debug)]
pub(super) struct Template {
    grain: Box<[[i16; WIDTH]; HEIGHT]>,
}

impl Template {
    /// Noise.
    fn noise(
        frame: &PostFrame,
        grain: &FilmGrain,
        seed: u16,
        (width, height): (usize, usize),
    ) -> Self {
        let mut random = Random(seed);
        let shift = 12 - frame.bit_depth + u32::from(grain.grain_shift);
        let mut all = Box::new([[0; WIDTH]; HEIGHT]);
        for row in all.iter_mut().take(height) {
            for value in row.iter_mut().take(width) {
                let number = i32::from(GAUSSIAN[usize::from(random.bits(11))]);
                *value = GrainRange::new(16).clamp(round(number, shift));
            }
        }
        Self { grain: all }
    }

    /// The grain of luma.
    pub(super) fn luma(frame: &PostFrame, grain: &FilmGrain) -> Self {
        if grain.points[0].is_empty() {
            return Self {
                grain: Box::new([[0; WIDTH]; HEIGHT]),
            };
        }
        let mut template = Self::noise(frame, grain, grain.seed, (WIDTH, HEIGHT));
        let range = GrainRange::new(frame.bit_depth);
        for y in 3..HEIGHT {
            for x in 3..WIDTH - 3 {
                let sum = template.regress(grain, &grain.luma_coefficients, y, x);
                template.add(y, x, round(sum, grain.coefficient_shift.into()), range);
            }
        }
        template
    }

    /// The grain of Cb or Cr.
    ///
    /// - `plane`: 1 or 2.
    pub(super) fn chroma(frame: &PostFrame, grain: &FilmGrain, plane: usize, luma: &Self) -> Self {
        let (x_shift, y_shift) = frame.shifts(plane);
        let (width, height) = (
            if x_shift > 0 { 44 } else { WIDTH },
            if y_shift > 0 { 38 } else { HEIGHT },
        );
        if grain.points[plane].is_empty() && !grain.chroma_from_luma {
            return Self {
                grain: Box::new([[0; WIDTH]; HEIGHT]),
            };
        }
        let seed = grain.seed ^ if plane == 1 { 0xb524 } else { 0x49d8 };
        let mut template = Self::noise(frame, grain, seed, (width, height));
        let range = GrainRange::new(frame.bit_depth);
        let coefficients = &grain.chroma_coefficients[plane - 1];
        for y in 3..height {
            for x in 3..width - 3 {
                let mut sum = template.regress(grain, &coefficients[..24], y, x);
                if !grain.points[0].is_empty() {
                    let (x, y) = (((x - 3) << x_shift) + 3, ((y - 3) << y_shift) + 3);
                    let mut average = 0;
                    for row in &luma.grain[y..=y + y_shift] {
                        average += row[x..=x + x_shift]
                            .iter()
                            .map(|&g| i32::from(g))
                            .sum::<i32>();
                    }
                    let shift = if x_shift + y_shift == 2 {
                        2
                    } else {
                        u32::from(x_shift + y_shift > 0)
                    };
                    sum += round(average, shift) * i32::from(coefficients[24]);
                }
                template.add(y, x, round(sum, grain.coefficient_shift.into()), range);
            }
        }
        template
    }

    /// The sum of what came before with the coefficients of the auto-regression.
    fn regress(&self, grain: &FilmGrain, coefficients: &[i8], y: usize, x: usize) -> i32 {
        let lag = usize::from(grain.lag).min(3);
        let mut coefficients = coefficients.iter();
        let mut sum = 0;
        for row in 0..=lag {
            let count = if row == lag { lag } else { 2 * lag + 1 };
            let before = &self.grain[y + row - lag][x - lag..][..count];
            for (&value, &coefficient) in before.iter().zip(&mut coefficients) {
                sum += i32::from(value) * i32::from(coefficient);
            }
        }
        sum
    }

    fn add(&mut self, y: usize, x: usize, value: i32, range: GrainRange) {
        let to = &mut self.grain[y][x];
        *to = range.clamp(i32::from(*to) + value);
    }

    /// A row of a piece.
    pub(super) fn row(&self, y: usize, x: usize) -> &[i16] {
        self.grain
            .get(y)
            .and_then(|row| row.get(x..))
            .unwrap_or(&[])
    }
}

/// `Round2`.
pub(super) const fn round(value: i32, bits: u32) -> i32 {
    (value + (1 << bits >> 1)) >> bits
}
