//! Conversion of 16-bit colours through a grid of converted ones.
//!
//! The reference's colour library interpolates 16-bit pixels between 33 steps of each channel,
//! whatever the profile. At the border of what sRGB can show that differs from the exact colour by
//! up to a twentieth of the range, so the same is done here.

use moxcms::{Layout, TransformExecutor};
use pixgate_raster::Channels;

/// Converted colours at even steps.
pub(super) enum Grid {
    Grey(Vec<u16>),
    /// Red slowest, blue fastest.
    Rgb(Vec<Rgb>),
}

type Rgb = [u16; 3];

/// The layout to make a [`Grid`] of: colours without alpha.
pub(super) const fn colors_of(channels: Channels) -> Layout {
    match channels {
        Channels::Grey | Channels::GreyAlpha => Layout::Gray,
        _ => Layout::Rgb,
    }
}

impl Grid {
    /// - `exact`: converts [`colors_of`] these channels.
    pub(super) fn new<E>(exact: &E, channels: Channels) -> Option<Self>
    where
        E: TransformExecutor<u16> + ?Sized,
    {
        let node = |index: u32| u16::try_from((index * 65_535 + 16) / 32).unwrap_or(u16::MAX);
        let nodes: Vec<u16> = (0..=32).map(node).collect();
        if colors_of(channels) == Layout::Gray {
            let mut grey = vec![0; STEPS];
            exact.transform(&nodes, &mut grey).ok()?;
            return Some(Self::Grey(grey));
        }
        let mut grid = vec![[0; 3]; STEPS * STEPS * STEPS];
        for (red, plane) in nodes.iter().zip(grid.chunks_exact_mut(STEPS * STEPS)) {
            let of_green = |green| nodes.iter().flat_map(move |blue| [*red, green, *blue]);
            let colors: Vec<u16> = nodes.iter().flat_map(|green| of_green(*green)).collect();
            exact.transform(&colors, plane.as_flattened_mut()).ok()?;
        }
        Some(Self::Rgb(grid))
    }

    /// Converts pixels in place; alpha stays.
    pub(super) fn convert(&self, samples: &mut [u16], channels: Channels) {
        for pixel in samples.chunks_exact_mut(channels.count()) {
            match (self, pixel) {
                (Self::Grey(grid), [grey, ..]) => *grey = along(grid, *grey),
                (Self::Rgb(grid), [red, green, blue, ..]) => {
                    [*red, *green, *blue] = within(grid, [*red, *green, *blue]);
                }
                _ => {}
            }
        }
    }
}

/// Between the two steps beside a value.
fn along(grid: &[u16], value: u16) -> u16 {
    let (step, rest) = place(value);
    let at = |step: usize| i64::from(grid.get(step).copied().unwrap_or_default());
    let (low, high) = (at(step), at((step + 1).min(STEPS - 1)));
    between(low, (high - low) * rest)
}

/// Within the tetrahedron of four steps that a colour lies in: from the darkest corner along the
/// channel with the largest rest, then the next, then the last.
fn within(grid: &[Rgb], color: Rgb) -> Rgb {
    let places = color.map(place);
    let mut order = [0, 1, 2];
    order.sort_by_key(|channel| -places[*channel].1);
    let mut corner = places.map(|(step, _)| step);
    let at = |[red, green, blue]: [usize; 3]| {
        let node = grid.get((red * STEPS + green) * STEPS + blue);
        node.map_or([0; 3], |node| node.map(i64::from))
    };
    let first = at(corner);
    let mut before = first;
    let mut sums = [0; 3];
    for channel in order {
        corner[channel] = (corner[channel] + 1).min(STEPS - 1);
        let after = at(corner);
        for (sum, (after, before)) in sums.iter_mut().zip(after.iter().zip(before)) {
            *sum += (after - before) * places[channel].1;
        }
        before = after;
    }
    std::array::from_fn(|i| between(first[i], sums[i]))
}

/// The step below a value and what is left, in 65,536ths of a step.
fn place(value: u16) -> (usize, i64) {
    let scaled = usize::from(value) * (STEPS - 1);
    let fixed = scaled + (scaled + 0x7fff) / 0xffff;
    let rest = u16::try_from(fixed & 0xffff).unwrap_or_default();
    (fixed >> 16, rest.into())
}

fn between(low: i64, sum: i64) -> u16 {
    let sum = sum + 0x8001;
    let value = low + ((sum + (sum >> 16)) >> 16);
    u16::try_from(value.clamp(0, 65_535)).unwrap_or_default()
}

/// Steps of each channel.
const STEPS: usize = 33;

#[cfg(test)]
mod tests {
    use moxcms::CmsError;

    use super::*;

    struct Same;

    impl TransformExecutor<u16> for Same {
        fn transform(&self, from: &[u16], to: &mut [u16]) -> Result<(), CmsError> {
            to.copy_from_slice(from);
            Ok(())
        }
    }

    /// A colour is lost where it lies between two steps that are.
    struct Dark;

    impl TransformExecutor<u16> for Dark {
        fn transform(&self, from: &[u16], to: &mut [u16]) -> Result<(), CmsError> {
            for (to, from) in to.iter_mut().zip(from) {
                *to = if *from < 2100 { 0 } else { *from };
            }
            Ok(())
        }
    }

    #[test]
    fn what_changes_nothing_changes_nothing_between_steps() {
        let grey = Grid::new(&Same, Channels::GreyAlpha).unwrap();
        let rgb = Grid::new(&Same, Channels::Rgba).unwrap();
        for value in [0, 1, 2047, 2048, 2049, 30_000, 65_534, 65_535] {
            let mut pixel = [value, 77];
            grey.convert(&mut pixel, Channels::GreyAlpha);
            assert!(pixel[0].abs_diff(value) <= 1 && pixel[1] == 77, "{value}");
            let mut pixel = [value, 65_535 - value, value / 2, 77];
            let before = pixel;
            rgb.convert(&mut pixel, Channels::Rgba);
            let worst = pixel.iter().zip(before).map(|(a, b)| a.abs_diff(b)).max();
            assert!(worst <= Some(1), "{before:?}: {pixel:?}");
            assert_eq!(pixel[3], 77);
        }
    }

    #[test]
    fn steps_are_joined_by_straight_lines() {
        let grid = Grid::new(&Dark, Channels::Grey).unwrap();
        let mut samples = [2048, 3072, 4096];
        grid.convert(&mut samples, Channels::Grey);
        assert_eq!(samples[0], 0);
        assert!(samples[1].abs_diff(2048) <= 1, "{samples:?}");
        assert!(samples[2].abs_diff(4096) <= 1, "{samples:?}");
    }
}
