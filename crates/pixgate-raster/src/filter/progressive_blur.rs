//! Blur that grows along a direction.

use std::ops::Range;

use crate::Rect;
use crate::compose::{premultiply, unpremultiply};
use crate::filter::blur::{blur_until, reach};
use crate::filter::blur_bytes;
use crate::filter::{Ramp, RampLine};
use crate::geometry::crop;
use crate::{Depth, Error, ErrorKind, Image, Layout, zeroed};

/// Blurs an 8-bit image more and more along a direction.
///
/// The deviation itself grows, from nothing to `sigma`: the image is blurred with several ones, and
/// each pixel is mixed from the two that are nearest to its own. Where the ramp has not begun nothing
/// changes, where it is full [`blur`](crate::filter::blur) is what comes out. Each of them is made where it is
/// needed only. Colour is multiplied by alpha meanwhile. Allocates [`progressive_blur_bytes`].
///
/// - `sigma`: in pixels, at most 1000.
///
/// # Errors
///
/// As [`blur_until`](crate::filter::blur_until).
pub fn progressive_blur(
    image: Image,
    sigma: f64,
    ramp: Ramp,
    stop: &dyn Fn() -> bool,
) -> Result<Image, Error> {
    let layout = image.layout();
    if layout.depth != Depth::U8 {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    let mut source = image.clone();
    premultiply(&mut source);
    let mut result = image;
    let levels = levels(sigma);
    let levelled = Levelled {
        line: ramp.over(layout.width, layout.height),
        levels: f64::from(levels),
    };
    let mut below: Option<Blurred> = None;
    for level in 1..=levels {
        let wanted = levelled.area(layout, level, levels);
        let above = match wanted {
            Some(area) => {
                let sigma = sigma * f64::from(level) / f64::from(levels);
                Some(Blurred::new(&source, area, sigma, stop)?)
            }
            None => None,
        };
        if let Some(above) = &above {
            levelled.mix(&source, (below.as_ref(), above), level, &mut result)?;
        }
        below = above;
    }
    Ok(result)
}

/// Bytes that [`progressive_blur`] allocates: a multiplied copy, two blurred ones, one of them on the
/// way, and rows.
#[must_use]
pub fn progressive_blur_bytes(source: Layout, sigma: f64) -> u64 {
    source
        .bytes()
        .saturating_mul(3)
        .saturating_add(blur_bytes(source, sigma))
        .saturating_add(source.row_samples() as u64 * 10)
}

/// How many deviations are made: half a pixel apart as long as there are not too many.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "2 to 16 by then"
)]
fn levels(sigma: f64) -> u32 {
    (2.0 * sigma).ceil().clamp(2.0, 16.0) as u32
}

/// A part of the image, blurred.
struct Blurred {
    area: Rect,
    /// The part and what is around it.
    image: Image,
    /// Where that lies in the whole image.
    left: u32,
    top: u32,
}

impl Blurred {
    /// Blurs with so much around it that the part is that of the whole image blurred.
    fn new(source: &Image, area: Rect, sigma: f64, stop: &dyn Fn() -> bool) -> Result<Self, Error> {
        let around = reach(sigma);
        let start = |at: u32| at.saturating_sub(around);
        let end = |at: u32, length: u32, most: u32| at.saturating_add(length + around).min(most);
        let (left, top) = (start(area.left), start(area.top));
        let right = end(area.left, area.width, source.width());
        let bottom = end(area.top, area.height, source.height());
        let part = crop(source, left, top, right - left, bottom - top)?;
        Ok(Self {
            area,
            image: blur_until(part, sigma, stop)?,
            left,
            top,
        })
    }

    /// What it holds of a row of the whole image between two columns of it.
    fn row(&self, y: u32, columns: &Range<u32>) -> Result<&[u8], Error> {
        let view = self.image.view::<u8>()?;
        let channels = view.channels().count();
        let at = |x: u32| x.saturating_sub(self.left) as usize * channels;
        let row = view.row(y.saturating_sub(self.top));
        Ok(&row[at(columns.start)..at(columns.end)])
    }
}

/// Which of the blurred images each pixel lies between.
struct Levelled {
    line: RampLine,
    levels: f64,
}

impl Levelled {
    fn at(&self, x: u32, y: u32) -> f64 {
        self.line.at(x, y) * self.levels
    }

    /// The smallest rectangle around all pixels for which a blurred image is needed.
    fn area(&self, layout: Layout, level: u32, levels: u32) -> Option<Rect> {
        let least = f64::from(level) - 1.0;
        let most = if level == levels {
            f64::INFINITY
        } else {
            f64::from(level) + 1.0
        };
        // Along a line the effect rises or falls, so that its ends say what is on it.
        let holds = |a: f64, b: f64| a.max(b) > least && a.min(b) <= most;
        let (width, height) = (layout.width, layout.height);
        let row = |y: &u32| holds(self.at(0, *y), self.at(width - 1, *y));
        let column = |x: &u32| holds(self.at(*x, 0), self.at(*x, height - 1));
        let (top, bottom) = ((0..height).find(row)?, (0..height).rev().find(row)?);
        let (left, right) = ((0..width).find(column)?, (0..width).rev().find(column)?);
        Some(Rect {
            left,
            top,
            width: right - left + 1,
            height: bottom - top + 1,
        })
    }

