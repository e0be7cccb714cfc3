//! The types that a sample can have.

use crate::{Depth, Samples};

/// A type that can be a sample: `u8`, `u16` or `f32`.
pub trait Sample:
    Copy + Default + PartialEq + std::fmt::Debug + Send + Sync + sealed::Sealed
{
    /// The depth that stores this type.
    const DEPTH: Depth;
    /// The slice inside `samples`, if it has this type.
    fn of(samples: &Samples) -> Option<&[Self]>;
    /// The slice inside `samples`, writable, if it has this type.
    fn of_mut(samples: &mut Samples) -> Option<&mut [Self]>;
}

pub(crate) mod sealed {
    use std::ops::AddAssign;

    use crate::Samples;

    #[allow(
        unnameable_types,
        unreachable_pub,
        reason = "sealing: nobody else may implement it"
    )]
    pub trait Sealed: bytemuck::Pod {
        /// Opaque alpha, white.
        const MAX: Self;
        fn wrap(samples: Vec<Self>) -> Samples;
        fn to_f32(self) -> f32;
        /// The nearest value; integers clip to their range.
        fn from_f32(value: f32) -> Self;
        /// Cut to an integer and clipped, but for values that only rounding errors keep below one.
        fn truncated(value: f64) -> Self;
        /// What sums of up to 65536 samples are held in.
        type Sum: Copy + Default + AddAssign;
        fn widen(self) -> Self::Sum;
        /// The mean of `count` samples with this sum, rounded as pipeline §6.1 says.
        fn mean(sum: Self::Sum, count: u32) -> Self;
    }
}

macro_rules! sample {
    ($type:ty, $variant:ident, $max:expr, $from:expr, $sum:ty, $mean:expr, $cut:expr) => {
        impl sealed::Sealed for $type {
            const MAX: Self = $max;
            fn wrap(samples: Vec<Self>) -> Samples {
                Samples::$variant(samples)
            }
            #[inline(always)]
            #[allow(clippy::unnecessary_cast, reason = "one macro for all depths")]
            fn to_f32(self) -> f32 {
                self as f32
            }
            #[inline(always)]
            fn from_f32(value: f32) -> Self {
                $from(value)
            }
            #[inline(always)]
            fn truncated(value: f64) -> Self {
                $cut(value)
            }
            type Sum = $sum;
            #[inline(always)]
            fn widen(self) -> $sum {
                <$sum>::from(self)
            }
            #[inline(always)]
            fn mean(sum: $sum, count: u32) -> Self {
                $mean(sum, count)
            }
        }
        impl Sample for $type {
            const DEPTH: Depth = Depth::$variant;
            fn of(samples: &Samples) -> Option<&[Self]> {
                if let Samples::$variant(v) = samples {
                    Some(v)
                } else {
                    None
                }
            }
            fn of_mut(samples: &mut Samples) -> Option<&mut [Self]> {
                if let Samples::$variant(v) = samples {
                    Some(v)
                } else {
                    None
                }
            }
        }
    };
}
sample!(u8, U8, u8::MAX, round_u8, u32, mean_u8, cut_u8);
sample!(u16, U16, u16::MAX, round_u16, u32, mean_u16, cut_u16);
sample!(f32, F32, 1.0, |v| v, f32, |s, n| s / n as f32, cut_f32);

/// The mean of at most 65536 samples, in fixed point as the reference has it: may be one less
/// than the rounded mean.
#[inline(always)]
fn mean_u8(sum: u32, count: u32) -> u8 {
    (((sum + count / 2) * ((1 << 24) / count)) >> 24) as u8
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "a mean of 16-bit samples")]
fn mean_u16(sum: u32, count: u32) -> u16 {
    ((sum + count / 2) / count) as u16
}

#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clipped"
)]
fn round_u8(value: f32) -> u8 {
    round_to(value, 255.0) as u8
}

#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clipped"
)]
fn round_u16(value: f32) -> u16 {
    round_to(value, 65535.0) as u16
}

/// Clips to `[0, max]` and adds a half, so that a truncating cast rounds.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "clipped")]
fn round_to(value: f32, max: f32) -> i32 {
    let clipped = value.max(0.0).min(max) + 0.5;
    clipped as i32
}

/// Casts saturate, so nothing else is needed to clip.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clips"
)]
fn cut_u8(value: f64) -> u8 {
    (value + 1e-6) as u8
}

#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clips"
)]
fn cut_u16(value: f64) -> u16 {
    (value + 1e-6) as u16
}

#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "rounds to the nearest float"
)]
fn cut_f32(value: f64) -> f32 {
    value as f32
}
