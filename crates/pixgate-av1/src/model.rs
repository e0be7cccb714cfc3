//! Probabilities of symbols and how they adapt.

use crate::range_coder::{WHOLE, cost_of};
use crate::tables::{coefficients, modes};

/// Probabilities of `N` values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cdf<const N: usize> {
    /// Element `i` below `N - 1` is the probability of a value above `i`, in 1/32768; the last one
    /// counts symbols, up to 32.
    above: [u16; N],
    /// What values cost, in 1/256 of a bit.
    costs: [u16; N],
}

impl<const N: usize> Cdf<N> {
    /// `cumulative`: probabilities of values up to `i`, as the specification's tables have them;
    /// what follows the first `N - 1` is ignored.
    fn new(cumulative: &[u16]) -> Self {
        let mut above = [0; N];
        for (to, &from) in above.iter_mut().zip(cumulative).take(N - 1) {
            *to = (1 << 15) - from;
        }
        let mut cdf = Self {
            above,
            costs: [0; N],
        };
        cdf.price();
        cdf
    }

    /// The interval of a value, both ends counted from the upper one.
    #[inline]
    pub(crate) fn interval(&self, value: usize) -> (u32, u32) {
        let from = if value == 0 {
            WHOLE
        } else {
            u32::from(self.above[value - 1])
        };
        let to = if value == N - 1 {
            0
        } else {
            u32::from(self.above[value])
        };
        (from, to)
    }

    /// What a value costs, in 1/256 of a bit.
    #[inline]
    pub(crate) fn cost(&self, value: usize) -> u32 {
        u32::from(self.costs[value])
    }

    /// The probability of a value above `value`, in 1/32768.
    pub(crate) const fn above(&self, value: usize) -> u16 {
        self.above[value]
    }

    /// Makes `value` more likely, the faster the fewer symbols were seen (section 8.3.2).
    #[inline]
    pub(crate) fn adapt(&mut self, value: usize) {
        let count = self.above[N - 1];
        let rate = 4 + (count >> 4) + u16::from(N > 3);
        for (i, chance) in self.above[..N - 1].iter_mut().enumerate() {
            if i < value {
                *chance += ((1 << 15) - *chance) >> rate;
            } else {
                *chance -= *chance >> rate;
            }
        }
        self.above[N - 1] = count + u16::from(count < 32);
        self.price();
    }

    /// Brings the costs up to date.
    #[inline]
    fn price(&mut self) {
        let mut from = 1 << 15;
        for (cost, &above) in self.costs.iter_mut().zip(&self.above[..N - 1]) {
            *cost = cost_of(from - above);
            from = above;
        }
        self.costs[N - 1] = cost_of(from);
    }
}

/// Probabilities of a tile that are only those of coefficients.
#[derive(Clone, Debug)]
pub(crate) struct CoefficientModel {
    /// Class of the last coefficient, by plane kind: 0 luma, 1 chroma.
    pub(crate) end_16: [Cdf<5>; 2],
    pub(crate) end_64: [Cdf<7>; 2],
    pub(crate) end_256: [Cdf<9>; 2],
    pub(crate) end_1024: [Cdf<11>; 2],
    /// First bit below the class, by side, plane kind and class.
    pub(crate) end_bit: [[[Cdf<2>; 11]; 2]; 4],
    /// By side, plane kind and context, as all below.
    pub(crate) last_level: [[[Cdf<3>; 4]; 2]; 4],
    pub(crate) level: [[[Cdf<4>; 26]; 2]; 4],
    pub(crate) more: [[[Cdf<4>; 21]; 2]; 4],
    /// By side and context.
    pub(crate) all_zero: [[Cdf<2>; 13]; 4],
    /// By plane kind and context.
    pub(crate) dc_sign: [[Cdf<2>; 3]; 2],
}

/// All probabilities of a tile.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    /// By context.
    pub(crate) partition_8: [Cdf<4>; 4],
    /// By side (16, 32, 64) and context.
    pub(crate) partition: [[Cdf<10>; 4]; 3],
    /// By the kinds of the modes above and on the left.
    pub(crate) luma_mode: [[Cdf<13>; 5]; 5],
    /// By the mode of luma, as the next.
    pub(crate) chroma_mode: [Cdf<13>; 13],
    pub(crate) chroma_mode_or_cfl: [Cdf<14>; 13],
    /// By directional mode.
    pub(crate) angle_delta: [Cdf<7>; 8],
    pub(crate) cfl_signs: Cdf<8>,
    /// By context.
    pub(crate) cfl_factor: [Cdf<16>; 6],
    /// By side (4, 8) and mode of luma.
    pub(crate) transform_7: [[Cdf<7>; 13]; 2],
    /// By the mode of luma.
    pub(crate) transform_5: [Cdf<5>; 13],
    /// By context.
    pub(crate) skip: [Cdf<2>; 3],
    /// Units between the quantisers of superblocks, up to 3.
    pub(crate) quantizer_delta: Cdf<4>,
    pub(crate) coefficients: CoefficientModel,
}

impl Model {
    /// The probabilities at the start of a tile.
    pub(crate) fn new(quantizer: u8) -> Self {
        Self {
            partition_8: one(&modes::PARTITION_8),
            partition: two(&modes::PARTITION),
            luma_mode: two(&modes::LUMA_MODE),
            chroma_mode: one(&modes::CHROMA_MODE),
            chroma_mode_or_cfl: one(&modes::CHROMA_MODE_OR_CFL),
            angle_delta: one(&modes::ANGLE_DELTA),
            cfl_signs: Cdf::new(&modes::CFL_SIGNS),
            cfl_factor: one(&modes::CFL_FACTOR),
            transform_7: two(&modes::TRANSFORM_7),
            transform_5: one(&modes::TRANSFORM_5),
            skip: one(&modes::SKIP),
            quantizer_delta: Cdf::new(&modes::QUANTIZER_DELTA),
            coefficients: CoefficientModel::new(quantizer),
        }
    }
}

impl CoefficientModel {
    /// The set of tables goes by the quantiser (section 8.3.1, `init_coeff_cdfs`).
    fn new(quantizer: u8) -> Self {
        let set = match quantizer {
            0..=20 => 0,
            21..=60 => 1,
            61..=120 => 2,
            _ => 3,
        };
        Self {
            end_16: one(&coefficients::END_16[set]),
            end_64: one(&coefficients::END_64[set]),
            end_256: one(&coefficients::END_256[set]),
            end_1024: one(&coefficients::END_1024[set]),
            end_bit: three(&coefficients::END_BIT[set]),
            last_level: three(&coefficients::LAST_LEVEL[set]),
            level: three(&coefficients::LEVEL[set]),
            more: three(&coefficients::MORE[set]),
            all_zero: two(&coefficients::ALL_ZERO[set]),
            dc_sign: two(&coefficients::DC_SIGN[set]),
        }
    }
}

fn one<const P: usize, const N: usize, const A: usize>(table: &[[u16; P]; A]) -> [Cdf<N>; A] {
    std::array::from_fn(|a| Cdf::new(&table[a]))
}

fn two<const P: usize, const N: usize, const A: usize, const B: usize>(
    table: &[[[u16; P]; A]; B],
) -> [[Cdf<N>; A]; B] {
    std::array::from_fn(|b| one(&table[b]))
}

fn three<const P: usize, const N: usize, const A: usize, const B: usize, const C: usize>(
    table: &[[[[u16; P]; A]; B]; C],
) -> [[[Cdf<N>; A]; B]; C] {
    std::array::from_fn(|c| two(&table[c]))
}
