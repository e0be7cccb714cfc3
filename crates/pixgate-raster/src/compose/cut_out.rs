//! Cutting a rounded shape out of an image.

mod coverage;

use crate::convert::{convert_bytes, convert_channels};
use crate::{Channels, Error, Image, Layout, Sample, SamplesMut};
use coverage::RowEdges;

/// A rectangle whose corners are quarters of ellipses.
///
/// # Examples
///
/// ```
/// use pixgate_raster::compose::RoundedRect;
///
/// let disc = RoundedRect::ellipse(2, 2);
/// let quarter = std::f64::consts::FRAC_PI_4;
/// assert!((disc.coverage(1, 0) - quarter).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoundedRect {
    width: u32,
    height: u32,
    /// Of each corner, clockwise from the upper left one: across and down.
    radii: [(f64, f64); 4],
}

impl RoundedRect {
    /// A rectangle with circles for corners.
    ///
    /// Radii that do not fit beside each other are made smaller by one factor, as in CSS; those
    /// below 0 and those that are no number count as 0.
    ///
    /// - `radii`: in pixels, clockwise from the upper left corner.
    #[must_use]
    pub fn new(width: u32, height: u32, radii: [f64; 4]) -> Self {
        // Also turns NaN into 0; what is larger than any side is cut, so that sums stay finite.
        let radii = radii.map(|radius| radius.max(0.0).min(f64::from(u32::MAX)));
        let [top_left, top_right, bottom_right, bottom_left] = radii;
        let factor = [
            (width, top_left + top_right),
            (height, top_right + bottom_right),
            (width, bottom_right + bottom_left),
            (height, bottom_left + top_left),
        ]
        .into_iter()
        .filter(|(side, sum)| *sum > f64::from(*side))
        .map(|(side, sum)| f64::from(side) / sum)
        .fold(1.0, f64::min);
        Self {
            width,
            height,
            radii: radii.map(|radius| (radius * factor, radius * factor)),
        }
    }

    /// The ellipse that touches all sides.
    #[must_use]
    pub fn ellipse(width: u32, height: u32) -> Self {
        let radii = (f64::from(width) / 2.0, f64::from(height) / 2.0);
        Self {
            width,
            height,
            radii: [radii; 4],
        }
    }

    /// How much of a pixel lies inside, 0 to 1: its exact area.
    #[must_use]
    pub fn coverage(&self, x: u32, y: u32) -> f64 {
        RowEdges::of(self, y).coverage(x)
    }
}

/// Makes everything outside of a shape transparent; its edge becomes partly so.
///
/// Alpha is multiplied by the area of each pixel that lies inside, and added where there is none;
/// colours stay. Allocates [`cut_out_bytes`].
///
/// - `rows`: some of the image that the shape lies on, as wide as the shape.
/// - `first`: the y of the first of them.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`](crate::ErrorKind) for inks, and
/// [`ErrorKind::OutOfMemory`](crate::ErrorKind).
///
/// # Examples
///
/// ```
/// use pixgate_raster::compose::{RoundedRect, cut_out};
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let image = Image::from_u8(Layout::u8(2, 2, Channels::Grey), vec![7; 4])?;
/// let disc = cut_out(image, &RoundedRect::ellipse(2, 2), 0)?;
/// assert_eq!(disc.view::<u8>()?.pixel(0, 0), &[7, 200]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn cut_out(rows: Image, shape: &RoundedRect, first: u32) -> Result<Image, Error> {
    let channels = rows.layout().channels.with_alpha();
    let mut rows = convert_channels(rows, channels)?;
    if channels == Channels::Cmyk {
        return Err(crate::ErrorKind::UnsupportedLayout.into());
    }
    let layout = rows.layout();
    match rows.samples_mut() {
        SamplesMut::U8(samples) => multiply(samples, layout, shape, first),
        SamplesMut::U16(samples) => multiply(samples, layout, shape, first),
        SamplesMut::F32(samples) => multiply(samples, layout, shape, first),
    }
    Ok(rows)
}

/// Bytes that [`cut_out`] allocates: a copy with alpha, if there is none.
#[must_use]
pub fn cut_out_bytes(rows: Layout) -> u64 {
    convert_bytes(rows, rows.with_channels(rows.channels.with_alpha()))
}

