//! The colours of a picture in cells, and the splitting of boxes of cells.

use std::collections::BTreeMap;

use super::{Rgba, distance};

/// Cells of 5 bits per colour channel and 4 of alpha, with the sums of what fell into them.
pub(super) struct Histogram {
    cells: Vec<Cell>,
    has_transparent: bool,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    count: u64,
    sums: [u64; 4],
}

impl Histogram {
    pub(super) fn new(pixels: &Rgba<'_>) -> Self {
        let mut cells = BTreeMap::<[u8; 4], Cell>::new();
        let mut has_transparent = false;
        for color in pixels.iter() {
            if color[3] == 0 {
                has_transparent = true;
                continue;
            }
            let [r, g, b, a] = color;
            cells
                .entry([r >> 3, g >> 3, b >> 3, a >> 4])
                .or_default()
                .add(color);
        }
        Self {
            cells: cells.into_values().collect(),
            has_transparent,
        }
    }

    /// At most `most` colours for the whole; one of them transparent if a pixel is.
    pub(super) fn colors(self, most: usize) -> Vec<[u8; 4]> {
        let has_transparent = self.has_transparent;
        let room = most - usize::from(has_transparent);
        let mut colors = self.visible(room);
        if has_transparent {
            colors.push([0; 4]);
        }
        colors
    }

    /// At most `most` colours less one, none of them transparent.
    pub(super) fn colors_beside_transparent(self, most: usize) -> Vec<[u8; 4]> {
        self.visible(most - 1)
    }

    fn visible(mut self, most: usize) -> Vec<[u8; 4]> {
        let mut colors = self.split(most.max(1));
        for _ in 0..REFINEMENTS {
            self.refine(&mut colors);
        }
        colors
    }

    /// Splits the box with the largest error until there are enough.
    fn split(&mut self, most: usize) -> Vec<[u8; 4]> {
        let mut boxes = vec![Part::new(&self.cells, 0, self.cells.len())];
        while boxes.len() < most {
            let worst = (0..boxes.len()).max_by(|a, b| boxes[*a].error.total_cmp(&boxes[*b].error));
            let Some(worst) = worst.filter(|i| boxes[*i].error > 0.0) else {
                break;
            };
            let part = boxes.swap_remove(worst);
            let cells = &mut self.cells[part.start..part.end];
            let middle = part.partition(cells);
            if middle == 0 || middle == cells.len() {
                boxes.push(Part { error: 0.0, ..part });
                continue;
            }
            boxes.push(Part::new(&self.cells, part.start, part.start + middle));
            boxes.push(Part::new(&self.cells, part.start + middle, part.end));
        }
        let mean = |part: &Part| total(&self.cells[part.start..part.end]).mean();
        boxes.iter().map(mean).collect()
    }

    /// One step of k-means: each colour becomes the mean of the cells nearest to it.
    fn refine(&self, colors: &mut [[u8; 4]]) {
        let mut sums = vec![Cell::default(); colors.len()];
        for cell in &self.cells {
            let mean = cell.mean();
            let nearest = (0..colors.len()).min_by_key(|i| distance(colors[*i], mean));
            if let Some(sum) = nearest.and_then(|i| sums.get_mut(i)) {
                sum.merge(cell);
            }
        }
        for (color, sum) in colors.iter_mut().zip(&sums) {
            if sum.count > 0 {
                *color = sum.mean();
            }
        }
    }
}

impl Cell {
    fn add(&mut self, color: [u8; 4]) {
        self.count += 1;
        for (sum, sample) in self.sums.iter_mut().zip(color) {
            *sum += u64::from(sample);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        for (sum, other) in self.sums.iter_mut().zip(other.sums) {
            *sum += other;
        }
    }

    fn mean(&self) -> [u8; 4] {
        let count = self.count.max(1);
        self.sums
            .map(|sum| u8::try_from((sum + count / 2) / count).unwrap_or(u8::MAX))
    }
}

fn total(cells: &[Cell]) -> Cell {
    let mut total = Cell::default();
    for cell in cells {
        total.merge(cell);
    }
    total
}

/// A run of cells that makes one colour.
struct Part {
    start: usize,
    end: usize,
    /// Weighted squared error of showing all of it as its mean.
    error: f64,
    /// The channel with the largest part of the error.
    axis: usize,
    mean: [u8; 4],
}

impl Part {
    fn new(cells: &[Cell], start: usize, end: usize) -> Self {
        let cells = &cells[start..end];
        let mean = total(cells).mean();
        let mut errors = [0.0; 4];
        for cell in cells {
            let color = cell.mean();
            for (i, error) in errors.iter_mut().enumerate() {
                let difference = f64::from(color[i].abs_diff(mean[i]));
                *error += difference * difference * cell.count as f64 * WEIGHTS[i];
            }
        }
        let axis = (0..4).max_by(|a, b| errors[*a].total_cmp(&errors[*b]));
        Self {
            start,
            end,
            error: errors.iter().sum(),
            axis: axis.unwrap_or_default(),
            mean,
        }
    }

    /// Moves cells below the mean to the front; returns how many.
    fn partition(&self, cells: &mut [Cell]) -> usize {
        let axis = self.axis;
        cells.sort_by_key(|cell| cell.mean()[axis]);
        cells.partition_point(|cell| cell.mean()[axis] < self.mean[axis])
    }
}

/// As in [`distance`].
const WEIGHTS: [f64; 4] = [2.0, 4.0, 1.0, 4.0];
const REFINEMENTS: usize = 4;
