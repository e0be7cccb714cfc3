//! Colours by other colours, in one pass.

use super::palette::Palette;
use crate::kernels::{CHUNK, Colors, Kernels};
use crate::{Channels, Depth, Error, ErrorKind, Image};

/// Changes of colours that are made together, in the order in which they were added.
///
/// Pixels go through all of them a few at a time, so that an image is read and written once however many
/// there are. Every change gives whole numbers from 0 to 255 to the next. Alpha is not looked at.
///
/// # Examples
///
/// ```
/// use pixgate_raster::filter::Recoloring;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let mut image = Image::from_u8(Layout::u8(2, 1, Channels::Rgb), vec![0, 100, 250, 9, 9, 9])?;
/// let lighter = Recoloring::new().adjusted(20.0, 1.0).saturated(0.0);
/// lighter.apply(&mut image)?;
/// assert_eq!(image.view::<u8>()?.row(0), &[126, 126, 126, 29, 29, 29]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recoloring {
    changes: Vec<Change>,
}

#[derive(Debug, Clone, PartialEq)]
enum Change {
    Curve(Box<[u8; 256]>),
    Saturation(f32),
    Palette(Palette),
}

impl Recoloring {
    /// No change.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds to all channels, then stretches them about the middle: `(v + b − 127.5)·c + 127.5`.
    #[must_use]
    pub fn adjusted(self, brightness: f64, contrast: f64) -> Self {
        let mut curve = Box::new([0; 256]);
        for (v, to) in (0_u8..=255).zip(curve.iter_mut()) {
            *to = byte((f64::from(v) + brightness - 127.5) * contrast + 127.5);
        }
        self.with(Change::Curve(curve))
    }

    /// Multiplies chroma (CIE LCh of Lab, D65); 0 gives the greys of the same luminance.
    #[must_use]
    pub fn saturated(self, factor: f64) -> Self {
        self.with(if factor > 0.0 {
            #[expect(clippy::cast_possible_truncation, reason = "seven digits are enough")]
            Change::Saturation(factor as f32)
        } else {
            Change::Palette(Palette::greys())
        })
    }

    /// Mixes with shades of one colour, each as light as the pixel; the colour sits at its own
    /// lightness between black and white.
    ///
    /// - `intensity`: share of the shades, 0 to 1.
    #[must_use]
    pub fn monochrome(self, intensity: f64, base: [u8; 3]) -> Self {
        self.with(Change::Palette(Palette::monochrome(intensity, base)))
    }

    /// Mixes with colours between two, which take the places of black and white.
    ///
    /// - `intensity`: their share, 0 to 1.
    #[must_use]
    pub fn duotone(self, intensity: f64, dark: [u8; 3], light: [u8; 3]) -> Self {
        self.with(Change::Palette(Palette::duotone(intensity, dark, light)))
    }

