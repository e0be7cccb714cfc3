//! Rows of chroma brought to the width of luma.

use crate::geometry::Plane;

/// How a component's rows become rows of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Upsampling {
    /// One sample per pixel.
    None,
    /// Half the width: triangle filter.
    Horizontal,
    /// Half the height: triangle filter.
    Vertical,
    /// Half of both: triangle filter.
    Both,
    /// Any other ratio, as (samples, pixels) across and down: the nearest sample to the left
    /// and above.
    Replicate {
        across: (usize, usize),
        down: (usize, usize),
    },
}

impl Upsampling {
    /// - `finest`: samples that a unit spans in the picture, across and down.
    pub(crate) fn of(plane: &Plane, finest: (usize, usize)) -> Self {
        let side = plane.scale.block_side();
        let (across, down) = (plane.unit.0 * side, plane.unit.1 * side);
        // libjpeg interpolates only what is wide enough and not reduced to single samples.
        let is_smooth = plane.width > 2 && side > 1;
        match (finest.0 == across * 2, finest.1 == down * 2) {
            (false, false) if finest == (across, down) => Self::None,
            (true, false) if is_smooth && finest.1 == down => Self::Horizontal,
            (false, true) if is_smooth && finest.0 == across => Self::Vertical,
            (true, true) if is_smooth => Self::Both,
            _ => Self::Replicate {
                across: (across, finest.0),
                down: (down, finest.1),
            },
        }
    }

    /// Whether a row needs samples from the rows above and below.
    pub(crate) const fn needs_context(self) -> bool {
        matches!(self, Self::Vertical | Self::Both)
    }

    /// The component's rows that picture row `y` is made of: the near one, and the one to mix in.
    pub(crate) fn rows(self, y: usize, height: usize) -> (usize, usize) {
        let last = height.saturating_sub(1);
        match self {
            Self::None | Self::Horizontal => (y.min(last), y.min(last)),
            Self::Vertical | Self::Both => {
                let near = (y / 2).min(last);
                let far = if y.is_multiple_of(2) {
                    near.saturating_sub(1)
                } else {
                    (near + 1).min(last)
                };
                (near, far)
            }
            Self::Replicate { down, .. } => {
                let near = (y * down.0 / down.1).min(last);
                (near, near)
            }
        }
    }
}

/// Fills `out` with every sample of `row` repeated in the ratio of `across`.
pub(crate) fn replicate(row: &[u8], across: (usize, usize), out: &mut [u8]) {
    if across.0 * 2 == across.1 {
        for (pair, &sample) in out.chunks_mut(2).zip(row) {
            pair.fill(sample);
        }
        return;
    }
    for (x, out) in out.iter_mut().enumerate() {
        *out = row.get(x * across.0 / across.1).copied().unwrap_or(0);
    }
}

/// Doubles the width (libjpeg's `h2v1_fancy_upsample`).
///
/// `out` may be one sample short of twice the row.
#[inline(always)]
pub(crate) fn horizontal(row: &[u8], out: &mut [u8]) {
    let ([first, ..], [.., last]) = (row, row) else {
        return;
    };
    let middle = out.get_mut(1..).unwrap_or_default();
    let pairs = middle.as_chunks_mut::<2>().0.iter_mut();
    for ((pair, &a), &b) in pairs.zip(row).zip(&row[1..]) {
        let (a, b) = (u16::from(a), u16::from(b));
        *pair = both_bytes((3 * a + b + 2) >> 2, (3 * b + a + 1) >> 2);
    }
    if let Some(out) = out.first_mut() {
        *out = *first;
    }
    if let Some(out) = out.get_mut(row.len() * 2 - 1) {
        *out = *last;
    }
}

/// Mixes two rows (libjpeg-turbo's `h1v2_fancy_upsample`).
///
/// - `bias`: 1 for the upper of the two picture rows, 2 for the lower.
#[inline(always)]
pub(crate) fn vertical(near: &[u8], far: &[u8], bias: u16, out: &mut [u8]) {
    for ((out, &near), &far) in out.iter_mut().zip(near).zip(far) {
        *out = narrow((3 * u16::from(near) + u16::from(far) + bias) >> 2);
    }
}

/// Mixes two rows and doubles the width (libjpeg's `h2v2_fancy_upsample`).
///
/// - `sums`: room for as many numbers as there are samples.
#[inline(always)]
pub(crate) fn both(near: &[u8], far: &[u8], sums: &mut [u16], out: &mut [u8]) {
    for ((sum, &near), &far) in sums.iter_mut().zip(near).zip(far) {
        *sum = 3 * u16::from(near) + u16::from(far);
    }
    let sums = sums.get(..near.len()).unwrap_or_default();
    let ([first, ..], [.., last]) = (sums, sums) else {
        return;
    };
    let middle = out.get_mut(1..).unwrap_or_default();
    let pairs = middle.as_chunks_mut::<2>().0.iter_mut();
    for ((pair, a), b) in pairs.zip(sums).zip(&sums[1..]) {
        *pair = both_bytes((3 * a + b + 7) >> 4, (3 * b + a + 8) >> 4);
    }
    if let Some(out) = out.first_mut() {
        *out = narrow((first * 4 + 8) >> 4);
    }
    if let Some(out) = out.get_mut(sums.len() * 2 - 1) {
        *out = narrow((last * 4 + 7) >> 4);
    }
}

/// Two samples in one 16-bit store, which vectors better than two of 8.
#[inline(always)]
const fn both_bytes(first: u16, second: u16) -> [u8; 2] {
    (first | second << 8).to_le_bytes()
}

#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "weights add up to the shift"
)]
const fn narrow(value: u16) -> u8 {
    value as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_as_libjpeg_does() {
        let mut out = [0; 6];
        horizontal(&[10, 20, 40], &mut out);
        assert_eq!(out, [10, 13, 17, 25, 35, 40]);
        let mut odd = [0; 5];
        horizontal(&[10, 20, 40], &mut odd);
        assert_eq!(odd, out[..5]);
    }

    #[test]
    fn mixes_rows_as_libjpeg_does() {
        let mut out = [0; 3];
        vertical(&[10, 20, 40], &[20, 20, 0], 2, &mut out);
        assert_eq!(out, [13, 20, 30]);
        let (mut out, mut odd, mut sums) = ([0; 6], [0; 5], [0; 3]);
        both(&[10, 20, 40], &[20, 20, 0], &mut sums, &mut out);
        assert_eq!(out, [13, 14, 18, 22, 28, 30]);
        both(&[10, 20, 40], &[20, 20, 0], &mut sums, &mut odd);
        assert_eq!(odd, out[..5]);
    }

    #[test]
    fn replicates_any_ratio() {
        let mut out = [0; 6];
        replicate(&[1, 2, 3, 4], (2, 3), &mut out);
        assert_eq!(out, [1, 1, 2, 3, 3, 4]);
    }
}
