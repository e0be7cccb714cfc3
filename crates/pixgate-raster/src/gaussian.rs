//! Integer Gaussian masks as the reference cuts and rounds them (pipeline §6.3).

/// Weights of one half of a symmetric mask: the centre first, then outwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mask {
    pub(crate) half: Vec<i32>,
    sum: i32,
}

impl Mask {
    /// Weights `20·exp(−i²/2σ²)`, rounded half to even, up to where they fall below `cut`.
    #[expect(clippy::cast_possible_truncation, reason = "weights are at most 20")]
    pub(crate) fn new(sigma: f64, cut: f64) -> Self {
        let amplitude = |i: u32| (-f64::from(i).powi(2) / (2.0 * sigma * sigma)).exp();
        let weight = |i: u32| (20.0 * amplitude(i)).round_ties_even() as i32;
        let outer = (1..).take_while(|i| *i < LONGEST && amplitude(*i) >= cut);
        let half: Vec<i32> = std::iter::once(0).chain(outer).map(weight).collect();
        let sum = 2 * half.iter().sum::<i32>() - half.first().copied().unwrap_or(0);
        Self { half, sum }
    }

    /// Sum of all weights.
    pub(crate) const fn sum(&self) -> i32 {
        self.sum
    }

    /// What a weighted sum stands for, in whole numbers.
    pub(crate) const fn mean(&self, sum: i32) -> i32 {
        (sum + self.sum / 2) / self.sum
    }

    /// The weights from left to right, for image row or column offsets from −radius.
    pub(crate) fn weights(&self) -> impl Iterator<Item = i32> {
        let left = self.half.iter().skip(1).rev();
        left.chain(&self.half).copied()
    }
}

/// Longest half mask; sigma 1000 needs 1795.
const LONGEST: u32 = 5000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_cut_at_the_amplitude() {
        assert_eq!(Mask::new(0.3, 0.2).half, [20]);
        assert_eq!(Mask::new(1.0, 0.2).half, [20, 12]);
        assert_eq!(Mask::new(2.0, 0.2).half, [20, 18, 12, 6]);
        let mask = Mask::new(1.0, 0.2);
        assert_eq!(mask.sum(), 44);
        assert_eq!(mask.weights().collect::<Vec<_>>(), [12, 20, 12]);
    }
}
