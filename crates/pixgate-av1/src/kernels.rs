//! Arithmetic on blocks of samples: prediction, transforms and differences.

pub(crate) mod difference;
mod dispatch;
mod lanes;
pub(crate) mod predict;
pub(crate) mod quantize;
#[cfg(target_arch = "x86_64")]
mod simd;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod transform;

/// Side of a square block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    S4,
    S8,
    S16,
    S32,
    S64,
}

impl Side {
    /// Binary logarithm of the side in samples: 2 to 6.
    pub(crate) const fn log2(self) -> usize {
        self as usize + 2
    }

    /// The side in samples.
    pub(crate) const fn samples(self) -> usize {
        4 << self as usize
    }
}
