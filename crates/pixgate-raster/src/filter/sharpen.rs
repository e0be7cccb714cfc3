//! Sharpening of lightness.

use std::sync::LazyLock;

use crate::error::go_on;
use crate::filter::blur::repeat_ends;
use crate::gaussian::Mask;
use crate::lab::{Lightness, UNITS, lightness, with_lightness};
use crate::{Channels, Depth, Error, ErrorKind, Image, Layout, zeroed};

/// Sharpens the lightness of an 8-bit image, in place; colour and alpha stay.
///
/// Lightness (L* of CIE Lab) is compared with its own Gaussian blur; where the two differ by 2 or
/// more, the difference beyond 2 is added three times, at most 10 upwards and 20 downwards
/// (pipeline §6.4). Premultiply before. Allocates [`sharpen_bytes`].
///
/// - `sigma`: in pixels; more than 10 counts as 0.5, and what is not above 0 changes nothing.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] for other depths and for CMYK, and
/// [`ErrorKind::OutOfMemory`].
///
/// # Examples
///
/// ```
/// use pixgate_raster::filter::sharpen;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let layout = Layout::u8(4, 1, Channels::Grey);
/// let mut edge = Image::from_u8(layout, vec![100, 100, 140, 140])?;
/// sharpen(&mut edge, 1.0)?;
/// let row = edge.view::<u8>()?.row(0);
/// assert!(row[1] < 100 && row[2] > 140);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn sharpen(image: &mut Image, sigma: f64) -> Result<(), Error> {
    sharpen_until(image, sigma, &|| false)
}

