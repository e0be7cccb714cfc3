//! The probabilities of a symbol and how they adapt (section 8.3).

use crate::encode::cost::cost_of;

/// Probabilities of `N` values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cdf<const N: usize> {
    /// Element `i` below `N - 1` is the probability of a value above `i`, in 1/32768; the last one
    /// counts symbols, up to 32.
    above: [u16; N],
}

impl<const N: usize> Cdf<N> {
    /// `cumulative`: probabilities of values up to `i`, as the specification's tables have them;
    /// what follows the first `N - 1` is ignored.
    pub(crate) fn new(cumulative: &[u16]) -> Self {
        let mut above = [0; N];
        for (to, &from) in above.iter_mut().zip(cumulative).take(N - 1) {
            *to = (1 << 15) - from;
        }
        Self { above }
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
        let (from, to) = self.interval(value);
        u32::from(cost_of(from - to))
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
    }
}

/// Certainty.
pub(crate) const WHOLE: u32 = 1 << 15;
