//! Laying one image over another.

use crate::convert::{convert_channels, convert_depth};
use crate::{Channels, Error, ErrorKind, Image, Layout, Sample, View};

/// Draws `overlay` over the image, its top left corner at (`left`, `top`).
///
/// Source-over without linearisation, truncated to the sample type (pipeline §11.5):
/// `aR = aA + aB(1 − aA)`, `c = (cA·aA + cB·aB·(1 − aA)) / aR`. What leaves the image is cut off.
/// An image without alpha stays without. A grey image becomes RGB if the overlay is coloured;
/// the overlay is converted to the image's depth and channels. Allocates [`composite_bytes`].
///
/// - `opacity`: 0 to 1, multiplies the overlay's alpha.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] for CMYK, and [`ErrorKind::OutOfMemory`].
///
/// # Examples
///
/// ```
/// use pixgate_raster::compose::composite;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let image = Image::from_u8(Layout::u8(2, 1, Channels::Grey), vec![100, 100])?;
/// let white = Image::from_u8(Layout::u8(1, 1, Channels::Grey), vec![255])?;
/// let marked = composite(image, &white, (1, 0), 0.5)?;
/// assert_eq!(marked.view::<u8>()?.row(0), &[100, 177]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn composite(
    image: Image,
    overlay: &Image,
    (left, top): (i64, i64),
    opacity: f64,
) -> Result<Image, Error> {
    if [image.layout().channels, overlay.layout().channels].contains(&Channels::Cmyk) {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    let channels = result_channels(image.layout().channels, overlay.layout().channels);
    let mut image = convert_channels(image, channels)?;
    let (wanted, depth) = (channels.with_alpha(), image.layout().depth);
    let converted;
    let overlay = if (overlay.layout().channels, overlay.layout().depth) == (wanted, depth) {
        overlay
    } else {
        converted = convert_depth(convert_channels(overlay.clone(), wanted)?, depth)?;
        &converted
    };
    let opacity = if opacity.is_finite() {
        opacity.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let at = (left, top);
    match image.layout().depth {
        crate::Depth::U8 => draw(&mut image, overlay.view::<u8>()?, at, opacity)?,
        crate::Depth::U16 => draw(&mut image, overlay.view::<u16>()?, at, opacity)?,
        crate::Depth::F32 => draw(&mut image, overlay.view::<f32>()?, at, opacity)?,
    }
    Ok(image)
}

/// Bytes that [`composite`] allocates at most.
#[must_use]
pub fn composite_bytes(image: Layout, overlay: Layout) -> u64 {
    let channels = result_channels(image.channels, overlay.channels);
    let converted = if channels == image.channels {
        0
    } else {
        image.with_channels(channels).bytes()
    };
    let widest = overlay.with_channels(channels.with_alpha());
    let matched = Layout {
        depth: image.depth,
        ..widest
    };
    [overlay.bytes(), widest.bytes(), matched.bytes()]
        .into_iter()
        .fold(converted, u64::saturating_add)
}

fn result_channels(image: Channels, overlay: Channels) -> Channels {
    let coloured = matches!(overlay, Channels::Rgb | Channels::Rgba);
    match image {
        Channels::Grey if coloured => Channels::Rgb,
        Channels::GreyAlpha if coloured => Channels::Rgba,
        same => same,
    }
}

/// Blends an overlay that has the image's channels and alpha.
fn draw<T: Sample>(
    image: &mut Image,
    overlay: View<'_, T>,
    (left, top): (i64, i64),
    opacity: f64,
) -> Result<(), Error> {
    let layout = image.layout();
    let (from, to) = (overlay.channels().count(), layout.channels.count());
    let samples = image.slice_mut::<T>()?;
    let columns = visible(overlay.width(), left, layout.width);
    for y in visible(overlay.height(), top, layout.height) {
        let source = &overlay.row(y)[columns.start as usize * from..columns.end as usize * from];
        let Some(start) = start(left, top, &columns, y, layout) else {
            continue;
        };
        let target = samples[start..].chunks_exact_mut(to);
        for (pixel, over) in target.zip(source.chunks_exact(from)) {
            blend(pixel, over, opacity);
        }
    }
    Ok(())
}

/// Columns or rows of the overlay that lie on the image.
fn visible(overlay: u32, offset: i64, image: u32) -> std::ops::Range<u32> {
    let clip = |v: i64| u32::try_from(v.clamp(0, i64::from(overlay))).unwrap_or(0);
    let first = clip(0_i64.saturating_sub(offset));
    first..clip(i64::from(image).saturating_sub(offset)).max(first)
}

/// Where row `y` of the overlay begins in the image's samples.
fn start(
    left: i64,
    top: i64,
    columns: &std::ops::Range<u32>,
    y: u32,
    layout: Layout,
) -> Option<usize> {
    let x = usize::try_from(left.checked_add(i64::from(columns.start))?).ok()?;
    let y = usize::try_from(top.checked_add(i64::from(y))?).ok()?;
    Some(y * layout.row_samples() + x * layout.channels.count())
}

/// `over` has alpha as its last sample, `pixel` has it if both are equally long.
#[inline]
fn blend<T: Sample>(pixel: &mut [T], over: &[T], opacity: f64) {
    let max = f64::from(T::MAX.to_f32());
    let value = |sample: T| f64::from(sample.to_f32());
    let (Some((alpha, colour)), has_alpha) = (over.split_last(), pixel.len() == over.len()) else {
        return;
    };
    let top = value(*alpha) / max * opacity;
    let below = match pixel.last() {
        Some(a) if has_alpha => value(*a) / max * (1.0 - top),
        _ => 1.0 - top,
    };
    let sum = top + below;
    for (to, over) in pixel.iter_mut().zip(colour) {
        let mixed = value(*over) * top + value(*to) * below;
        *to = T::truncated(if sum > 0.0 { mixed / sum } else { 0.0 });
    }
    if has_alpha && let Some(a) = pixel.last_mut() {
        *a = T::truncated(sum * max);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(channels: Channels, samples: &[u8]) -> Image {
        let width = u32::try_from(samples.len() / channels.count()).unwrap();
        Image::from_u8(Layout::u8(width, 1, channels), samples.to_vec()).unwrap()
    }

    #[test]
    fn overlay_is_cut_at_the_edges() {
        let over = image(Channels::Grey, &[1, 2, 3]);
        for (left, expected) in [
            (-2, [3, 9]),
            (-1, [2, 3]),
            (1, [9, 1]),
            (2, [9, 9]),
            (i64::MIN, [9, 9]),
        ] {
            let result = composite(image(Channels::Grey, &[9, 9]), &over, (left, 0), 1.0).unwrap();
            assert_eq!(result.view::<u8>().unwrap().row(0), &expected, "{left}");
        }
    }

    #[test]
    fn equal_colours_stay_equal_at_every_opacity() {
        for opacity in 0..=100 {
            let same = image(Channels::Grey, &[100]);
            let result =
                composite(same.clone(), &same, (0, 0), f64::from(opacity) / 100.0).unwrap();
            assert_eq!(result, same, "{opacity}");
        }
    }

    #[test]
    fn transparent_canvas_takes_the_overlay() {
        let over = image(Channels::Rgba, &[10, 20, 30, 128]);
        let result = composite(image(Channels::Rgba, &[0, 0, 0, 0]), &over, (0, 0), 1.0).unwrap();
        assert_eq!(result, over);
        let grey = composite(image(Channels::Grey, &[0]), &over, (0, 0), 1.0).unwrap();
        assert_eq!(grey, image(Channels::Rgb, &[5, 10, 15]));
    }
}
