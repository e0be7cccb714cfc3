//! Kernels of rows of bytes that are weighed by small whole numbers.

use std::arch::x86_64::*;

use crate::kernels::sums;

/// Twin of [`sums::mean_rows`].
pub(super) fn mean_rows(rows: &[&[u8]], weights: &[i8], shift: u32, out: &mut [u8]) {
    let width = out.len();
    if !fits(rows, weights, width) {
        sums::mean_rows(rows, weights, shift, out);
        return;
    }
    let total: i32 = weights.iter().map(|w| i32::from(*w)).sum();
    let is_narrow = weights.iter().all(|w| *w >= 0) && total * 255 + (1 << shift >> 1) < 1 << 16;
    // SAFETY: the machine has AVX2; each row and `out` hold `width` samples, at least a step.
    unsafe {
        if is_narrow {
            narrow_kernel(rows, weights, shift, out.as_mut_ptr(), width);
        } else {
            mean_kernel(rows, weights, shift, out.as_mut_ptr(), width);
        }
    };
}

/// Twin of [`sums::add_rows`].
pub(super) fn add_rows(rows: &[&[u8]], weights: &[i8], sums: &mut [i32]) {
    let whole = sums.len() / STEP * STEP;
    let (head, tail) = sums.split_at_mut(whole);
    if fits(rows, weights, whole) {
        // SAFETY: the machine has AVX2; each row and `head` hold that many samples, a multiple of a step.
        unsafe { add_kernel(rows, weights, head) };
    } else {
        sums::add_rows(rows, weights, head);
    }
    sums::add_rows_from(rows, weights, whole, tail);
}

/// Twin of [`sums::means`].
pub(super) fn means(sums: &[i32], shift: u32, out: &mut [u8]) {
    // SAFETY: the machine has AVX2.
    unsafe { means_kernel(sums, shift, out) }
}

#[target_feature(enable = "avx2")]
fn means_kernel(sums: &[i32], shift: u32, out: &mut [u8]) {
    sums::means(sums, shift, out);
}

fn fits(rows: &[&[u8]], weights: &[i8], width: usize) -> bool {
    let fits = rows.len() == weights.len() && rows.len().is_multiple_of(4);
    fits && width >= STEP && rows.iter().all(|row| row.len() >= width)
}

/// Samples of a step.
const STEP: usize = 32;

/// [`mean_kernel`] for sums that fit 16 bits.
///
/// - `rows`: each at least `width` long; an even number, as many as `weights`.
/// - `out`: `width` samples may be written, at least [`STEP`].
#[target_feature(enable = "avx2")]
unsafe fn narrow_kernel(rows: &[&[u8]], weights: &[i8], shift: u32, out: *mut u8, width: usize) {
    let half = _mm256_set1_epi16(1 << (shift - 1));
    let shift = _mm_cvtsi32_si128(shift.cast_signed());
    let pairs = rows.as_chunks::<2>().0;
    let weights = weights.as_chunks::<2>().0;
    let mut x = 0;
    loop {
        let (mut low, mut high) = (half, half);
        for ([a, b], weights) in pairs.iter().zip(weights) {
            let factors = _mm256_set1_epi16(i16::from_le_bytes(weights.map(i8::cast_unsigned)));
            // SAFETY: samples x to x + 32 are inside both rows, see above and below.
            let (a, b) = unsafe {
                (
                    _mm256_loadu_si256(a.as_ptr().add(x).cast()),
                    _mm256_loadu_si256(b.as_ptr().add(x).cast()),
                )
            };
            let weighed = |samples| _mm256_maddubs_epi16(samples, factors);
            low = _mm256_add_epi16(low, weighed(_mm256_unpacklo_epi8(a, b)));
            high = _mm256_add_epi16(high, weighed(_mm256_unpackhi_epi8(a, b)));
        }
        let shifted = |sum| _mm256_srl_epi16(sum, shift);
        let bytes = _mm256_packus_epi16(shifted(low), shifted(high));
        // SAFETY: samples x to x + 32 are inside, see above and below.
        unsafe { _mm256_storeu_si256(out.add(x).cast(), bytes) };
        if x + STEP == width {
            return;
        }
        // The last step overlaps the one before and writes the same samples again.
        x = (x + STEP).min(width - STEP);
    }
}

