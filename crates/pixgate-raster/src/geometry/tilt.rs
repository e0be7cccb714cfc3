//! Turning by any angle.

use crate::dispatch::with_view;
use crate::error::go_on;
use crate::geometry::orient;
use crate::{Channels, Error, ErrorKind, Image, Layout, Orientation, Sample, View, zeroed};

/// Turns the image clockwise about its middle, onto a transparent canvas that holds all of it.
///
/// Multiples of 90 degrees are exact. Other angles are interpolated with a cubic (Catmull and Rom,
/// 1974) on premultiplied pixels, transparent ones lying around the image; alpha is added if it is
/// missing. The canvas has the size of [`tilted`]. Allocates [`tilt_bytes`].
///
/// - `degrees`: any; what is not finite counts as 0.
/// - `stop`: asked before every row whether to give up.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] for CMYK, [`ErrorKind::OutOfMemory`], [`ErrorKind::Stopped`].
///
/// # Examples
///
/// ```
/// use pixgate_raster::geometry::tilt;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let image = Image::from_u8(Layout::u8(100, 100, Channels::Grey), vec![9; 10_000])?;
/// let tilted = tilt(&image, 45.0, &|| false)?;
/// assert_eq!((tilted.width(), tilted.height()), (142, 142));
/// assert_eq!(tilted.view::<u8>()?.pixel(0, 0)[1], 0);
/// assert_eq!(tilted.view::<u8>()?.pixel(71, 71), &[9, 255]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn tilt(image: &Image, degrees: f64, stop: &dyn Fn() -> bool) -> Result<Image, Error> {
    if image.layout().channels == Channels::Cmyk {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    match angle(degrees) {
        Angle::Exact(turn) => orient(image, turn),
        Angle::Free { sine, cosine } => {
            let layout = tilted(image.layout(), degrees);
            let mapping = Mapping {
                sine,
                cosine,
                from: middle(image.layout()),
                to: middle(layout),
            };
            with_view!(image, view => interpolated(view, layout, mapping, stop))
        }
    }
}

/// The layout of what [`tilt`] gives.
#[must_use]
pub fn tilted(layout: Layout, degrees: f64) -> Layout {
    match angle(degrees) {
        Angle::Exact(turn) => {
            let (width, height) = turn.size(layout.width, layout.height);
            layout.sized(width, height)
        }
        Angle::Free { sine, cosine } => {
            let (width, height) = (f64::from(layout.width), f64::from(layout.height));
            let (sine, cosine) = (sine.abs(), cosine.abs());
            let width_after = whole(width * cosine + height * sine);
            let height_after = whole(width * sine + height * cosine);
            let channels = layout.channels.with_alpha();
            layout
                .with_channels(channels)
                .sized(width_after, height_after)
        }
    }
}

/// Bytes that [`tilt`] allocates.
#[must_use]
pub fn tilt_bytes(source: Layout, degrees: f64) -> u64 {
    tilted(source, degrees).bytes()
}

/// An angle from 0 up to 360 degrees.
enum Angle {
    Exact(Orientation),
    Free { sine: f64, cosine: f64 },
}

