//! Other channels and other depths.

use crate::convert::{linear_to_srgb, srgb_to_linear};
use crate::dispatch::with_view;
use crate::{Channels, Depth, Error, ErrorKind, Image, Layout, Sample, Samples, View, zeroed};

/// Converts to other channels; the same ones are given back.
///
/// Grey to RGB repeats the value; RGB to grey is the encoded luminance of linear light with
/// BT.709 weights, taking colours as sRGB. Missing alpha becomes opaque, unwanted alpha is
/// dropped (see [`flatten`](crate::compose::flatten) for blending). Allocates [`convert_bytes`].
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] from or to CMYK, which needs a colour profile, and
/// [`ErrorKind::OutOfMemory`].
///
/// # Examples
///
/// ```
/// use pixgate_raster::convert::convert_channels;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let grey = Image::from_u8(Layout::u8(1, 1, Channels::Grey), vec![7])?;
/// let rgba = convert_channels(grey, Channels::Rgba)?;
/// assert_eq!(rgba.view::<u8>()?.pixel(0, 0), &[7, 7, 7, 255]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn convert_channels(image: Image, channels: Channels) -> Result<Image, Error> {
    let layout = image.layout();
    if layout.channels == channels {
        return Ok(image);
    }
    if layout.channels == Channels::Cmyk || channels == Channels::Cmyk {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    with_view!(image, view => convert_view(view, layout.with_channels(channels)))
}

/// Converts to another depth; the same one is given back.
///
/// 16 to 8 bits is a shift by 8 as in the reference (pipeline §4.4), 8 to 16 bits times 257.
/// Floats have 1 as their white: integers are divided by their maximum, and back are clipped and
/// rounded. Nothing is linearised. Allocates [`convert_bytes`].
///
/// # Errors
///
/// [`ErrorKind::OutOfMemory`].
pub fn convert_depth(image: Image, depth: Depth) -> Result<Image, Error> {
    let layout = Layout {
        depth,
        ..image.layout()
    };
    let samples = match (image.samples(), depth) {
        (Samples::U8(_), Depth::U8)
        | (Samples::U16(_), Depth::U16)
        | (Samples::F32(_), Depth::F32) => return Ok(image),
        (Samples::U8(s), Depth::U16) => Samples::U16(map(s, |v| u16::from(v) * 257)?),
        (Samples::U8(s), Depth::F32) => Samples::F32(map(s, |v| f32::from(v) / 255.0)?),
        (Samples::U16(s), Depth::U8) => Samples::U8(map(s, |v| v.to_be_bytes()[0])?),
        (Samples::U16(s), Depth::F32) => Samples::F32(map(s, |v| f32::from(v) / 65535.0)?),
        (Samples::F32(s), Depth::U8) => Samples::U8(map(s, u8::from_unit)?),
        (Samples::F32(s), Depth::U16) => Samples::U16(map(s, u16::from_unit)?),
    };
    Image::from_samples(layout, samples)
}

/// Bytes that a conversion from `source` to `target` allocates.
#[must_use]
pub fn convert_bytes(source: Layout, target: Layout) -> u64 {
    if source == target { 0 } else { target.bytes() }
}

/// Values in units of white.
trait Unit: Sample {
    const WHITE: f32;

    fn unit(self) -> f32 {
        self.to_f32() / Self::WHITE
    }

    fn from_unit(value: f32) -> Self {
        Self::from_f32(value * Self::WHITE)
    }
}

impl Unit for u8 {
    const WHITE: f32 = 255.0;
}

impl Unit for u16 {
    const WHITE: f32 = 65535.0;
}

impl Unit for f32 {
    const WHITE: f32 = 1.0;
}

fn map<S: Copy, T: Clone + Default>(source: &[S], f: impl Fn(S) -> T) -> Result<Vec<T>, Error> {
    let mut target = zeroed(source.len())?;
    for (to, from) in target.iter_mut().zip(source) {
        *to = f(*from);
    }
    Ok(target)
}

fn convert_view<T: Unit>(view: View<'_, T>, layout: Layout) -> Result<Image, Error> {
    let mut samples = zeroed::<T>(layout.samples()?)?;
    for (to, from) in samples
        .chunks_exact_mut(layout.row_samples())
        .zip(view.rows())
    {
        convert_row(from, view.channels(), to, layout.channels);
    }
    Image::from_samples(layout, T::wrap(samples))
}

fn convert_row<T: Unit>(source: &[T], from: Channels, target: &mut [T], to: Channels) {
    let pixels = source.chunks_exact(from.count());
    for (source, target) in pixels.zip(target.chunks_exact_mut(to.count())) {
        let [r, g, b, a] = to_rgba(source);
        match target {
            [grey] => *grey = to_grey(r, g, b),
            [grey, alpha] => (*grey, *alpha) = (to_grey(r, g, b), a),
            [red, green, blue] => (*red, *green, *blue) = (r, g, b),
            [red, green, blue, alpha] => (*red, *green, *blue, *alpha) = (r, g, b, a),
            _ => {}
        }
    }
}

#[inline(always)]
fn to_rgba<T: Unit>(pixel: &[T]) -> [T; 4] {
    match *pixel {
        [grey] => [grey, grey, grey, T::MAX],
        [grey, a] => [grey, grey, grey, a],
        [r, g, b] => [r, g, b, T::MAX],
        [r, g, b, a] => [r, g, b, a],
        _ => [T::default(); 4],
    }
}

#[inline(always)]
fn to_grey<T: Unit>(r: T, g: T, b: T) -> T {
    if r == g && g == b {
        return r;
    }
    let [r, g, b] = [r, g, b].map(|v| srgb_to_linear(v.unit()));
    T::from_unit(linear_to_srgb(0.2126 * r + 0.7152 * g + 0.0722 * b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgb(samples: &[u8]) -> Image {
        let width = u32::try_from(samples.len() / 3).unwrap();
        Image::from_u8(Layout::u8(width, 1, Channels::Rgb), samples.to_vec()).unwrap()
    }

    #[test]
    fn grey_of_rgb_is_luminance() {
        let grey = convert_channels(rgb(&[9, 9, 9, 255, 0, 0, 0, 255, 0]), Channels::Grey).unwrap();
        assert_eq!(grey.view::<u8>().unwrap().row(0), &[9, 127, 220]);
    }

    #[test]
    fn depths_shift_down_and_replicate_up() {
        let wide = convert_depth(rgb(&[0, 1, 255]), Depth::U16).unwrap();
        assert_eq!(wide.view::<u16>().unwrap().row(0), &[0, 257, 65535]);
        assert_eq!(convert_depth(wide, Depth::U8).unwrap(), rgb(&[0, 1, 255]));
        let float = convert_depth(rgb(&[0, 51, 255]), Depth::F32).unwrap();
        assert_eq!(float.view::<f32>().unwrap().row(0), &[0.0, 0.2, 1.0]);
        assert_eq!(convert_depth(float, Depth::U8).unwrap(), rgb(&[0, 51, 255]));
    }

    #[test]
    fn cmyk_is_refused() {
        let error = convert_channels(rgb(&[1, 2, 3]), Channels::Cmyk).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::UnsupportedLayout);
    }
}
