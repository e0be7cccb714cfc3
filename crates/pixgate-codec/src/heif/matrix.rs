//! Matrix coefficients that raster's planes do not know (ITU-T H.273, table 4).

use pixgate_raster::{
    Channels, ChromaSubsampling, Depth, Image, Planes, Sample, Samples, YuvRange, zeroed,
};

use super::primaries::{Chromaticity, chromaticities};
use super::unsupported;
use crate::Error;

/// How luma and chroma are made of red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Matrix {
    /// Luma as shares of red and blue, chroma as differences to it.
    Shares { red: f32, blue: f32 },
    /// Differences to green (YCgCo).
    Green,
}

impl Matrix {
    /// By the code point of the matrix and, where it is derived from them, of the primaries; none
    /// for those that raster's planes carry, and for RGB.
    ///
    /// # Errors
    ///
    /// Those that need more than a matrix (constant luminance, ICtCp, lossless YCgCo) and those that
    /// are reserved are refused.
    pub(super) fn of(matrix: u16, primaries: u16) -> Result<Option<Self>, Error> {
        match matrix {
            0 | 1 | 2 | 5 | 6 | 9 => Ok(None),
            4 => Ok(Some(Self::Shares {
                red: 0.30,
                blue: 0.11,
            })),
            7 => Ok(Some(Self::Shares {
                red: 0.212,
                blue: 0.087,
            })),
            8 => Ok(Some(Self::Green)),
            12 => derived(primaries).map(Some),
            _ => Err(unsupported("these matrix coefficients")),
        }
    }

    /// Red, green and blue of luma and chroma; luma goes from 0 to 1, chroma from -0.5 to 0.5.
    fn rgb(self, y: f32, cb: f32, cr: f32) -> [f32; 3] {
        match self {
            Self::Shares { red, blue } => {
                let green = 1.0 - red - blue;
                let (r, b) = (y + 2.0 * (1.0 - red) * cr, y + 2.0 * (1.0 - blue) * cb);
                [r, (y - red * r - blue * b) / green, b]
            }
            Self::Green => {
                let rest = y - cb;
                [rest + cr, y + cb, rest - cr]
            }
        }
    }
}

/// Shares of red and blue in white's luminance (H.273, equations 32 to 37).
fn derived(primaries: u16) -> Result<Matrix, Error> {
    let [red, green, blue, white] =
        chromaticities(primaries).ok_or_else(|| unsupported("these primaries"))?;
    let z = |(x, y): Chromaticity| 1.0 - x - y;
    let cross = |a: Chromaticity, b: Chromaticity| {
        (
            a.1 * z(b) - b.1 * z(a),
            b.0 * z(a) - a.0 * z(b),
            a.0 * b.1 - b.0 * a.1,
        )
    };
    let share = |a: Chromaticity, b: Chromaticity, of: Chromaticity| {
        let (x, y, along) = cross(a, b);
        let dot = |c: (f32, f32)| c.0 * x + c.1 * y + z(c) * along;
        of.1 * dot(white) / (white.1 * dot(of))
    };
    Ok(Matrix::Shares {
        red: share(green, blue, red),
        blue: share(red, green, blue),
    })
}

/// Planes to RGB or RGBA.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of the type"
)]
pub(super) fn to_image(planes: &Planes, matrix: Matrix) -> Result<Image, Error> {
    let channels = match planes.alpha {
        Some(_) => Channels::Rgba,
        None => Channels::Rgb,
    };
    let layout = planes.y.layout().with_channels(channels);
    let count = layout.samples()?;
    let samples = match layout.depth {
        Depth::U8 => {
            let narrowed = |value: f32| value.clamp(0.0, 255.0) as u8;
            Samples::U8(convert(planes, matrix, (count, 255.0), narrowed)?)
        }
        _ => {
            let narrowed = |value: f32| value.clamp(0.0, 65_535.0) as u16;
            Samples::U16(convert(planes, matrix, (count, 65_535.0), narrowed)?)
        }
    };
    Ok(Image::from_samples(layout, samples)?)
}