/// - `rows`: each at least `width` long; a multiple of four, as many as `weights`.
/// - `out`: `width` samples may be written, at least [`STEP`].
#[target_feature(enable = "avx2")]
unsafe fn mean_kernel(rows: &[&[u8]], weights: &[i8], shift: u32, out: *mut u8, width: usize) {
    let half = _mm256_set1_epi32(1 << (shift - 1));
    let shift = _mm_cvtsi32_si128(shift.cast_signed());
    let mut x = 0;
    loop {
        // SAFETY: samples x to x + 32 are inside the rows, see above and below.
        let [a, b, c, d] = unsafe { add([half; 4], rows, weights, x) };
        let shifted = |sum| _mm256_sra_epi32(sum, shift);
        // Packing puts the halves back where unpacking took them from.
        let low = _mm256_packs_epi32(shifted(a), shifted(b));
        let high = _mm256_packs_epi32(shifted(c), shifted(d));
        let bytes = _mm256_packus_epi16(low, high);
        // SAFETY: samples x to x + 32 are inside, see above and below.
        unsafe { _mm256_storeu_si256(out.add(x).cast(), bytes) };
        if x + STEP == width {
            return;
        }
        // The last step overlaps the one before and writes the same samples again.
        x = (x + STEP).min(width - STEP);
    }
}

/// - `rows`: each at least as long as `sums`; a multiple of four, as many as `weights`.
#[target_feature(enable = "avx2")]
unsafe fn add_kernel(rows: &[&[u8]], weights: &[i8], sums: &mut [i32]) {
    for (step, sums) in sums.as_chunks_mut::<STEP>().0.iter_mut().enumerate() {
        // SAFETY: samples of this step are inside the rows, see above.
        let [a, b, c, d] = unsafe { add([_mm256_setzero_si256(); 4], rows, weights, step * STEP) };
        // Halves that unpacking has brought together go apart again.
        let parts = [
            _mm256_permute2x128_si256::<0x20>(a, b),
            _mm256_permute2x128_si256::<0x20>(c, d),
            _mm256_permute2x128_si256::<0x31>(a, b),
            _mm256_permute2x128_si256::<0x31>(c, d),
        ];
        for (sums, part) in sums.as_chunks_mut::<8>().0.iter_mut().zip(parts) {
            let to: *mut __m256i = sums.as_mut_ptr().cast();
            // SAFETY: eight numbers are there.
            unsafe { _mm256_storeu_si256(to, _mm256_add_epi32(_mm256_loadu_si256(to), part)) };
        }
    }
}

/// Adds weighed samples x to x + 32 to sums: of each half of 16 samples, the first holds numbers 0 to 3, the
/// second 4 to 7, and so on.
///
/// - `rows`: each at least `x + 32` long; a multiple of four, as many as `weights`.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn add(sums: [__m256i; 4], rows: &[&[u8]], weights: &[i8], x: usize) -> [__m256i; 4] {
    let mut sums = sums;
    // SAFETY: samples x to x + 32 are inside the row, see above.
    let load = |row: &&[u8]| unsafe { _mm256_loadu_si256(row.as_ptr().add(x).cast()) };
    for (rows, weights) in rows
        .as_chunks::<4>()
        .0
        .iter()
        .zip(weights.as_chunks::<4>().0)
    {
        add_four(&mut sums, rows.each_ref().map(load), *weights);
    }
    sums
}

#[inline]
#[target_feature(enable = "avx2")]
fn add_four(sums: &mut [__m256i; 4], [a, b, c, d]: [__m256i; 4], weights: [i8; 4]) {
    let ones = _mm256_set1_epi16(1);
    let factors = _mm256_set1_epi32(i32::from_le_bytes(weights.map(i8::cast_unsigned)));
    let halves = [
        (_mm256_unpacklo_epi8(a, b), _mm256_unpacklo_epi8(c, d)),
        (_mm256_unpackhi_epi8(a, b), _mm256_unpackhi_epi8(c, d)),
    ];
    let [(ab, cd), (ef, gh)] = halves;
    let fours = [
        _mm256_unpacklo_epi16(ab, cd),
        _mm256_unpackhi_epi16(ab, cd),
        _mm256_unpacklo_epi16(ef, gh),
        _mm256_unpackhi_epi16(ef, gh),
    ];
    for (sum, four) in sums.iter_mut().zip(fours) {
        // Products of two samples fit 16 bits, see the twin.
        let pairs = _mm256_maddubs_epi16(four, factors);
        *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(pairs, ones));
    }
}
