//! The encoder of whole streams.

mod analysis;
mod cluster;
mod cross;
mod entropy;
mod huffman;
mod image;
mod matches;
mod near;
mod palette;
mod parse;
mod predictor;
mod tokens;
mod writer;

pub(crate) use cluster::add_costs;
pub(crate) use cross::rest_sum;
pub(crate) use predictor::{Area, mode_sums, subtract};

use self::analysis::Analysis;
use self::cluster::Effort;
use self::image::{ImageEffort, write_image, write_small};
use self::matches::{Matches, Search};
use self::predictor::tile_bits;
use self::writer::BitWriter;
use super::color::subtract_green;
use super::decoder::SIGNATURE;
use super::kernels::Kernels;
use super::narrow::count32;
use crate::Error;

/// How a picture is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncodeOptions {
    /// From 0, fast, to 6, small.
    pub effort: u8,
    /// 100 keeps every pixel; less rounds colours where that is hardly seen, at 0 by up to 16.
    pub near_lossless: u8,
    /// Whether colours of pixels without opacity are kept.
    pub exact: bool,
}

impl EncodeOptions {
    /// Lossless but for colours of pixels without opacity, by an effort from 0 to 6.
    #[must_use]
    pub const fn new(effort: u8) -> Self {
        Self {
            effort,
            near_lossless: 100,
            exact: false,
        }
    }
}

impl Default for EncodeOptions {
    fn default() -> Self {
        Self::new(4)
    }
}

/// Longest side of a picture.
pub const MAX_SIDE: u32 = 16_383;

/// Encodes a picture to a stream, the content of a `VP8L` chunk.
///
/// - `pixels`: alpha, red, green and blue from the highest byte to the lowest.
///
/// # Errors
///
/// [`Error::Size`] and [`Error::SampleCount`] if the size is not that of the pixels or of a picture.
pub fn encode(
    pixels: Vec<u32>,
    (width, height): (u32, u32),
    options: EncodeOptions,
) -> Result<Vec<u8>, Error> {
    let sides = 1..=MAX_SIDE;
    if !sides.contains(&width) || !sides.contains(&height) {
        return Err(Error::Size { width, height });
    }
    let wanted = width as usize * height as usize;
    if pixels.len() != wanted {
        let found = pixels.len();
        return Err(Error::SampleCount { wanted, found });
    }
    let mut pixels = pixels;
    let has_alpha = pixels.iter().any(|argb| argb >> 24 != 0xFF);
    if has_alpha && !options.exact {
        for argb in pixels.iter_mut().filter(|argb| **argb >> 24 == 0) {
            *argb = 0;
        }
    }
    // Few colours are coded by their numbers, which nearer ones would only make more of.
    if options.near_lossless < 100 && palette::colors(&pixels).is_none() {
        near::apply(&mut pixels, width as usize, options.near_lossless);
    }
    let mut writer = BitWriter::default();
    writer.put(u32::from(SIGNATURE), 8);
    writer.put(width - 1, 14);
    writer.put(height - 1, 14);
    writer.put(u32::from(has_alpha), 1);
    writer.put(0, 3);
    write_body(&mut writer, pixels, width as usize, options.effort);
    Ok(writer.finish())
}

/// Bytes that [`encode`] takes at most, the pixels and the stream included.
///
/// An upper estimate: noise, the dearest there is, takes most of it.
#[must_use]
pub const fn encode_bytes(width: u32, height: u32) -> u64 {
    width as u64 * height as u64 * PIXEL_BYTES + (1 << 20)
}

/// What a pixel takes, with what is found out about it.
const PIXEL_BYTES: u64 = 50;

/// Encodes a picture without what stands in front of its transforms.
pub(crate) fn encode_body(pixels: Vec<u32>, width: usize, effort: u8) -> Vec<u8> {
    let mut writer = BitWriter::default();
    write_body(&mut writer, pixels, width, effort);
    writer.finish()
}

fn write_body(writer: &mut BitWriter, pixels: Vec<u32>, width: usize, effort: u8) {
    let kernels = Kernels::detect();
    let settings = Settings::new(effort);
    let colors = palette::colors(&pixels);
    let mut found = Analysis::INDEXED;
    let mut matches = None;
    if colors
        .as_ref()
        .is_none_or(|colors| palette::packing(colors.len()) == 0)
    {
        (found, matches) = analyse(&pixels, width, colors.as_deref(), &settings);
    }
    let picture = Picture {
        pixels,
        width,
        kernels: &kernels,
    };
    match colors {
        Some(colors) if !found.transforms.predictor => {
            picture.write_indexed(writer, &settings, &colors, found, matches);
        }
        _ => picture.write(writer, &settings, found, matches),
    }
}

