//! Area averages.

use crate::dispatch::{with_channels, with_view};
use crate::{Channels, Depth, Error, Image, Layout, Sample, View, zeroed};

/// Scales an image so that every pixel is the mean of the area that it covers, parts of pixels
/// counted as such.
///
/// This is how decoders shrink (libwebp's rescaler, libjpeg's smaller inverse transforms). It is
/// fast and local but aliases; for pictures use [`Resampler`](crate::resample::Resampler). Colours count by
/// their alpha. Allocates [`average_bytes`].
///
/// # Errors
///
/// [`ErrorKind::InvalidSize`](crate::ErrorKind) for a side of zero,
/// [`ErrorKind::OutOfMemory`](crate::ErrorKind).
///
/// # Examples
///
/// ```
/// use pixgate_raster::measure::average;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let layout = Layout::u8(4, 1, Channels::Grey);
/// let image = Image::from_u8(layout, vec![10, 20, 30, 50])?;
/// assert_eq!(average(&image, 2, 1)?.view::<u8>()?.row(0), &[15, 40]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn average(image: &Image, width: u32, height: u32) -> Result<Image, Error> {
    let mut result = Image::zeroed(image.layout().sized(width, height))?;
    with_view!(image, view => {
        with_channels!(image.layout().channels, C => shrink::<_, C>(view, &mut result)?);
    });
    Ok(result)
}

/// Bytes that [`average`] allocates: the result and two rows of sums.
#[must_use]
pub const fn average_bytes(source: Layout, width: u32, height: u32) -> u64 {
    let sums = Layout {
        depth: Depth::F32,
        ..source.sized(width, 1)
    };
    source
        .sized(width, height)
        .bytes()
        .saturating_add(sums.bytes().saturating_mul(2))
}

fn shrink<T: Sample, const C: usize>(source: View<'_, T>, result: &mut Image) -> Result<(), Error> {
    let (width, height) = (result.width() as usize, u64::from(result.height()));
    let has_alpha = matches!(source.channels(), Channels::GreyAlpha | Channels::Rgba);
    let mut row = zeroed::<f32>(width * C)?;
    let mut sums = zeroed::<f32>(width * C)?;
    let mut targets = result.slice_mut::<T>()?.chunks_exact_mut(width * C);
    let mut parts = Parts::new(u64::from(source.height()), height);
    for from in source.rows() {
        let pixels = from.as_chunks::<C>().0;
        shrink_row(pixels, row.as_chunks_mut::<C>().0, has_alpha);
        while let Some(part) = parts.next() {
            for (sum, value) in sums.iter_mut().zip(&row) {
                *sum += value * part.share;
            }
            if part.is_last {
                if let Some(target) = targets.next() {
                    finish::<T, C>(&sums, target, has_alpha);
                }
                sums.fill(0.0);
            }
        }
        parts.begin();
    }
    Ok(())
}

/// Means along a row, colours multiplied by alpha.
fn shrink_row<T: Sample, const C: usize>(pixels: &[[T; C]], row: &mut [[f32; C]], has_alpha: bool) {
    let mut parts = Parts::new(pixels.len() as u64, row.len() as u64);
    row.fill([0.0; C]);
    let mut targets = row.iter_mut();
    let mut target = targets.next();
    for pixel in pixels {
        let value = weighted(pixel.map(T::to_f32), has_alpha);
        while let Some(part) = parts.next() {
            if let Some(target) = &mut target {
                for (to, from) in target.iter_mut().zip(value) {
                    *to += from * part.share;
                }
            }
            if part.is_last {
                target = targets.next();
            }
        }
        parts.begin();
    }
}

#[inline(always)]
fn weighted<const C: usize>(pixel: [f32; C], has_alpha: bool) -> [f32; C] {
    let mut pixel = pixel;
    if let (true, [colors @ .., alpha]) = (has_alpha, &mut pixel[..]) {
        for color in colors {
            *color *= *alpha;
        }
    }
    pixel
}

