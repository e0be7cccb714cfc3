//! Lanes in the vectors of AVX2, for x86-64.
//!
//! They are reached only through the table that [`detect`] gives out.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::x86_64::*;

use super::Kernels;
use super::lanes::Lanes;
use super::table::table;

/// The kernels, if the machine has AVX2 and what came with it: shifts and counts of bits.
pub(super) fn detect() -> Option<Kernels> {
    let has_all = is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt");
    has_all.then_some(table!(["avx2,bmi1,bmi2,lzcnt"], Wide))
}

/// Sixteen numbers.
#[derive(Clone, Copy)]
pub(crate) struct Wide(__m256i);

impl Lanes for Wide {
    #[inline(always)]
    fn splat(value: i16) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_set1_epi16(value) })
    }

    #[inline(always)]
    fn load(from: &[i16; 16]) -> Self {
        // SAFETY: the machine has AVX2, and there are sixteen numbers.
        Self(unsafe { _mm256_loadu_si256(from.as_ptr().cast()) })
    }

    #[inline(always)]
    fn store(self, to: &mut [i16; 16]) {
        // SAFETY: the machine has AVX2, and there is room for sixteen numbers.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), self.0) };
    }

    #[inline(always)]
    fn widen(from: &[u8; 16]) -> Self {
        // SAFETY: the machine has AVX2, and there are sixteen bytes.
        Self(unsafe { _mm256_cvtepu8_epi16(_mm_loadu_si128(from.as_ptr().cast())) })
    }

    #[inline(always)]
    fn narrow(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        // SAFETY: the machine has AVX2, and there is room for sixteen bytes.
        unsafe {
            let low = _mm256_castsi256_si128(self.0);
            let high = _mm256_extracti128_si256::<1>(self.0);
            _mm_storeu_si128(bytes.as_mut_ptr().cast(), _mm_packus_epi16(low, high));
        }
        bytes
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_add_epi16(self.0, other.0) })
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_sub_epi16(self.0, other.0) })
    }

    #[inline(always)]
    fn high_product(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_mulhi_epi16(self.0, other.0) })
    }

    #[inline(always)]
    fn high_product_unsigned(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_mulhi_epu16(self.0, other.0) })
    }

    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_abs_epi16(self.0) })
    }

    #[inline(always)]
    fn with_sign_of(self, sign: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_sign_epi16(self.0, sign.0) })
    }

    #[inline(always)]
    fn product(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_mullo_epi16(self.0, other.0) })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_min_epi16(self.0, other.0) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_max_epi16(self.0, other.0) })
    }

    #[inline(always)]
    fn shifted_left<const BITS: i32>(self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_slli_epi16::<BITS>(self.0) })
    }

    #[inline(always)]
    fn shifted_right<const BITS: i32>(self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_srai_epi16::<BITS>(self.0) })
    }

    #[inline(always)]
    fn rotated<const BITS: i32>(a: Self, b: Self, factors: (i16, i16), round: i32) -> Self {
        let pair = i32::from(factors.1) << 16 | i32::from(factors.0.cast_unsigned());
        // SAFETY: the machine has AVX2.
        Self(unsafe {
            let factors = _mm256_set1_epi32(pair);
            let round = _mm256_set1_epi32(round);
            let low = _mm256_madd_epi16(_mm256_unpacklo_epi16(a.0, b.0), factors);
            let high = _mm256_madd_epi16(_mm256_unpackhi_epi16(a.0, b.0), factors);
            let low = _mm256_srai_epi32::<BITS>(_mm256_add_epi32(low, round));
            let high = _mm256_srai_epi32::<BITS>(_mm256_add_epi32(high, round));
            _mm256_packs_epi32(low, high)
        })
    }

    #[inline(always)]
    fn transposed([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        // SAFETY: the machine has AVX2.
        unsafe {
            let (ab, ab_high) = unpacked_16(a.0, b.0);
            let (cd, cd_high) = unpacked_16(c.0, d.0);
            let (first, second) = unpacked_32(ab, cd);
            let (first_high, second_high) = unpacked_32(ab_high, cd_high);
            [
                Self(_mm256_unpacklo_epi64(first, first_high)),
                Self(_mm256_unpackhi_epi64(first, first_high)),
                Self(_mm256_unpacklo_epi64(second, second_high)),
                Self(_mm256_unpackhi_epi64(second, second_high)),
            ]
        }
    }

    #[inline(always)]
    fn squares(rows: [Self; 4]) -> [u32; 4] {
        // SAFETY: the machine has AVX2.
        unsafe {
            let [a, b, c, d] = rows;
            let ab = _mm256_add_epi32(squared(a.0), squared(b.0));
            let cd = _mm256_add_epi32(squared(c.0), squared(d.0));
            pairs_summed(_mm256_add_epi32(ab, cd))
        }
    }

    #[inline(always)]
    fn sums([a, b, c, d]: [Self; 4]) -> [u32; 4] {
        let sum = a.plus(b).plus(c.plus(d));
        // SAFETY: the machine has AVX2.
        unsafe { pairs_summed(_mm256_madd_epi16(sum.0, _mm256_set1_epi16(1))) }
    }

    #[inline(always)]
    fn zigzag([a, b, c, d]: [Self; 4], to: &mut [[i16; 16]; 4]) -> [u16; 4] {
        let mut used = [0; 4];
        // SAFETY: the machine has AVX2, and each store has room for eight numbers.
        unsafe {
            let upper = [
                _mm256_unpacklo_epi64(a.0, b.0),
                _mm256_unpackhi_epi64(a.0, b.0),
            ];
            let lower = [
                _mm256_unpacklo_epi64(c.0, d.0),
                _mm256_unpackhi_epi64(c.0, d.0),
            ];
            for i in 0..2 {
                let first = picked(upper[i], lower[i], FIRST_OF_UPPER, FIRST_OF_LOWER);
                let second = picked(upper[i], lower[i], SECOND_OF_UPPER, SECOND_OF_LOWER);
                let zero =
                    _mm256_cmpeq_epi8(_mm256_packs_epi16(first, second), _mm256_setzero_si256());
                let mask = !_mm256_movemask_epi8(zero).cast_unsigned();
                let [one, two, three, four] = mask.to_le_bytes();
                used[i] = u16::from_le_bytes([one, two]);
                used[i + 2] = u16::from_le_bytes([three, four]);
                let (near, far) = to.split_at_mut(2);
                store_halves(first, second, &mut near[i], &mut far[i]);
            }
        }
        used
    }

    #[inline(always)]
    fn block([a, b, c, d]: &[[i16; 16]; 4], block: usize) -> Self {
        let at = 4 * (block & 3);
        let ([a, b], [c, d]) = ([&a[at..], &b[at..]], [&c[at..], &d[at..]]);
        // SAFETY: the machine has AVX2, and four numbers follow each place.
        Self(unsafe {
            let row = |row: &[i16]| _mm_loadl_epi64(row.as_ptr().cast());
            let upper = _mm_unpacklo_epi64(row(a), row(b));
            let lower = _mm_unpacklo_epi64(row(c), row(d));
            _mm256_set_m128i(lower, upper)
        })
    }

    #[inline(always)]
    fn means(line: &[u8; 16]) -> [[u8; 16]; 2] {
        let mut means = [[0; 16]; 2];
        // SAFETY: the machine has AVX2, and each load and store is of sixteen bytes.
        unsafe {
            let here = _mm_loadu_si128(line.as_ptr().cast());
            let (before, next) = (_mm_slli_si128::<1>(here), _mm_srli_si128::<1>(here));
            let odd = _mm_and_si128(_mm_xor_si128(before, next), _mm_set1_epi8(1));
            let outer = _mm_sub_epi8(_mm_avg_epu8(before, next), odd);
            let [of_two, of_three] = &mut means;
            _mm_storeu_si128(of_two.as_mut_ptr().cast(), _mm_avg_epu8(here, next));
            _mm_storeu_si128(of_three.as_mut_ptr().cast(), _mm_avg_epu8(here, outer));
        }
        means
    }

    #[inline(always)]
    fn zipped(one: &[u8; 16], other: &[u8; 16]) -> [[u8; 16]; 2] {
        let mut zipped = [[0; 16]; 2];
        // SAFETY: the machine has AVX2, and each load and store is of sixteen bytes.
        unsafe {
            let one = _mm_loadu_si128(one.as_ptr().cast());
            let other = _mm_loadu_si128(other.as_ptr().cast());
            let [low, high] = &mut zipped;
            _mm_storeu_si128(low.as_mut_ptr().cast(), _mm_unpacklo_epi8(one, other));
            _mm_storeu_si128(high.as_mut_ptr().cast(), _mm_unpackhi_epi8(one, other));
        }
        zipped
    }

    #[inline(always)]
    fn pick(table: &[[u8; 16]; 2], places: &[u8; 16]) -> [u8; 16] {
        let mut bytes = [0; 16];
        // SAFETY: the machine has AVX2, and each load and store is of sixteen bytes.
        unsafe {
            let low = _mm_loadu_si128(table[0].as_ptr().cast());
            let high = _mm_loadu_si128(table[1].as_ptr().cast());
            let places = _mm_loadu_si128(places.as_ptr().cast());
            let is_high = _mm_slli_epi16::<3>(places);
            let from_low = _mm_shuffle_epi8(low, places);
            let from_high = _mm_shuffle_epi8(high, places);
            // The bit for 16 comes to where the blend looks.
            let picked = _mm_blendv_epi8(from_low, from_high, is_high);
            _mm_storeu_si128(bytes.as_mut_ptr().cast(), picked);
        }
        bytes
    }
}

