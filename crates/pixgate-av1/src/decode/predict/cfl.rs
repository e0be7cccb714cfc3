//! Prediction of chroma from the luma of the same block (section 7.11.5).

use super::Target;
use crate::decode::band::Band;
use crate::decode::size::Size;
use crate::kernels::sample::Sample;

/// The luma of a chroma block.
#[derive(Clone, Copy, Debug)]
pub(in crate::decode) struct CflArea {
    /// In the band of luma.
    pub(in crate::decode) x: usize,
    /// In the superblock row.
    pub(in crate::decode) y: usize,
    /// Columns and rows that are predicted, from `x` and `y` on; what is beyond them repeats.
    pub(in crate::decode) known: (usize, usize),
    /// Whether chroma has half the columns, and half the rows.
    pub(in crate::decode) subsampling: (bool, bool),
    /// Of chroma.
    pub(in crate::decode) size: Size,
}

/// Luma in eighths at each sample of a chroma block, less its average, row by row.
pub(in crate::decode) fn luma_differences<S: Sample>(
    band: &Band<S>,
    area: &CflArea,
    out: &mut [i16; 1024],
) {
    let (width, height) = (area.size.width(), area.size.height());
    let (shift_x, shift_y) = (
        usize::from(area.subsampling.0),
        usize::from(area.subsampling.1),
    );
    let known_x = (area.known.0 >> shift_x).clamp(1, width);
    let known_y = (area.known.1 >> shift_y).clamp(1, height);
    let samples = band.samples();
    for (y, row) in out.chunks_exact_mut(width).take(known_y).enumerate() {
        let place = band.place(area.x, area.y + (y << shift_y));
        let first = &samples[place..];
        let second = &samples[place + shift_y * band.stride..];
        let (inside, beyond) = row.split_at_mut(known_x);
        match (shift_x, shift_y) {
            (0, _) => {
                for (to, &sample) in inside.iter_mut().zip(first) {
                    *to = eighths(sample.into(), 3);
                }
            }
            (_, 0) => {
                for (to, pair) in inside.iter_mut().zip(first.chunks_exact(2)) {
                    *to = eighths(pair_sum(pair), 2);
                }
            }
            _ => {
                let pairs = first.chunks_exact(2).zip(second.chunks_exact(2));
                for (to, (first, second)) in inside.iter_mut().zip(pairs) {
                    *to = eighths(pair_sum(first) + pair_sum(second), 1);
                }
            }
        }
        let last = inside[known_x - 1];
        beyond.fill(last);
    }
    let start = (known_y - 1) * width;
    for y in known_y..height {
        out.copy_within(start..start + width, y * width);
    }
    centre(&mut out[..width * height], area.size);
}

fn pair_sum<S: Sample>(pair: &[S]) -> i32 {
    let (first, second): (i32, i32) = (pair[0].into(), pair[1].into());
    first + second
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "samples have 12 bits")]
fn eighths(sum: i32, shift: u32) -> i16 {
    (sum << shift) as i16
}

/// Takes the average away.
#[expect(clippy::cast_possible_truncation, reason = "an average")]
fn centre(values: &mut [i16], size: Size) {
    let sum: i32 = values.iter().map(|&value| i32::from(value)).sum();
    let log2 = size.width_log2 + size.height_log2;
    let average = ((sum + (1 << (log2 - 1))) >> log2) as i16;
    for value in values {
        *value -= average;
    }
}

/// Adds `factor` eighths of the differences of luma to a block that is predicted by an average.
pub(in crate::decode) fn add_luma<S: Sample>(
    band: &mut Band<S>,
    target: &Target,
    differences: &[i16; 1024],
    factor: i32,
) {
    let (width, height) = (target.size.width(), target.size.height());
    let stride = band.stride;
    let to = band.samples_mut(target.x, target.y);
    let average: i32 = to.first().map_or(0, |&sample| sample.into());
    let most = (1 << target.bit_depth) - 1;
    let rows = to.chunks_mut(stride).take(height);
    for (row, differences) in rows.zip(differences.chunks_exact(width)) {
        for (to, &difference) in row.iter_mut().zip(differences) {
            let product = factor * i32::from(difference);
            let sign = product >> 31;
            let size = (product.abs() + 32) >> 6;
            *to = S::of((average + ((size ^ sign) - sign)).clamp(0, most));
        }
    }
}
