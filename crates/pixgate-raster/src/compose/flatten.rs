//! Blending transparency onto a background colour.

use crate::{Channels, Error, Image, Layout, Sample, Samples, View, zeroed};

/// Blends the image on `background` and drops alpha; an image without alpha is given back.
///
/// Per channel `trunc((p·α + bg·(max − α)) / max)` (pipeline §4.14). 16-bit images use the
/// background times 257, floats divided by 255. A grey image becomes RGB if the background is
/// coloured. Allocates [`flatten_bytes`].
///
/// # Errors
///
/// [`ErrorKind::OutOfMemory`](crate::ErrorKind).
///
/// # Examples
///
/// ```
/// use pixgate_raster::compose::flatten;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let image = Image::from_u8(Layout::u8(1, 1, Channels::GreyAlpha), vec![0, 128])?;
/// let red = flatten(image, [255, 0, 0])?;
/// assert_eq!(red.view::<u8>()?.pixel(0, 0), &[127, 0, 0]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn flatten(image: Image, background: [u8; 3]) -> Result<Image, Error> {
    if !image.layout().channels.has_alpha() {
        return Ok(image);
    }
    match image.samples() {
        Samples::U8(_) => blend(image.view::<u8>()?, background, blend_u8),
        Samples::U16(_) => {
            let wide = background.map(|b| u16::from(b) * 257);
            blend(image.view::<u16>()?, wide, blend_u16)
        }
        Samples::F32(_) => {
            let unit = background.map(|b| f32::from(b) / 255.0);
            blend(image.view::<f32>()?, unit, |p, a, bg| {
                p * a + bg * (1.0 - a)
            })
        }
    }
}

/// Bytes that [`flatten`] allocates: nothing without alpha.
#[must_use]
pub const fn flatten_bytes(source: Layout, background: [u8; 3]) -> u64 {
    if source.channels.has_alpha() {
        flat_layout(source, is_coloured(background)).bytes()
    } else {
        0
    }
}

const fn is_coloured([r, g, b]: [u8; 3]) -> bool {
    r != g || g != b
}

const fn flat_layout(source: Layout, coloured: bool) -> Layout {
    match source.channels.without_alpha() {
        Channels::Grey if coloured => source.with_channels(Channels::Rgb),
        channels => source.with_channels(channels),
    }
}

#[inline(always)]
fn blend_u32(p: u32, a: u32, bg: u32, max: u32) -> u32 {
    (p * a + bg * (max - a)) / max
}

#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "a mean of two 8-bit values"
)]
fn blend_u8(p: u8, a: u8, bg: u8) -> u8 {
    blend_u32(p.into(), a.into(), bg.into(), 255) as u8
}

/// The sum is at most 65535², which 32 bits hold.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "a mean of two 16-bit values"
)]
fn blend_u16(p: u16, a: u16, bg: u16) -> u16 {
    blend_u32(p.into(), a.into(), bg.into(), 65535) as u16
}

fn blend<T: Sample>(
    view: View<'_, T>,
    bg: [T; 3],
    mix: impl Fn(T, T, T) -> T,
) -> Result<Image, Error> {
    let coloured = bg[0] != bg[1] || bg[1] != bg[2];
    let layout = flat_layout(view.layout(), coloured);
    let mut samples = zeroed::<T>(layout.samples()?)?;
    let rows = samples.chunks_exact_mut(layout.row_samples());
    for (target, source) in rows.zip(view.rows()) {
        match (view.channels(), coloured) {
            (Channels::Rgba, _) => rgba_row(source, target, bg, &mix),
            (_, true) => grey_row_to_rgb(source, target, bg, &mix),
            (_, false) => grey_row(source, target, bg[0], &mix),
        }
    }
    Image::from_samples(layout, T::wrap(samples))
}

fn rgba_row<T: Sample>(source: &[T], target: &mut [T], bg: [T; 3], mix: impl Fn(T, T, T) -> T) {
    let pixels = source.as_chunks().0.iter();
    for ([r, g, b, a], to) in pixels.zip(target.as_chunks_mut().0) {
        *to = [mix(*r, *a, bg[0]), mix(*g, *a, bg[1]), mix(*b, *a, bg[2])];
    }
}

fn grey_row_to_rgb<T: Sample>(
    source: &[T],
    target: &mut [T],
    bg: [T; 3],
    mix: impl Fn(T, T, T) -> T,
) {
    let pixels = source.as_chunks().0.iter();
    for ([grey, a], to) in pixels.zip(target.as_chunks_mut().0) {
        *to = bg.map(|b| mix(*grey, *a, b));
    }
}

fn grey_row<T: Sample>(source: &[T], target: &mut [T], bg: T, mix: impl Fn(T, T, T) -> T) {
    let pixels = source.as_chunks().0.iter();
    for ([grey, a], to) in pixels.zip(target) {
        *to = mix(*grey, *a, bg);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncates_as_the_formula_says() {
        let image =
            Image::from_u8(Layout::u8(1, 1, Channels::Rgba), vec![10, 200, 255, 77]).unwrap();
        let flat = flatten(image, [255, 255, 255]).unwrap();
        let expected = [10, 200, 255].map(|p: u32| (p * 77 + 255 * 178) / 255);
        let row = flat.view::<u8>().unwrap().row(0);
        assert_eq!([row[0], row[1], row[2]].map(u32::from), expected);
    }

    #[test]
    fn grey_background_keeps_grey() {
        let image = Image::from_u8(Layout::u8(1, 1, Channels::GreyAlpha), vec![0, 0]).unwrap();
        let flat = flatten(image, [9, 9, 9]).unwrap();
        assert_eq!(flat.layout().channels, Channels::Grey);
        assert_eq!(flat.view::<u8>().unwrap().row(0), &[9]);
    }

    #[test]
    fn sixteen_bit_uses_the_wide_colour() {
        let layout = Layout {
            depth: crate::Depth::U16,
            ..Layout::u8(1, 1, Channels::Rgba)
        };
        let image =
            Image::from_samples(layout, Samples::U16(vec![65535, 65535, 65535, 0])).unwrap();
        let flat = flatten(image, [1, 2, 255]).unwrap();
        assert_eq!(flat.view::<u16>().unwrap().row(0), &[257, 514, 65535]);
    }
}
