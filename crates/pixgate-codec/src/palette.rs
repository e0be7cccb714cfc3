//! Few colours for many: palettes for GIF and PNG, with dithering.
//!
//! Colours are grouped and weighed by how smooth their surroundings are, boxes of them split where
//! the error is largest, the means refined by k-means, and what remains is spread to neighbours,
//! more in smooth places than in rough ones.

mod contrast;
mod dither;
mod histogram;
mod nearest;
mod point;
mod refine;
mod split;

use std::collections::BTreeMap;

use pixgate_raster::{Channels, Image, Samples, zeroed};

use crate::Error;
use contrast::Contrast;
use histogram::Histogram;
use nearest::Nearest;
use point::{Point, UNIT, point};

/// A picture of palette indices.
pub(crate) struct Indexed {
    /// Red, green, blue, alpha; at most 256 entries, those with alpha below 255 first.
    pub(crate) colors: Vec<[u8; 4]>,
    /// One index per pixel, rows without gaps.
    pub(crate) indices: Vec<u8>,
}

/// What a palette may have.
#[derive(Clone, Copy)]
pub(crate) struct Palette {
    /// Most entries, 2 to 256.
    pub(crate) colors: usize,
    /// Alpha is all or nothing, as in GIF.
    pub(crate) is_mask: bool,
}

impl Indexed {
    /// Finds a palette for an 8-bit image and maps its pixels; none for other images.
    pub(crate) fn new(image: &Image, palette: Palette) -> Result<Option<Self>, Error> {
        let Some(pixels) = Rgba::new(image, palette.is_mask) else {
            return Ok(None);
        };
        if let Some(exact) = pixels.few_colors(palette.colors) {
            return Self::exact(&pixels, exact).map(Some);
        }
        let contrast = Contrast::new(&pixels)?;
        let histogram = Histogram::new(&pixels, &contrast, discount(palette.colors));
        let room = palette.colors - usize::from(histogram.has_transparent);
        let has_transparent = histogram.has_transparent;
        let colors = chosen(histogram, room, has_transparent);
        Self::dithered(&pixels, &contrast, colors).map(Some)
    }

    /// As [`Indexed::new`], with a transparent entry in front whether the image needs it or not.
    pub(crate) fn with_transparent(image: &Image, palette: Palette) -> Result<Option<Self>, Error> {
        let Some(pixels) = Rgba::new(image, palette.is_mask) else {
            return Ok(None);
        };
        let exact = pixels.few_colors(palette.colors);
        let exact =
            exact.filter(|colors| colors.len() < palette.colors || colors.contains(&TRANSPARENT));
        if let Some(mut exact) = exact {
            if !exact.contains(&TRANSPARENT) {
                exact.push(TRANSPARENT);
            }
            return Self::exact(&pixels, exact).map(Some);
        }
        let contrast = Contrast::new(&pixels)?;
        let histogram = Histogram::new(&pixels, &contrast, discount(palette.colors));
        let colors = chosen(histogram, palette.colors - 1, true);
        Self::dithered(&pixels, &contrast, colors).map(Some)
    }

    /// Maps the pixels to a palette that was made for another image, if all colours are in it or
    /// near enough.
    pub(crate) fn within(image: &Image, colors: &[[u8; 4]]) -> Result<Option<Self>, Error> {
        let Some(pixels) = Rgba::new(image, true).filter(|_| !colors.is_empty()) else {
            return Ok(None);
        };
        let is_exact = pixels
            .few_colors(colors.len())
            .is_some_and(|used| used.iter().all(|color| colors.contains(color)));
        if is_exact {
            return Self::exact(&pixels, colors.to_vec()).map(Some);
        }
        if mean_distance(&pixels, colors) > GOOD_ENOUGH {
            return Ok(None);
        }
        let contrast = Contrast::new(&pixels)?;
        Self::dithered(&pixels, &contrast, colors.to_vec()).map(Some)
    }

