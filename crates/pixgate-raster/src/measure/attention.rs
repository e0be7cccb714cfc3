//! Where the eye goes first: the position of a smart crop.

use crate::compose::premultiply;
use crate::convert::{convert_channels, convert_depth};
use crate::gaussian::Mask;
use crate::lab::xyz_and_a;
use crate::resample::{Resampler, Scaling, resize_bytes};
use crate::{Depth, Error, ErrorKind, Image, Layout};

/// The top left corner of the `width` × `height` crop that shows most of what draws attention.
///
/// Edges, skin colours and saturation are looked for in the image shrunk to 32×32 (the "attention"
/// strategy of libvips, pipeline §6.2); the crop is centred on the best place as far as the image
/// allows. Deterministic; a uniform image gives its own corner. Allocates [`attention_bytes`].
///
/// # Errors
///
/// [`ErrorKind::OutOfBounds`] if the crop is larger than the image,
/// [`ErrorKind::UnsupportedLayout`] for CMYK, and [`ErrorKind::OutOfMemory`].
///
/// # Examples
///
/// ```
/// use pixgate_raster::measure::attention;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let mut samples = vec![40; 96 * 32 * 3];
/// samples[(16 * 96 + 80) * 3..][..12].copy_from_slice(&[230, 40, 40, 230, 40, 40, 230, 40, 40, 230, 40, 40]);
/// let image = Image::from_u8(Layout::u8(96, 32, Channels::Rgb), samples)?;
/// let (left, top) = attention(&image, 32, 32)?;
/// assert_eq!((left, top), (64, 0));
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn attention(image: &Image, width: u32, height: u32) -> Result<(u32, u32), Error> {
    let source = image.layout();
    if width > source.width || height > source.height {
        return Err(ErrorKind::OutOfBounds.into());
    }
    let (kx, ky) = factors(source);
    let (cw, ch) = (f64::from(width) * kx, f64::from(height) * ky);
    let sigma = (cw.hypot(ch) / 10.0).max(1.0);
    let pixels = small(image)?;
    let (x, y) = best(&blurred(&scores(&pixels), sigma));
    let left = corner(x as f64 / kx, width, source.width);
    let top = corner(y as f64 / ky, height, source.height);
    Ok((left, top))
}

/// Bytes that [`attention`] allocates at most.
#[must_use]
pub fn attention_bytes(source: Layout) -> u64 {
    let (kx, ky) = factors(source);
    resize_bytes(source, Scaling::scaled(source, kx, ky)).saturating_add(128 * 1024)
}

/// Side of the picture that is looked at.
const SIDE: usize = 32;

/// One value per pixel of it.
type Map = [[f32; SIDE]; SIDE];

fn factors(source: Layout) -> (f64, f64) {
    let side = SIDE as f64;
    (
        side / f64::from(source.width),
        side / f64::from(source.height),
    )
}

/// The picture in 32×32 colours, premultiplied.
fn small(image: &Image) -> Result<[[[u8; 3]; SIDE]; SIDE], Error> {
    let (kx, ky) = factors(image.layout());
    let scaling = Scaling::scaled(image.layout(), kx, ky);
    let mut resized = Resampler::new().resize(image, scaling)?;
    premultiply(&mut resized);
    let channels = crate::Channels::Rgba;
    let resized = convert_channels(convert_depth(resized, Depth::U8)?, channels)?;
    let mut pixels = [[[0; 3]; SIDE]; SIDE];
    for (to, from) in pixels.iter_mut().zip(resized.view::<u8>()?.rows()) {
        for (to, [r, g, b, _]) in to.iter_mut().zip(from.as_chunks().0) {
            *to = [*r, *g, *b];
        }
    }
    Ok(pixels)
}

/// Edges, skin and saturation added up.
fn scores(pixels: &[[[u8; 3]; SIDE]; SIDE]) -> Map {
    let colours = pixels.map(|row| row.map(xyz_and_a));
    let luminance = |x: usize, y: usize| colours[y.min(SIDE - 1)][x.min(SIDE - 1)].0[1];
    let mut scores = [[0.0; SIDE]; SIDE];
    for (y, row) in scores.iter_mut().enumerate() {
        for (x, score) in row.iter_mut().enumerate() {
            let around = luminance(x.saturating_sub(1), y)
                + luminance(x + 1, y)
                + luminance(x, y.saturating_sub(1))
                + luminance(x, y + 1);
            let edge = (5.0 * (4.0 * luminance(x, y) - around)).abs();
            let (xyz, a) = colours[y][x];
            *score = edge + if xyz[1] > 5.0 { skin(xyz) + a } else { 0.0 };
        }
    }
    scores
}