fn angle(degrees: f64) -> Angle {
    let degrees = if degrees.is_finite() {
        degrees % 360.0
    } else {
        0.0
    };
    let turns = [
        (0.0, Orientation::UPRIGHT),
        (90.0, Orientation::ROTATE_90),
        (180.0, Orientation::ROTATE_180),
        (270.0, Orientation::ROTATE_270),
    ];
    let positive = if degrees < 0.0 {
        degrees + 360.0
    } else {
        degrees
    };
    let exact = turns
        .into_iter()
        .chain([(360.0, Orientation::UPRIGHT)])
        .find(|(turn, _)| (positive - turn).abs() < 1e-9);
    match exact {
        Some((_, turn)) => Angle::Exact(turn),
        None => {
            let (sine, cosine) = degrees.to_radians().sin_cos();
            Angle::Free { sine, cosine }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a length, and the cast saturates"
)]
fn whole(length: f64) -> u32 {
    ((length - 1e-6).ceil() as u32).max(1)
}

fn middle(layout: Layout) -> (f64, f64) {
    (
        f64::from(layout.width) / 2.0,
        f64::from(layout.height) / 2.0,
    )
}

/// Where a pixel of the result lies in the source.
#[derive(Clone, Copy)]
struct Mapping {
    sine: f64,
    cosine: f64,
    from: (f64, f64),
    to: (f64, f64),
}

impl Mapping {
    /// The place in pixels whose middles are whole numbers.
    fn source(&self, x: u32, y: u32) -> (f64, f64) {
        let (x, y) = (
            f64::from(x) + 0.5 - self.to.0,
            f64::from(y) + 0.5 - self.to.1,
        );
        (
            x * self.cosine + y * self.sine + self.from.0 - 0.5,
            y * self.cosine - x * self.sine + self.from.1 - 0.5,
        )
    }
}

fn interpolated<T: Sample>(
    view: View<'_, T>,
    layout: Layout,
    mapping: Mapping,
    stop: &dyn Fn() -> bool,
) -> Result<Image, Error> {
    let mut samples = zeroed::<T>(layout.samples()?)?;
    let rows = samples.chunks_exact_mut(layout.row_samples());
    for (y, row) in (0..).zip(rows) {
        go_on(stop)?;
        let pixels = row.chunks_exact_mut(layout.channels.count());
        for (x, pixel) in (0..).zip(pixels) {
            let (x, y) = mapping.source(x, y);
            let sum = sum_around(&view, (x, y));
            write(pixel, sum);
        }
    }
    Image::from_samples(layout, T::wrap(samples))
}

/// Premultiplied colours, and alpha in the last place, from the sixteen pixels around a place.
fn sum_around<T: Sample>(view: &View<'_, T>, (x, y): (f64, f64)) -> [f32; 4] {
    let mut sum = [0.0; 4];
    let (across, down) = (weights(x - x.floor()), weights(y - y.floor()));
    for (row, weight_y) in (-1..).zip(down) {
        for (column, weight_x) in (-1..).zip(across) {
            let place = (shifted(x, column), shifted(y, row));
            if let (Some(column), Some(row)) = place
                && column < view.width()
                && row < view.height()
            {
                add(
                    &mut sum,
                    view.pixel(column, row),
                    weight_x * weight_y,
                    view.channels(),
                );
            }
        }
    }
    sum
}

/// Adds a pixel of some weight.
fn add<T: Sample>(sum: &mut [f32; 4], pixel: &[T], weight: f32, channels: Channels) {
    let colors = channels.without_alpha().count();
    let alpha = match pixel.get(colors) {
        Some(alpha) => alpha.to_f32() / T::MAX.to_f32(),
        None => 1.0,
    };
    let weight = weight * alpha;
    let [first, second, third, total] = sum;
    for (sum, sample) in [first, second, third].into_iter().zip(pixel).take(colors) {
        *sum += weight * sample.to_f32();
    }
    *total += weight;
}

/// Writes a sum as a straight pixel with alpha.
fn write<T: Sample>(pixel: &mut [T], [first, second, third, total]: [f32; 4]) {
    let Some((alpha, colors)) = pixel.split_last_mut() else {
        return;
    };
    // What is too faint to be seen has no colour either.
    if total < 1e-3 {
        return;
    }
    let most = T::MAX.to_f32();
    *alpha = T::from_f32(total.min(1.0) * most);
    for (color, sum) in colors.iter_mut().zip([first, second, third]) {
        *color = T::from_f32((sum / total).clamp(0.0, most));
    }
}

/// Weights of the four samples around a place between the second and the third.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a fraction in fewer digits"
)]
fn weights(fraction: f64) -> [f32; 4] {
    let t = fraction as f32;
    let (t2, t3) = (t * t, t * t * t);
    [
        (-t3 + 2.0 * t2 - t) / 2.0,
        (3.0 * t3 - 5.0 * t2 + 2.0) / 2.0,
        (-3.0 * t3 + 4.0 * t2 + t) / 2.0,
        (t3 - t2) / 2.0,
    ]
}

