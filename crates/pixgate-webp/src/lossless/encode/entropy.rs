//! Estimates of bits.

use std::sync::LazyLock;

use super::tokens::Alphabets;

/// `n * log2(n)` of small numbers.
static SMALL: LazyLock<Vec<f32>> = LazyLock::new(|| (0..1 << 15).map(of_large).collect());

fn of_large(n: u32) -> f32 {
    if n == 0 {
        0.0
    } else {
        n as f32 * (n as f32).log2()
    }
}

/// Terms of entropies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Logs(&'static [f32]);

impl Logs {
    pub(crate) fn new() -> Self {
        Self(&SMALL)
    }

    /// `n * log2(n)`.
    #[inline(always)]
    pub(crate) fn of(self, n: u32) -> f32 {
        self.0
            .get(n as usize)
            .copied()
            .unwrap_or_else(|| of_large(n))
    }

    /// Bits of all symbols by the best code for them, and about what the code itself takes.
    pub(crate) fn bits(self, counts: impl Iterator<Item = u32>) -> f32 {
        let (mut total, mut sum, mut used, mut changes) = (0, 0.0, 0_u32, 0_u32);
        let mut was_used = false;
        for count in counts {
            total += count;
            sum += self.of(count);
            let is_used = count > 0;
            used += u32::from(is_used);
            changes += u32::from(is_used != was_used);
            was_used = is_used;
        }
        if used <= 2 {
            return 12.0 * used as f32 + if used == 2 { total as f32 } else { 0.0 };
        }
        let entropy = self.of(total) - sum;
        entropy.max(total as f32) + 30.0 + 2.6 * used as f32 + 2.5 * changes as f32
    }

    /// As [`Logs::bits`], for all five codes.
    pub(crate) fn all_bits(self, alphabets: Alphabets, counts: &[u32]) -> f32 {
        let parts = alphabets.split(counts);
        parts
            .into_iter()
            .map(|part| self.bits(part.iter().copied()))
            .sum()
    }

    /// As [`Logs::all_bits`] of two rows of counts together.
    pub(crate) fn sum_bits(self, alphabets: Alphabets, a: &[u32], b: &[u32]) -> f32 {
        let parts = alphabets.split(a).into_iter().zip(alphabets.split(b));
        parts
            .map(|(a, b)| self.bits(a.iter().zip(b).map(|(a, b)| a + b)))
            .sum()
    }
}

/// What each symbol costs in bits by the best codes for these counts.
pub(crate) fn costs(alphabets: Alphabets, counts: &[u32]) -> Vec<f32> {
    let mut costs = Vec::with_capacity(counts.len());
    for part in alphabets.split(counts) {
        let total: u32 = part.iter().sum();
        let used = part.iter().filter(|&&count| count > 0).count();
        let most = (total.max(1) as f32).log2();
        let rare = most + if total == 0 { 4.0 } else { 2.0 };
        costs.extend(part.iter().map(|&count| match (count, used) {
            (0, _) => rare,
            (_, 1) => 0.0,
            _ => most - (count as f32).log2(),
        }));
    }
    costs
}
