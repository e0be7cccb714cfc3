//! Twin of [`crate::words::Portable`].

use std::arch::x86_64::*;

use crate::words::{Magnitudes, Words};

/// Made only where the machine has AVX2 and BMI2.
#[derive(Debug, Clone, Copy)]
pub(in crate::kernels) struct Bmi2(());

impl Bmi2 {
    #[target_feature(enable = "avx2,bmi2")]
    #[inline]
    pub(super) fn new() -> Self {
        Self(())
    }
}

impl Words for Bmi2 {
    #[inline(always)]
    fn deposit(self, bits: u64, places: u64) -> u64 {
        // SAFETY: whoever has a `Bmi2` has BMI2.
        unsafe { _pdep_u64(bits, places) }
    }

    #[inline(always)]
    fn extract(self, bits: u64, places: u64) -> u64 {
        // SAFETY: whoever has a `Bmi2` has BMI2.
        unsafe { _pext_u64(bits, places) }
    }

    #[inline(always)]
    fn magnitudes(self, values: &[i16; 64]) -> Magnitudes {
        // SAFETY: whoever has a `Bmi2` has AVX2.
        unsafe { magnitudes(values) }
    }
}

#[target_feature(enable = "avx2")]
#[inline]
fn magnitudes(values: &[i16; 64]) -> Magnitudes {
    let rows = values.as_chunks::<16>().0;
    let all: [__m256i; 4] = std::array::from_fn(|row| {
        // SAFETY: a row is sixteen numbers.
        let row = unsafe { _mm256_loadu_si256(rows[row & 3].as_ptr().cast()) };
        _mm256_abs_epi16(row)
    });
    // The one magnitude that is no number of 16 bits with a sign is compared as one less.
    let largest = _mm256_set1_epi16(i16::MAX);
    let compared = all.map(|row| _mm256_min_epu16(row, largest));
    let at_least = |least: i16| {
        let below = _mm256_set1_epi16(least - 1);
        signs(compared.map(|row| _mm256_cmpgt_epi16(row, below)))
    };
    Magnitudes {
        at_least: [at_least(1), at_least(2), at_least(4)],
        bit: [
            signs(all.map(|row| _mm256_slli_epi16::<15>(row))),
            signs(all.map(|row| _mm256_slli_epi16::<14>(row))),
        ],
    }
}

/// The sign of each number.
#[target_feature(enable = "avx2")]
#[inline]
fn signs([a, b, c, d]: [__m256i; 4]) -> u64 {
    let half = |a, b| {
        let bytes = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi16(a, b));
        u64::from(_mm256_movemask_epi8(bytes).cast_unsigned())
    };
    half(a, b) | half(c, d) << 32
}
