//! Making one axis smaller: SIMD kernels inside for Lanczos3, plain Rust at the edges and for other
//! kernels.
//!
//! The kernels are those of `fast_image_resize` for 16 bits; 8 bits have [kernels](super::pixels)
//! of their own, and what is left of them, kernels wider than those hold rows for, is as rare as
//! floats: plain Rust is enough, and eight more sets of kernels are not built.
//!
//! The kernels of `fast_image_resize` cut a kernel off at the edge and know no window beyond it;
//! here edge pixels are repeated. So they get the outputs whose kernel lies inside the source,
//! which is nearly all, and the rest is computed by [`super::portable`].

use std::ops::Range;

use fast_image_resize as fir;
use fast_image_resize::images::{
    TypedCroppedImage, TypedCroppedImageMut, TypedImage, TypedImageRef,
};
use fast_image_resize::pixels;

use super::coefficients::interior;
use super::{Axis, portable};
use crate::dispatch::with_channels;
use crate::resample::ResamplingFilter;
use crate::{Channels, Depth, Error, ErrorKind, Sample, View};

/// Reduces the height; `target` has the source's width and the axis' length.
pub(crate) fn vertical<T: Sample>(
    fir: &mut fir::Resizer,
    source: View<'_, T>,
    target: &mut [T],
    axis: Axis,
) -> Result<(), Error> {
    let inner = fast::<T>(axis, source.height());
    portable::vertical(source, target, axis, 0..inner.start)?;
    portable::vertical(source, target, axis, inner.end..axis.length)?;
    let (start, size) = window(axis, &inner);
    run(
        fir,
        source,
        target,
        &Part {
            target: [source.width(), axis.length],
            left: 0..source.width(),
            top: inner,
            options: lanczos3().crop(0.0, start, f64::from(source.width()), size),
        },
    )
}

/// Reduces the width; `target` has the axis' length and the source's height.
pub(crate) fn horizontal<T: Sample>(
    fir: &mut fir::Resizer,
    source: View<'_, T>,
    target: &mut [T],
    axis: Axis,
) -> Result<(), Error> {
    let inner = fast::<T>(axis, source.width());
    with_channels!(source.channels(), C => {
        portable::horizontal::<T, C>(source, target, axis, 0..inner.start)?;
        portable::horizontal::<T, C>(source, target, axis, inner.end..axis.length)?;
    });
    let (start, size) = window(axis, &inner);
    run(
        fir,
        source,
        target,
        &Part {
            target: [axis.length, source.height()],
            left: inner,
            top: 0..source.height(),
            options: lanczos3().crop(start, 0.0, size, f64::from(source.height())),
        },
    )
}

/// The outputs that the SIMD kernels compute: those inside, of 16 bits, by Lanczos3.
fn fast<T: Sample>(axis: Axis, source: u32) -> Range<u32> {
    match (T::DEPTH, axis.filter) {
        (Depth::U16, ResamplingFilter::Lanczos3) => interior(axis, source, axis.filter),
        _ => 0..0,
    }
}

/// Bytes of weights and sums that a reduction needs beside its target.
pub(crate) fn reduce_bytes(axis: Axis, row_samples: usize) -> u64 {
    let weights = super::coefficients::coefficient_bytes(axis, axis.filter, axis.length);
    weights
        .saturating_mul(4)
        .saturating_add(row_samples as u64 * 4)
}

/// A rectangle of the target and the part of the source that goes there.
struct Part {
    target: [u32; 2],
    left: Range<u32>,
    top: Range<u32>,
    options: fir::ResizeOptions,
}

fn lanczos3() -> fir::ResizeOptions {
    fir::ResizeOptions::new()
        .resize_alg(fir::ResizeAlg::Convolution(fir::FilterType::Lanczos3))
        .use_alpha(false)
}

/// Start and size of the source window of some outputs.
fn window(axis: Axis, outputs: &Range<u32>) -> (f64, f64) {
    let start = axis.start + f64::from(outputs.start) * axis.factor;
    (start, f64::from(outputs.end - outputs.start) * axis.factor)
}

fn run<T: Sample>(
    fir: &mut fir::Resizer,
    source: View<'_, T>,
    target: &mut [T],
    part: &Part,
) -> Result<(), Error> {
    if part.left.is_empty() || part.top.is_empty() {
        return Ok(());
    }
    let base = Base::of(source).ok_or_else(refused)?;
    let target = bytemuck::cast_slice_mut(target);
    run_channels(fir, source.channels(), &base, target, part)
}

/// Takes samples as bytes, so that the kernels are compiled once, and here.
fn run_channels(
    fir: &mut fir::Resizer,
    channels: Channels,
    base: &Base<'_>,
    target: &mut [u8],
    part: &Part,
) -> Result<(), Error> {
    match channels {
        Channels::Grey => run_typed::<pixels::U16>(fir, base, target, part),
        Channels::GreyAlpha => run_typed::<pixels::U16x2>(fir, base, target, part),
        Channels::Rgb => run_typed::<pixels::U16x3>(fir, base, target, part),
        Channels::Rgba | Channels::Cmyk => run_typed::<pixels::U16x4>(fir, base, target, part),
    }
}

