//! Lanczos3 in 64-bit floats, as its definition says: what resamplers are judged by.

/// A picture in 64-bit floats.
#[derive(Debug, Clone, PartialEq)]
pub struct Exact {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Samples of a pixel.
    pub channels: usize,
    /// Encoded samples, 0 to 255, row by row.
    pub samples: Vec<f64>,
}

impl Exact {
    /// Takes 8-bit samples.
    #[must_use]
    pub fn new(bytes: &[u8], (width, height): (usize, usize), channels: usize) -> Self {
        Self {
            width,
            height,
            channels,
            samples: bytes.iter().copied().map(f64::from).collect(),
        }
    }

    /// Maps the whole picture onto fewer pixels; nothing is rounded or cut off on the way.
    ///
    /// - `linear`: mixes light instead of sRGB values.
    #[must_use]
    pub fn resized(&self, (width, height): (usize, usize), linear: bool) -> Self {
        let light = |value: &f64| if linear { decoded(*value) } else { *value };
        let row = self.width * self.channels;
        let source: Vec<f64> = self.samples.iter().map(light).collect();
        let mut tall = vec![0.0; row * height];
        for (y, target) in tall.chunks_exact_mut(row).enumerate() {
            for (from, weight) in weights(self.height, height, y) {
                let source = &source[from * row..][..row];
                for (to, value) in target.iter_mut().zip(source) {
                    *to += weight * value;
                }
            }
        }
        let columns: Vec<_> = (0..width).map(|x| weights(self.width, width, x)).collect();
        let mut samples = Vec::new();
        for source in tall.chunks_exact(row) {
            for weights in &columns {
                for channel in 0..self.channels {
                    let terms = weights.iter();
                    let value = terms.map(|(x, w)| source[x * self.channels + channel] * w);
                    let value = value.sum();
                    samples.push(if linear { encoded(value) } else { value });
                }
            }
        }
        Self {
            width,
            height,
            samples,
            ..*self
        }
    }

    /// Rounded to 8 bits.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped"
    )]
    pub fn bytes(&self) -> Vec<u8> {
        let samples = self.samples.iter();
        samples.map(|s| s.round().clamp(0.0, 255.0) as u8).collect()
    }

    /// Mean of the squares by which bytes are off, with what is beyond black and white cut off.
    #[must_use]
    pub fn squares(&self, bytes: &[u8]) -> f64 {
        let pairs = self.samples.iter().zip(bytes);
        let squares =
            pairs.map(|(exact, byte)| (exact.clamp(0.0, 255.0) - f64::from(*byte)).powi(2));
        squares.sum::<f64>() / self.samples.len() as f64
    }
}

/// Source pixels and weights of an output; pixels beyond an edge are the edge pixel again.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the source"
)]
fn weights(source: usize, target: usize, output: usize) -> Vec<(usize, f64)> {
    let scale = source as f64 / target as f64;
    let centre = (output as f64 + 0.5) * scale - 0.5;
    let first = (centre - 3.0 * scale).ceil() as i64;
    let last = (centre + 3.0 * scale).floor() as i64;
    let kernel = |at: i64| lanczos3((at as f64 - centre) / scale);
    let sum: f64 = (first..=last).map(kernel).sum();
    let inside = |at: i64| at.clamp(0, source as i64 - 1) as usize;
    (first..=last)
        .map(|at| (inside(at), kernel(at) / sum))
        .collect()
}

fn lanczos3(x: f64) -> f64 {
    if x.abs() >= 3.0 {
        return 0.0;
    }
    sinc(x) * sinc(x / 3.0)
}

fn sinc(x: f64) -> f64 {
    let angle = std::f64::consts::PI * x;
    if angle == 0.0 {
        1.0
    } else {
        angle.sin() / angle
    }
}

/// Light, 0 to 1, of an sRGB value, 0 to 255.
fn decoded(value: f64) -> f64 {
    let value = value / 255.0;
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

/// The sRGB value, 0 to 255, of light, 0 to 1.
fn encoded(light: f64) -> f64 {
    let value = if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    };
    value * 255.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn level_pictures_stay_and_lines_mix_to_half() {
        let level = Exact::new(&[77; 24 * 16], (24, 16), 1).resized((6, 5), true);
        assert_eq!((level.width, level.height), (6, 5));
        assert_eq!(level.bytes(), [77; 30]);
        let lines: Vec<u8> = (0..64 * 8)
            .map(|i| if i / 8 % 2 == 0 { 255 } else { 0 })
            .collect();
        let lines = Exact::new(&lines, (8, 64), 1);
        // The window of a row in the middle meets no edge.
        assert!(lines.resized((1, 16), false).bytes()[8].abs_diff(128) <= 1);
        assert!(lines.resized((1, 16), true).bytes()[8].abs_diff(188) <= 1);
    }
}
