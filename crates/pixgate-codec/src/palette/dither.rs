//! Errors spread to neighbours (R. Floyd, L. Steinberg, 1976), where that helps.
//!
//! In smooth places the error is passed on nearly whole, which hides the steps of the palette; at
//! edges and in texture, where nobody sees steps but everybody sees grain, little of it is.

use pixgate_raster::zeroed;

use super::contrast::Contrast;
use super::nearest::Nearest;
use super::point::{Point, UNIT, point};
use super::{Rgba, color_of};
use crate::Error;

/// Maps pixels to a palette, every other row backwards.
pub(super) fn dither(
    pixels: &Rgba<'_>,
    contrast: &Contrast,
    palette: &[Point],
    indices: &mut [u8],
) -> Result<(), Error> {
    let width = pixels.width;
    let nearest = Nearest::new(palette);
    let most_carried = nearest.spacing().max(LEAST_CARRIED * LEAST_CARRIED * UNIT);
    let mut ditherer = Ditherer {
        nearest,
        most_carried,
        palette,
        this: zeroed(width + 2)?,
        below: zeroed(width + 2)?,
    };
    let row_samples = width * pixels.channels.count();
    let rows = pixels.samples.chunks_exact(row_samples.max(1));
    for (y, (row, indices)) in rows.zip(indices.chunks_exact_mut(width.max(1))).enumerate() {
        let contrast = contrast.row(y, width);
        let mut guess = 0;
        for step in 0..width {
            let is_backwards = y % 2 == 1;
            let x = if is_backwards { width - 1 - step } else { step };
            let contrast = f32::from(contrast.get(x).copied().unwrap_or_default());
            let roughness = (contrast / ROUGH).min(1.0);
            let wanted = color_of(pixels, row, x);
            guess = ditherer.pixel(
                wanted,
                guess,
                Place {
                    x,
                    is_backwards,
                    roughness,
                },
            );
            if let Some(index) = indices.get_mut(x) {
                *index = guess;
            }
        }
        ditherer.next_row();
    }
    Ok(())
}

struct Ditherer<'a> {
    nearest: Nearest,
    palette: &'a [Point],
    /// The square of what is carried over at most.
    most_carried: f32,
    /// What this row gets from before, with a column more on either side.
    this: Vec<Point>,
    below: Vec<Point>,
}

#[derive(Clone, Copy)]
struct Place {
    x: usize,
    is_backwards: bool,
    /// 0 in smooth places, 1 in rough ones.
    roughness: f32,
}

impl Ditherer<'_> {
    fn pixel(&mut self, color: [u8; 4], guess: u8, place: Place) -> u8 {
        let own = point(color);
        let carried = self.this.get(place.x + 1).copied().unwrap_or_default();
        let wanted = if color[3] == 0 {
            own
        } else {
            added(own, carried, self.most_carried)
        };
        let (index, distance) = self.nearest.find(wanted, guess);
        let entry = self
            .palette
            .get(usize::from(index))
            .copied()
            .unwrap_or_default();
        if color[3] != 0 && entry[3] > 0.0 {
            let strength = Self::strength(place.roughness, distance);
            let error = std::array::from_fn(|i| (wanted[i] - entry[i]) * strength);
            self.spread(error, place);
        }
        index
    }

    /// The part of an error that is passed on. Small ones cannot be seen.
    fn strength(roughness: f32, distance: f32) -> f32 {
        let size = (distance / VISIBLE).min(1.0);
        (SMOOTH_STRENGTH + (ROUGH_STRENGTH - SMOOTH_STRENGTH) * roughness) * size
    }

    fn spread(&mut self, error: Point, place: Place) {
        let (next, back) = if place.is_backwards {
            (place.x, place.x + 2)
        } else {
            (place.x + 2, place.x)
        };
        add(self.this.get_mut(next), error, 7.0 / 16.0);
        add(self.below.get_mut(back), error, 3.0 / 16.0);
        add(self.below.get_mut(place.x + 1), error, 5.0 / 16.0);
        add(self.below.get_mut(next), error, 1.0 / 16.0);
    }

    fn next_row(&mut self) {
        std::mem::swap(&mut self.this, &mut self.below);
        self.below.fill([0.0; 4]);
    }
}

fn add(to: Option<&mut Point>, error: Point, share: f32) {
    for (to, error) in to.into_iter().flatten().zip(error) {
        *to += error * share;
    }
}

/// A colour with what was carried over to it, which never makes another colour of it.
fn added(own: Point, carried: Point, most: f32) -> Point {
    let length = carried.iter().map(|channel| channel * channel).sum::<f32>();
    let factor = if length > most {
        (most / length).sqrt()
    } else {
        1.0
    };
    std::array::from_fn(|i| own[i] + carried[i] * factor)
}

/// From this contrast on a place is not smooth at all.
const ROUGH: f32 = 40.0;
const SMOOTH_STRENGTH: f32 = 0.65;
const ROUGH_STRENGTH: f32 = 0.15;
/// Squared distance of an error that can be seen: 2 levels in each channel.
const VISIBLE: f32 = 4.0 * UNIT;
/// What may be carried over with any palette, in levels of each channel.
const LEAST_CARRIED: f32 = 24.0;