    /// - `colors`: all colours of the image are among them.
    fn exact(pixels: &Rgba<'_>, mut colors: Vec<[u8; 4]>) -> Result<Self, Error> {
        colors.sort_by_key(|color| color[3]);
        let mut indices = zeroed::<u8>(pixels.len())?;
        look_up(pixels, &colors, &mut indices);
        Ok(Self { colors, indices })
    }

    fn dithered(
        pixels: &Rgba<'_>,
        contrast: &Contrast,
        mut colors: Vec<[u8; 4]>,
    ) -> Result<Self, Error> {
        colors.sort_by_key(|color| color[3]);
        let mut indices = zeroed::<u8>(pixels.len())?;
        let points: Vec<Point> = colors.iter().copied().map(point).collect();
        dither::dither(pixels, contrast, &points, &mut indices)?;
        Ok(Self { colors, indices })
    }
}

/// With few colours every pixel's error is seen; with many those of smooth places are.
const fn discount(colors: usize) -> f32 {
    if colors > 4 { 0.08 } else { 0.0 }
}

/// The best colours for a histogram.
///
/// - `room`: most colours, the transparent one not counted.
fn chosen(mut histogram: Histogram, room: usize, has_transparent: bool) -> Vec<[u8; 4]> {
    let mut palette = split::palette(&mut histogram.entries, room.max(1));
    refine::refine(&histogram.entries, &mut palette);
    let mut colors: Vec<_> = palette.into_iter().map(point::color).collect();
    if has_transparent {
        colors.push(TRANSPARENT);
    }
    colors
}

/// Mean squared distance to the nearest entries, over all pixels that are to be seen.
fn mean_distance(pixels: &Rgba<'_>, colors: &[[u8; 4]]) -> f64 {
    let palette: Vec<Point> = colors.iter().copied().map(point).collect();
    let nearest = Nearest::new(&palette);
    let (mut sum, mut count, mut guess) = (0.0, 0_u32, 0);
    for color in pixels.iter().filter(|color| color[3] != 0) {
        let (index, distance) = nearest.find(point(color), guess);
        guess = index;
        sum += f64::from(distance);
        count = count.saturating_add(1);
    }
    sum / f64::from(count.max(1))
}

/// Red, green and blue of all entries, one after the other.
pub(crate) fn flat(colors: &[[u8; 4]]) -> Vec<u8> {
    colors.iter().flat_map(|c| [c[0], c[1], c[2]]).collect()
}

/// The pixels of an 8-bit image as RGBA whose alpha is all or nothing; none for other images.
pub(crate) fn masked(image: &Image) -> Option<impl Iterator<Item = [u8; 4]>> {
    let channels = image.layout().channels;
    let Samples::U8(samples) = image.samples() else {
        return None;
    };
    let pixels = samples.chunks_exact(channels.count());
    (channels != Channels::Cmyk).then(|| pixels.map(|pixel| rgba(pixel, true)))
}

/// Finds each pixel's entry, which is there.
fn look_up(pixels: &Rgba<'_>, colors: &[[u8; 4]], indices: &mut [u8]) {
    let mut sorted: Vec<_> = (0_u8..=255).zip(colors).map(|(i, c)| (*c, i)).collect();
    sorted.sort_unstable();
    let mut last = ([0; 4], None);
    for (index, color) in indices.iter_mut().zip(pixels.iter()) {
        if last.0 != color || last.1.is_none() {
            let found = sorted.binary_search_by_key(&color, |(color, _)| *color);
            last = (color, found.ok().and_then(|at| sorted.get(at)));
        }
        *index = last.1.map_or(0, |(_, index)| *index);
    }
}

/// An 8-bit image seen as RGBA; what is wholly transparent has no colour.
pub(crate) struct Rgba<'a> {
    samples: &'a [u8],
    channels: Channels,
    width: usize,
    is_mask: bool,
}

impl<'a> Rgba<'a> {
    fn new(image: &'a Image, is_mask: bool) -> Option<Self> {
        let channels = image.layout().channels;
        match image.samples() {
            Samples::U8(samples) if channels != Channels::Cmyk => Some(Self {
                samples,
                channels,
                width: image.width() as usize,
                is_mask,
            }),
            _ => None,
        }
    }

