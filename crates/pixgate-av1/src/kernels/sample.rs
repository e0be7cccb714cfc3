//! How samples are stored.

use super::Kernels;
use super::filters::{self, Filters};
use super::words::Words;

/// Adds residuals, row by row of `width`, to samples, which stay between zero and `most`.
pub(crate) type Add<S> = fn(residual: &[i16], width: usize, to: &mut [S], stride: usize, most: i16);

/// A sample as it is stored: in a byte (8 bits), or in two (8, 10 or 12 bits).
pub(crate) trait Sample:
    Copy + Default + PartialEq + std::fmt::Debug + Into<u16> + Into<i32> + Send + Sync + 'static
{
    /// The sample `value`, of which only as many bits are kept as are stored.
    fn of(value: i32) -> Self;

    /// The first sixteen samples of `from`.
    fn load<V: Words>(from: &[Self]) -> V;
    /// Into the first sixteen samples of `to`.
    fn store<V: Words>(values: V, to: &mut [Self]);

    /// The kernel that adds residuals to such samples.
    fn add(kernels: &Kernels) -> Add<Self>;
    /// The kernels of filters of such samples.
    fn filters() -> &'static Filters<Self>;
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

    #[inline(always)]
    fn load<V: Words>(from: &[Self]) -> V {
        V::load_bytes(from)
    }

    #[inline(always)]
    fn store<V: Words>(values: V, to: &mut [Self]) {
        values.store_bytes(to);
    }

    fn add(kernels: &Kernels) -> Add<Self> {
        kernels.add.0
    }

    fn filters() -> &'static Filters<Self> {
        &filters::detect().bytes
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

    #[inline(always)]
    fn load<V: Words>(from: &[Self]) -> V {
        V::load(from)
    }

    #[inline(always)]
    fn store<V: Words>(values: V, to: &mut [Self]) {
        values.store(to);
    }

    fn add(kernels: &Kernels) -> Add<Self> {
        kernels.add.1
    }

    fn filters() -> &'static Filters<Self> {
        &filters::detect().words
    }
}
