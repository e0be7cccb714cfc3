//! Rows of bytes weighed by small whole numbers, in plain Rust: what blurs are made of.

/// Adds up weighed rows, sample by sample: `(Σ weight·sample + 2^(shift−1)) >> shift`, clipped.
///
/// - `rows`: as many as weights, a multiple of four, each as long as `out` or longer.
/// - `weights`: any two that follow each other together from −128 to 128, so that twice a sample fits 16 bits.
/// - `shift`: 1 to 30.
#[inline(always)]
pub(super) fn mean_rows(rows: &[&[u8]], weights: &[i8], shift: u32, out: &mut [u8]) {
    for (first, out) in (0..).step_by(BLOCK).zip(out.chunks_mut(BLOCK)) {
        let mut sums = [0; BLOCK];
        let sums = &mut sums[..out.len()];
        add_block(rows, weights, first, sums);
        means(sums, shift, out);
    }
}

/// Adds weighed rows to sums, sample by sample.
///
/// - `rows`, `weights`: as for [`mean_rows`].
#[inline(always)]
pub(super) fn add_rows(rows: &[&[u8]], weights: &[i8], sums: &mut [i32]) {
    add_rows_from(rows, weights, 0, sums);
}

/// [`add_rows`] for sums that belong to the samples from `first` on.
#[inline(always)]
pub(super) fn add_rows_from(rows: &[&[u8]], weights: &[i8], first: usize, sums: &mut [i32]) {
    for (first, sums) in (first..).step_by(BLOCK).zip(sums.chunks_mut(BLOCK)) {
        add_block(rows, weights, first, sums);
    }
}

#[inline(always)]
fn add_block(rows: &[&[u8]], weights: &[i8], first: usize, sums: &mut [i32]) {
    for (row, &weight) in rows.iter().zip(weights) {
        for (sum, &sample) in sums.iter_mut().zip(&row[first..]) {
            *sum += i32::from(sample) * i32::from(weight);
        }
    }
}

/// What sums stand for: `(sum + 2^(shift−1)) >> shift`, clipped.
#[inline(always)]
#[expect(clippy::cast_sign_loss, reason = "clipped")]
pub(super) fn means(sums: &[i32], shift: u32, out: &mut [u8]) {
    let half = 1 << (shift - 1);
    for (out, sum) in out.iter_mut().zip(sums) {
        *out = ((sum + half) >> shift).clamp(0, 255) as u8;
    }
}

/// Samples of a step: their sums are few enough for registers.
const BLOCK: usize = 32;
