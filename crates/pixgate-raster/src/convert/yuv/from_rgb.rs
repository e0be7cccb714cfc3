//! RGB to YCbCr, a row at a time.

use super::subsample::add_pairs;
use super::{Coefficients, YuvFormat};
use crate::{Channels, ChromaSubsampling, Error, Image, Layout, Planes, Sample, View, zeroed};

/// Converts anything but CMYK.
pub(crate) fn convert<T: Sample>(view: View<'_, T>, format: YuvFormat) -> Result<Planes, Error> {
    let c = Coefficients::new(format.matrix, format.range, T::MAX.to_f32());
    let colour = matches!(view.channels(), Channels::Rgb | Channels::Rgba);
    Ok(Planes {
        y: plane(view, |pixel| T::from_f32(luma(c, pixel)))?,
        chroma: if colour {
            Some(chroma(view, format.subsampling, c)?)
        } else {
            None
        },
        alpha: alpha(view)?,
        subsampling: format.subsampling,
        matrix: format.matrix,
        range: format.range,
    })
}

/// One sample per pixel.
fn plane<T: Sample>(view: View<'_, T>, f: impl Fn(&[T]) -> T) -> Result<Image, Error> {
    let layout = view.layout().with_channels(Channels::Grey);
    let mut samples = zeroed::<T>(layout.samples()?)?;
    let channels = view.channels().count();
    let rows = samples.chunks_exact_mut(layout.width as usize);
    for (target, row) in rows.zip(view.rows()) {
        for (to, pixel) in target.iter_mut().zip(row.chunks_exact(channels)) {
            *to = f(pixel);
        }
    }
    Image::from_samples(layout, T::wrap(samples))
}

fn alpha<T: Sample>(view: View<'_, T>) -> Result<Option<Image>, Error> {
    let channels = view.channels();
    let last = |pixel: &[T]| pixel[pixel.len() - 1];
    channels.has_alpha().then(|| plane(view, last)).transpose()
}

#[inline(always)]
fn luma<T: Sample>(c: Coefficients, pixel: &[T]) -> f32 {
    let y = match pixel {
        [r, g, b, ..] => c.kr * r.to_f32() + c.kg * g.to_f32() + c.kb * b.to_f32(),
        [grey, ..] => grey.to_f32(),
        [] => 0.0,
    };
    c.black_luma + y * (c.luma_range / c.white)
}

fn chroma<T: Sample>(
    view: View<'_, T>,
    subsampling: ChromaSubsampling,
    c: Coefficients,
) -> Result<[Image; 2], Error> {
    let (width, height) = subsampling.chroma_size(view.width(), view.height());
    let layout = Layout {
        width,
        height,
        depth: T::DEPTH,
        channels: Channels::Grey,
    };
    let mut planes = [
        zeroed::<T>(layout.samples()?)?,
        zeroed::<T>(layout.samples()?)?,
    ];
    let mut rows = ChromaRows::new(view.width() as usize, width as usize)?;
    for y in 0..height {
        rows.gather(view, subsampling, y, c);
        let start = y as usize * width as usize;
        for (plane, sums) in planes.iter_mut().zip(&rows.sums) {
            for (to, sum) in plane[start..].iter_mut().zip(sums) {
                *to = T::from_f32(c.centre + sum);
            }
        }
    }
    let [cb, cr] = planes;
    Ok([
        Image::from_samples(layout, T::wrap(cb))?,
        Image::from_samples(layout, T::wrap(cr))?,
    ])
}

/// Cb and Cr of a row, at luma's width and at their own.
struct ChromaRows {
    wide: [Vec<f32>; 2],
    sums: [Vec<f32>; 2],
}

impl ChromaRows {
    fn new(wide: usize, narrow: usize) -> Result<Self, Error> {
        Ok(Self {
            wide: [zeroed(wide)?, zeroed(wide)?],
            sums: [zeroed(narrow)?, zeroed(narrow)?],
        })
    }

    /// Averages the source pixels of chroma row `y`.
    fn gather<T: Sample>(
        &mut self,
        view: View<'_, T>,
        subsampling: ChromaSubsampling,
        y: u32,
        c: Coefficients,
    ) {
        let step = subsampling.steps().1;
        let weight = 1.0 / step as f32;
        self.sums.iter_mut().for_each(|sums| sums.fill(0.0));
        for i in 0..step {
            let row = view.row((y * step + i).min(view.height() - 1));
            differences(row, view.channels(), c, &mut self.wide);
            for (wide, sums) in self.wide.iter().zip(&mut self.sums) {
                match subsampling {
                    ChromaSubsampling::Full => sums.copy_from_slice(wide),
                    _ => add_pairs(wide, weight, sums),
                }
            }
        }
    }
}

/// Cb and Cr of each pixel, around zero.
fn differences<T: Sample>(
    row: &[T],
    channels: Channels,
    c: Coefficients,
    wide: &mut [Vec<f32>; 2],
) {
    let scale = c.chroma_range / c.white;
    let (to_blue, to_red) = (0.5 / (1.0 - c.kb) * scale, 0.5 / (1.0 - c.kr) * scale);
    let [cb, cr] = wide;
    let pixels = row.chunks_exact(channels.count());
    for ((cb, cr), pixel) in cb.iter_mut().zip(cr).zip(pixels) {
        let [r, g, b] = [0, 1, 2].map(|i| pixel[i].to_f32());
        let y = c.kr * r + c.kg * g + c.kb * b;
        (*cb, *cr) = ((b - y) * to_blue, (r - y) * to_red);
    }
}
