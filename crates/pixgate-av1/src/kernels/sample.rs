//! How samples are stored.

use super::Kernels;

/// Adds residuals, row by row of `width`, to samples, which stay between zero and `most`.
pub(crate) type Add<S> = fn(residual: &[i16], width: usize, to: &mut [S], stride: usize, most: i16);

/// A sample as it is stored: in a byte (8 bits), or in two (8, 10 or 12 bits).
pub(crate) trait Sample:
    Copy + Default + PartialEq + std::fmt::Debug + Into<u16> + Into<i32> + Send + Sync + 'static
{
    /// The sample `value`, of which only as many bits are kept as are stored.
    fn of(value: i32) -> Self;

    /// The kernel that adds residuals to such samples.
    fn add(kernels: &Kernels) -> Add<Self>;
}

impl Sample for u8 {
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "that is what the function says"
    )]
    fn of(value: i32) -> Self {
        value as Self
    }

    fn add(kernels: &Kernels) -> Add<Self> {
        kernels.add.0
    }
}

impl Sample for u16 {
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "that is what the function says"
    )]
    fn of(value: i32) -> Self {
        value as Self
    }

    fn add(kernels: &Kernels) -> Add<Self> {
        kernels.add.1
    }
}
