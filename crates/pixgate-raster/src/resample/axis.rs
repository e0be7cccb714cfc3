//! How the pixels of one axis are mapped: length, window and factor.

use crate::resample::ResamplingFilter;

/// The mapping of one axis: output pixel `x` is centred on source position
/// `start + (x + ½)·factor`, where source pixel `i` covers `i` to `i + 1`.
///
/// The window may leave the source by a little; edge pixels are repeated there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    pub(crate) length: u32,
    pub(crate) start: f64,
    pub(crate) factor: f64,
    pub(crate) shrink: u32,
    /// How pixels are mixed.
    pub(crate) filter: ResamplingFilter,
}

impl Axis {
    /// Nothing changes.
    #[must_use]
    pub fn keep(source: u32) -> Self {
        Self::mapped(source, 1.0, source)
    }

    /// Scales by `k` and rounds the length as the reference does (pipeline §6.1).
    ///
    /// `k` is at least `1 / source`; values that are not finite and positive count as 1. Where
    /// the rounded length is not `source·k` a smaller image is centred in its window; a larger
    /// one begins at the source's edge.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "float casts saturate; the length is clamped to at least 1"
    )]
    pub fn scaled(source: u32, k: f64) -> Self {
        let source = source.max(1);
        let n = f64::from(source);
        let k = if k.is_finite() && k > 0.0 {
            k.max(1.0 / n)
        } else {
            1.0
        };
        let factor = 1.0 / k;
        let length = if k < 1.0 { n / factor } else { n * k };
        Self::mapped(source, factor, ((length + 0.5).floor() as u32).max(1))
    }

    /// Maps the whole source onto exactly `length` pixels.
    #[must_use]
    pub fn resized(source: u32, length: u32) -> Self {
        let (source, length) = (source.max(1), length.max(1));
        Self::mapped(source, f64::from(source) / f64::from(length), length)
    }

    /// Maps with `factor` source pixels per output pixel onto `length` pixels.
    ///
    /// Placed as [`Axis::scaled`] does. `source` and `length` are at least 1; a factor that is
    /// not finite and positive counts as 1.
    #[must_use]
    pub fn mapped(source: u32, factor: f64, length: u32) -> Self {
        let (source, length) = (source.max(1), length.max(1));
        let factor = if factor.is_finite() && factor > 0.0 {
            factor
        } else {
            1.0
        };
        let extra = f64::from(length) * factor - f64::from(source);
        Self {
            length,
            start: if factor > 1.0 { -extra / 2.0 } else { 0.0 },
            factor,
            shrink: box_factor(f64::from(source) / f64::from(length)),
            filter: ResamplingFilter::Lanczos3,
        }
    }

    /// Maps source positions `start` to `start + size` onto `length` pixels.
    ///
    /// Positions that are not finite, or a size that is not positive, give the window 0 to 1.
    #[must_use]
    pub fn window(start: f64, size: f64, length: u32) -> Self {
        let length = length.max(1);
        let valid = start.is_finite() && size.is_finite() && size > 0.0;
        let (start, size) = if valid { (start, size) } else { (0.0, 1.0) };
        let factor = size / f64::from(length);
        Self {
            length,
            start,
            factor,
            shrink: box_factor(factor),
            filter: ResamplingFilter::Lanczos3,
        }
    }

    /// The same mapping with another kernel than Lanczos3.
    #[must_use]
    pub const fn with_filter(self, filter: ResamplingFilter) -> Self {
        Self { filter, ..self }
    }

    /// The same window `by` source pixels further on, as for a crop that is not copied.
    #[must_use]
    pub fn shifted(self, by: f64) -> Self {
        let start = self.start + by;
        Self {
            start: if start.is_finite() { start } else { self.start },
            ..self
        }
    }

    /// The mapping of the chroma planes that belong to a luma plane mapped like this.
    ///
    /// - `source_step`, `step`: luma pixels per chroma sample before and after, 1 or 2.
    /// - `mirrored`: the result will be mirrored along this axis, so its chroma has to begin at
    ///   the other end.
    ///
    /// An odd length gets a last chroma sample of which one half lies outside; its factor is the
    /// luma's all the same, so that colour stays in its place.
    #[must_use]
    pub fn chroma(self, source_step: u32, step: u32, mirrored: bool) -> Self {
        let (source_step, step) = (source_step.max(1), step.max(1));
        let ratio = f64::from(step) / f64::from(source_step);
        let length = self.length.div_ceil(step);
        let overhang = u64::from(length) * u64::from(step) - u64::from(self.length);
        let lead = if mirrored {
            overhang as f64 * self.factor
        } else {
            0.0
        };
        let factor = self.factor * ratio;
        Self {
            length,
            start: (self.start - lead) / f64::from(source_step),
            factor,
            shrink: if step == source_step {
                self.shrink
            } else {
                box_factor(factor)
            },
            filter: self.filter,
        }
    }

    /// Output length, in pixels.
    #[must_use]
    pub const fn length(self) -> u32 {
        self.length
    }

    /// Source position of the first output pixel's edge.
    #[must_use]
    pub const fn start(self) -> f64 {
        self.start
    }

    /// Source pixels per output pixel.
    #[must_use]
    pub const fn factor(self) -> f64 {
        self.factor
    }

    /// Whether every output pixel is the source pixel of the same number.
    #[must_use]
    pub(crate) fn is_identity(self, source: u32) -> bool {
        #[expect(clippy::float_cmp, reason = "only the exact mapping may be skipped")]
        let exact = self.factor == 1.0 && self.start == 0.0;
        exact && self.length == source
    }

    /// The mapping that is left after a box shrink.
    pub(crate) fn after_box(self) -> Self {
        let c = f64::from(self.shrink);
        Self {
            start: self.start / c,
            factor: self.factor / c,
            shrink: 1,
            ..self
        }
    }

    /// Source position of the centre of output pixel `x`, counted from pixel centres.
    pub(crate) fn centre(self, x: u32) -> f64 {
        self.start + (f64::from(x) + 0.5) * self.factor - 0.5
    }
}