/// - `count`, `white`: samples of the result, and the largest one.
fn convert<T>(
    planes: &Planes,
    matrix: Matrix,
    (count, white): (usize, f32),
    narrowed: impl Fn(f32) -> T,
) -> Result<Vec<T>, Error>
where
    T: Sample + Into<f32>,
{
    let Some([cb, cr]) = &planes.chroma else {
        return Err(unsupported("grey with these matrix coefficients"));
    };
    let (y, cb, cr) = (planes.y.view::<T>()?, cb.view::<T>()?, cr.view::<T>()?);
    let alpha = planes.alpha.as_ref().map(Image::view::<T>).transpose()?;
    let step = (white + 1.0) / 256.0;
    let (black, luma_range, chroma_range) = match planes.range {
        YuvRange::Full => (0.0, white, white),
        YuvRange::Limited => (16.0 * step, 219.0 * step, 224.0 * step),
    };
    let mut samples = zeroed::<T>(count)?;
    let mut pixels = samples.chunks_exact_mut(if alpha.is_some() { 4 } else { 3 });
    for row in 0..planes.y.height() {
        let chroma_rows = near_and_far(
            row,
            planes.subsampling == ChromaSubsampling::Both,
            cb.height(),
        );
        for column in 0..planes.y.width() {
            let halved = planes.subsampling != ChromaSubsampling::Full;
            let columns = near_and_far(column, halved, cb.width());
            let chroma = |plane: &pixgate_raster::View<'_, T>| {
                let mut sum = 0.0;
                for (y, share) in chroma_rows {
                    for (x, part) in columns {
                        let value = plane.pixel(x, y).first().copied();
                        sum += share * part * value.map_or(0.0, Into::<f32>::into);
                    }
                }
                (sum - 128.0 * step) / chroma_range
            };
            let luma = y.pixel(column, row).first().copied();
            let luma = (luma.map_or(0.0, Into::<f32>::into) - black) / luma_range;
            let rgb = matrix.rgb(luma, chroma(&cb), chroma(&cr));
            let Some(pixel) = pixels.next() else {
                break;
            };
            for (to, value) in pixel.iter_mut().zip(rgb) {
                *to = narrowed(value * white + 0.5);
            }
            if let (Some(alpha), Some(to)) = (&alpha, pixel.get_mut(3)) {
                *to = alpha.pixel(column, row).first().copied().unwrap_or(*to);
            }
        }
    }
    Ok(samples)
}

/// The samples of a chroma row or column around a pixel, and their shares.
fn near_and_far(at: u32, is_halved: bool, length: u32) -> [(u32, f32); 2] {
    if !is_halved {
        return [(at, 1.0), (at, 0.0)];
    }
    let near = at / 2;
    let far = if at.is_multiple_of(2) {
        near.saturating_sub(1)
    } else {
        near + 1
    };
    let last = length.saturating_sub(1);
    [(near.min(last), 0.75), (far.min(last), 0.25)]
}

#[cfg(test)]
mod tests {
    use pixgate_raster::{Layout, YuvMatrix};

    use super::*;

    #[test]
    fn shares_follow_from_primaries() {
        // BT.709, BT.2020 and the primaries of BT.601 with 525 lines have well-known shares.
        for (primaries, expected) in [(1, (0.2126, 0.0722)), (9, (0.2627, 0.0593))] {
            let Matrix::Shares { red, blue } = derived(primaries).unwrap() else {
                unreachable!()
            };
            assert!((red - expected.0).abs() < 2e-4 && (blue - expected.1).abs() < 2e-4);
        }
        assert!(derived(10).is_err());
    }

    #[test]
    fn what_is_more_than_a_matrix_is_refused() {
        for matrix in [3, 10, 11, 13, 14, 15, 16, 17, 255] {
            assert!(Matrix::of(matrix, 1).is_err(), "{matrix}");
        }
        for matrix in [0, 1, 2, 5, 6, 9] {
            assert_eq!(Matrix::of(matrix, 1).unwrap(), None);
        }
    }

    #[test]
    fn green_differences_come_back_as_colours() {
        // Red: luma a quarter, a quarter less green, half more orange than teal.
        let plane = |value| Image::from_u8(Layout::u8(1, 1, Channels::Grey), vec![value]).unwrap();
        let planes = Planes {
            y: plane(64),
            chroma: Some([plane(64), plane(255)]),
            alpha: None,
            subsampling: ChromaSubsampling::Full,
            matrix: YuvMatrix::Bt601,
            range: YuvRange::Full,
        };
        let image = to_image(&planes, Matrix::Green).unwrap();
        let pixel = image.view::<u8>().unwrap().pixel(0, 0).to_vec();
        assert!(pixel[0] > 252 && pixel[1] < 3 && pixel[2] < 3, "{pixel:?}");
    }
}
