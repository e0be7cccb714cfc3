//! Chroma rows at another resolution, in floats.

use crate::{ChromaSubsampling, Sample, View};

/// Computes the chroma of luma row `y` at full width.
///
/// Each sample is mixed of the nearer chroma sample (3/4) and the farther one (1/4) in each
/// subsampled direction; at the edges the farther one is the nearer one.
pub(crate) fn upsample<T: Sample>(
    plane: View<'_, T>,
    subsampling: ChromaSubsampling,
    y: u32,
    rows: &mut UpsampleRows<'_>,
) {
    match subsampling {
        ChromaSubsampling::Full => widen(plane.row(y), rows.wide),
        ChromaSubsampling::Horizontal => {
            widen(plane.row(y), rows.narrow);
            stretch(rows.narrow, rows.wide);
        }
        ChromaSubsampling::Both => {
            let near = y / 2;
            let far = if y.is_multiple_of(2) {
                near.saturating_sub(1)
            } else {
                near + 1
            };
            let far = far.min(plane.height() - 1);
            mix(plane.row(near), plane.row(far), rows.narrow);
            stretch(rows.narrow, rows.wide);
        }
    }
}

/// Buffers of [`upsample`]: one row of chroma samples and one of luma width.
pub(crate) struct UpsampleRows<'a> {
    /// As wide as the chroma plane.
    pub(crate) narrow: &'a mut [f32],
    /// As wide as luma: the result.
    pub(crate) wide: &'a mut [f32],
}

fn widen<T: Sample>(row: &[T], target: &mut [f32]) {
    for (to, sample) in target.iter_mut().zip(row) {
        *to = sample.to_f32();
    }
}

fn mix<T: Sample>(near: &[T], far: &[T], target: &mut [f32]) {
    for ((to, near), far) in target.iter_mut().zip(near).zip(far) {
        *to = 0.75 * near.to_f32() + 0.25 * far.to_f32();
    }
}

/// Doubles the width; `wide` may be one shorter than twice `narrow`.
fn stretch(narrow: &[f32], wide: &mut [f32]) {
    let (Some(first), Some(last)) = (narrow.first(), narrow.last()) else {
        return;
    };
    let (mut previous, width) = (*first, narrow.len());
    let (pairs, rest) = wide.as_chunks_mut::<2>();
    let following = narrow.iter().skip(1).chain(std::iter::once(last));
    for ((pair, near), next) in pairs.iter_mut().zip(narrow).zip(following) {
        *pair = [0.75 * near + 0.25 * previous, 0.75 * near + 0.25 * next];
        previous = *near;
    }
    if let [odd] = rest {
        let before = narrow[width.saturating_sub(2)];
        *odd = 0.75 * last + 0.25 * before;
    }
}

/// Averages the width by pairs and adds `weight` times that to `sums`; an odd last counts twice.
pub(crate) fn add_pairs(wide: &[f32], weight: f32, sums: &mut [f32]) {
    let (pairs, rest) = wide.as_chunks::<2>();
    for (sum, [a, b]) in sums.iter_mut().zip(pairs) {
        *sum += 0.5 * weight * (a + b);
    }
    if let ([odd], Some(sum)) = (rest, sums.last_mut()) {
        *sum += weight * odd;
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "sums of quarters are exact")]
    use super::*;

    #[test]
    fn stretches_like_a_triangle() {
        let mut wide = [0.0; 5];
        stretch(&[0.0, 4.0, 8.0], &mut wide);
        assert_eq!(wide, [0.0, 1.0, 3.0, 5.0, 7.0]);
        let mut single = [0.0; 1];
        stretch(&[3.0], &mut single);
        assert_eq!(single, [3.0]);
    }

    #[test]
    fn an_odd_last_column_counts_twice() {
        let mut sums = [1.0; 2];
        add_pairs(&[2.0, 4.0, 6.0], 0.5, &mut sums);
        assert_eq!(sums, [2.5, 4.0]);
    }
}
