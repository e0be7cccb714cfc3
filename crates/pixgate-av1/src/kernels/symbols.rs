//! Choice between four values whose probabilities adapt, without a branch (sections 8.2.6 and 8.3.2).
//!
//! Four numbers of sixteen bits fit into half a vector, which every x86-64 has; elsewhere they are worked on
//! one by one.

/// What the entropy decoder knows before a symbol.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    /// `SymbolRange`: 32768 to 65535.
    pub(crate) range: u16,
    /// `SymbolValue`: below the range.
    pub(crate) value: u16,
    /// Whether probabilities adapt.
    pub(crate) adapts: bool,
}

/// A value, and the part of the range that is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// 0 to 3.
    pub(crate) symbol: usize,
    pub(crate) upper: u16,
    pub(crate) lower: u16,
}

/// What every value gets of the range, however unlikely it is.
pub(crate) const MINIMUM: u16 = 4;

/// Chooses one of four values.
///
/// - `chances`: of values above the first three, in 1/32768; and the count of symbols so far, up to 32.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "numbers of sixteen bits, in vectors that have signs"
)]
#[allow(unsafe_code, reason = "vector instructions that every x86-64 has")]
pub(crate) fn choose(chances: &mut [u16; 4], before: Before) -> Choice {
    use std::arch::x86_64::*;

    // SAFETY: the machine has SSE2, and the eight bytes of `chances` are read and written.
    unsafe {
        let old = _mm_loadl_epi64(chances.as_ptr().cast());
        let nine = _mm_slli_epi16::<7>(_mm_srli_epi16::<6>(old));
        let scale = _mm_set1_epi16((before.range & 0xFF00) as i16);
        let least = _mm_cvtsi64_si128(LEAST as i64);
        let ends = _mm_add_epi16(_mm_mulhi_epu16(nine, scale), least);
        // All bits where the value is not below the end of the part: from the symbol's own on.
        let over = _mm_subs_epu16(ends, _mm_set1_epi16(before.value as i16));
        let is_own = _mm_cmpeq_epi16(over, _mm_setzero_si128());
        let shift = 8 * (_mm_movemask_epi8(is_own) as u32).trailing_zeros();
        let ends = _mm_cvtsi128_si64(ends) as u64;
        if before.adapts {
            let count = chances[3];
            let rate = _mm_cvtsi32_si128(i32::from(5 + (count >> 4)));
            let more = _mm_srl_epi16(_mm_sub_epi16(_mm_set1_epi16(i16::MIN), old), rate);
            let less = _mm_srl_epi16(old, rate);
            let new = _mm_add_epi16(old, _mm_andnot_si128(is_own, more));
            let new = _mm_sub_epi16(new, _mm_and_si128(is_own, less));
            // The count stands in the last place, and is too small to become less.
            let more = _mm_cvtsi64_si128(i64::from(count < 32) << 48);
            _mm_storel_epi64(chances.as_mut_ptr().cast(), _mm_add_epi16(new, more));
        }
        Choice {
            symbol: (shift / 16) as usize,
            upper: ((ends << 16 | u64::from(before.range)) >> (shift & 63)) as u16,
            lower: (ends >> (shift & 63)) as u16,
        }
    }
}

/// As on x86-64.
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
#[inline(always)]
pub(crate) fn choose(chances: &mut [u16; 4], before: Before) -> Choice {
    choose_plainly(chances, before)
}

/// The twin of [`choose`] for every machine.
#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "parts of a range of sixteen bits"
)]
pub(crate) fn choose_plainly(chances: &mut [u16; 4], before: Before) -> Choice {
    let scale = u32::from(before.range >> 8);
    let mut choice = Choice {
        symbol: 0,
        upper: before.range,
        lower: 0,
    };
    for (index, &chance) in chances[..3].iter().enumerate() {
        let part = (scale * u32::from(chance >> 6)) >> 1;
        let end = part as u16 + MINIMUM * (3 - index as u16);
        if before.value >= end {
            choice.lower = end;
            break;
        }
        choice.upper = end;
        choice.symbol += 1;
    }
    if before.adapts {
        let count = chances[3];
        let rate = 5 + (count >> 4);
        for (index, chance) in chances[..3].iter_mut().enumerate() {
            if index < choice.symbol {
                *chance += ((1 << 15) - *chance) >> rate;
            } else {
                *chance -= *chance >> rate;
            }
        }
        chances[3] = count + u16::from(count < 32);
    }
    choice
}

/// [`MINIMUM`] for each value that is to come.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
const LEAST: u64 = pack([3 * MINIMUM, 2 * MINIMUM, MINIMUM, 0]);

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
const fn pack([a, b, c, d]: [u16; 4]) -> u64 {
    a as u64 | (b as u64) << 16 | (c as u64) << 32 | (d as u64) << 48
}

#[cfg(test)]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of tests are small"
)]
mod tests {
    use super::*;
    use crate::kernels::testing::Numbers;

    #[test]
    fn both_ways_choose_and_adapt_alike() {
        let mut numbers = Numbers::new(4);
        for round in 0..20_000 {
            let mut below = |limit: i32| numbers.next(0..limit);
            let mut chances =
                [below(32_769), below(32_769), below(32_769)].map(|chance| chance as u16);
            chances.sort_unstable();
            let [a, b, c] = chances;
            let range = 32_768 + below(32_768);
            let before = Before {
                range: range as u16,
                value: below(range) as u16,
                adapts: round % 3 > 0,
            };
            let mut first = [c, b, a, below(33) as u16];
            let mut second = first;
            assert_eq!(
                choose(&mut first, before),
                choose_plainly(&mut second, before)
            );
            assert_eq!(first, second);
        }
    }
}
