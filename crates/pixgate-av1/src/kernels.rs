//! Arithmetic on blocks of samples: prediction, transforms and differences.

#[cfg(target_arch = "x86_64")]
mod avx2;
pub(crate) mod difference;
pub(crate) mod filters;
pub(crate) mod intra;
mod lanes;
#[cfg(target_arch = "aarch64")]
mod neon;
pub(crate) mod oblong;
pub(crate) mod predict;
pub(crate) mod quantize;
pub(crate) mod sample;
pub(crate) mod symbols;
mod table;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub(crate) mod transform;
pub(crate) mod words;

use std::sync::LazyLock;

use self::predict::{EdgeFilter, Edges};
use self::quantize::{Step, Tally};
use self::sample::Add;
use self::table::table;
use self::transform::TransformKind;
use self::transform::passes::AllPasses;

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

    /// Twice as much, but no more than 64.
    const fn doubled(self) -> Self {
        match self {
            Self::S4 => Self::S8,
            Self::S8 => Self::S16,
            Self::S16 => Self::S32,
            Self::S32 | Self::S64 => Self::S64,
        }
    }

    /// Half of it, but no less than 4.
    pub(crate) const fn halved(self) -> Self {
        match self {
            Self::S4 | Self::S8 => Self::S4,
            Self::S16 => Self::S8,
            Self::S32 => Self::S16,
            Self::S64 => Self::S32,
        }
    }

    /// The place in lists of transforms, of which the largest is for blocks of 32 samples.
    const fn of_transform(self) -> usize {
        match self {
            Self::S64 => Self::S32 as usize,
            _ => self as usize,
        }
    }
}

/// Width and height of a block: a square, or half of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) width: Side,
    pub(crate) height: Side,
}

impl From<Side> for Size {
    fn from(side: Side) -> Self {
        Self::square(side)
    }
}

impl Size {
    /// As wide as high.
    pub(crate) const fn square(side: Side) -> Self {
        Self {
            width: side,
            height: side,
        }
    }

    /// Samples.
    pub(crate) const fn area(self) -> usize {
        self.width.samples() * self.height.samples()
    }

    /// The side of a square.
    pub(crate) fn as_square(self) -> Option<Side> {
        (self.width == self.height).then_some(self.width)
    }

    pub(crate) fn longer(self) -> Side {
        self.width.max(self.height)
    }

    pub(crate) fn shorter(self) -> Side {
        self.width.min(self.height)
    }

    /// The place among [`Self::COUNT`] sizes: squares, wide halves from 8x4 to 32x16, tall halves.
    pub(crate) fn index(self) -> usize {
        match self.width.cmp(&self.height) {
            std::cmp::Ordering::Equal => self.width as usize,
            std::cmp::Ordering::Greater => SQUARES + (self.height as usize).min(HALVES - 1),
            std::cmp::Ordering::Less => SQUARES + HALVES + (self.width as usize).min(HALVES - 1),
        }
    }

    /// The place among halves in tables of kernels.
    fn as_half(self) -> usize {
        self.index().saturating_sub(SQUARES)
    }

    /// Whether coefficients are four times those of an orthonormal transform, not eight times.
    pub(crate) const fn is_large(self) -> bool {
        self.area() >= 512
    }

    /// All in the order of their places; squares of 64 have the coefficients of those of 32.
    pub(crate) fn all_coded() -> impl Iterator<Item = Self> {
        let sides = [Side::S4, Side::S8, Side::S16, Side::S32, Side::S32];
        let wide = [Side::S4, Side::S8, Side::S16].map(|height| Self {
            width: height.doubled(),
            height,
        });
        let tall = wide.map(|size| Self {
            width: size.height,
            height: size.width,
        });
        let squares = sides.map(Self::square);
        squares.into_iter().chain(wide).chain(tall)
    }

    /// Sizes that blocks have.
    pub(crate) const COUNT: usize = SQUARES + 2 * HALVES;
}

