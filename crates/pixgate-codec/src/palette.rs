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
        let mut colors = exact.unwrap_or_else(|| Histogram::new(&pixels).colors(palette.colors));
        colors.sort_by_key(|color| color[3]);
        let mut nearest = Nearest::new(&colors)?;
        let mut indices = zeroed::<u8>(pixels.len())?;
        if is_exact {
            for (index, color) in indices.iter_mut().zip(pixels.iter()) {
                let found = colors.iter().position(|entry| *entry == color);
                *index = u8::try_from(found.unwrap_or_default()).unwrap_or_default();
            }
        } else {
            dither(&pixels, &mut nearest, &mut indices)?;
        }
        Ok(Some(Self { colors, indices }))
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
        let [r, g, b, a] = match *pixel {
            [grey] => [grey, grey, grey, 255],
            [grey, a] => [grey, grey, grey, a],
            [r, g, b] => [r, g, b, 255],
            [r, g, b, a, ..] => [r, g, b, a],
            [] => [0; 4],
        };
        match (a, self.is_mask) {
            (0, _) | (..128, true) => [0; 4],
            (_, true) => [r, g, b, 255],
            (_, false) => [r, g, b, a],
        }
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
