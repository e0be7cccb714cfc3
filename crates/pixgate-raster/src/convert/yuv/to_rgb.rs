//! YCbCr to RGB, a row at a time.

use super::Coefficients;
use super::subsample::{UpsampleRows, upsample};
use crate::{Channels, Error, Image, Layout, Planes, Sample, View, zeroed};

/// The layout of the image that these planes become.
pub(crate) fn layout(planes: &Planes) -> Layout {
    let channels = match (&planes.chroma, &planes.alpha) {
        (None, None) => Channels::Grey,
        (None, Some(_)) => Channels::GreyAlpha,
        (Some(_), None) => Channels::Rgb,
        (Some(_), Some(_)) => Channels::Rgba,
    };
    planes.y.layout().with_channels(channels)
}

/// Converts planes that fit together.
pub(crate) fn convert<T: Sample>(planes: &Planes) -> Result<Image, Error> {
    let layout = layout(planes);
    let numbers = Numbers::new(Coefficients::new(
        planes.matrix,
        planes.range,
        T::MAX.to_f32(),
    ));
    let mut samples = zeroed::<T>(layout.samples()?)?;
    let luma = planes.y.view::<T>()?;
    match &planes.chroma {
        Some([cb, cr]) => colour(
            planes,
            [luma, cb.view()?, cr.view()?],
            numbers,
            &mut samples,
        )?,
        None => grey(luma, numbers, layout, &mut samples),
    }
    if let Some(alpha) = &planes.alpha {
        place_alpha(alpha.view()?, layout, &mut samples);
    }
    Image::from_samples(layout, T::wrap(samples))
}

/// What luma and chroma add to red, green and blue.
#[derive(Debug, Clone, Copy)]
struct Numbers {
    luma: f32,
    black: f32,
    centre: f32,
    cr_red: f32,
    cb_green: f32,
    cr_green: f32,
    cb_blue: f32,
}

impl Numbers {
    fn new(c: Coefficients) -> Self {
        let chroma = c.white / c.chroma_range;
        let (red, blue) = (2.0 * (1.0 - c.kr), 2.0 * (1.0 - c.kb));
        Self {
            luma: c.white / c.luma_range,
            black: c.black_luma,
            centre: c.centre,
            cr_red: red * chroma,
            cb_green: -blue * c.kb / c.kg * chroma,
            cr_green: -red * c.kr / c.kg * chroma,
            cb_blue: blue * chroma,
        }
    }
}

fn colour<T: Sample>(
    planes: &Planes,
    views: [View<'_, T>; 3],
    numbers: Numbers,
    samples: &mut [T],
) -> Result<(), Error> {
    let [luma, cb, cr] = views;
    let width = luma.width() as usize;
    let mut narrow = zeroed(cb.width() as usize)?;
    let (mut blue, mut red) = (zeroed(width)?, zeroed(width)?);
    let channels = layout(planes).channels;
    for (y, target) in (0..luma.height()).zip(samples.chunks_exact_mut(width * channels.count())) {
        for (plane, wide) in [(cb, &mut blue), (cr, &mut red)] {
            let narrow = &mut narrow;
            upsample(
                plane,
                planes.subsampling,
                y,
                &mut UpsampleRows { narrow, wide },
            );
        }
        match channels {
            Channels::Rgba => row::<T, 4>(luma.row(y), &blue, &red, numbers, target),
            _ => row::<T, 3>(luma.row(y), &blue, &red, numbers, target),
        }
    }
    Ok(())
}

fn row<T: Sample, const C: usize>(
    luma: &[T],
    blue: &[f32],
    red: &[f32],
    n: Numbers,
    target: &mut [T],
) {
    let chroma = blue.iter().zip(red);
    for ((to, y), (cb, cr)) in target
        .as_chunks_mut::<C>()
        .0
        .iter_mut()
        .zip(luma)
        .zip(chroma)
    {
        let y = (y.to_f32() - n.black) * n.luma;
        let (cb, cr) = (cb - n.centre, cr - n.centre);
        to[0] = T::from_f32(y + n.cr_red * cr);
        to[1] = T::from_f32(y + n.cb_green * cb + n.cr_green * cr);
        to[2] = T::from_f32(y + n.cb_blue * cb);
    }
}

fn grey<T: Sample>(luma: View<'_, T>, n: Numbers, layout: Layout, samples: &mut [T]) {
    let rows = samples.chunks_exact_mut(layout.row_samples());
    for (target, row) in rows.zip(luma.rows()) {
        for (to, y) in target.chunks_exact_mut(layout.channels.count()).zip(row) {
            to[0] = T::from_f32((y.to_f32() - n.black) * n.luma);
        }
    }
}

fn place_alpha<T: Sample>(alpha: View<'_, T>, layout: Layout, samples: &mut [T]) {
    let channels = layout.channels.count();
    let rows = samples.chunks_exact_mut(layout.row_samples());
    for (target, row) in rows.zip(alpha.rows()) {
        for (to, a) in target.chunks_exact_mut(channels).zip(row) {
            to[channels - 1] = *a;
        }
    }
}