fn finish<T: Sample, const C: usize>(sums: &[f32], target: &mut [T], has_alpha: bool) {
    let sums = sums.as_chunks::<C>().0;
    for (to, from) in target.as_chunks_mut::<C>().0.iter_mut().zip(sums) {
        let mut from = *from;
        if let (true, [colors @ .., alpha]) = (has_alpha, &mut from[..]) {
            let scale = if *alpha > 0.0 { 1.0 / *alpha } else { 0.0 };
            for color in colors {
                *color *= scale;
            }
        }
        *to = from.map(T::from_f32);
    }
}

/// How source pixels are divided among result pixels, in whole units: a source pixel is as many
/// units long as there are result pixels, and the other way round.
struct Parts {
    source: u64,
    result: u64,
    /// Units left of the source pixel and of the result pixel.
    left: (u64, u64),
}

struct Part {
    /// Of the result pixel.
    share: f32,
    /// Whether the result pixel is complete with it.
    is_last: bool,
}

impl Parts {
    const fn new(source: u64, result: u64) -> Self {
        Self {
            source,
            result,
            left: (result, source),
        }
    }

    /// Goes on to the next source pixel.
    const fn begin(&mut self) {
        self.left.0 = self.result;
    }

    /// The next part of the source pixel; none if it is used up.
    fn next(&mut self) -> Option<Part> {
        let units = self.left.0.min(self.left.1);
        if units == 0 {
            return None;
        }
        self.left.0 -= units;
        self.left.1 -= units;
        let is_last = self.left.1 == 0;
        if is_last {
            self.left.1 = self.source;
        }
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "a share need not be exact"
        )]
        let share = (units as f64 / self.source as f64) as f32;
        Some(Part { share, is_last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: u32, height: u32, samples: Vec<u8>) -> Image {
        Image::from_u8(Layout::u8(width, height, Channels::Grey), samples).unwrap()
    }

    fn averaged(image: &Image, width: u32, height: u32) -> Vec<u8> {
        let result = average(image, width, height).unwrap();
        let view = result.view::<u8>().unwrap();
        view.rows().flatten().copied().collect()
    }

    #[test]
    fn whole_boxes_are_means() {
        let image = grey(4, 2, vec![0, 4, 8, 8, 4, 8, 8, 12]);
        assert_eq!(averaged(&image, 2, 1), [4, 9]);
        assert_eq!(averaged(&image, 4, 2), [0, 4, 8, 8, 4, 8, 8, 12]);
        assert_eq!(averaged(&image, 1, 1), [7]);
    }

    #[test]
    fn pixels_are_divided_where_they_lie_across() {
        let image = grey(3, 1, vec![0, 90, 180]);
        assert_eq!(averaged(&image, 2, 1), [30, 150]);
        let image = grey(1, 3, vec![0, 90, 180]);
        assert_eq!(averaged(&image, 1, 2), [30, 150]);
    }

    #[test]
    fn transparent_colours_do_not_count() {
        let layout = Layout::u8(2, 1, Channels::Rgba);
        let image = Image::from_u8(layout, vec![200, 100, 50, 255, 9, 9, 9, 0]).unwrap();
        assert_eq!(averaged(&image, 1, 1), [200, 100, 50, 128]);
        let image = Image::from_u8(layout, vec![1, 1, 1, 0, 9, 9, 9, 0]).unwrap();
        assert_eq!(averaged(&image, 1, 1), [0, 0, 0, 0]);
    }

    #[test]
    fn all_depths_agree() {
        let layout = Layout::u8(7, 5, Channels::Rgb);
        let samples = (0..=104_u8).map(|i| i.wrapping_mul(37)).collect();
        let image = Image::from_u8(layout, samples).unwrap();
        let deep = crate::convert::convert_depth(image.clone(), Depth::U16).unwrap();
        let shallow = average(&image, 3, 2).unwrap();
        let deep = crate::convert::convert_depth(average(&deep, 3, 2).unwrap(), Depth::U8).unwrap();
        let (a, b) = (shallow.view::<u8>().unwrap(), deep.view::<u8>().unwrap());
        for (a, b) in a.rows().flatten().zip(b.rows().flatten()) {
            assert!(a.abs_diff(*b) <= 1);
        }
    }
}
