//! Chroma and luma that are right together, "sharp YUV" as encoders call it.
//!
//! Decoders widen chroma by interpolation, and then colours run over edges, and change their brightness with
//! it. Here both planes are moved until what decoders make of them has, pixel for pixel, the light of the
//! picture, and, for each sample of chroma, the mean colour: what is missing is added to the planes, a few times
//! over (the method of Landweber, with clamping in between).

use super::light::Light;
use super::{CHROMA_SCALES, LUMA_SCALE, SHARES, Yuv, opacity, sample};
use crate::Error;
use crate::memory::zeroed;

/// How often what is missing is added; more changes nothing that is seen.
const ROUNDS: usize = 4;

/// Makes planes of a picture whose size is right.
pub(super) fn convert<const C: usize>(pixels: &[[u8; C]], size: (u32, u32)) -> Result<Yuv, Error> {
    let mut work = Work::new(pixels, size)?;
    for _ in 0..ROUNDS {
        work.improve();
    }
    work.planes()
}

/// Planes in floats, and what they should show.
struct Work<'a, const C: usize> {
    pixels: &'a [[u8; C]],
    size: (usize, usize),
    half: (usize, usize),
    light: &'static Light,
    /// Luma of RGB, 0 to 255.
    luma: Vec<f32>,
    /// The grey that is as bright as each pixel should be.
    bright: Vec<f32>,
    /// Blue and red, less luma.
    chroma: [Vec<f32>; 2],
    wanted_chroma: [Vec<f32>; 2],
    /// Two rows of [`Self::chroma`] at full width.
    wide: [[Vec<f32>; 2]; 2],
}

impl<'a, const C: usize> Work<'a, C> {
    fn new(pixels: &'a [[u8; C]], (width, height): (u32, u32)) -> Result<Self, Error> {
        let size = (width as usize, height as usize);
        let half = (size.0.div_ceil(2), size.1.div_ceil(2));
        let (count, quarter) = (size.0 * size.1, half.0 * half.1);
        let mut work = Self {
            pixels,
            size,
            half,
            light: Light::tables(),
            luma: zeroed(count)?,
            bright: zeroed(count)?,
            chroma: [zeroed(quarter)?, zeroed(quarter)?],
            wanted_chroma: [zeroed(quarter)?, zeroed(quarter)?],
            wide: [
                [zeroed(size.0)?, zeroed(size.0)?],
                [zeroed(size.0)?, zeroed(size.0)?],
            ],
        };
        work.begin();
        Ok(work)
    }

    /// What is wanted; planes begin with that.
    fn begin(&mut self) {
        let light = self.light;
        let planes = self.luma.iter_mut().zip(&mut self.bright);
        for ((luma, bright), pixel) in planes.zip(self.pixels) {
            *luma = luma_of(color(pixel));
            *bright = shine(light, color(pixel).map(|value| light.of(value)));
        }
        for y in 0..self.half.1 {
            for x in 0..self.half.0 {
                let mean = self.mean(x, y, |at| color(&self.pixels[at]));
                for (plane, value) in self.wanted_chroma.iter_mut().zip(mean) {
                    plane[y * self.half.0 + x] = value;
                }
            }
        }
        for (plane, wanted) in self.chroma.iter_mut().zip(&self.wanted_chroma) {
            plane.copy_from_slice(wanted);
        }
    }

    /// Differences of blue and red from luma, of the light of up to four pixels; what is seen of them counts.
    #[inline(always)]
    fn mean(&self, x: usize, y: usize, color: impl Fn(usize) -> [f32; 3]) -> [f32; 2] {
        let (left, right) = (2 * x, (2 * x + 1).min(self.size.0 - 1));
        let (top, bottom) = (2 * y, (2 * y + 1).min(self.size.1 - 1));
        let places = [(left, top), (right, top), (left, bottom), (right, bottom)];
        let places = places.map(|(x, y)| y * self.size.0 + x);
        let weights = places.map(|at| f32::from(opacity(&self.pixels[at])));
        let total: f32 = weights.iter().sum();
        let (weights, total) = match total > 0.0 {
            true => (weights, total),
            false => ([1.0; 4], 4.0),
        };
        let mut sums = [0.0; 3];
        for (at, weight) in places.into_iter().zip(weights) {
            for (sum, value) in sums.iter_mut().zip(color(at)) {
                *sum += self.light.of(value) * weight;
            }
        }
        let [red, green, blue] = sums.map(|sum| self.light.value(sum / total));
        let luma = luma_of([red, green, blue]);
        [blue - luma, red - luma]
    }

