//! Kernels that weigh source pixels for an output pixel.

use std::f64::consts::PI;

/// A resampling kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ResamplingFilter {
    /// No mixing: the pixel whose centre is nearest.
    Nearest,
    /// A triangle, `1 − |u|`.
    Linear,
    /// Cubic through its points, a = −½ (R. Keys, 1981; E. Catmull and R. Rom).
    CatmullRom,
    /// Windowed sinc with two lobes, `sinc(u)·sinc(u/2)`.
    Lanczos2,
    /// Windowed sinc with three lobes, `sinc(u)·sinc(u/3)`.
    #[default]
    Lanczos3,
}

impl ResamplingFilter {
    /// Distance from the centre at which the kernel ends, in units of its scale.
    #[must_use]
    pub const fn support(self) -> f64 {
        match self {
            Self::Nearest => 0.5,
            Self::Linear => 1.0,
            Self::CatmullRom | Self::Lanczos2 => 2.0,
            Self::Lanczos3 => 3.0,
        }
    }

    /// The kernel that images are made larger with: windows of a sinc are for making smaller.
    #[must_use]
    pub const fn enlarging(self) -> Self {
        match self {
            Self::Nearest | Self::Linear => self,
            Self::CatmullRom | Self::Lanczos2 | Self::Lanczos3 => Self::CatmullRom,
        }
    }

    /// Value of the kernel at distance `u` from its centre; 1 at 0 and 0 at other integers.
    #[must_use]
    pub fn weight(self, u: f64) -> f64 {
        let u = u.abs();
        match self {
            _ if u >= self.support() => 0.0,
            Self::Nearest => 1.0,
            Self::Linear => 1.0 - u,
            Self::Lanczos2 => sinc(u) * sinc(u / 2.0),
            Self::Lanczos3 => sinc(u) * sinc(u / 3.0),
            Self::CatmullRom if u < 1.0 => (1.5 * u - 2.5) * u * u + 1.0,
            Self::CatmullRom => ((2.5 - 0.5 * u) * u - 4.0) * u + 2.0,
        }
    }
}

/// A kernel at evenly spaced distances, the sines of which follow from the first one.
///
/// Within 1e-10 of [`ResamplingFilter::weight`] for as many as a kernel covers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KernelSteps {
    filter: ResamplingFilter,
    step: f64,
    /// Sine and cosine of a step of `π/3` times its length.
    turn: (f64, f64),
}

impl KernelSteps {
    pub(crate) fn new(filter: ResamplingFilter, step: f64) -> Self {
        Self {
            filter,
            step,
            turn: (THIRD * step).sin_cos(),
        }
    }

    /// Values at `first`, `first + step`, and so on without end.
    pub(crate) fn begin(self, first: f64) -> impl Iterator<Item = f64> {
        let (mut sine, mut cosine) = (THIRD * first).sin_cos();
        (0_u32..).map(move |index| {
            let u = first + f64::from(index) * self.step;
            let value = match self.filter {
                ResamplingFilter::Lanczos3 => lanczos3(u, sine),
                _ => self.filter.weight(u),
            };
            (sine, cosine) = (
                sine * self.turn.1 + cosine * self.turn.0,
                cosine * self.turn.1 - sine * self.turn.0,
            );
            value
        })
    }
}

/// The kernel at `u` with `sine = sin(πu/3)`, by `sin 3a = 3 sin a - 4 sin³ a`.
fn lanczos3(u: f64, sine: f64) -> f64 {
    if u.abs() >= 3.0 {
        return 0.0;
    }
    if u.abs() < 1e-6 {
        return 1.0;
    }
    let (square, angle) = (sine * sine, PI * u);
    3.0 * square * (3.0 - 4.0 * square) / (angle * angle)
}

const THIRD: f64 = PI / 3.0;

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

    const MIXING: [ResamplingFilter; 4] = [
        ResamplingFilter::Linear,
        ResamplingFilter::CatmullRom,
        ResamplingFilter::Lanczos2,
        ResamplingFilter::Lanczos3,
    ];

    #[test]
    fn kernels_interpolate_and_end_at_their_support() {
        for filter in MIXING {
            assert!((filter.weight(0.0) - 1.0).abs() < 1e-12);
            for u in [1.0, -1.0, 2.0, 3.0, 4.5] {
                assert!(filter.weight(u).abs() < 1e-12, "{filter:?} at {u}");
            }
        }
    }

    #[test]
    fn steps_give_the_weights() {
        let mut worst = 0.0_f64;
        for filter in MIXING {
            for count in 1..400 {
                let step = filter.support() * 2.0 / f64::from(count);
                for first in [-3.0, -2.9999, -2.5, -2.0, -1.0, 0.0] {
                    let values = KernelSteps::new(filter, step).begin(first);
                    for (index, value) in (0..=count).zip(values) {
                        let exact = filter.weight(first + f64::from(index) * step);
                        worst = worst.max((value - exact).abs());
                    }
                }
            }
        }
        assert!(worst < 1e-10, "{worst:e}");
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
