//! Alpha as differences from what it is predicted to be.

/// What a value is predicted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    None,
    /// The value to the left.
    Horizontal,
    /// The value above.
    Vertical,
    /// Both, less the one between them.
    Gradient,
}

const ALL: [Filter; 4] = [
    Filter::None,
    Filter::Horizontal,
    Filter::Vertical,
    Filter::Gradient,
];

impl Filter {
    pub(super) const fn from_bits(bits: u8) -> Self {
        ALL[(bits & 3) as usize]
    }

    pub(super) const fn bits(self) -> u8 {
        self as u8
    }

    /// What a value in the middle is predicted to be.
    #[inline(always)]
    fn predict(self, left: u8, above: u8, corner: u8) -> u8 {
        match self {
            Self::None => 0,
            Self::Horizontal => left,
            Self::Vertical => above,
            Self::Gradient => {
                let sum = i16::from(left) + i16::from(above) - i16::from(corner);
                sum.clamp(0, 255).to_le_bytes()[0]
            }
        }
    }

    /// Turns differences into values, in place.
    pub(super) fn undo(self, plane: &mut [u8], width: usize) {
        if self == Self::None {
            return;
        }
        let mut above: &[u8] = &[];
        for row in plane.chunks_exact_mut(width) {
            let Some(&first) = above.first() else {
                undo_row(row, 0, |left, _| left);
                above = row;
                continue;
            };
            match self {
                Self::Horizontal => undo_row(row, first, |left, _| left),
                Self::Vertical => {
                    for (value, above) in row.iter_mut().zip(above) {
                        *value = value.wrapping_add(*above);
                    }
                }
                _ => {
                    let mut corner = first;
                    undo_row(row, first, |left, x| {
                        let predicted = self.predict(left, above[x], corner);
                        corner = above[x];
                        predicted
                    });
                }
            }
            above = row;
        }
    }

    /// Turns values into differences.
    pub(super) fn apply(self, plane: &[u8], width: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(plane.len());
        let mut above: &[u8] = &[];
        for row in plane.chunks_exact(width) {
            let (filter, first) = match (self, above.first()) {
                (Self::None, _) => (self, 0),
                (_, None) => (Self::Horizontal, 0),
                (_, Some(&first)) => (self, first),
            };
            let (mut left, mut corner) = (first, first);
            for (x, &value) in row.iter().enumerate() {
                let above = above.get(x).copied().unwrap_or_default();
                out.push(value.wrapping_sub(filter.predict(left, above, corner)));
                (left, corner) = (value, above);
            }
            above = row;
        }
        out
    }
}

#[inline(always)]
fn undo_row(row: &mut [u8], first: u8, mut predict: impl FnMut(u8, usize) -> u8) {
    let mut left = first;
    for (x, value) in row.iter_mut().enumerate() {
        left = value.wrapping_add(predict(left, x));
        *value = left;
    }
}

/// Filters that are worth a trial, by what different values they leave.
pub(super) fn candidates(plane: &[u8], width: usize, effort: u8) -> Vec<Filter> {
    let mut guesses: Vec<(f32, Filter)> = ALL
        .iter()
        .map(|&filter| (bits(&filter.apply(plane, width)), filter))
        .collect();
    guesses.sort_by(|a, b| a.0.total_cmp(&b.0));
    let count = match effort {
        ..=3 => 1,
        4..=5 => 2,
        _ => 4,
    };
    guesses.truncate(count);
    guesses.into_iter().map(|(_, filter)| filter).collect()
}

/// About how many bits values take that are not the same as those before them.
fn bits(values: &[u8]) -> f32 {
    let mut counts = [0_u32; 256];
    let mut last = None;
    for &value in values {
        if last != Some(value) {
            counts[usize::from(value)] += 1;
        }
        last = Some(value);
    }
    let total: u32 = counts.iter().sum();
    let used = counts.iter().filter(|&&count| count > 0);
    used.map(|&count| count as f32 * (total as f32 / count as f32).log2() + 4.0)
        .sum()
}