/// Multiplies alpha row by row.
fn multiply<T: Sample>(samples: &mut [T], layout: Layout, shape: &RoundedRect, first: u32) {
    let rows = samples.chunks_exact_mut(layout.row_samples());
    for (row, y) in rows.zip(first..) {
        let edges = RowEdges::of(shape, y);
        let pixels = row.chunks_exact_mut(layout.channels.count());
        let (inside, outside) = edges.full();
        for (x, pixel) in (0..).zip(pixels) {
            let is_full = (inside..outside).contains(&x);
            if let Some(alpha) = pixel.last_mut().filter(|_| !is_full) {
                *alpha = scaled(*alpha, edges.coverage(x));
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a share from 0 to 1 in fewer digits"
)]
fn scaled<T: Sample>(alpha: T, share: f64) -> T {
    T::from_f32(alpha.to_f32() * share as f32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Depth;

    /// Whether a point lies inside, from the equation of each corner.
    fn contains(shape: &RoundedRect, x: f64, y: f64) -> bool {
        let (width, height) = (f64::from(shape.width), f64::from(shape.height));
        let corners = [
            (x, y),
            (width - x, y),
            (width - x, height - y),
            (x, height - y),
        ];
        corners
            .into_iter()
            .zip(shape.radii)
            .all(|((x, y), (across, down))| {
                let is_corner = x < across && y < down;
                !is_corner || (1.0 - x / across).hypot(1.0 - y / down) <= 1.0
            })
    }

    /// The share of a grid of points that lies inside.
    fn sampled(shape: &RoundedRect, x: u32, y: u32) -> f64 {
        const POINTS: u32 = 160;
        let at = |pixel: u32, point: u32| {
            f64::from(pixel) + (f64::from(point) + 0.5) / f64::from(POINTS)
        };
        let points = (0..POINTS * POINTS).filter(|point| {
            let (column, row) = (point % POINTS, point / POINTS);
            contains(shape, at(x, column), at(y, row))
        });
        f64::from(u32::try_from(points.count()).unwrap()) / f64::from(POINTS * POINTS)
    }

    fn check(shape: &RoundedRect) -> Result<(), TestCaseError> {
        for y in 0..shape.height {
            for x in 0..shape.width {
                let (found, expected) = (shape.coverage(x, y), sampled(shape, x, y));
                prop_assert!((0.0..=1.0).contains(&found), "{shape:?} {x} {y}: {found}");
                prop_assert!(
                    (found - expected).abs() <= 1.0 / 255.0,
                    "{shape:?} {x} {y}: {found}, not {expected}"
                );
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn coverage_is_that_of_heavy_sampling(
            (width, height) in (1..14_u32, 1..14_u32),
            radii in prop::array::uniform4(0.0..12.0_f64),
        ) {
            check(&RoundedRect::new(width, height, radii))?;
            check(&RoundedRect::ellipse(width, height))?;
        }

        #[test]
        fn edges_of_large_shapes_are_exact_too(radius in 100.0..3000.0_f64, row in 0..100_u32) {
            let shape = RoundedRect::new(9000, 7000, [radius; 4]);
            let edges = RowEdges::of(&shape, row);
            let (inside, _) = edges.full();
            for x in inside.saturating_sub(3)..inside {
                let (found, expected) = (edges.coverage(x), sampled(&shape, x, row));
                prop_assert!((found - expected).abs() <= 1.0 / 255.0, "{found} {expected}");
            }
        }
    }

    #[test]
    fn hostile_radii_are_cut_to_what_fits() {
        for radii in [
            [f64::MAX; 4],
            [f64::INFINITY; 4],
            [f64::NAN; 4],
            [-1.0; 4],
            [f64::INFINITY, 0.0, f64::NAN, 1e300],
        ] {
            check(&RoundedRect::new(7, 5, radii)).unwrap();
        }
    }

    #[test]
    fn the_area_of_a_disc_is_that_of_a_disc() {
        let disc = RoundedRect::new(100, 100, [50.0; 4]);
        let places = (0..10_000_u32).map(|place| disc.coverage(place % 100, place / 100));
        let area: f64 = places.sum();
        assert!(
            (area - std::f64::consts::PI * 2500.0).abs() < 1e-6,
            "{area}"
        );
    }

    #[test]
    fn rows_apart_are_cut_as_the_whole() {
        let shape = RoundedRect::new(31, 20, [3.3, 9.0, 0.0, 12.0]);
        for depth in [Depth::U8, Depth::U16] {
            let image = |height| {
                let image = Image::from_u8(
                    Layout::u8(31, height, Channels::Rgb),
                    vec![9; 31 * 3 * height as usize],
                );
                crate::convert::convert_depth(image.unwrap(), depth).unwrap()
            };
            let whole = cut_out(image(20), &shape, 0).unwrap();
            assert_eq!(whole.layout().channels, Channels::Rgba);
            for (first, height) in [(0, 7), (7, 1), (8, 12)] {
                let part = cut_out(image(height), &shape, first).unwrap();
                let expected = crate::geometry::crop(&whole, 0, first, 31, height).unwrap();
                assert_eq!(part, expected, "{first}");
            }
        }
    }
}