    fn with(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// Changes the colours of an image, in place.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnsupportedLayout`] unless it is 8-bit RGB or RGBA.
    pub fn apply(&self, image: &mut Image) -> Result<(), Error> {
        let layout = image.layout();
        match (layout.channels, layout.depth) {
            (Channels::Rgb, Depth::U8) => self.run::<3>(image.slice_mut()?),
            (Channels::Rgba, Depth::U8) => self.run::<4>(image.slice_mut()?),
            _ => return Err(ErrorKind::UnsupportedLayout.into()),
        }
        Ok(())
    }

    fn run<const C: usize>(&self, samples: &mut [u8]) {
        // A curve costs nothing while pixels are taken apart.
        match self.changes.split_first() {
            Some((Change::Curve(curve), rest)) => {
                change::<C>(samples, |v| curve[usize::from(v)], rest);
            }
            _ => change::<C>(samples, |v| v, &self.changes),
        }
    }
}

/// Takes samples through a curve and some changes.
fn change<const C: usize>(samples: &mut [u8], curve: impl Fn(u8) -> u8, changes: &[Change]) {
    let mut colors = [[0; 4]; CHUNK];
    for chunk in samples.chunks_mut(CHUNK * C) {
        let (pixels, _) = chunk.as_chunks_mut::<C>();
        for (to, pixel) in colors.iter_mut().zip(&*pixels) {
            *to = [curve(pixel[0]), curve(pixel[1]), curve(pixel[2]), 0];
        }
        for change in changes {
            change.make(&mut colors);
        }
        for (pixel, color) in pixels.iter_mut().zip(&colors) {
            (pixel[0], pixel[1], pixel[2]) = (color[0], color[1], color[2]);
        }
    }
}

impl Change {
    fn make(&self, colors: &mut Colors) {
        match self {
            Self::Curve(curve) => {
                for value in colors.as_flattened_mut() {
                    *value = curve[usize::from(*value)];
                }
            }
            Self::Saturation(factor) => (Kernels::detect().saturate)(*factor, colors),
            Self::Palette(palette) => palette.mix(colors),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "casts saturate, which clips"
)]
fn byte(value: f64) -> u8 {
    (value + 0.5).floor() as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Layout;
    use crate::convert::{linear_to_srgb, srgb_to_linear};

    fn made(change: &Recoloring, pixels: &[[u8; 3]]) -> Vec<[u8; 3]> {
        let width = u32::try_from(pixels.len()).unwrap();
        let layout = Layout::u8(width, 1, Channels::Rgb);
        let mut image = Image::from_u8(layout, pixels.concat()).unwrap();
        change.apply(&mut image).unwrap();
        let view = image.view::<u8>().unwrap();
        view.row(0).as_chunks().0.to_vec()
    }

    fn colors() -> Vec<[u8; 3]> {
        let steps = || (0..=255).step_by(17);
        let pairs = steps().flat_map(|r| steps().map(move |g| (r, g)));
        pairs
            .flat_map(|(r, g)| steps().map(move |b| [r, g, b]))
            .collect()
    }

    /// By the formula, in double precision.
    fn lch(color: [u8; 3], factor: f64) -> [f64; 3] {
        let linear = color.map(|v| f64::from(srgb_to_linear(f32::from(v) / 255.0)));
        let wide = |m: &[[f32; 3]; 3], [a, b, c]: [f64; 3]| {
            m.map(|row| row.map(f64::from))
                .map(|[x, y, z]| x * a + y * b + z * c)
        };
        let to = |v: f64| {
            if v > 216.0 / 24389.0 {
                v.cbrt()
            } else {
                (24389.0 / 27.0 * v + 16.0) / 116.0
            }
        };
        let from = |f: f64| {
            if f > 6.0 / 29.0 {
                f.powi(3)
            } else {
                (f * 116.0 - 16.0) * 27.0 / 24389.0
            }
        };
        let [x, y, z] = wide(&crate::lab::TO_WHITE, linear).map(to);
        let (a, b) = (500.0 * (x - y) * factor, 200.0 * (y - z) * factor);
        let white = [y + a / 500.0, y, y - b / 200.0].map(from);
        #[allow(clippy::cast_possible_truncation, reason = "a test")]
        let encoded = |v: f64| f64::from(linear_to_srgb(v.clamp(0.0, 1.0) as f32)) * 255.0;
        wide(&crate::lab::FROM_WHITE, white).map(encoded)
    }

    #[test]
    fn saturation_follows_the_formula() {
        let colors = colors();
        for factor in [0.25, 0.8, 1.0, 1.7, 6.0] {
            let change = Recoloring::new().saturated(factor);
            for (color, found) in colors.iter().zip(made(&change, &colors)) {
                let exact = lch(*color, factor);
                for (found, exact) in found.iter().zip(exact) {
                    let off = (f64::from(*found) - exact).abs();
                    assert!(off < 0.51, "{color:?} by {factor}: {found} for {exact}");
                }
            }
        }
    }

    #[test]
    fn greys_have_no_chroma_whatever_the_factor() {
        let greys: Vec<_> = (0..=255).map(|v| [v; 3]).collect();
        for factor in [0.0, 0.5, 3.0, 1e6, 1e38] {
            let change = Recoloring::new().saturated(factor);
            assert_eq!(made(&change, &greys), greys, "{factor}");
        }
    }

    #[test]
    fn the_curve_is_the_formula_clipped() {
        let change = Recoloring::new().adjusted(10.0, 2.0);
        let exact = |v: f64| {
            ((v + 10.0 - 127.5) * 2.0 + 127.5 + 0.5)
                .floor()
                .clamp(0.0, 255.0)
        };
        let greys: Vec<_> = (0..=255).map(|v| [v; 3]).collect();
        for (from, to) in greys.iter().zip(made(&change, &greys)) {
            assert!((f64::from(to[1]) - exact(from[1].into())).abs() < 0.01);
        }
        for (brightness, contrast, all) in [(255.0, 1.0, 255), (-255.0, 1.0, 0), (30.0, 0.0, 128)] {
            let change = Recoloring::new().adjusted(brightness, contrast);
            let found = made(&change, &greys);
            assert!(
                found.iter().all(|color| *color == [all; 3]),
                "{brightness} {contrast}"
            );
        }
    }

    #[test]
    fn palettes_keep_their_ends_and_their_base() {
        let ends = [[0; 3], [255; 3]];
        for base in [
            [0xff, 0x88, 0],
            [0x70, 0x42, 0x14],
            [0, 0, 255],
            [0; 3],
            [255; 3],
        ] {
            let change = Recoloring::new().monochrome(1.0, base);
            assert_eq!(made(&change, &ends), ends, "{base:?}");
            let found = made(&change, &[base]);
            let off = found[0]
                .iter()
                .zip(base)
                .map(|(a, b)| a.abs_diff(b))
                .max()
                .unwrap();
            // One level of lightness can be several of the strongest channel.
            assert!(off <= 3, "{base:?} became {found:?}");
        }
        let duotone = Recoloring::new().duotone(1.0, [9, 8, 7], [200, 100, 50]);
        assert_eq!(made(&duotone, &ends), [[9, 8, 7], [200, 100, 50]]);
    }

    #[test]
    fn grey_palettes_give_the_grey_of_the_luminance() {
        let colors = colors();
        let grey = made(&Recoloring::new().saturated(0.0), &colors);
        assert!(grey.iter().all(|[r, g, b]| r == g && g == b));
        for change in [
            Recoloring::new().monochrome(1.0, [0xb3; 3]),
            Recoloring::new().duotone(1.0, [0; 3], [255; 3]),
        ] {
            assert_eq!(made(&change, &colors), grey);
        }
    }

    #[test]
    fn changes_in_one_pass_are_changes_one_after_the_other() {
        let colors = colors();
        let parts = [
            Recoloring::new().adjusted(-7.0, 1.3),
            Recoloring::new().saturated(1.4),
            Recoloring::new().monochrome(0.3, [200, 90, 40]),
            Recoloring::new().duotone(0.4, [0, 0, 90], [255, 230, 190]),
        ];
        let one_by_one = parts
            .iter()
            .fold(colors.clone(), |colors, part| made(part, &colors));
        let changes = parts.iter().flat_map(|part| part.changes.clone()).collect();
        assert_eq!(made(&Recoloring { changes }, &colors), one_by_one);
    }

    #[test]
    fn alpha_stays_and_other_layouts_are_refused() {
        let layout = Layout::u8(70, 1, Channels::Rgba);
        let samples = (0..280_u32).map(|i| i.to_le_bytes()[0]);
        let before = Image::from_u8(layout, samples.collect()).unwrap();
        let mut after = before.clone();
        Recoloring::new()
            .adjusted(9.0, 1.0)
            .saturated(2.0)
            .apply(&mut after)
            .unwrap();
        assert_ne!(before, after);
        for x in 0..70 {
            let alpha = |image: &Image| image.view::<u8>().unwrap().pixel(x, 0)[3];
            assert_eq!(alpha(&before), alpha(&after));
        }
        let mut grey = Image::zeroed(Layout::u8(1, 1, Channels::Grey)).unwrap();
        let error = Recoloring::new().apply(&mut grey).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::UnsupportedLayout);
    }
}