/// Both halves of numbers by turns, within each half of the vectors.
#[inline(always)]
unsafe fn unpacked_16(a: __m256i, b: __m256i) -> (__m256i, __m256i) {
    // SAFETY: the caller's machine has AVX2.
    unsafe { (_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b)) }
}

/// The same with pairs of numbers.
#[inline(always)]
unsafe fn unpacked_32(a: __m256i, b: __m256i) -> (__m256i, __m256i) {
    // SAFETY: the caller's machine has AVX2.
    unsafe { (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b)) }
}

/// Sums of the squares of two neighbours.
#[inline(always)]
unsafe fn squared(numbers: __m256i) -> __m256i {
    // SAFETY: the caller's machine has AVX2.
    unsafe { _mm256_madd_epi16(numbers, numbers) }
}

/// Sums of two neighbours each.
#[inline(always)]
unsafe fn pairs_summed(pairs: __m256i) -> [u32; 4] {
    let mut sums = [0_u32; 4];
    // SAFETY: the caller's machine has AVX2, and there is room for four numbers.
    unsafe {
        let sum = _mm256_add_epi32(pairs, _mm256_srli_epi64::<32>(pairs));
        let even = _mm256_shuffle_epi32::<0b1000>(sum);
        let low = _mm256_castsi256_si128(even);
        let high = _mm256_extracti128_si256::<1>(even);
        _mm_storeu_si128(sums.as_mut_ptr().cast(), _mm_unpacklo_epi64(low, high));
    }
    sums
}