    /// Adds what is missing, two rows at a time.
    fn improve(&mut self) {
        // Rows of chroma that rows below still interpolate with stay as they are until those are done.
        let mut waiting: Option<(usize, [Vec<f32>; 2])> = None;
        let width = self.size.0;
        let mut shown = vec![[0.0; 3]; 2 * width];
        for y in 0..self.half.1 {
            let rows = (self.size.1 - 2 * y).min(2);
            for row in 0..rows {
                self.widen(2 * y + row);
                let [blue, red] = &self.wide[row];
                let luma = &mut self.luma[(2 * y + row) * width..][..width];
                let wanted = &self.bright[(2 * y + row) * width..];
                let pixels = luma.iter_mut().zip(wanted).zip(blue.iter().zip(red));
                for (((luma, wanted), (blue, red)), shown) in pixels.zip(&mut shown[row * width..])
                {
                    *shown = rgb(*luma, *blue, *red);
                    let found = shine(self.light, shown.map(|value| self.light.of(value)));
                    *luma = (*luma + wanted - found).clamp(0.0, 255.0);
                }
            }
            let first = 2 * y * width;
            let mut next: [Vec<f32>; 2] = Default::default();
            for x in 0..self.half.0 {
                let found = self.mean(x, y, |at| shown[at - first]);
                let at = y * self.half.0 + x;
                for (i, found) in found.into_iter().enumerate() {
                    next[i].push(self.chroma[i][at] + self.wanted_chroma[i][at] - found);
                }
            }
            if let Some((y, rows)) = waiting.replace((y, next)) {
                self.put(y, &rows);
            }
        }
        if let Some((y, rows)) = waiting {
            self.put(y, &rows);
        }
    }

    fn put(&mut self, y: usize, rows: &[Vec<f32>; 2]) {
        for (plane, row) in self.chroma.iter_mut().zip(rows) {
            plane[y * self.half.0..][..row.len()].copy_from_slice(row);
        }
    }

    /// Chroma of a row of pixels as decoders interpolate it: 9, 3, 3 and 1 16ths of the nearest samples.
    fn widen(&mut self, y: usize) {
        let near = y / 2;
        let far = if y.is_multiple_of(2) {
            near.saturating_sub(1)
        } else {
            (near + 1).min(self.half.1 - 1)
        };
        for (plane, to) in self.chroma.iter().zip(&mut self.wide[y % 2]) {
            let near = &plane[near * self.half.0..][..self.half.0];
            let far = &plane[far * self.half.0..][..self.half.0];
            let mix = |x: usize| 0.75 * near[x] + 0.25 * far[x];
            for (x, to) in to.iter_mut().enumerate() {
                let other = if x.is_multiple_of(2) {
                    (x / 2).saturating_sub(1)
                } else {
                    (x / 2 + 1).min(self.half.0 - 1)
                };
                *to = 0.75 * mix(x / 2) + 0.25 * mix(other);
            }
        }
    }

    fn planes(self) -> Result<Yuv, Error> {
        let mut luma = zeroed(self.luma.len())?;
        for (to, value) in luma.iter_mut().zip(&self.luma) {
            *to = sample(16.0 + value * LUMA_SCALE);
        }
        let mut chroma = [zeroed(self.chroma[0].len())?, zeroed(self.chroma[1].len())?];
        for ((to, from), scale) in chroma.iter_mut().zip(&self.chroma).zip(CHROMA_SCALES) {
            for (to, value) in to.iter_mut().zip(from) {
                *to = sample(128.0 + value * scale);
            }
        }
        let side = |side| u32::try_from(side).unwrap_or(u32::MAX);
        Ok(Yuv {
            size: (side(self.size.0), side(self.size.1)),
            luma,
            chroma,
        })
    }
}

#[inline(always)]
fn color<const C: usize>(pixel: &[u8; C]) -> [f32; 3] {
    [0, 1, 2].map(|i| f32::from(pixel[i]))
}

#[inline(always)]
fn luma_of([red, green, blue]: [f32; 3]) -> f32 {
    SHARES[0] * red + SHARES[1] * green + SHARES[2] * blue
}

/// The value of grey that is as bright.
#[inline(always)]
fn shine(light: &Light, lights: [f32; 3]) -> f32 {
    light.value(luma_of(lights))
}

/// What decoders show.
#[inline(always)]
fn rgb(luma: f32, blue: f32, red: f32) -> [f32; 3] {
    let green = luma - (SHARES[2] * blue + SHARES[0] * red) / SHARES[1];
    [luma + red, green, luma + blue].map(|value| value.clamp(0.0, 255.0))
}
