//! YCbCr planes to interleaved images and back.
//!
//! ITU-T H.273 (matrix coefficients 1, 5/6 and 9). 8-bit planes are as in the file. 16-bit planes
//! hold full range scaled to 0 to 65535, and limited range as 8-bit values times 256 (10-bit
//! values shifted left by 6). Floats are not supported.

mod from_rgb;
mod subsample;
mod to_rgb;

use crate::{
    Channels, ChromaSubsampling, Depth, Error, ErrorKind, Image, Layout, Planes, YuvMatrix,
    YuvRange,
};

/// Converts planes to grey, grey and alpha, RGB or RGBA, whichever they hold.
///
/// Subsampled chroma is interpolated with weights 3 and 1 as libjpeg's "fancy" upsampling does,
/// without rounding in between. Allocates [`planes_to_image_bytes`].
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] for floats or planes that do not fit together
/// ([`Planes::check`]), and [`ErrorKind::OutOfMemory`].
///
/// # Examples
///
/// ```
/// use pixgate_raster::convert::{YuvFormat, image_to_planes, planes_to_image};
/// use pixgate_raster::{Channels, ChromaSubsampling, Image, Layout};
///
/// let image = Image::from_u8(Layout::u8(2, 2, Channels::Rgb), vec![90; 12])?;
/// let planes = image_to_planes(&image, YuvFormat::jpeg(ChromaSubsampling::Both))?;
/// assert_eq!(planes.y.view::<u8>()?.row(0), &[90, 90]);
/// assert_eq!(planes_to_image(&planes)?, image);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn planes_to_image(planes: &Planes) -> Result<Image, Error> {
    planes.check()?;
    match planes.y.layout().depth {
        Depth::U8 => to_rgb::convert::<u8>(planes),
        Depth::U16 => to_rgb::convert::<u16>(planes),
        Depth::F32 => Err(ErrorKind::UnsupportedLayout.into()),
    }
}

/// Converts an image to planes; grey has no chroma.
///
/// Chroma is averaged over the pixels it stands for; the last column or row of an odd side
/// counts twice. Allocates [`image_to_planes_bytes`].
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] for floats and CMYK, and [`ErrorKind::OutOfMemory`].
pub fn image_to_planes(image: &Image, format: YuvFormat) -> Result<Planes, Error> {
    let layout = image.layout();
    match layout.depth {
        _ if layout.channels == Channels::Cmyk => Err(ErrorKind::UnsupportedLayout.into()),
        Depth::U8 => from_rgb::convert(image.view::<u8>()?, format),
        Depth::U16 => from_rgb::convert(image.view::<u16>()?, format),
        Depth::F32 => Err(ErrorKind::UnsupportedLayout.into()),
    }
}

/// What YCbCr is made of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct YuvFormat {
    /// Resolution of the chroma planes.
    pub subsampling: ChromaSubsampling,
    /// Conversion coefficients.
    pub matrix: YuvMatrix,
    /// Value range of Y, Cb and Cr.
    pub range: YuvRange,
}

impl YuvFormat {
    /// BT.601 in full range, as JPEG has it.
    #[must_use]
    pub const fn jpeg(subsampling: ChromaSubsampling) -> Self {
        Self {
            subsampling,
            matrix: YuvMatrix::Bt601,
            range: YuvRange::Full,
        }
    }

    /// BT.601 in limited range with 4:2:0, as lossy WebP has it.
    #[must_use]
    pub const fn webp() -> Self {
        Self {
            subsampling: ChromaSubsampling::Both,
            matrix: YuvMatrix::Bt601,
            range: YuvRange::Limited,
        }
    }
}

/// Bytes that [`planes_to_image`] allocates: the result and a few rows of floats.
#[must_use]
pub fn planes_to_image_bytes(planes: &Planes) -> u64 {
    let layout = to_rgb::layout(planes);
    layout
        .bytes()
        .saturating_add(u64::from(layout.width) * 4 * 8)
}

/// Bytes that [`image_to_planes`] allocates: the planes and a few rows of floats.
#[must_use]
pub fn image_to_planes_bytes(source: Layout, subsampling: ChromaSubsampling) -> u64 {
    let plane = source.with_channels(Channels::Grey);
    let (width, height) = subsampling.chroma_size(source.width, source.height);
    let colour = matches!(source.channels, Channels::Rgb | Channels::Rgba);
    let full = if source.channels.has_alpha() { 2 } else { 1 };
    let chroma = if colour { 2 } else { 0 };
    let rows = u64::from(source.width) * 4 * 8;
    plane.bytes() * full + plane.sized(width, height).bytes() * chroma + rows
}