/// Sums of this many 16-bit samples still fit into 32 bits.
const MAX_BOX: u32 = 65536;

/// The reference shrinks by whole boxes until a factor of at least 2 is left for Lanczos.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate, and the box of a 32-bit side fits"
)]
fn box_factor(factor: f64) -> u32 {
    ((factor / 2.0).floor() as u32).clamp(1, MAX_BOX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_round_half_up_and_stay_positive() {
        let cases = [
            (2040, 512.0 / 2040.0, 512),
            (1360, 512.0 / 2040.0, 341),
            (3, 0.5, 2),
            (5, 0.001, 1),
            (10, 1.25, 13),
        ];
        for (source, k, length) in cases {
            assert_eq!(Axis::scaled(source, k).length(), length, "{source} × {k}");
        }
        assert_eq!(Axis::scaled(7, f64::NAN), Axis::keep(7));
    }

    #[test]
    fn shrinking_is_centred() {
        for (source, k) in [(1360, 512.0 / 2040.0), (101, 0.1), (7, 0.4), (3, 0.5)] {
            let axis = Axis::scaled(source, k);
            let (first, last) = (axis.centre(0), axis.centre(axis.length() - 1));
            assert!(
                (first + last - f64::from(source - 1)).abs() < 1e-9,
                "{source} × {k}"
            );
        }
    }

    #[test]
    fn box_shrink_begins_at_a_factor_of_four() {
        assert_eq!(Axis::resized(399, 100).shrink, 1);
        assert_eq!(Axis::resized(400, 100).shrink, 2);
        assert_eq!(Axis::resized(1000, 100).shrink, 5);
    }

    #[test]
    fn chroma_covers_the_same_picture_for_odd_lengths() {
        let luma = Axis::resized(2040, 341);
        let chroma = luma.chroma(2, 2, false);
        assert_eq!(chroma.length(), 171);
        assert!((chroma.factor() - luma.factor()).abs() < 1e-12);
        let luma_centre = (luma.centre(0) + luma.centre(1)) / 2.0 + 0.5;
        assert!(((chroma.centre(0) + 0.5) * 2.0 - luma_centre).abs() < 1e-9);
        let mirrored = luma.chroma(2, 2, true);
        let last = (luma.centre(340) + luma.centre(339)) / 2.0 + 0.5;
        assert!(((mirrored.centre(170) + 0.5) * 2.0 - last).abs() < 1e-9);
    }
}
