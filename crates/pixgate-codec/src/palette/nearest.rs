//! The nearest entry of a palette, found exactly.

use super::point::{Point, distance};

/// A palette in the order of its greens, searched from the middle outwards.
pub(super) struct Nearest {
    sorted: Vec<(Point, u8)>,
    /// By place in `sorted`: a quarter of the squared distance to the nearest other entry. Whatever
    /// is nearer to an entry than that has no nearer one.
    safe: Vec<f32>,
    /// By index: its place in `sorted`.
    places: [u8; 256],
}

impl Nearest {
    /// - `palette`: 1 to 256 entries.
    pub(super) fn new(palette: &[Point]) -> Self {
        let mut sorted: Vec<_> = palette.iter().copied().zip(0_u8..=255).collect();
        sorted.sort_by(|a, b| a.0[AXIS].total_cmp(&b.0[AXIS]));
        let mut places = [0; 256];
        for (place, (_, index)) in (0_u8..=255).zip(&sorted) {
            places[usize::from(*index)] = place;
        }
        let to_others = |i: usize| {
            let others = sorted.iter().enumerate().filter(|(other, _)| *other != i);
            let distances = others.map(|(_, (other, _))| distance(*other, sorted[i].0));
            distances.fold(f32::INFINITY, f32::min) / 4.0
        };
        let safe = (0..sorted.len()).map(to_others).collect();
        Self {
            sorted,
            safe,
            places,
        }
    }

    /// The mean squared distance of an entry to its nearest neighbour.
    pub(super) fn spacing(&self) -> f32 {
        let known = self.safe.iter().filter(|safe| safe.is_finite());
        let (sum, count) = known.fold((0.0, 0.0), |(sum, count), safe| {
            (sum + safe * 4.0, count + 1.0)
        });
        if count > 0.0 { sum / count } else { 0.0 }
    }

    /// The index of the nearest entry and the squared distance to it.
    ///
    /// - `guess`: an index that is likely right.
    pub(super) fn find(&self, wanted: Point, guess: u8) -> (u8, f32) {
        let place = usize::from(self.places[usize::from(guess)]);
        let Some((entry, index)) = self.sorted.get(place) else {
            return (0, f32::INFINITY);
        };
        let mut best = (*index, distance(*entry, wanted));
        if self.safe.get(place).is_some_and(|safe| best.1 <= *safe) {
            return best;
        }
        let middle = self
            .sorted
            .partition_point(|(entry, _)| entry[AXIS] < wanted[AXIS]);
        let (below, above) = self.sorted.split_at(middle);
        for side in [Side::Below(below.iter().rev()), Side::Above(above.iter())] {
            side.search(wanted, &mut best);
        }
        best
    }
}

enum Side<'a> {
    Below(std::iter::Rev<std::slice::Iter<'a, (Point, u8)>>),
    Above(std::slice::Iter<'a, (Point, u8)>),
}

impl Side<'_> {
    fn search(self, wanted: Point, best: &mut (u8, f32)) {
        match self {
            Self::Below(entries) => search(entries, wanted, best),
            Self::Above(entries) => search(entries, wanted, best),
        }
    }
}

/// Goes on until the greens alone are farther away than the best entry.
fn search<'a>(entries: impl Iterator<Item = &'a (Point, u8)>, wanted: Point, best: &mut (u8, f32)) {
    for (entry, index) in entries {
        let along = entry[AXIS] - wanted[AXIS];
        if along * along >= best.1 {
            return;
        }
        let distance = distance(*entry, wanted);
        if distance < best.1 {
            *best = (*index, distance);
        }
    }
}

/// Green, which weighs most.
const AXIS: usize = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_looking_at_every_entry_finds() {
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from(u8::try_from(state >> 24).unwrap())
        };
        let mut points = |count: usize| -> Vec<Point> {
            (0..count)
                .map(|_| [random(), random(), random(), 255.0])
                .collect()
        };
        for count in [1, 2, 5, 256] {
            let palette = points(count);
            let nearest = Nearest::new(&palette);
            let mut guess = 0;
            for wanted in points(200) {
                let found = nearest.find(wanted, guess);
                let every = palette.iter().map(|entry| distance(*entry, wanted));
                let least = every.fold(f32::INFINITY, f32::min);
                assert!((found.1 - least).abs() < 1e-3);
                guess = found.0;
            }
        }
    }
}
