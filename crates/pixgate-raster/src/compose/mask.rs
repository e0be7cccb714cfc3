//! Multiplying alpha by a picture of coverage.

use crate::convert::{convert_bytes, convert_channels};
use crate::{Channels, Depth, Error, ErrorKind, Image, Layout, Sample, SamplesMut};

/// Multiplies alpha by a mask of the same size, and adds it where there is none; colours stay.
///
/// Allocates [`mask_bytes`].
///
/// - `coverage`: 8-bit grey; white keeps, black hides.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] for CMYK, or if the mask has another layout, and
/// [`ErrorKind::OutOfMemory`].
///
/// # Examples
///
/// ```
/// use pixgate_raster::compose::mask;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let image = Image::from_u8(Layout::u8(2, 1, Channels::Grey), vec![7, 7])?;
/// let coverage = Image::from_u8(Layout::u8(2, 1, Channels::Grey), vec![255, 51])?;
/// let masked = mask(image, &coverage)?;
/// assert_eq!(masked.view::<u8>()?.row(0), &[7, 255, 7, 51]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn mask(image: Image, coverage: &Image) -> Result<Image, Error> {
    let layout = image.layout();
    let wanted = Layout::u8(layout.width, layout.height, Channels::Grey);
    if layout.channels == Channels::Cmyk || coverage.layout() != wanted {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    let mut image = convert_channels(image, layout.channels.with_alpha())?;
    let count = image.layout().channels.count();
    let coverage = coverage.view::<u8>()?;
    let shares = coverage.rows().flatten().copied();
    match image.samples_mut() {
        SamplesMut::U8(samples) => multiply(samples, count, shares),
        SamplesMut::U16(samples) => multiply(samples, count, shares),
        SamplesMut::F32(samples) => multiply(samples, count, shares),
    }
    Ok(image)
}

/// Bytes that [`mask`] allocates: a copy with alpha, if there is none.
#[must_use]
pub fn mask_bytes(image: Layout) -> u64 {
    convert_bytes(image, image.with_channels(image.channels.with_alpha()))
}

/// How much of each pixel a mask keeps, as 8-bit grey: what is opaque in it, or what is light.
///
/// - `by_alpha`: alpha, or the luminance of the colours; none decides by whether anything is
///   transparent.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] for other depths than 8 bits and for CMYK, and
/// [`ErrorKind::OutOfMemory`].
pub fn coverage(image: Image, by_alpha: Option<bool>) -> Result<Image, Error> {
    let layout = image.layout();
    if layout.depth != Depth::U8 || layout.channels == Channels::Cmyk {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    let count = layout.channels.count();
    let alphas = |image: &Image| -> Result<Vec<u8>, Error> {
        let mut alphas = crate::zeroed(layout.with_channels(Channels::Grey).samples()?)?;
        let view = image.view::<u8>()?;
        let pixels = view.rows().flat_map(|row| row.chunks_exact(count));
        for (target, pixel) in alphas.iter_mut().zip(pixels) {
            *target = pixel.last().copied().unwrap_or(u8::MAX);
        }
        Ok(alphas)
    };
    let has_alpha = layout.channels.has_alpha();
    let plane = layout.with_channels(Channels::Grey);
    match by_alpha {
        Some(true) if !has_alpha => {
            let mut opaque = Image::zeroed(plane)?;
            opaque.slice_mut::<u8>()?.fill(u8::MAX);
            Ok(opaque)
        }
        Some(true) => Image::from_u8(plane, alphas(&image)?),
        None if has_alpha => {
            let alphas = alphas(&image)?;
            if alphas.iter().all(|alpha| *alpha == u8::MAX) {
                return convert_channels(image, Channels::Grey);
            }
            Image::from_u8(plane, alphas)
        }
        Some(false) | None => convert_channels(image, Channels::Grey),
    }
}

fn multiply<T: Sample>(samples: &mut [T], count: usize, shares: impl Iterator<Item = u8>) {
    for (pixel, share) in samples.chunks_exact_mut(count).zip(shares) {
        if let Some(alpha) = pixel.last_mut().filter(|_| share != u8::MAX) {
            *alpha = T::from_f32(alpha.to_f32() * f32::from(share) / 255.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(channels: Channels, pixels: &[u8], by_alpha: Option<bool>) -> Vec<u8> {
        let width = u32::try_from(pixels.len() / channels.count()).unwrap();
        let image = Image::from_u8(Layout::u8(width, 1, channels), pixels.to_vec()).unwrap();
        let coverage = coverage(image, by_alpha).unwrap();
        coverage.view::<u8>().unwrap().row(0).to_vec()
    }

    #[test]
    fn a_mask_is_read_by_what_it_has() {
        let (both, opaque) = ([9, 255, 200, 128], [9, 255, 200, 255]);
        let alpha = Channels::GreyAlpha;
        assert_eq!(read(alpha, &both, None), [255, 128]);
        assert_eq!(read(alpha, &opaque, None), [9, 200]);
        assert_eq!(read(alpha, &both, Some(false)), [9, 200]);
        assert_eq!(read(alpha, &opaque, Some(true)), [255, 255]);
        assert_eq!(read(Channels::Grey, &[9, 200], Some(true)), [255, 255]);
        assert_eq!(read(Channels::Grey, &[9, 200], None), [9, 200]);
        assert_eq!(
            read(Channels::Rgb, &[255, 255, 255, 0, 0, 0], None),
            [255, 0]
        );
    }
}
