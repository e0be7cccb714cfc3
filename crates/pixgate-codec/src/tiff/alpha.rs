//! Associated alpha of inks: what is multiplied by it is divided again.

use pixgate_raster::{Image, Sample, SamplesMut};

use crate::Error;

/// Divides inks by alpha; where that is zero nothing is left of them.
pub(super) fn divide_inks(inks: &mut Image, alpha: &Image) -> Result<(), Error> {
    let count = inks.layout().channels.count();
    match inks.samples_mut() {
        SamplesMut::U8(samples) => {
            divide(samples, count, &plane::<u8>(alpha)?, |ink, alpha| {
                let divided = (u32::from(ink) * 255).checked_div(alpha.into());
                u8::try_from(divided.unwrap_or(0)).unwrap_or(u8::MAX)
            });
        }
        SamplesMut::U16(samples) => {
            divide(samples, count, &plane::<u16>(alpha)?, |ink, alpha| {
                let divided = (u64::from(ink) * 65_535).checked_div(alpha.into());
                u16::try_from(divided.unwrap_or(0)).unwrap_or(u16::MAX)
            });
        }
        SamplesMut::F32(_) => {}
    }
    Ok(())
}

fn plane<T: Sample>(image: &Image) -> Result<Vec<T>, Error> {
    let mut samples = pixgate_raster::zeroed(image.layout().samples()?)?;
    let view = image.view::<T>()?;
    for (to, from) in samples.iter_mut().zip(view.rows().flatten()) {
        *to = *from;
    }
    Ok(samples)
}

fn divide<T: Copy>(inks: &mut [T], count: usize, alpha: &[T], quotient: impl Fn(T, T) -> T) {
    for (pixel, alpha) in inks.chunks_exact_mut(count).zip(alpha) {
        for ink in pixel {
            *ink = quotient(*ink, *alpha);
        }
    }
}

#[cfg(test)]
mod tests {
    use pixgate_raster::{Channels, Layout};

    use super::*;

    #[test]
    fn every_ink_is_divided() {
        let inks = Layout::u8(1, 1, Channels::Cmyk);
        let mut image = Image::from_u8(inks, vec![10, 20, 30, 0]).unwrap();
        let alpha = Image::from_u8(Layout::u8(1, 1, Channels::Grey), vec![51]).unwrap();
        divide_inks(&mut image, &alpha).unwrap();
        assert_eq!(image.view::<u8>().unwrap().row(0), [50, 100, 150, 0]);
    }
}
