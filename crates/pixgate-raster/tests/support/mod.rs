//! Pictures and a slow, exact resampler to compare with.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "pictures are made of small numbers"
)]

use pixgate_raster::{Channels, Image, Layout};

/// A picture with gradients, waves of several lengths, hard edges and noise; deterministic.
pub(crate) fn photo(width: u32, height: u32, channels: Channels) -> Image {
    let mut samples = Vec::new();
    let mut noise = 1_u32;
    for y in 0..height {
        for x in 0..width {
            for c in 0..channels.count() as u32 {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                samples.push(sample(x, y, c, noise >> 24));
            }
        }
    }
    Image::from_u8(Layout::u8(width, height, channels), samples).unwrap()
}

fn sample(x: u32, y: u32, c: u32, noise: u32) -> u8 {
    let (fx, fy, fc) = (f64::from(x), f64::from(y), f64::from(c));
    let wave = 60.0 * (fx * 0.05 + fc).sin() + 40.0 * (fy * 0.21 + fx * 0.13).cos();
    let edge = if (x / 37 + y / 23).is_multiple_of(2) {
        40.0
    } else {
        -40.0
    };
    (128.0 + wave + edge + f64::from(noise) / 16.0 - 8.0) as u8
}

/// Black and white stripes and squares: overshoot everywhere.
pub(crate) fn edges(width: u32, height: u32, channels: Channels) -> Image {
    let row = channels.count();
    let samples = (0..height as usize * width as usize * row).map(|i| {
        let (x, y) = (i / row % width as usize, i / row / width as usize);
        if (x / 5 + y / 7).is_multiple_of(2) {
            255
        } else {
            0
        }
    });
    Image::from_u8(Layout::u8(width, height, channels), samples.collect()).unwrap()
}

/// Planes of doubles: one channel of an image.
#[derive(Clone)]
pub(crate) struct Exact {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) values: Vec<f64>,
}

impl Exact {
    pub(crate) fn channel(image: &Image, channel: usize) -> Self {
        let view = image.view::<u8>().unwrap();
        let count = view.channels().count();
        let values = view
            .rows()
            .flat_map(|row| row.iter().skip(channel).step_by(count));
        Self {
            width: view.width() as usize,
            height: view.height() as usize,
            values: values.map(|v| f64::from(*v)).collect(),
        }
    }

    fn transposed(&self) -> Self {
        let (width, height) = (self.height, self.width);
        let values = (0..width * height).map(|i| self.values[(i % width) * self.width + i / width]);
        Self {
            width,
            height,
            values: values.collect(),
        }
    }

    /// Maps rows to `length` pixels: the specification's arithmetic in doubles.
    ///
    /// - `parts`: of a level, to which means of boxes are rounded.
    fn rows(&self, length: usize, factor: f64, parts: f64) -> Self {
        let n = self.width as f64;
        if factor == 1.0 && length == self.width {
            return self.clone();
        }
        if factor < 1.0 {
            return self.convolve(
                length,
                |x| (x as f64 + 0.5) * factor - 0.5,
                1.0,
                2.0,
                catmull_rom,
            );
        }
        let extra = length as f64 * factor - n;
        let c = ((n / length as f64 / 2.0).floor()).max(1.0);
        let (boxed, factor, extra) = (self.boxed(c as usize, parts), factor / c, extra / c);
        boxed.convolve(
            length,
            |x| (x as f64 + 0.5) * factor - 0.5 - extra / 2.0,
            factor,
            3.0,
            lanczos,
        )
    }

    /// Means of `c` pixels, whole ones in the specification's fixed point.
    fn boxed(&self, c: usize, parts: f64) -> Self {
        if c == 1 {
            return self.clone();
        }
        let width = self.width.div_ceil(c);
        let at = |y: usize, x: usize| self.values[y * self.width + x.min(self.width - 1)];
        let values = (0..width * self.height).map(|i| {
            let (x, y) = (i % width * c, i / width);
            let sum = (x..x + c).map(|x| at(y, x)).sum::<f64>();
            if parts > 1.0 {
                return (sum * parts / c as f64).round() / parts;
            }
            let (sum, c) = (sum as u64, c as u64);
            (((sum + c / 2) * ((1 << 24) / c)) >> 24) as f64
        });
        Self {
            width,
            height: self.height,
            values: values.collect(),
        }
    }

    fn convolve(
        &self,
        length: usize,
        centre: impl Fn(usize) -> f64,
        scale: f64,
        support: f64,
        kernel: fn(f64) -> f64,
    ) -> Self {
        let mut values = Vec::new();
        for row in self.values.chunks(self.width) {
            for x in 0..length {
                let c = centre(x);
                let taps =
                    (c - support * scale).ceil() as i64..=(c + support * scale).floor() as i64;
                let (mut sum, mut total) = (0.0, 0.0);
                for j in taps {
                    let w = kernel((j as f64 - c) / scale);
                    sum += w * row[j.clamp(0, self.width as i64 - 1) as usize];
                    total += w;
                }
                values.push(sum / total);
            }
        }
        Self {
            width: length,
            height: self.height,
            values,
        }
    }

    /// Height first, then width, clipped in between. Where both axes are reduced 64ths of a level
    /// are left in between, otherwise reductions round to 8 bits as the specification says; enlarged
    /// values are neither rounded nor clipped before the end. Means of rows are 8 bits always.
    pub(crate) fn resized(&self, width: usize, height: usize, kx: f64, ky: f64) -> Self {
        let clip = |mut plane: Self, parts: f64| {
            plane
                .values
                .iter_mut()
                .for_each(|v| *v = ((*v * parts).round() / parts).clamp(0.0, 255.0));
            plane
        };
        let least = |n: usize| 1.0 / n as f64;
        let (fx, fy) = (
            1.0 / kx.max(least(self.width)),
            1.0 / ky.max(least(self.height)),
        );
        let parts = if fx >= 1.0 && fy >= 1.0 { 64.0 } else { 1.0 };
        let down = |plane: Self, length: usize, f: f64, box_parts: f64| {
            if f > 1.0 {
                clip(plane.rows(length, f, box_parts), parts)
            } else {
                plane
            }
        };
        let up = |plane: Self, length: usize, f: f64| {
            if f < 1.0 {
                plane.rows(length, f, 1.0)
            } else {
                plane
            }
        };
        let rows = down(self.transposed(), height, fy, 1.0).transposed();
        let both = up(down(rows, width, fx, parts), width, fx);
        clip(up(both.transposed(), height, fy).transposed(), 1.0)
    }
}

fn lanczos(u: f64) -> f64 {
    let u = u.abs() * std::f64::consts::PI;
    let inside = u < 3.0 * std::f64::consts::PI;
    if u < 1e-9 {
        1.0
    } else if inside {
        u.sin() / u * (u / 3.0).sin() / (u / 3.0)
    } else {
        0.0
    }
}

fn catmull_rom(u: f64) -> f64 {
    let u = u.abs();
    if u < 1.0 {
        1.0 - 2.5 * u * u + 1.5 * u.powi(3)
    } else if u < 2.0 {
        2.0 - 4.0 * u + 2.5 * u * u - 0.5 * u.powi(3)
    } else {
        0.0
    }
}
