//! Few colours for many: palettes for GIF and PNG, with dithering.
//!
//! Boxes of the colour histogram are split where the squared error is largest (X. Wu, "Efficient
//! Statistical Computations for Optimal Color Quantization", Graphics Gems II, 1991, without its
//! moment tables), the means refined by k-means, and the rest spread to neighbours (Floyd and
//! Steinberg, 1976).

mod histogram;

use std::collections::BTreeMap;

use pixgate_raster::{Channels, Image, Samples, zeroed};

use crate::{Error, ErrorKind};
use histogram::Histogram;

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
        let exact = pixels.few_colors(palette.colors);
        let is_exact = exact.is_some();
        let colors = exact.unwrap_or_else(|| Histogram::new(&pixels).colors(palette.colors));
        Self::mapped(&pixels, colors, is_exact).map(Some)
    }

    /// As [`Indexed::new`], with a transparent entry in front whether the image needs it or not.
    pub(crate) fn with_transparent(image: &Image, palette: Palette) -> Result<Option<Self>, Error> {
        let Some(pixels) = Rgba::new(image, palette.is_mask) else {
            return Ok(None);
        };
        let exact = pixels.few_colors(palette.colors);
        let exact =
            exact.filter(|colors| colors.len() < palette.colors || colors.contains(&TRANSPARENT));
        let is_exact = exact.is_some();
        let mut colors = exact.unwrap_or_else(|| {
            let histogram = Histogram::new(&pixels);
            histogram.colors_beside_transparent(palette.colors)
        });
        if !colors.contains(&TRANSPARENT) {
            colors.push(TRANSPARENT);
        }
        Self::mapped(&pixels, colors, is_exact).map(Some)
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
        if !is_exact && Nearest::new(colors)?.mean_distance(&pixels) > GOOD_ENOUGH {
            return Ok(None);
        }
        Self::mapped(&pixels, colors.to_vec(), is_exact).map(Some)
    }

    /// - `is_exact`: all colours of the image are in the palette.
    fn mapped(pixels: &Rgba<'_>, mut colors: Vec<[u8; 4]>, is_exact: bool) -> Result<Self, Error> {
        colors.sort_by_key(|color| color[3]);
        let mut indices = zeroed::<u8>(pixels.len())?;
        if is_exact {
            look_up(pixels, &colors, &mut indices);
        } else {
            dither(pixels, &mut Nearest::new(&colors)?, &mut indices)?;
        }
        Ok(Self { colors, indices })
    }
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

/// Finds the nearest palette entry; remembers answers for cells of 8 values a side.
struct Nearest<'a> {
    colors: &'a [[u8; 4]],
    /// Answer plus one for each cell of 5 bits per channel; zero is not yet known.
    cells: Vec<u16>,
}

impl<'a> Nearest<'a> {
    fn new(colors: &'a [[u8; 4]]) -> Result<Self, Error> {
        let cells = zeroed(1 << 20)?;
        Ok(Self { colors, cells })
    }

    fn find(&mut self, color: [u8; 4]) -> u8 {
        let cell = color
            .iter()
            .fold(0, |cell, sample| cell << 5 | usize::from(sample >> 3));
        if let Some(known @ 1..) = self.cells.get(cell).copied() {
            return u8::try_from(known - 1).unwrap_or_default();
        }
        let distances = self.colors.iter().map(|entry| distance(*entry, color));
        let best = (0_u16..)
            .zip(distances)
            .min_by_key(|(_, distance)| *distance);
        let index = best.map_or(0, |(index, _)| index);
        if let Some(slot) = self.cells.get_mut(cell) {
            *slot = index + 1;
        }
        u8::try_from(index).unwrap_or_default()
    }

    /// Mean of [`distance`] to the nearest entries, over all pixels that are to be seen.
    fn mean_distance(&mut self, pixels: &Rgba<'_>) -> u64 {
        let (mut sum, mut count) = (0_u64, 0_u64);
        for color in pixels.iter().filter(|color| color[3] != 0) {
            let index = usize::from(self.find(color));
            let entry = self.colors.get(index).copied().unwrap_or_default();
            sum += u64::from(distance(entry, color));
            count += 1;
        }
        sum / count.max(1)
    }
}

/// Squared distance; green weighs most, and colours matter as far as they can be seen.
pub(crate) fn distance(a: [u8; 4], b: [u8; 4]) -> u32 {
    let square = |a: u8, b: u8| {
        let difference = u32::from(a.abs_diff(b));
        difference * difference
    };
    let opacity = u32::from(a[3].max(b[3]));
    let color = 2 * square(a[0], b[0]) + 4 * square(a[1], b[1]) + square(a[2], b[2]);
    color * opacity / 255 + 4 * square(a[3], b[3])
}

type Spread = [i32; 4];

/// Floyd-Steinberg dithering, every other row backwards.
fn dither(pixels: &Rgba<'_>, nearest: &mut Nearest<'_>, indices: &mut [u8]) -> Result<(), Error> {
    let width = pixels.width;
    let mut this = zeroed::<Spread>(width + 2)?;
    let mut below = zeroed::<Spread>(width + 2)?;
    let rows = pixels.samples.chunks_exact(width * pixels.channels.count());
    for (y, (row, indices)) in rows.zip(indices.chunks_exact_mut(width)).enumerate() {
        let is_backwards = y % 2 == 1;
        for step in 0..width {
            let x = if is_backwards { width - 1 - step } else { step };
            let at = x * pixels.channels.count();
            let pixel = row
                .get(at..at + pixels.channels.count())
                .unwrap_or_default();
            let color = pixels.rgba(pixel);
            let wanted = corrected(color, this[x + 1]);
            let index = nearest.find(wanted);
            indices[x] = index;
            let entry = nearest.colors.get(usize::from(index)).copied();
            let entry = entry.ok_or(ErrorKind::Internal)?;
            if color[3] == 0 || entry[3] == 0 {
                continue;
            }
            let (next, back) = if is_backwards { (x, x + 2) } else { (x + 2, x) };
            for channel in 0..4 {
                let error = i32::from(wanted[channel]) - i32::from(entry[channel]);
                this[next][channel] += error * 7;
                below[back][channel] += error * 3;
                below[x + 1][channel] += error * 5;
                below[next][channel] += error;
            }
        }
        std::mem::swap(&mut this, &mut below);
        below.fill([0; 4]);
    }
    Ok(())
}

/// A colour with the errors of its neighbours, in sixteenths, added.
fn corrected(color: [u8; 4], spread: Spread) -> [u8; 4] {
    if color[3] == 0 {
        return color;
    }
    let mut wanted = color;
    for (sample, error) in wanted.iter_mut().zip(spread) {
        let value = i32::from(*sample) + error / 16;
        *sample = u8::try_from(value.clamp(0, 255)).unwrap_or_default();
    }
    wanted
}

const TRANSPARENT: [u8; 4] = [0; 4];
/// A difference of 3 in each colour, weighed as in [`distance`]; the reference's limit for
/// keeping a palette.
const GOOD_ENOUGH: u64 = 7 * 3 * 3;

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
