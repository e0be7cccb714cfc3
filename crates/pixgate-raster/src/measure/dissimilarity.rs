//! How much a lossy copy of an image differs to the eye.

use crate::{Channels, Error, ErrorKind, Image, Layout, View};

/// The structural dissimilarity of two pictures in grey: 0 for equal ones, at most 1.
///
/// `(1 − SSIM) / 2` with the mean SSIM of 8×8 windows, 4 pixels apart (Wang, Bovik, Sheikh,
/// Simoncelli: Image quality assessment, 2004). Allocates next to nothing.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] unless both are 8-bit grey and of the same size, see [`luma`].
///
/// # Examples
///
/// ```
/// use pixgate_raster::measure::dssim;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let layout = Layout::u8(16, 16, Channels::Grey);
/// let light = Image::from_u8(layout, vec![200; 256])?;
/// let dark = Image::from_u8(layout, vec![20; 256])?;
/// assert!(dssim(&light, &light)? < 1e-9);
/// assert!(dssim(&light, &dark)? > 0.3);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn dssim(a: &Image, b: &Image) -> Result<f64, Error> {
    if a.layout() != b.layout() || a.layout().channels != Channels::Grey {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    let (a, b) = (a.view::<u8>()?, b.view::<u8>()?);
    let mut above: Option<Vec<Sums>> = None;
    let (mut total, mut windows) = (0.0, 0_u32);
    let bands = a.height().div_ceil(BLOCK);
    for band in 0..bands {
        let row = block_row(&a, &b, band);
        let both = match &above {
            Some(above) => above.iter().zip(&row).map(|(a, b)| a.plus(*b)).collect(),
            None if bands == 1 => row.clone(),
            None => Vec::new(),
        };
        for pair in both.windows(both.len().clamp(1, 2)) {
            let window = pair.iter().fold(Sums::default(), |sums, s| sums.plus(*s));
            total += window.similarity();
            windows += 1;
        }
        above = Some(row);
    }
    Ok((1.0 - total / f64::from(windows.max(1))) / 2.0)
}

/// The luma of an image in 8-bit grey (ITU-R BT.601), transparency on white.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] for CMYK and for other depths, [`ErrorKind::OutOfMemory`].
pub fn luma(image: &Image) -> Result<Image, Error> {
    let layout = image.layout();
    if layout.channels == Channels::Cmyk {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    let view = image.view::<u8>()?;
    let mut grey = Image::zeroed(Layout::u8(layout.width, layout.height, Channels::Grey))?;
    let rows = grey
        .slice_mut::<u8>()?
        .chunks_exact_mut(layout.width as usize);
    for (to, row) in rows.zip(view.rows()) {
        for (to, pixel) in to.iter_mut().zip(row.chunks_exact(layout.channels.count())) {
            *to = luma_of(pixel);
        }
    }
    Ok(grey)
}

fn luma_of(pixel: &[u8]) -> u8 {
    let weighed = |r: u8, g: u8, b: u8| {
        (u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114 + 500) / 1000
    };
    let on_white = |y: u32, alpha: u8| 255 - (255 - y.min(255)) * u32::from(alpha) / 255;
    let luma = match *pixel {
        [y] => y.into(),
        [y, alpha] => on_white(y.into(), alpha),
        [r, g, b] => weighed(r, g, b),
        [r, g, b, alpha] => on_white(weighed(r, g, b), alpha),
        _ => 0,
    };
    u8::try_from(luma).unwrap_or(u8::MAX)
}

/// Sums over the blocks of a row of blocks.
fn block_row(a: &View<'_, u8>, b: &View<'_, u8>, band: u32) -> Vec<Sums> {
    let mut sums = vec![Sums::default(); a.width().div_ceil(BLOCK) as usize];
    let rows = (band * BLOCK)..(band * BLOCK + BLOCK).min(a.height());
    for y in rows {
        let blocks = a.row(y).chunks(BLOCK as usize);
        let blocks = blocks.zip(b.row(y).chunks(BLOCK as usize));
        for (sums, (a, b)) in sums.iter_mut().zip(blocks) {
            for (a, b) in a.iter().zip(b) {
                sums.add((*a).into(), (*b).into());
            }
        }
    }
    sums
}

/// What the similarity of a window is computed from.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    count: u32,
    a: u32,
    b: u32,
    squares: u32,
    products: u32,
}

impl Sums {
    fn add(&mut self, a: u32, b: u32) {
        self.count += 1;
        self.a += a;
        self.b += b;
        self.squares += a * a + b * b;
        self.products += a * b;
    }

    const fn plus(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            a: self.a + other.a,
            b: self.b + other.b,
            squares: self.squares + other.squares,
            products: self.products + other.products,
        }
    }

    fn similarity(self) -> f64 {
        let mean = |sum: u32| f64::from(sum) / f64::from(self.count.max(1));
        let (a, b) = (mean(self.a), mean(self.b));
        let variances = mean(self.squares) - a * a - b * b;
        let covariance = mean(self.products) - a * b;
        (2.0 * a * b + STABLE_MEAN) * (2.0 * covariance + STABLE_VARIANCE)
            / ((a * a + b * b + STABLE_MEAN) * (variances + STABLE_VARIANCE))
    }
}

/// Side of a block; a window has two by two of them.
const BLOCK: u32 = 4;
/// (0.01 · 255)².
const STABLE_MEAN: f64 = 6.5025;
/// (0.03 · 255)².
const STABLE_VARIANCE: f64 = 58.5225;

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: u32, height: u32, value: impl Fn(u32) -> u8) -> Image {
        let layout = Layout::u8(width, height, Channels::Grey);
        Image::from_u8(layout, (0..width * height).map(value).collect()).expect("right size")
    }

    #[test]
    fn more_noise_is_more_dissimilar_at_every_size() {
        for (width, height) in [(1, 1), (3, 50), (64, 1), (17, 9), (64, 64)] {
            let value = |i: u32| (i * 37 % 200).to_le_bytes()[0] + 20;
            let original = grey(width, height, value);
            let noisy = |by: u8| grey(width, height, |i| value(i) ^ (by * u8::from(i % 3 == 0)));
            let by = |by| dssim(&original, &noisy(by)).expect("same layout");
            assert!(by(0).abs() < 1e-9, "{width}x{height}");
            assert!(
                0.0 < by(4) && by(4) < by(64) && by(64) <= 1.0,
                "{width}x{height}"
            );
        }
    }

    #[test]
    fn transparency_is_white() {
        for (channels, pixel, expected) in [
            (Channels::Grey, &[7_u8][..], 7),
            (Channels::GreyAlpha, &[7, 0], 255),
            (Channels::Rgb, &[255, 0, 0], 76),
            (Channels::Rgba, &[0, 0, 0, 255], 0),
        ] {
            let image =
                Image::from_u8(Layout::u8(1, 1, channels), pixel.to_vec()).expect("a pixel");
            let luma = luma(&image).expect("8 bits");
            assert_eq!(luma.view::<u8>().expect("8 bits").pixel(0, 0), [expected]);
        }
    }
}