/// Looks at a part of the picture, and at all of it if it seems to repeat.
fn analyse(
    pixels: &[u32],
    width: usize,
    colors: Option<&[u32]>,
    settings: &Settings,
) -> (Analysis, Option<Matches>) {
    let sample = analysis::sample(pixels, width);
    let mut matches = Matches::find(&sample, settings.search);
    let mut found = analysis::analyse(&sample, width, colors, &matches);
    if sample.len() < pixels.len() {
        if !found.has_copies {
            return (found, None);
        }
        drop(sample);
        matches = Matches::find(pixels, settings.search);
        found = analysis::analyse(pixels, width, colors, &matches);
    }
    (found, (!found.transforms.predictor).then_some(matches))
}

/// A picture that is transformed step by step.
struct Picture<'a> {
    pixels: Vec<u32>,
    width: usize,
    kernels: &'a Kernels,
}

impl Picture<'_> {
    /// Writes a picture of few colours as their numbers.
    fn write_indexed(
        self,
        writer: &mut BitWriter,
        settings: &Settings,
        colors: &[u32],
        found: Analysis,
        matches: Option<Matches>,
    ) {
        let height = self.pixels.len() / self.width;
        writer.put(0b111, 3);
        writer.put(count32(colors.len() - 1), 8);
        let differences = palette::differences(colors);
        write_small(writer, &differences, differences.len(), self.kernels);
        let packed = palette::pack(&self.pixels, self.width, colors);
        let width = self.width.div_ceil(1 << palette::packing(colors.len()));
        writer.put(0, 1);
        let effort = settings.image((width, height), found.has_copies, 8);
        drop(self.pixels);
        write_image(writer, packed, width, effort, matches, self.kernels);
    }

    fn write(
        mut self,
        writer: &mut BitWriter,
        settings: &Settings,
        found: Analysis,
        matches: Option<Matches>,
    ) {
        let Analysis {
            transforms,
            has_copies,
        } = found;
        if transforms.green {
            writer.put(0b101, 3);
            subtract_green(&mut self.pixels);
        }
        let (width, height) = (self.width, self.pixels.len() / self.width);
        if transforms.predictor {
            let bits = tile_bits(width, height, settings.predictor_bits, settings.tiles);
            let modes = predictor::apply(&mut self.pixels, width, bits.min(5), self.kernels);
            write_transform(writer, 0, bits, &modes, width, self.kernels);
        }
        if transforms.color {
            let bits = tile_bits(width, height, settings.color_bits, 1 << 13);
            let multipliers = cross::apply(&mut self.pixels, width, bits, self.kernels);
            write_transform(writer, 1, bits, &multipliers, width, self.kernels);
        }
        writer.put(0, 1);
        let effort = settings.image((width, height), has_copies, settings.cache_bits);
        write_image(writer, self.pixels, width, effort, matches, self.kernels);
    }
}

fn write_transform(
    writer: &mut BitWriter,
    kind: u32,
    bits: u32,
    tiles: &[u32],
    width: usize,
    kernels: &Kernels,
) {
    writer.put(1, 1);
    writer.put(kind, 2);
    writer.put(bits - 2, 3);
    write_small(writer, tiles, width.div_ceil(1 << bits), kernels);
}

/// What an effort means.
#[derive(Clone, Copy, Debug)]
struct Settings {
    search: Search,
    /// Whether copies are looked for where few are expected.
    always_searches: bool,
    near: usize,
    long: usize,
    parses: u32,
    cache_bits: u32,
    predictor_bits: u32,
    color_bits: u32,
    group_bits: u32,
    tiles: usize,
    groups: usize,
    rounds: u32,
}

impl Settings {
    fn new(effort: u8) -> Self {
        let effort = effort.min(6);
        let step = usize::from(effort);
        let by_effort = |fast, usual, small| match effort {
            ..=2 => fast,
            3..=4 => usual,
            _ => small,
        };
        Self {
            search: Search {
                depth: [1, 2, 4, 6, 8, 32, 128][step],
                short_depth: [1, 1, 2, 3, 4, 8, 32][step],
                least: 4,
                nice: [16, 32, 64, 96, 128, 256, 1024][step],
                good: 32,
            },
            always_searches: false,
            near: [2, 2, 3, 4, 6, 8, 16][step],
            long: [32, 48, 64, 96, 128, 512, 2048][step],
            parses: [1, 1, 1, 2, 2, 3, 4][step],
            cache_bits: by_effort(6, 10, 10),
            predictor_bits: by_effort(4, 3, 3),
            color_bits: 5,
            tiles: 1 << 16,
            group_bits: by_effort(5, 3, 3),
            groups: by_effort(16, 64, 96) as usize,
            rounds: by_effort(2, 4, 6),
        }
    }

    fn image(
        &self,
        (width, height): (usize, usize),
        has_copies: bool,
        cache_bits: u32,
    ) -> ImageEffort {
        ImageEffort {
            search: (has_copies || self.always_searches).then_some(self.search),
            near: self.near,
            long: self.long,
            parses: self.parses,
            cache_bits: cache_bits.min(self.cache_bits),
            groups: Some(Effort {
                bits: tile_bits(
                    width,
                    height,
                    self.group_bits + u32::from(has_copies),
                    1 << 14,
                ),
                groups: self.groups,
                rounds: self.rounds,
            }),
        }
    }
}