/// The kernels refuse only what the caller has excluded; a refusal is still an error, not a panic.
fn refused() -> Error {
    ErrorKind::UnsupportedLayout.into()
}

fn run_typed<P: fir::PixelTrait>(
    fir: &mut fir::Resizer,
    base: &Base<'_>,
    target: &mut [u8],
    part: &Part,
) -> Result<(), Error> {
    let whole = TypedImageRef::<P>::from_buffer(base.stride, base.bottom, base.bytes)
        .map_err(|_| refused())?;
    let from = TypedCroppedImage::from_ref(&whole, base.left, base.top, base.width, base.height)
        .map_err(|_| refused())?;
    let [width, height] = part.target;
    let to = TypedImage::<P>::from_buffer(width, height, target).map_err(|_| refused())?;
    let (columns, rows) = (&part.left, &part.top);
    let (width, height) = (columns.end - columns.start, rows.end - rows.start);
    let mut to = TypedCroppedImageMut::new(to, columns.start, rows.start, width, height)
        .map_err(|_| refused())?;
    fir.resize_typed(&from, &mut to, &part.options)
        .map_err(|_| refused())
}

/// The image without gaps between rows that a view is a crop of; sides in pixels.
pub(crate) struct Base<'a> {
    bytes: &'a [u8],
    stride: u32,
    bottom: u32,
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

impl<'a> Base<'a> {
    /// None if rows are not a whole number of pixels apart or the last one ends early.
    pub(crate) fn of<T: Sample>(view: View<'a, T>) -> Option<Self> {
        let (samples, start, stride) = view.base();
        let channels = view.channels().count();
        let (top, left) = (start / stride, start % stride);
        let left = left.is_multiple_of(channels).then_some(left / channels)?;
        let pixels = stride
            .is_multiple_of(channels)
            .then_some(stride / channels)?;
        let bottom = top.checked_add(view.height() as usize)?;
        (bottom.checked_mul(stride)? <= samples.len()).then_some(())?;
        Some(Self {
            bytes: bytemuck::cast_slice(samples),
            stride: pixels.try_into().ok()?,
            bottom: bottom.try_into().ok()?,
            left: left.try_into().ok()?,
            top: top.try_into().ok()?,
            width: view.width(),
            height: view.height(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::convert_depth;
    use crate::{Image, Layout};

    const CHANNELS: [Channels; 4] = [
        Channels::Grey,
        Channels::GreyAlpha,
        Channels::Rgb,
        Channels::Rgba,
    ];

    /// Hard edges and noise.
    fn image(channels: Channels, depth: Depth) -> Image {
        let layout = Layout::u8(151, 97, channels);
        let mut state = 5_u32;
        let samples = (0..layout.samples().unwrap()).map(|place| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if place / 37 % 3 == 0 {
                u8::MAX
            } else {
                state.to_be_bytes()[0]
            }
        });
        let image = Image::from_u8(layout, samples.collect()).unwrap();
        convert_depth(image, depth).unwrap()
    }

    /// The fixed point of the kernels costs a level of 8 bits, and few of 16.
    fn compare<T: Sample>(depth: Depth, apart: f32) {
        for channels in CHANNELS {
            let image = image(channels, depth);
            let source = image.view::<T>().unwrap();
            let row = source.layout().row_samples();
            let mut fir = fir::Resizer::new();
            for length in [3, 30, 61, 96] {
                let axis = Axis::resized(97, length);
                let mut fast = vec![T::default(); row * length as usize];
                let mut plain = fast.clone();
                vertical(&mut fir, source, &mut fast, axis).unwrap();
                portable::vertical(source, &mut plain, axis, 0..length).unwrap();
                check(&fast, &plain, apart);
                let axis = Axis::resized(151, length);
                let mut fast = vec![T::default(); length as usize * channels.count() * 97];
                let mut plain = fast.clone();
                horizontal(&mut fir, source, &mut fast, axis).unwrap();
                with_channels!(channels, C => {
                    portable::horizontal::<T, C>(source, &mut plain, axis, 0..length).unwrap();
                });
                check(&fast, &plain, apart);
            }
        }
    }

    fn check<T: Sample>(fast: &[T], plain: &[T], apart: f32) {
        for (fast, plain) in fast.iter().zip(plain) {
            let difference = (fast.to_f32() - plain.to_f32()).abs();
            assert!(difference <= apart, "{fast:?} {plain:?}");
        }
    }

    #[test]
    fn kernels_agree_with_plain_code() {
        compare::<u8>(Depth::U8, 1.0);
        compare::<u16>(Depth::U16, 4.0);
        compare::<f32>(Depth::F32, 0.0);
    }
}
