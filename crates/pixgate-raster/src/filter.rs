//! Kernels that weigh source pixels for an output pixel.

use std::f64::consts::PI;

/// A resampling kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResamplingFilter {
    /// Windowed sinc with three lobes, `sinc(u)·sinc(u/3)`: for making smaller.
    Lanczos3,
    /// Cubic through its points, a = −½ (R. Keys, 1981; E. Catmull and R. Rom): for enlarging.
    CatmullRom,
}

impl ResamplingFilter {
    /// Distance from the centre at which the kernel ends, in units of its scale.
    #[must_use]
    pub const fn support(self) -> f64 {
        match self {
            Self::Lanczos3 => 3.0,
            Self::CatmullRom => 2.0,
        }
    }

    /// Value of the kernel at distance `u` from its centre; 1 at 0 and 0 at other integers.
    #[must_use]
    pub fn weight(self, u: f64) -> f64 {
        let u = u.abs();
        match self {
            _ if u >= self.support() => 0.0,
            Self::Lanczos3 => sinc(u) * sinc(u / 3.0),
            Self::CatmullRom if u < 1.0 => (1.5 * u - 2.5) * u * u + 1.0,
            Self::CatmullRom => ((2.5 - 0.5 * u) * u - 4.0) * u + 2.0,
        }
    }
}

fn sinc(u: f64) -> f64 {
    if u < 1e-12 {
        1.0
    } else {
        (PI * u).sin() / (PI * u)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_interpolate_and_end_at_their_support() {
        for filter in [ResamplingFilter::Lanczos3, ResamplingFilter::CatmullRom] {
            assert!((filter.weight(0.0) - 1.0).abs() < 1e-12);
            for u in [1.0, -1.0, 2.0, 3.0, 4.5] {
                assert!(filter.weight(u).abs() < 1e-12, "{filter:?} at {u}");
            }
        }
    }

    #[test]
    fn catmull_rom_is_the_cubic_of_the_specification() {
        for i in 0..=64 {
            let t = f64::from(i) / 64.0;
            let expected = [
                -0.5 * t * (1.0 - t).powi(2),
                1.0 - 2.5 * t * t + 1.5 * t.powi(3),
                0.5 * t + 2.0 * t * t - 1.5 * t.powi(3),
                -0.5 * (1.0 - t) * t * t,
            ];
            for (distance, expected) in [1.0 + t, t, 1.0 - t, 2.0 - t].into_iter().zip(expected) {
                let weight = ResamplingFilter::CatmullRom.weight(distance);
                assert!(
                    (weight - expected).abs() < 1e-12,
                    "{t}: {weight} {expected}"
                );
            }
        }
    }
}