    /// Writes the pixels that lie above one level and at most at the next.
    fn mix(
        &self,
        source: &Image,
        (below, above): (Option<&Blurred>, &Blurred),
        level: u32,
        result: &mut Image,
    ) -> Result<(), Error> {
        let layout = source.layout();
        let (channels, length) = (layout.channels.count(), layout.row_samples());
        let least = f64::from(level) - 1.0;
        let area = above.area;
        let mut shares = zeroed::<f64>(area.width as usize)?;
        for y in area.top..area.top + area.height {
            let columns = self.shares(area, y, least, &mut shares);
            if columns.is_empty() {
                continue;
            }
            let samples = |x: u32| x as usize * channels;
            let inside = samples(columns.start)..samples(columns.end);
            let sharp = match below {
                Some(below) => below.row(y, &columns)?,
                None => &source.view::<u8>()?.row(y)[inside.clone()],
            };
            let blurred = above.row(y, &columns)?;
            let row = layout.sized(columns.end - columns.start, 1);
            let mut mixed = Image::zeroed(row)?;
            let skipped = (columns.start - area.left) as usize;
            let pixels = mixed.slice_mut::<u8>()?.chunks_exact_mut(channels);
            let sources = sharp
                .chunks_exact(channels)
                .zip(blurred.chunks_exact(channels));
            for ((to, (a, b)), share) in pixels.zip(sources).zip(&shares[skipped..]) {
                for ((to, a), b) in to.iter_mut().zip(a).zip(b) {
                    *to = lerp(*a, *b, *share);
                }
            }
            unpremultiply(&mut mixed);
            let target = &mut result.slice_mut::<u8>()?[y as usize * length..][..length];
            target[inside].copy_from_slice(mixed.view::<u8>()?.row(0));
        }
        Ok(())
    }

    /// The shares of the upper level in a row of an area, and the columns where they count: those
    /// above 0 and at most 1 lie side by side.
    fn shares(&self, area: Rect, y: u32, least: f64, shares: &mut [f64]) -> Range<u32> {
        let right = area.left + area.width;
        if self.line.is_level() {
            shares.fill(self.at(area.left, y) - least);
        } else {
            for (x, share) in (area.left..right).zip(&mut *shares) {
                *share = self.at(x, y) - least;
            }
        }
        let counts = |share: &f64| *share > 0.0 && *share <= 1.0;
        let first = (area.left..right)
            .zip(&*shares)
            .find(|(_, share)| counts(share));
        let last = (area.left..right)
            .zip(&*shares)
            .rev()
            .find(|(_, share)| counts(share));
        match (first, last) {
            (Some((first, _)), Some((last, _))) => first..last + 1,
            _ => 0..0,
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mean of bytes"
)]
fn lerp(a: u8, b: u8, share: f64) -> u8 {
    let (a, b) = (f64::from(a), f64::from(b));
    (a + (b - a) * share + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channels;
    use crate::filter::blur;

    fn noise(layout: Layout) -> Image {
        let mut state = 5_u32;
        let samples = (0..layout.samples().unwrap()).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        });
        Image::from_u8(layout, samples.collect()).unwrap()
    }

    fn ramp(degrees: f64, start: f64, stop: f64) -> Ramp {
        Ramp {
            degrees,
            start,
            stop,
        }
    }

    fn blurred(image: &Image, sigma: f64) -> Image {
        let mut image = image.clone();
        premultiply(&mut image);
        let mut image = blur(image, sigma).unwrap();
        unpremultiply(&mut image);
        image
    }

    #[test]
    fn nothing_changes_before_the_start_and_all_is_blurred_behind_the_stop() {
        for channels in [Channels::Rgb, Channels::Rgba] {
            let image = noise(Layout::u8(31, 40, channels));
            for (degrees, start, stop) in [(0.0, 0.3, 0.6), (37.0, 0.2, 0.7), (180.0, 0.9, 0.1)] {
                for sigma in [0.4, 3.0, 11.0] {
                    let ramp = ramp(degrees, start, stop);
                    let found = progressive_blur(image.clone(), sigma, ramp, &|| false).unwrap();
                    let full = blurred(&image, sigma);
                    let line = ramp.over(31, 40);
                    let at = |image: &Image, x, y| image.view::<u8>().unwrap().pixel(x, y).to_vec();
                    for (x, y) in (0..40).flat_map(|y| (0..31).map(move |x| (x, y))) {
                        let effect = line.at(x, y);
                        if effect <= 0.0 {
                            assert_eq!(at(&found, x, y), at(&image, x, y), "{degrees} {x} {y}");
                        } else if effect >= 1.0 {
                            assert_eq!(at(&found, x, y), at(&full, x, y), "{degrees} {x} {y}");
                        }
                    }
                }
            }
        }
    }

    /// Between the ends each pixel has its own deviation.
    #[test]
    fn rows_in_between_resemble_blurs_of_their_own_deviation() {
        let image = noise(Layout::u8(60, 81, Channels::Grey));
        let found = progressive_blur(image.clone(), 8.0, ramp(0.0, 0.0, 1.0), &|| false).unwrap();
        for y in [20, 40, 60, 75] {
            let own = blurred(&image, 8.0 * f64::from(y) / 80.0);
            let (own, found) = (own.view::<u8>().unwrap(), found.view::<u8>().unwrap());
            let pairs = own.row(y).iter().zip(found.row(y));
            let off: u32 = pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
            assert!(off < 60 * 3, "row {y}: {off}");
        }
    }

    #[test]
    fn stops_when_told() {
        let image = noise(Layout::u8(4, 4, Channels::Grey));
        let error = progressive_blur(image, 2.0, ramp(0.0, 0.0, 1.0), &|| true).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Stopped);
    }
}
