//! Picking pixels instead of mixing them.

use super::{Axis, Scaling};
use crate::error::go_on;
use crate::resample::ResamplingFilter;
use crate::{Error, Image, Layout, Sample, View, zeroed};

/// Whether pixels are picked.
pub(crate) fn picks(to: Scaling) -> bool {
    let nearest = ResamplingFilter::Nearest;
    to.x.filter == nearest && to.y.filter == nearest
}

/// Picks pixels; colour and alpha stay what they were.
pub(crate) fn pick<T: Sample>(
    source: View<'_, T>,
    to: Scaling,
    stop: &dyn Fn() -> bool,
) -> Result<Image, Error> {
    let mut image = Image::zeroed(to.apply(source.layout()))?;
    let channels = source.channels().count();
    let mut columns = zeroed::<usize>(to.x.length as usize)?;
    for (x, column) in (0..to.x.length).zip(&mut columns) {
        *column = place(to.x, source.width(), x) as usize * channels;
    }
    let row = image.layout().row_samples();
    let targets = image.slice_mut::<T>()?.chunks_exact_mut(row);
    for (y, target) in (0..to.y.length).zip(targets) {
        go_on(stop)?;
        let pixels = source.row(place(to.y, source.height(), y));
        for (to, column) in target.chunks_exact_mut(channels).zip(&columns) {
            to.copy_from_slice(&pixels[*column..column + channels]);
        }
    }
    Ok(image)
}

/// Bytes that [`pick`] allocates.
pub(crate) fn pick_bytes(source: Layout, to: Scaling) -> u64 {
    let columns = u64::from(to.x.length).saturating_mul(size_of::<usize>() as u64);
    to.apply(source).bytes().saturating_add(columns)
}

/// The source pixel of an output pixel: whole factors keep every n-th from the first on, as the
/// reference's library does, and of those the one whose centre is nearest is taken.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate, and the length is the limit"
)]
fn place(axis: Axis, source: u32, output: u32) -> u32 {
    let every = (axis.factor.floor() as u32).clamp(1, source.max(1));
    let kept = source.div_ceil(every);
    let at = (axis.start + (f64::from(output) + 0.5) * axis.factor) / f64::from(every);
    let nearest = (at.max(0.0) as u32).min(kept.saturating_sub(1));
    nearest * every
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channels;
    use crate::resample::Resampler;

    fn picked(width: u32, length: u32) -> Vec<u8> {
        let layout = Layout::u8(width, 1, Channels::Grey);
        let samples = (0..width).map(|x| x.to_le_bytes()[0]).collect();
        let image = Image::from_u8(layout, samples).unwrap();
        let to = Scaling::resized(layout, length, 1).with_filter(ResamplingFilter::Nearest);
        let image = Resampler::new().resize(&image, to).unwrap();
        image.view::<u8>().unwrap().row(0).to_vec()
    }

    #[test]
    fn whole_factors_repeat_pixels_or_leave_them_out() {
        assert_eq!(picked(3, 9), [0, 0, 0, 1, 1, 1, 2, 2, 2]);
        assert_eq!(picked(9, 3), [0, 3, 6]);
        assert_eq!(picked(8, 4), [0, 2, 4, 6]);
        assert_eq!(picked(5, 5), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn other_factors_take_the_nearest() {
        assert_eq!(picked(3, 4), [0, 1, 1, 2]);
        assert_eq!(picked(6, 4), [0, 2, 3, 5]);
        assert_eq!(picked(10, 4), [0, 2, 6, 8]);
        assert_eq!(picked(1, 3), [0, 0, 0]);
    }
}