/// A neighbour's coordinate, if it is not negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and the cast saturates beyond any image"
)]
fn shifted(place: f64, by: i32) -> Option<u32> {
    let place = place.floor() + f64::from(by);
    (place >= 0.0).then_some(place as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn red(width: u32, height: u32) -> Image {
        let pixels = [200, 10, 0].repeat((width * height) as usize);
        Image::from_u8(Layout::u8(width, height, Channels::Rgb), pixels).unwrap()
    }

    fn turned(image: &Image, degrees: f64) -> Image {
        tilt(image, degrees, &|| false).unwrap()
    }

    #[test]
    fn quarters_are_exact_whatever_their_sign() {
        let image = red(4, 2);
        for (degrees, turn) in [
            (90.0, Orientation::ROTATE_90),
            (-270.0, Orientation::ROTATE_90),
            (-90.0, Orientation::ROTATE_270),
            (540.0, Orientation::ROTATE_180),
            (360.0, Orientation::UPRIGHT),
            (-1e-20, Orientation::UPRIGHT),
            (f64::NAN, Orientation::UPRIGHT),
        ] {
            assert_eq!(
                turned(&image, degrees),
                orient(&image, turn).unwrap(),
                "{degrees}"
            );
        }
    }

    #[test]
    fn the_canvas_holds_all_and_no_more() {
        for (size, degrees, expected) in [
            ((100, 100), 45.0, (142, 142)),
            ((100, 10), 30.0, (92, 59)),
            ((1, 1), 1.0, (2, 2)),
            ((100, 10), 1e300, (0, 0)),
        ] {
            let layout = tilted(Layout::u8(size.0, size.1, Channels::Rgb), degrees);
            if expected != (0, 0) {
                assert_eq!((layout.width, layout.height), expected, "{degrees}");
            }
            assert!(layout.width <= 142 && layout.height <= 142);
        }
    }

    #[test]
    fn colours_stay_and_the_covered_area_too() {
        for degrees in [7.0, 33.3, 45.0, 120.0, -61.0] {
            let image = turned(&red(60, 40), degrees);
            let mut area = 0.0;
            for pixel in image
                .view::<u8>()
                .unwrap()
                .rows()
                .flat_map(|row| row.chunks_exact(4))
            {
                area += f64::from(pixel[3]) / 255.0;
                let is_red = pixel[0].abs_diff(200) <= 1 && pixel[1].abs_diff(10) <= 1;
                assert!(pixel[3] == 0 || is_red, "{pixel:?}");
            }
            assert!((area - 2400.0).abs() < 12.0, "{degrees}: {area}");
        }
    }

    #[test]
    fn a_turn_and_its_opposite_give_the_middle_back() {
        let samples = (0..64 * 64).map(|place| {
            let (x, y) = (f64::from(place % 64), f64::from(place / 64));
            let value = 127.0 + 60.0 * (x / 9.0).sin() + 60.0 * (y / 7.0).cos();
            <u8 as crate::sample::sealed::Sealed>::truncated(value)
        });
        let image = Image::from_u8(Layout::u8(64, 64, Channels::Grey), samples.collect()).unwrap();
        let back = turned(&turned(&image, 30.0), -30.0);
        let offset = (back.width() - 64) / 2;
        let (image, back) = (image.view::<u8>().unwrap(), back.view::<u8>().unwrap());
        for y in 20..44 {
            for x in 20..44 {
                let (a, b) = (image.pixel(x, y)[0], back.pixel(x + offset, y + offset)[0]);
                assert!(a.abs_diff(b) <= 10, "{x} {y}: {a} {b}");
            }
        }
    }
}
