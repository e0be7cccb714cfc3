//! Sixteen numbers of sixteen bits side by side.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

use std::arch::x86_64::*;

use crate::kernels::words::Words;

/// Sixteen whole numbers.
#[derive(Clone, Copy)]
pub(crate) struct Sixteen(__m256i);

/// Two halves of sixteen numbers of 32 bits: each the lower or the upper half of both lanes.
type Halves = (__m256i, __m256i);

impl Words for Sixteen {
    type Wide = Halves;

    #[inline(always)]
    fn splat(value: i16) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_set1_epi16(value) })
    }

    #[inline(always)]
    fn load(from: &[u16]) -> Self {
        let from = &from[..16];
        // SAFETY: the machine has AVX2, and there are sixteen numbers.
        Self(unsafe { _mm256_loadu_si256(from.as_ptr().cast()) })
    }

    #[inline(always)]
    fn load_bytes(from: &[u8]) -> Self {
        let from = &from[..16];
        // SAFETY: the machine has AVX2, and there are sixteen numbers.
        Self(unsafe { _mm256_cvtepu8_epi16(_mm_loadu_si128(from.as_ptr().cast())) })
    }

    #[inline(always)]
    fn load_two(first: &[u16], second: &[u16]) -> Self {
        let (first, second) = (&first[..8], &second[..8]);
        // SAFETY: the machine has AVX2, and there are eight numbers in each.
        Self(unsafe { _mm256_loadu2_m128i(second.as_ptr().cast(), first.as_ptr().cast()) })
    }

    #[inline(always)]
    fn load_four(rows: [&[u16]; 4]) -> Self {
        let (a, b, c, d) = (&rows[0][..4], &rows[1][..4], &rows[2][..4], &rows[3][..4]);
        // SAFETY: the machine has AVX2, and there are four numbers in each.
        Self(unsafe {
            let a = _mm_loadl_epi64(a.as_ptr().cast());
            let b = _mm_loadl_epi64(b.as_ptr().cast());
            let c = _mm_loadl_epi64(c.as_ptr().cast());
            let d = _mm_loadl_epi64(d.as_ptr().cast());
            _mm256_set_m128i(_mm_unpacklo_epi64(c, d), _mm_unpacklo_epi64(a, b))
        })
    }

    #[inline(always)]
    fn store(self, to: &mut [u16]) {
        let to = &mut to[..16];
        // SAFETY: the machine has AVX2, and there is room for sixteen numbers.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), self.0) };
    }

    #[inline(always)]
    fn store_bytes(self, to: &mut [u8]) {
        let to = &mut to[..16];
        // SAFETY: the machine has AVX2, and there is room for sixteen numbers.
        unsafe {
            let (low, high) = (
                _mm256_castsi256_si128(self.0),
                _mm256_extracti128_si256::<1>(self.0),
            );
            _mm_storeu_si128(to.as_mut_ptr().cast(), _mm_packus_epi16(low, high));
        }
    }

    #[inline(always)]
    fn load_ints(first: &[i32], second: &[i32]) -> Self {
        let (first, second) = (&first[..8], &second[..8]);
        // SAFETY: the machine has AVX2, and there are eight numbers in each.
        Self(unsafe {
            let first = _mm256_loadu_si256(first.as_ptr().cast());
            let second = _mm256_loadu_si256(second.as_ptr().cast());
            _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(first, second))
        })
    }

    #[inline(always)]
    fn load_signed(first: &[i16], second: &[i16]) -> Self {
        let (first, second) = (&first[..8], &second[..8]);
        // SAFETY: the machine has AVX2, and there are eight numbers in each.
        Self(unsafe { _mm256_loadu2_m128i(second.as_ptr().cast(), first.as_ptr().cast()) })
    }

    #[inline(always)]
    fn store_signed(self, first: &mut [i16], second: &mut [i16]) {
        let (first, second) = (&mut first[..8], &mut second[..8]);
        // SAFETY: the machine has AVX2, and there is room for eight numbers in each.
        unsafe {
            _mm256_storeu2_m128i(
                second.as_mut_ptr().cast(),
                first.as_mut_ptr().cast(),
                self.0,
            );
        }
    }

    #[inline(always)]
    fn transpose_halves(block: &mut [Self]) {
        let block = &mut block[..8];
        // SAFETY: the machine has AVX2, and there are eight rows.
        unsafe {
            let turned = half_turned(eight_of(block, 0));
            for (to, row) in block.iter_mut().zip(turned) {
                to.0 = row;
            }
        }
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
    fn less(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_subs_epu16(self.0, other.0) })
    }

    #[inline(always)]
    fn times(self, factor: i16) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_mullo_epi16(self.0, _mm256_set1_epi16(factor)) })
    }

    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_abs_epi16(self.0) })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_min_epi16(self.0, other.0) })
    }

    #[inline(always)]
    fn min_unsigned(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_min_epu16(self.0, other.0) })
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_max_epi16(self.0, other.0) })
    }

    #[inline(always)]
    fn shifted<const BITS: i32>(self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_srai_epi16::<BITS>(self.0) })
    }

    #[inline(always)]
    fn shifted_unsigned(self, bits: u32) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_srl_epi16(self.0, _mm_cvtsi32_si128(bits.cast_signed())) })
    }

    #[inline(always)]
    fn above(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_cmpgt_epi16(self.0, other.0) })
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_and_si256(self.0, other.0) })
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_or_si256(self.0, other.0) })
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_xor_si256(self.0, other.0) })
    }

    #[inline(always)]
    fn select(self, set: Self, clear: Self) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe { _mm256_blendv_epi8(clear.0, set.0, self.0) })
    }

    #[inline(always)]
    fn is_zero(self) -> bool {
        // SAFETY: the machine has AVX2.
        unsafe { _mm256_testz_si256(self.0, self.0) == 1 }
    }

    #[inline(always)]
    fn transpose(block: &mut [Self; 16]) {
        // SAFETY: the machine has AVX2.
        unsafe {
            let (top, bottom) = (
                half_turned(eight_of(block, 0)),
                half_turned(eight_of(block, 8)),
            );
            for at in 0..8 {
                block[at].0 = _mm256_permute2x128_si256::<0x20>(top[at], bottom[at]);
                block[at + 8].0 = _mm256_permute2x128_si256::<0x31>(top[at], bottom[at]);
            }
        }
    }

    #[inline(always)]
    fn dot(first: Self, second: Self, factors: [i16; 2]) -> Halves {
        let [a, b] = factors;
        let (a, b) = (i32::from(a.cast_unsigned()), i32::from(b.cast_unsigned()));
        // SAFETY: the machine has AVX2.
        unsafe {
            let factors = _mm256_set1_epi32(b << 16 | a);
            let low = _mm256_unpacklo_epi16(first.0, second.0);
            let high = _mm256_unpackhi_epi16(first.0, second.0);
            (
                _mm256_madd_epi16(low, factors),
                _mm256_madd_epi16(high, factors),
            )
        }
    }

    #[inline(always)]
    fn splat_wide(value: i32) -> Halves {
        // SAFETY: the machine has AVX2.
        let value = unsafe { _mm256_set1_epi32(value) };
        (value, value)
    }

    #[inline(always)]
    fn plus_wide(first: Halves, second: Halves) -> Halves {
        // SAFETY: the machine has AVX2.
        unsafe {
            (
                _mm256_add_epi32(first.0, second.0),
                _mm256_add_epi32(first.1, second.1),
            )
        }
    }

    #[inline(always)]
    fn narrow(wide: Halves, bits: u32) -> Self {
        // SAFETY: the machine has AVX2.
        Self(unsafe {
            let bits = _mm_cvtsi32_si128(bits.cast_signed());
            _mm256_packs_epi32(
                _mm256_sra_epi32(wide.0, bits),
                _mm256_sra_epi32(wide.1, bits),
            )
        })
    }
}