/// Sharpens like [`sharpen`] and asks `stop` before every row whether to give up.
///
/// # Errors
///
/// As [`sharpen`], and [`ErrorKind::Stopped`], after which some rows are sharpened and some not.
pub fn sharpen_until(image: &mut Image, sigma: f64, stop: &dyn Fn() -> bool) -> Result<(), Error> {
    if sigma.is_nan() || sigma <= 0.0 {
        return Ok(());
    }
    let layout = image.layout();
    if layout.depth != Depth::U8 || layout.channels == Channels::Cmyk {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    let mask = Mask::new(if sigma > 10.0 { 0.5 } else { sigma }, 0.1);
    let across = blurred_rows(image, &mask, stop)?;
    let (width, row) = (layout.width as usize, layout.row_samples());
    let mut own = zeroed::<Lightness>(width)?;
    let mut sums = zeroed::<i32>(width)?;
    let targets = image.slice_mut::<u8>()?.chunks_exact_mut(row);
    for (y, target) in targets.enumerate() {
        go_on(stop)?;
        lightness(target, layout.channels, &mut own);
        sum_column(&across, y, &mask, &mut sums);
        let pixels = target.chunks_exact_mut(layout.channels.count());
        for ((pixel, own), sum) in pixels.zip(&own).zip(&sums) {
            let change = change(own - mask.mean(*sum));
            if change != 0 {
                with_lightness(pixel, layout.channels, *own, own + change);
            }
        }
    }
    Ok(())
}

/// Bytes that [`sharpen`] allocates: blurred lightness, and rows.
#[must_use]
pub const fn sharpen_bytes(source: Layout) -> u64 {
    let rows = source.height as u64 + 8;
    rows.saturating_mul(source.width as u64 * 4)
        .saturating_add(4 * 1024)
}

/// The lightness of every row, blurred from left to right.
fn blurred_rows(
    image: &Image,
    mask: &Mask,
    stop: &dyn Fn() -> bool,
) -> Result<Vec<Lightness>, Error> {
    let layout = image.layout();
    let width = layout.width as usize;
    let pad = mask.half.len() - 1;
    let mut result = zeroed::<Lightness>(width * layout.height as usize)?;
    let mut own = zeroed::<Lightness>(width)?;
    let mut padded = zeroed::<Lightness>(width + 2 * pad)?;
    let rows = image.view::<u8>()?.rows();
    for (source, sums) in rows.zip(result.chunks_exact_mut(width)) {
        go_on(stop)?;
        lightness(source, layout.channels, &mut own);
        repeat_ends(&own, 1, pad, &mut padded);
        for (i, weight) in mask.weights().enumerate() {
            add(sums, &padded[i..], weight);
        }
        sums.iter_mut().for_each(|sum| *sum = mask.mean(*sum));
    }
    Ok(result)
}

/// The weighted sums of the rows around row `y`, end rows repeated.
fn sum_column(rows: &[Lightness], y: usize, mask: &Mask, sums: &mut [i32]) {
    sums.fill(0);
    let width = sums.len();
    let (radius, last) = (mask.half.len() - 1, rows.len() / width - 1);
    for (i, weight) in mask.weights().enumerate() {
        let source = (y + i).saturating_sub(radius).min(last);
        add(sums, &rows[source * width..], weight);
    }
}

fn add(sums: &mut [i32], samples: &[i32], weight: i32) {
    for (sum, sample) in sums.iter_mut().zip(samples) {
        *sum += weight * sample;
    }
}

/// What is added to a lightness that differs this much from its surroundings.
fn change(difference: Lightness) -> Lightness {
    let index = usize::try_from(difference + UNITS).unwrap_or(0);
    CURVE.get(index).copied().unwrap_or(0)
}

/// The changes of all differences.
static CURVE: LazyLock<Vec<Lightness>> = LazyLock::new(|| (-UNITS..=UNITS).map(curve).collect());

#[expect(clippy::cast_possible_truncation, reason = "at most 20 units of L*")]
fn curve(difference: Lightness) -> Lightness {
    let unit = f64::from(UNITS) / 100.0;
    let v = f64::from(difference) / unit;
    let change = if v >= 2.0 {
        (3.0 * (v - 2.0)).min(10.0)
    } else if v <= -2.0 {
        (3.0 * (v + 2.0)).max(-20.0)
    } else {
        0.0
    };
    (change * unit).round_ties_even() as Lightness
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: u32, height: u32, samples: Vec<u8>) -> Image {
        Image::from_u8(Layout::u8(width, height, Channels::Grey), samples).unwrap()
    }

    #[test]
    fn the_curve_is_flat_in_the_middle_and_bounded() {
        for (difference, expected) in [
            (0, 0),
            (1, 0),
            (-1, 0),
            (3, 3),
            (-3, -3),
            (50, 10),
            (-50, -20),
        ] {
            let got = change(difference * UNITS / 100);
            let expected = expected * UNITS / 100;
            assert!((got - expected).abs() <= 4, "{difference}: {got}");
        }
    }

    #[test]
    fn flat_areas_and_slow_gradients_stay() {
        let image = grey(60, 4, (0..240_u8).map(|i| 100 + i % 60).collect());
        let mut sharp = image.clone();
        sharpen(&mut sharp, 2.0).unwrap();
        assert_eq!(sharp, image);
    }

    #[test]
    fn edges_of_both_directions_overshoot_alike() {
        let columns = (0..256)
            .map(|i| if i % 16 < 8 { 60 } else { 180 })
            .collect();
        let rows = (0..256)
            .map(|i| if i / 16 < 8 { 60 } else { 180 })
            .collect();
        let (mut columns, mut rows) = (grey(16, 16, columns), grey(16, 16, rows));
        sharpen(&mut columns, 1.5).unwrap();
        sharpen(&mut rows, 1.5).unwrap();
        let (columns, rows) = (columns.view::<u8>().unwrap(), rows.view::<u8>().unwrap());
        assert!(columns.pixel(7, 3)[0] < 50 && columns.pixel(8, 3)[0] > 190);
        for i in 0..16 {
            assert_eq!(columns.pixel(i, 5), rows.pixel(5, i));
        }
    }

    #[test]
    fn alpha_and_hue_stay() {
        let pixels = (0..8).flat_map(|i| {
            if i < 4 {
                [90, 60, 30, 7]
            } else {
                [180, 120, 60, 9]
            }
        });
        let layout = Layout::u8(8, 1, Channels::Rgba);
        let mut image = Image::from_u8(layout, pixels.collect()).unwrap();
        sharpen(&mut image, 1.0).unwrap();
        let view = image.view::<u8>().unwrap();
        let (dark, light) = (view.pixel(3, 0), view.pixel(4, 0));
        assert_eq!((dark[3], light[3]), (7, 9));
        assert!(dark[0] < 90 && light[0] > 180);
        assert!(light[0] > light[1] && light[1] > light[2]);
    }

    #[test]
    fn large_sigmas_count_as_a_half() {
        let image = grey(9, 1, vec![0, 0, 0, 90, 90, 90, 200, 200, 200]);
        let (mut half, mut large) = (image.clone(), image);
        sharpen(&mut half, 0.5).unwrap();
        sharpen(&mut large, 10.01).unwrap();
        assert_eq!(half, large);
    }

    #[test]
    fn stops_when_told() {
        let mut image = grey(4, 1, vec![0, 0, 255, 255]);
        let error = sharpen_until(&mut image, 1.0, &|| true).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Stopped);
    }
}
