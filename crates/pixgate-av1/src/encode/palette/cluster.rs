//! The colours that stand best for those of a block: the most frequent ones, moved to the middle of
//! what is nearest to them (k-means).

use super::colors::MOST;

/// Colours with how often they are, of one or two planes.
pub(crate) struct Points {
    /// In ascending order.
    colors: Vec<([u16; 2], u32)>,
}

/// Distinct colours beyond which no block is anything for a palette.
const TOO_MANY: usize = 64;

impl Points {
    pub(crate) const fn new() -> Self {
        Self { colors: Vec::new() }
    }

    /// Counts colours; false, and not all counted, if they are too many or only one.
    ///
    /// - `area`: how many samples there are; a quarter as many colours are too many.
    pub(crate) fn count(&mut self, area: usize, samples: impl Iterator<Item = [u16; 2]>) -> bool {
        let most = TOO_MANY.min(area / 4);
        self.colors.clear();
        let mut last = usize::MAX;
        for color in samples {
            if let Some((same, count)) = self.colors.get_mut(last)
                && *same == color
            {
                *count += 1;
                continue;
            }
            match self
                .colors
                .binary_search_by_key(&color, |&(color, _)| color)
            {
                Ok(at) => {
                    self.colors[at].1 += 1;
                    last = at;
                }
                Err(_) if self.colors.len() == most => return false,
                Err(at) => {
                    self.colors.insert(at, (color, 1));
                    last = at;
                }
            }
        }
        self.colors.len() > 1
    }

    /// Distinct colours.
    pub(crate) fn len(&self) -> usize {
        self.colors.len()
    }

    /// The best of `wanted` colours, up to 8; fewer if some of them would be the same.
    pub(crate) fn clusters(&self, wanted: usize) -> Clusters {
        let wanted = wanted.min(MOST).min(self.colors.len());
        let mut clusters = self.most_frequent(wanted);
        if wanted < self.colors.len() {
            for _ in 0..ROUNDS {
                if !self.recentre(&mut clusters) {
                    break;
                }
            }
            clusters.sort();
        }
        clusters
    }

    fn most_frequent(&self, wanted: usize) -> Clusters {
        let mut order: Vec<usize> = (0..self.colors.len()).collect();
        order.sort_by_key(|&at| std::cmp::Reverse(self.colors[at].1));
        let mut clusters = Clusters {
            colors: [[0; 2]; MOST],
            count: wanted,
        };
        for (to, at) in clusters
            .colors
            .iter_mut()
            .zip(order.into_iter().take(wanted))
        {
            *to = self.colors[at].0;
        }
        clusters.sort();
        clusters
    }

    /// Moves each colour to the mean of those that are nearest to it; whether any moved.
    fn recentre(&self, clusters: &mut Clusters) -> bool {
        let mut sums = [[0u64; 3]; MOST];
        for &(color, count) in &self.colors {
            let sum = &mut sums[clusters.nearest(color)];
            sum[0] += u64::from(color[0]) * u64::from(count);
            sum[1] += u64::from(color[1]) * u64::from(count);
            sum[2] += u64::from(count);
        }
        let mut has_moved = false;
        for (color, [first, second, count]) in clusters.colors.iter_mut().zip(sums) {
            if count > 0 {
                let mean = [first, second]
                    .map(|sum| u16::try_from((sum + count / 2) / count).unwrap_or(u16::MAX));
                has_moved |= *color != mean;
                *color = mean;
            }
        }
        has_moved
    }
}

/// Rounds of moving.
const ROUNDS: usize = 8;

/// Colours that stand for others.
#[derive(Clone, Copy)]
pub(crate) struct Clusters {
    pub(crate) colors: [[u16; 2]; MOST],
    pub(crate) count: usize,
}

impl Clusters {
    pub(crate) fn as_slice(&self) -> &[[u16; 2]] {
        &self.colors[..self.count]
    }

    /// Ascending and each once.
    pub(crate) fn sort(&mut self) {
        let colors = &mut self.colors[..self.count];
        colors.sort_unstable();
        let mut kept = 0;
        for at in 0..self.count {
            if kept == 0 || self.colors[kept - 1] != self.colors[at] {
                self.colors[kept] = self.colors[at];
                kept += 1;
            }
        }
        self.count = kept;
    }

    /// The place of the colour that is nearest to one.
    pub(crate) fn nearest(&self, color: [u16; 2]) -> usize {
        let distance = |other: [u16; 2]| {
            let difference = |at: usize| u32::from(color[at].abs_diff(other[at]));
            difference(0).pow(2) + difference(1).pow(2)
        };
        let mut best = (u32::MAX, 0);
        for (at, &other) in self.as_slice().iter().enumerate() {
            let distance = distance(other);
            if distance < best.0 {
                best = (distance, at);
            }
        }
        best.1
    }
}