/// Numbers of two rows each, in another order.
#[inline(always)]
unsafe fn picked(
    upper: __m256i,
    lower: __m256i,
    of_upper: [i8; 16],
    of_lower: [i8; 16],
) -> __m256i {
    // SAFETY: the caller's machine has AVX2, and each load is of sixteen bytes.
    unsafe {
        let order =
            |from: &[i8; 16]| _mm256_broadcastsi128_si256(_mm_loadu_si128(from.as_ptr().cast()));
        let upper = _mm256_shuffle_epi8(upper, order(&of_upper));
        let lower = _mm256_shuffle_epi8(lower, order(&of_lower));
        _mm256_or_si256(upper, lower)
    }
}

/// Lower halves to one block, upper ones to another.
#[inline(always)]
unsafe fn store_halves(first: __m256i, second: __m256i, near: &mut [i16; 16], far: &mut [i16; 16]) {
    // SAFETY: the caller's machine has AVX2, and each store is of sixteen numbers.
    unsafe {
        let low = _mm256_permute2x128_si256::<0x20>(first, second);
        let high = _mm256_permute2x128_si256::<0x31>(first, second);
        _mm256_storeu_si256(near.as_mut_ptr().cast(), low);
        _mm256_storeu_si256(far.as_mut_ptr().cast(), high);
    }
}

/// Where the bytes of eight numbers come from, negative for nowhere.
const fn order(numbers: [i8; 8]) -> [i8; 16] {
    let mut bytes = [-1; 16];
    let mut at = 0;
    while at < 8 {
        if numbers[at] >= 0 {
            bytes[2 * at] = 2 * numbers[at];
            bytes[2 * at + 1] = 2 * numbers[at] + 1;
        }
        at += 1;
    }
    bytes
}

const FIRST_OF_UPPER: [i8; 16] = order([0, 1, 4, -1, 5, 2, 3, 6]);
const FIRST_OF_LOWER: [i8; 16] = order([-1, -1, -1, 0, -1, -1, -1, -1]);
const SECOND_OF_UPPER: [i8; 16] = order([-1, -1, -1, -1, 7, -1, -1, -1]);
const SECOND_OF_LOWER: [i8; 16] = order([1, 4, 5, 2, -1, 3, 6, 7]);