/// How near a colour is to that of skin: 100 is equal.
fn skin([x, y, z]: [f32; 3]) -> f32 {
    let length = (x * x + y * y + z * z).sqrt();
    let distance = |v: f32, skin: f32| (v / length - skin).powi(2);
    100.0 - 100.0 * (distance(x, 0.78) + distance(y, 0.57) + distance(z, 0.44)).sqrt()
}

fn blurred(map: &Map, sigma: f64) -> Map {
    let mask = Mask::new(sigma, 0.2);
    transposed(&blurred_rows(&transposed(&blurred_rows(map, &mask)), &mask))
}

fn blurred_rows(map: &Map, mask: &Mask) -> Map {
    let radius = mask.half.len() - 1;
    let at = |row: &[f32; SIDE], x: usize| f64::from(row[x.saturating_sub(radius).min(SIDE - 1)]);
    map.map(|row| {
        std::array::from_fn(|x| {
            let terms = mask.weights().enumerate();
            let sum: f64 = terms.map(|(i, w)| f64::from(w) * at(&row, x + i)).sum();
            #[expect(clippy::cast_possible_truncation, reason = "scores are small")]
            let mean = (sum / f64::from(mask.sum())) as f32;
            mean
        })
    })
}

fn transposed(map: &Map) -> Map {
    std::array::from_fn(|x| std::array::from_fn(|y| map[y][x]))
}

/// The first of the highest scores, row by row.
fn best(map: &Map) -> (usize, usize) {
    let (mut best, mut highest) = ((0, 0), f32::NEG_INFINITY);
    for (y, row) in map.iter().enumerate() {
        for (x, score) in row.iter().enumerate() {
            if *score > highest {
                (best, highest) = ((x, y), *score);
            }
        }
    }
    best
}

/// Where a crop of this length begins so that `centre` is in its middle, or as near as possible.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a position inside the image"
)]
fn corner(centre: f64, length: u32, source: u32) -> u32 {
    let start = (centre as u32).saturating_sub(length / 2);
    start.min(source - length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channels;

    fn with_square(layout: Layout, left: u32, top: u32, colour: &[u8]) -> Image {
        let channels = layout.channels.count();
        let mut samples = vec![90; layout.samples().unwrap()];
        if layout.channels.has_alpha() {
            samples
                .iter_mut()
                .skip(channels - 1)
                .step_by(channels)
                .for_each(|a| *a = 255);
        }
        for y in top..top + 12 {
            for x in left..left + 12 {
                let at = (y * layout.width + x) as usize * channels;
                samples[at..at + channels].copy_from_slice(colour);
            }
        }
        Image::from_u8(layout, samples).unwrap()
    }

    #[test]
    fn a_uniform_image_is_cut_at_its_corner() {
        for channels in [Channels::Grey, Channels::Rgb, Channels::Rgba] {
            let layout = Layout::u8(70, 50, channels);
            let image = Image::from_u8(layout, vec![128; layout.samples().unwrap()]).unwrap();
            assert_eq!(attention(&image, 20, 20).unwrap(), (0, 0));
        }
    }

    #[test]
    fn crops_hold_the_square_that_stands_out() {
        for (left, top) in [(4, 5), (180, 10), (90, 120), (185, 135)] {
            let image = with_square(
                Layout::u8(200, 150, Channels::Rgb),
                left,
                top,
                &[220, 60, 50],
            );
            let (x, y) = attention(&image, 60, 60).unwrap();
            assert!(x <= left && left + 12 <= x + 60, "{left}: {x}");
            assert!(y <= top && top + 12 <= y + 60, "{top}: {y}");
        }
    }

    #[test]
    fn transparent_squares_do_not_count_as_colour() {
        let layout = Layout::u8(200, 150, Channels::Rgba);
        let clear = with_square(layout, 30, 30, &[255, 0, 0, 0]);
        let black = with_square(layout, 30, 30, &[0, 0, 0, 0]);
        assert_eq!(
            attention(&clear, 50, 50).unwrap(),
            attention(&black, 50, 50).unwrap()
        );
    }

    #[test]
    fn tiny_images_and_whole_crops_work() {
        let image = Image::from_u8(Layout::u8(1, 3, Channels::Rgb), vec![9; 9]).unwrap();
        assert_eq!(attention(&image, 1, 3).unwrap(), (0, 0));
        let error = attention(&image, 2, 1).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::OutOfBounds);
    }

    #[test]
    fn of_equal_scores_the_first_wins() {
        let mut map = [[0.0; SIDE]; SIDE];
        (map[5][9], map[5][20], map[6][0]) = (3.0, 3.0, 3.0);
        assert_eq!(best(&map), (9, 5));
    }
}