/// Swaps rows and columns of the lower and of the upper halves of eight rows.
///
/// # Safety
///
/// The machine has AVX2.
#[inline(always)]
unsafe fn half_turned(rows: [__m256i; 8]) -> [__m256i; 8] {
    let [a, b, c, d, e, f, g, h] = rows;
    // SAFETY: see above.
    unsafe {
        // Pairs of the first four numbers of rows, and of the others; then fours of them.
        let (ab, cd) = (_mm256_unpacklo_epi16(a, b), _mm256_unpacklo_epi16(c, d));
        let (ef, gh) = (_mm256_unpacklo_epi16(e, f), _mm256_unpacklo_epi16(g, h));
        let (top_0, top_2) = (_mm256_unpacklo_epi32(ab, cd), _mm256_unpackhi_epi32(ab, cd));
        let (low_0, low_2) = (_mm256_unpacklo_epi32(ef, gh), _mm256_unpackhi_epi32(ef, gh));
        let (ab, cd) = (_mm256_unpackhi_epi16(a, b), _mm256_unpackhi_epi16(c, d));
        let (ef, gh) = (_mm256_unpackhi_epi16(e, f), _mm256_unpackhi_epi16(g, h));
        let (top_4, top_6) = (_mm256_unpacklo_epi32(ab, cd), _mm256_unpackhi_epi32(ab, cd));
        let (low_4, low_6) = (_mm256_unpacklo_epi32(ef, gh), _mm256_unpackhi_epi32(ef, gh));
        [
            _mm256_unpacklo_epi64(top_0, low_0),
            _mm256_unpackhi_epi64(top_0, low_0),
            _mm256_unpacklo_epi64(top_2, low_2),
            _mm256_unpackhi_epi64(top_2, low_2),
            _mm256_unpacklo_epi64(top_4, low_4),
            _mm256_unpackhi_epi64(top_4, low_4),
            _mm256_unpacklo_epi64(top_6, low_6),
            _mm256_unpackhi_epi64(top_6, low_6),
        ]
    }
}

/// Eight of sixteen rows.
#[inline(always)]
fn eight_of(block: &[Sixteen], first: usize) -> [__m256i; 8] {
    let rows = &block[first..first + 8];
    [
        rows[0].0, rows[1].0, rows[2].0, rows[3].0, rows[4].0, rows[5].0, rows[6].0, rows[7].0,
    ]
}
