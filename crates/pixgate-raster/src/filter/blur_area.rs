//! Blur of a part of an image.

use crate::Rect;
use crate::compose::{premultiply, unpremultiply};
use crate::filter::{blur_bytes, blur_until};
use crate::geometry::{crop, crop_bytes};
use crate::{Error, Image, Layout};

/// Blurs a rectangle of an 8-bit image as if there were nothing around it, in place.
///
/// Colour is multiplied by alpha meanwhile; pixels outside do not change. Allocates
/// [`blur_area_bytes`].
///
/// # Errors
///
/// [`ErrorKind::OutOfBounds`](crate::ErrorKind) if the rectangle leaves the image, and those of
/// [`blur_until`](crate::filter::blur_until).
pub fn blur_area(
    image: &mut Image,
    area: Rect,
    sigma: f64,
    stop: &dyn Fn() -> bool,
) -> Result<(), Error> {
    let mut part = crop(image, area.left, area.top, area.width, area.height)?;
    premultiply(&mut part);
    let mut part = blur_until(part, sigma, stop)?;
    unpremultiply(&mut part);
    let channels = image.layout().channels.count();
    let row = image.layout().row_samples();
    let left = area.left as usize * channels;
    let targets = image.slice_mut::<u8>()?.chunks_exact_mut(row);
    let targets = targets.skip(area.top as usize);
    for (target, source) in targets.zip(part.view::<u8>()?.rows()) {
        target[left..left + source.len()].copy_from_slice(source);
    }
    Ok(())
}

/// Bytes that [`blur_area`] allocates for a rectangle of this size.
#[must_use]
pub fn blur_area_bytes(source: Layout, sigma: f64, width: u32, height: u32) -> u64 {
    let part = source.sized(width, height);
    crop_bytes(source, width, height).saturating_add(blur_bytes(part, sigma))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channels;

    #[test]
    fn nothing_around_an_area_changes_or_counts() {
        let layout = Layout::u8(9, 7, Channels::Rgba);
        let samples = (0..9 * 7 * 4_u32).map(|i| (i * i * 37).to_le_bytes()[1]);
        let image = Image::from_u8(layout, samples.collect()).unwrap();
        let area = Rect {
            left: 2,
            top: 1,
            width: 4,
            height: 5,
        };
        let mut found = image.clone();
        blur_area(&mut found, area, 2.0, &|| false).unwrap();
        let mut part = crop(&image, 2, 1, 4, 5).unwrap();
        premultiply(&mut part);
        let mut part = blur_until(part, 2.0, &|| false).unwrap();
        unpremultiply(&mut part);
        let view = found.view::<u8>().unwrap();
        for (x, y) in (0..7).flat_map(|y| (0..9).map(move |x| (x, y))) {
            let inside = (2..6).contains(&x) && (1..6).contains(&y);
            let expected = if inside {
                part.view::<u8>().unwrap().pixel(x - 2, y - 1).to_vec()
            } else {
                image.view::<u8>().unwrap().pixel(x, y).to_vec()
            };
            assert_eq!(view.pixel(x, y), expected, "{x}, {y}");
        }
    }
}