/// Sides of squares.
const SQUARES: usize = 5;
/// Sides of squares that may be divided in two halves: 8, 16 and 32.
const HALVES: usize = 3;

/// See [`difference::residual`].
type Subtract = fn(source: &[u16], stride: usize, prediction: &[u16], out: &mut [i16]);
/// See [`difference::variance`].
type Moments = fn(source: &[u16], stride: usize) -> (u32, u64);
/// See [`transform::forward`].
type Forward = fn(residual: &[i16], kind: TransformKind, out: &mut [i32]);
/// Prediction from edges.
type FromEdges = fn(edges: &Edges, to: &mut [u16]);
/// Prediction from edges by a body that wants to be told the side again.
type FromEdgesCounted = fn(edges: &Edges, count: usize, to: &mut [u16]);
/// Prediction along a line.
type Follow = fn(angle: i32, edges: &Edges, filter: Option<EdgeFilter>, to: &mut [u16]);
/// See [`predict::cfl_luma`].
type CflLuma = fn(luma: &[u16], stride: usize, out: &mut [i16]);
/// See [`predict::cfl_predict`].
type CflScaled = fn(dc: i32, ac: &[i16], alpha: i32, most: i32, to: &mut [u16]);
/// See [`quantize::Quantizer::dequantize`].
type Scale = fn(
    levels: &[i32],
    numerators: &[i32],
    step: i32,
    shift: u32,
    limit: i32,
    coefficients: &mut [i32],
);
/// See [`quantize::Quantizer::quantize`].
type Quantize =
    fn(coefficients: &[i32], inverses: &[f32], dc: Step, ac: Step, levels: &mut [i32]) -> usize;

/// One implementation of each inner loop, by the side of the block where there are several.
#[derive(Clone, Copy)]
pub(crate) struct Kernels {
    subtract: [Subtract; 5],
    /// See [`difference::satd`].
    satd_of_4: fn(&[u16], usize, &[u16]) -> u32,
    /// See [`difference::satd`].
    satd_by_8: fn(&[u16], usize, &[u16], usize) -> u32,
    moments: [Moments; 5],
    forward: [Forward; 4],
    /// The same of halves, wide ones and then tall ones.
    forward_oblong: [Forward; 2 * HALVES],
    passes: AllPasses,
    add: (Add<u8>, Add<u16>),
    smooth: [FromEdgesCounted; 5],
    smooth_vertical: [FromEdges; 5],
    smooth_horizontal: [FromEdges; 5],
    paeth: [FromEdgesCounted; 5],
    follow: [Follow; 5],
    cfl_quarter: [CflLuma; 5],
    cfl_whole: [CflLuma; 5],
    cfl_scaled: [CflScaled; 5],
    quantize: [Quantize; 4],
    /// The same of halves, wide ones and then tall ones.
    quantize_oblong: [Quantize; 2 * HALVES],
    scale: Scale,
    /// See [`quantize::tally`].
    tally: fn(&[i32], &[i32], &[f32], f32) -> Tally,
}

impl Kernels {
    /// Plain Rust, for every machine.
    const PORTABLE: Self = table!(
        [],
        [i32; 4],
        [i32; 4],
        [i16; 16],
        PlainRows,
        difference::satd_of_4_body,
        difference::satd_by_8_body
    );

    /// The best for this machine, chosen at the first call.
    #[inline]
    fn detect() -> &'static Self {
        static BEST: LazyLock<Kernels> = LazyLock::new(|| vectors().unwrap_or(Kernels::PORTABLE));
        &BEST
    }
}

/// Kernels for this machine, if there are any beyond the portable ones.
fn vectors() -> Option<Kernels> {
    #[cfg(target_arch = "x86_64")]
    let kernels = avx2::detect();
    #[cfg(target_arch = "aarch64")]
    let kernels = neon::detect();
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let kernels = None;
    kernels
}