/// The numbers of a conversion, in units of the sample type.
#[derive(Debug, Clone, Copy)]
struct Coefficients {
    /// Shares of red, green and blue in luma.
    kr: f32,
    kg: f32,
    kb: f32,
    white: f32,
    black_luma: f32,
    luma_range: f32,
    centre: f32,
    chroma_range: f32,
}

impl Coefficients {
    /// For samples whose white is 255 or 65535.
    fn new(matrix: YuvMatrix, range: YuvRange, white: f32) -> Self {
        let (kr, kb) = match matrix {
            YuvMatrix::Bt601 => (0.299, 0.114),
            YuvMatrix::Bt709 => (0.2126, 0.0722),
            YuvMatrix::Bt2020 => (0.2627, 0.0593),
        };
        let step = (white + 1.0) / 256.0;
        let (black_luma, luma_range, chroma_range) = match range {
            YuvRange::Full => (0.0, white, white),
            YuvRange::Limited => (16.0 * step, 219.0 * step, 224.0 * step),
        };
        Self {
            kr,
            kg: 1.0 - kr - kb,
            kb,
            white,
            black_luma,
            luma_range,
            centre: 128.0 * step,
            chroma_range,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::cast_possible_truncation, reason = "wraps on purpose")]
    use super::*;

    fn image(samples: &[u8]) -> Image {
        let width = u32::try_from(samples.len() / 3).unwrap();
        Image::from_u8(Layout::u8(width, 1, Channels::Rgb), samples.to_vec()).unwrap()
    }

    fn yuv(rgb: [u8; 3], matrix: YuvMatrix, range: YuvRange) -> [u8; 3] {
        let subsampling = ChromaSubsampling::Full;
        let format = YuvFormat {
            subsampling,
            matrix,
            range,
        };
        let planes = image_to_planes(&image(&rgb), format).unwrap();
        let [cb, cr] = planes.chroma.unwrap();
        [planes.y, cb, cr].map(|plane| plane.view::<u8>().unwrap().pixel(0, 0)[0])
    }

    #[test]
    fn primaries_have_the_values_of_the_standards() {
        use YuvMatrix::{Bt601, Bt709};
        use YuvRange::{Full, Limited};
        let cases = [
            ([255, 0, 0], Bt601, Full, [76, 85, 255]),
            ([0, 0, 255], Bt601, Full, [29, 255, 107]),
            ([255, 255, 255], Bt601, Full, [255, 128, 128]),
            ([0, 0, 0], Bt601, Limited, [16, 128, 128]),
            ([255, 255, 255], Bt709, Limited, [235, 128, 128]),
            ([255, 0, 0], Bt601, Limited, [81, 90, 240]),
            ([0, 255, 0], Bt709, Limited, [173, 42, 26]),
        ];
        for (rgb, matrix, range, expected) in cases {
            assert_eq!(
                yuv(rgb, matrix, range),
                expected,
                "{rgb:?} {matrix:?} {range:?}"
            );
        }
    }

    #[test]
    fn full_resolution_comes_back_within_two_levels() {
        let samples: Vec<u8> = (0..=255_u16)
            .flat_map(|v| [v as u8, (v * 7) as u8, (v * 31) as u8])
            .collect();
        let source = image(&samples);
        for matrix in [YuvMatrix::Bt601, YuvMatrix::Bt709, YuvMatrix::Bt2020] {
            for range in [YuvRange::Full, YuvRange::Limited] {
                let subsampling = ChromaSubsampling::Full;
                let planes = image_to_planes(
                    &source,
                    YuvFormat {
                        subsampling,
                        matrix,
                        range,
                    },
                )
                .unwrap();
                let back = planes_to_image(&planes).unwrap();
                for (a, b) in source
                    .view::<u8>()
                    .unwrap()
                    .row(0)
                    .iter()
                    .zip(back.view::<u8>().unwrap().row(0))
                {
                    assert!(a.abs_diff(*b) <= 2, "{matrix:?} {range:?}: {a} {b}");
                }
            }
        }
    }

    #[test]
    fn floats_are_refused() {
        let layout = Layout {
            depth: Depth::F32,
            ..Layout::u8(1, 1, Channels::Rgb)
        };
        let image = Image::zeroed(layout).unwrap();
        let error = image_to_planes(&image, YuvFormat::webp()).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::UnsupportedLayout);
    }
}
