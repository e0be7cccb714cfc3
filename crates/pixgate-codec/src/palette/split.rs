//! A first palette: the box with the largest error is split where that helps most.
//!
//! After X. Wu, "Efficient Statistical Computations for Optimal Color Quantization", Graphics Gems
//! II, 1991, on a list of colours in place of moment tables.

use super::histogram::Entry;
use super::point::Point;

/// Finds at most `most` colours, at least one.
pub(super) fn palette(entries: &mut [Entry], most: usize) -> Vec<Point> {
    let mut boxes = vec![Part::new(entries, 0, entries.len())];
    while boxes.len() < most {
        let worst = (0..boxes.len()).max_by(|a, b| boxes[*a].error.total_cmp(&boxes[*b].error));
        let Some(worst) = worst.filter(|i| boxes[*i].error > 0.0) else {
            break;
        };
        let part = boxes.swap_remove(worst);
        let middle = part.split(entries);
        if middle <= part.start || middle >= part.end {
            boxes.push(Part { error: 0.0, ..part });
            continue;
        }
        boxes.push(Part::new(entries, part.start, middle));
        boxes.push(Part::new(entries, middle, part.end));
    }
    boxes.iter().map(|part| part.mean).collect()
}

/// A run of entries that makes one colour.
struct Part {
    start: usize,
    end: usize,
    mean: Point,
    /// Weighted squared error of showing all of it as its mean.
    error: f64,
    /// The channel with the largest part of the error.
    axis: usize,
}

impl Part {
    fn new(entries: &[Entry], start: usize, end: usize) -> Self {
        let entries = entries.get(start..end).unwrap_or_default();
        let mut sums = Sums::default();
        let mut squares = [0.0_f64; 4];
        for entry in entries {
            sums.add(entry);
            for (square, channel) in squares.iter_mut().zip(entry.mean) {
                *square += f64::from(entry.weight) * f64::from(channel) * f64::from(channel);
            }
        }
        let weight = sums.weight.max(f64::MIN_POSITIVE);
        let errors: [f64; 4] =
            std::array::from_fn(|i| (squares[i] - sums.sums[i] * sums.sums[i] / weight).max(0.0));
        let axis = (0..4).max_by(|a, b| errors[*a].total_cmp(&errors[*b]));
        let error: f64 = errors.iter().sum();
        Self {
            start,
            end,
            mean: sums.mean(),
            // Rounding leaves a little of nothing.
            error: if entries.len() < 2 { 0.0 } else { error },
            axis: axis.unwrap_or_default(),
        }
    }

    /// Orders the entries along the axis and finds the border at which the errors of both sides
    /// are smallest together.
    fn split(&self, entries: &mut [Entry]) -> usize {
        let axis = self.axis;
        let Some(entries) = entries.get_mut(self.start..self.end) else {
            return self.start;
        };
        entries.sort_by(|a, b| a.mean[axis].total_cmp(&b.mean[axis]));
        let mut whole = Sums::default();
        entries.iter().for_each(|entry| whole.add(entry));
        let mut below = Sums::default();
        let mut best = (0.0, 0);
        for (i, entry) in entries
            .iter()
            .enumerate()
            .take(entries.len().saturating_sub(1))
        {
            below.add(entry);
            let gain = below.explained() + whole.without(&below).explained();
            if gain > best.0 {
                best = (gain, i + 1);
            }
        }
        self.start + best.1
    }
}

#[derive(Clone, Copy, Default)]
struct Sums {
    weight: f64,
    sums: [f64; 4],
}

impl Sums {
    fn add(&mut self, entry: &Entry) {
        let weight = f64::from(entry.weight);
        self.weight += weight;
        for (sum, channel) in self.sums.iter_mut().zip(entry.mean) {
            *sum += weight * f64::from(channel);
        }
    }

    fn without(&self, other: &Self) -> Self {
        Self {
            weight: self.weight - other.weight,
            sums: std::array::from_fn(|i| self.sums[i] - other.sums[i]),
        }
    }

    /// The part of the squares that the mean explains; the error is what remains.
    fn explained(&self) -> f64 {
        let squares: f64 = self.sums.iter().map(|sum| sum * sum).sum();
        squares / self.weight.max(f64::MIN_POSITIVE)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "single precision is enough"
    )]
    fn mean(&self) -> Point {
        let weight = self.weight.max(f64::MIN_POSITIVE);
        self.sums.map(|sum| (sum / weight) as f32)
    }
}
