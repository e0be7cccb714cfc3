//! Colours that are looked up by luminance.

use super::greyness::{GREYS, grey};
use crate::convert::linear_to_srgb;
use crate::convert::srgb_to_linear;
use crate::kernels::{CHUNK, ColorShares, Colors, Kernels, SHARE_BITS, mixed};
use crate::lab::{FROM_WHITE, TO_WHITE, compress, inverse, product};

/// A palette of 256 colours that pixels are mixed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Palette {
    shares: Box<ColorShares>,
    /// The colours themselves, if nothing of a pixel is kept.
    full: Box<[[u8; 4]; 256]>,
    /// The pixel's own share.
    kept: u32,
}

impl Palette {
    /// - `color`: of a grey, each channel from 0 to 255.
    /// - `intensity`: share of the palette, 0 to 1.
    fn new(intensity: f64, color: impl Fn(u8) -> [f64; 3]) -> Self {
        let mut shares = Box::new([[0; 4]; 256]);
        for (grey, to) in (0..=255).zip(shares.iter_mut()) {
            let [red, green, blue] =
                color(grey).map(|v| fixed(v * intensity) + (1 << (SHARE_BITS - 1)));
            *to = [red, green, blue, 0];
        }
        let mut full = Box::new([[0; 4]; 256]);
        for (to, shares) in full.iter_mut().zip(&*shares) {
            *to = shares.map(mixed);
        }
        Self {
            shares,
            full,
            kept: fixed(1.0 - intensity),
        }
    }

    /// Black over a colour to white, every grey becoming the shade of its own lightness.
    ///
    /// Between black and the colour, and between the colour and white, a* and b* of CIE Lab follow
    /// lightness in a straight line.
    pub(crate) fn monochrome(intensity: f64, base: [u8; 3]) -> Self {
        let linear = base.map(|v| srgb_to_linear(f32::from(v) / 255.0));
        let [fx, fy, fz] = product(&TO_WHITE, linear).map(compress);
        let knee = lightness(fy);
        Self::new(intensity, |grey| {
            let f = compress(srgb_to_linear(f32::from(grey) / 255.0));
            let l = lightness(f);
            let t = match l {
                _ if l > knee => (100.0 - l) / (100.0 - knee),
                _ if knee > 0.0 => l / knee,
                _ => 0.0,
            };
            let white = [f + t * (fx - fy), f, f + t * (fz - fy)].map(inverse);
            product(&FROM_WHITE, white).map(encoded)
        })
    }

    /// From one colour to another, by the encoded grey.
    pub(crate) fn duotone(intensity: f64, dark: [u8; 3], light: [u8; 3]) -> Self {
        Self::new(intensity, |grey| {
            let t = f64::from(grey) / 255.0;
            let mix = |a: u8, b: u8| f64::from(a) + (f64::from(b) - f64::from(a)) * t;
            let [[a, b, c], [d, e, f]] = [dark, light];
            [mix(a, d), mix(b, e), mix(c, f)]
        })
    }

    /// Greys of the same luminance.
    pub(crate) fn greys() -> Self {
        Self::new(1.0, |grey| [f64::from(grey); 3])
    }

    /// Mixes pixels with their colours.
    pub(crate) fn mix(&self, colors: &mut Colors) {
        let tables = &**GREYS;
        let mut greys = [0; CHUNK];
        for (to, [red, green, blue, _]) in greys.iter_mut().zip(&*colors) {
            *to = grey(tables, [*red, *green, *blue]);
        }
        if self.kept == 0 {
            for (color, grey) in colors.iter_mut().zip(greys) {
                *color = self.full[usize::from(grey)];
            }
        } else {
            (Kernels::detect().mix_shares)(&self.shares, self.kept, &greys, colors);
        }
    }
}

/// L* of a value that [`compress`] gives.
fn lightness(f: f32) -> f32 {
    116.0 * f - 16.0
}

/// 0 to 255, clipped.
fn encoded(linear: f32) -> f64 {
    f64::from(linear_to_srgb(linear.clamp(0.0, 1.0)).min(1.0)) * 255.0
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "of 0 to 255, with 16 bits behind the point"
)]
fn fixed(value: f64) -> u32 {
    (value * f64::from(1 << SHARE_BITS)).round() as u32
}