    fn len(&self) -> usize {
        self.samples.len() / self.channels.count()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = [u8; 4]> + '_ {
        self.samples
            .chunks_exact(self.channels.count())
            .map(|pixel| self.rgba(pixel))
    }

    fn rgba(&self, pixel: &[u8]) -> [u8; 4] {
        rgba(pixel, self.is_mask)
    }

    /// All colours, if there are at most `most`.
    fn few_colors(&self, most: usize) -> Option<Vec<[u8; 4]>> {
        let mut seen = BTreeMap::new();
        let mut last = None;
        for color in self.iter() {
            if last != Some(color) {
                seen.insert(color, ());
                last = Some(color);
            }
            if seen.len() > most {
                return None;
            }
        }
        Some(seen.into_keys().collect())
    }
}

fn rgba(pixel: &[u8], is_mask: bool) -> [u8; 4] {
    let [r, g, b, a] = match *pixel {
        [grey] => [grey, grey, grey, 255],
        [grey, a] => [grey, grey, grey, a],
        [r, g, b] => [r, g, b, 255],
        [r, g, b, a, ..] => [r, g, b, a],
        [] => [0; 4],
    };
    match (a, is_mask) {
        (0, _) | (..128, true) => TRANSPARENT,
        (_, true) => [r, g, b, 255],
        (_, false) => [r, g, b, a],
    }
}

/// The colour at `x` of a row.
fn color_of(pixels: &Rgba<'_>, row: &[u8], x: usize) -> [u8; 4] {
    let count = pixels.channels.count();
    pixels.rgba(row.get(x * count..(x + 1) * count).unwrap_or_default())
}

const TRANSPARENT: [u8; 4] = [0; 4];
/// A difference of 3 in each colour, the reference's limit for keeping a palette.
const GOOD_ENOUGH: f64 = 9.0 * UNIT as f64;

#[cfg(test)]
mod tests {
    use pixgate_raster::Layout;

    use super::*;

    fn gradient() -> Image {
        let samples = (0..64 * 64)
            .flat_map(|i: u32| [i % 64 * 4, i / 64 * 4, 128])
            .map(|sample| u8::try_from(sample).unwrap())
            .collect();
        Image::from_u8(Layout::u8(64, 64, Channels::Rgb), samples).unwrap()
    }

    #[test]
    fn keeps_few_colors_exactly() {
        let samples = vec![1, 2, 3, 4, 5, 6, 1, 2, 3];
        let image = Image::from_u8(Layout::u8(3, 1, Channels::Rgb), samples).unwrap();
        let palette = Palette {
            colors: 2,
            is_mask: false,
        };
        let indexed = Indexed::new(&image, palette).unwrap().unwrap();
        assert_eq!(indexed.colors, [[1, 2, 3, 255], [4, 5, 6, 255]]);
        assert_eq!(indexed.indices, [0, 1, 0]);
    }

    #[test]
    fn stays_within_the_palette_and_close_to_the_mean() {
        for colors in [2, 16, 256] {
            let palette = Palette {
                colors,
                is_mask: false,
            };
            let indexed = Indexed::new(&gradient(), palette).unwrap().unwrap();
            assert!(indexed.colors.len() <= colors);
            let sum: u32 = indexed
                .indices
                .iter()
                .map(|index| u32::from(indexed.colors[usize::from(*index)][0]))
                .sum();
            let mean = f64::from(sum) / (64.0 * 64.0);
            assert!((mean - 126.0).abs() < 6.0, "{colors}: {mean}");
        }
    }

    #[test]
    fn gives_transparent_pixels_one_entry() {
        let samples = vec![9, 9, 9, 0, 7, 7, 7, 100, 50, 60, 70, 200];
        let image = Image::from_u8(Layout::u8(3, 1, Channels::Rgba), samples).unwrap();
        let palette = Palette {
            colors: 256,
            is_mask: true,
        };
        let indexed = Indexed::new(&image, palette).unwrap().unwrap();
        assert_eq!(indexed.colors, [[0; 4], [50, 60, 70, 255]]);
        assert_eq!(indexed.indices, [0, 0, 1]);
    }
}
