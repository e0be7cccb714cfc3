//! CIE XYZ and Lab of sRGB colours (D65 white, CIE 15:2004).

use std::sync::LazyLock;

use crate::Channels;
use crate::convert::transfer::{linear_of_u8, u8_of_linear};

/// L* in steps of 1/327.67: 0 to [`UNITS`].
pub(crate) type Lightness = i32;

/// The lightness of white.
pub(crate) const UNITS: Lightness = 32767;

/// Linear sRGB to XYZ (IEC 61966-2-1), the white point divided out.
pub(crate) const TO_WHITE: [[f32; 3]; 3] = [
    [0.433_950, 0.376_210, 0.189_840],
    [0.212_673, 0.715_152, 0.072_175],
    [0.017_757, 0.109_468, 0.872_775],
];

/// The inverse of [`TO_WHITE`].
pub(crate) const FROM_WHITE: [[f32; 3]; 3] = [
    [3.079_955, -1.537_139, -0.542_816],
    [-0.921_259, 1.876_011, 0.045_248],
    [0.052_887, -0.204_026, 1.151_138],
];

/// XYZ of white, Y being 1.
const WHITE: [f32; 3] = [0.950_47, 1.0, 1.088_83];

/// The lightness of each pixel of an 8-bit row.
pub(crate) fn lightness(row: &[u8], channels: Channels, target: &mut [Lightness]) {
    let table = &*LIGHTNESS;
    let [_, [red, green, blue], _] = TO_WHITE;
    let of = |y: f32| table.get(step(y)).copied().unwrap_or(UNITS);
    let pixels = row.chunks_exact(channels.count());
    for (to, pixel) in target.iter_mut().zip(pixels) {
        *to = match pixel {
            [r, g, b, ..] => {
                of(red * linear_of_u8(*r) + green * linear_of_u8(*g) + blue * linear_of_u8(*b))
            }
            [grey, ..] => of(linear_of_u8(*grey)),
            [] => 0,
        };
    }
}

/// Gives a pixel of lightness `from` the lightness `to`; a*, b* and alpha stay.
pub(crate) fn with_lightness(pixel: &mut [u8], channels: Channels, from: Lightness, to: Lightness) {
    let unit = UNITS as f32 / 100.0;
    let by = (to.clamp(0, UNITS) - from) as f32 / unit / 116.0;
    if let (Channels::Rgb | Channels::Rgba, [r, g, b, ..]) = (channels, &mut *pixel) {
        let linear = [*r, *g, *b].map(linear_of_u8);
        let moved = product(&TO_WHITE, linear).map(|v| inverse(compress(v) + by));
        [*r, *g, *b] = product(&FROM_WHITE, moved).map(u8_of_linear);
    } else if let [grey, ..] = pixel {
        *grey = u8_of_linear(inverse(compress(linear_of_u8(*grey)) + by));
    }
}

/// X, Y and Z, 0 to about 100, and a* of an 8-bit colour.
pub(crate) fn xyz_and_a([r, g, b]: [u8; 3]) -> ([f32; 3], f32) {
    let relative = product(&TO_WHITE, [r, g, b].map(linear_of_u8));
    let [x, y, _] = relative.map(compress);
    let [rx, ry, rz] = relative;
    let xyz = [rx * WHITE[0], ry * WHITE[1], rz * WHITE[2]].map(|v| v * 100.0);
    (xyz, 500.0 * (x - y))
}

pub(crate) fn product(matrix: &[[f32; 3]; 3], [a, b, c]: [f32; 3]) -> [f32; 3] {
    matrix.map(|[x, y, z]| x * a + y * b + z * c)
}

/// The function f of Lab.
pub(crate) fn compress(v: f32) -> f32 {
    if v > 0.008_856_452 {
        v.cbrt()
    } else {
        v * 7.787_037 + 16.0 / 116.0
    }
}

/// The inverse of [`compress`].
pub(crate) fn inverse(f: f32) -> f32 {
    if f > 6.0 / 29.0 {
        f * f * f
    } else {
        (f - 16.0 / 116.0) / 7.787_037
    }
}

/// Steps of Y in [`LIGHTNESS`]: fine enough that neighbours differ by less than one 8-bit level.
const STEPS: f32 = 32768.0;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "casts saturate, and the table's end is checked"
)]
fn step(y: f32) -> usize {
    (y * STEPS + 0.5) as usize
}

/// The lightness of all Y.
static LIGHTNESS: LazyLock<Vec<Lightness>> = LazyLock::new(|| {
    let steps = 0..=step(1.0);
    #[expect(clippy::cast_possible_truncation, reason = "at most UNITS")]
    let of = |i| ((116.0 * compress(i as f32 / STEPS) - 16.0) * 327.67) as Lightness;
    steps.map(of).map(|l| l.clamp(0, UNITS)).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_and_black_are_the_ends_of_lightness() {
        let mut row = [0; 2];
        lightness(&[0, 0, 0, 255, 255, 255], Channels::Rgb, &mut row);
        assert_eq!(row, [0, UNITS]);
        let mut grey = [0];
        lightness(&[119], Channels::Grey, &mut grey);
        assert!((f64::from(grey[0]) / 327.67 - 50.0).abs() < 0.2, "{grey:?}");
    }

    #[test]
    fn colours_of_unchanged_lightness_come_back() {
        for r in (0..=255).step_by(15) {
            for g in (0..=255).step_by(17) {
                for b in (0..=255).step_by(51) {
                    let mut pixel = [r, g, b];
                    with_lightness(&mut pixel, Channels::Rgb, 9000, 9000);
                    for (got, sent) in pixel.iter().zip([r, g, b]) {
                        assert!(got.abs_diff(sent) <= 1, "{r} {g} {b}: {pixel:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn red_has_the_coordinates_of_the_standard() {
        let ([x, y, z], a) = xyz_and_a([255, 0, 0]);
        assert!((x - 41.24).abs() < 0.05 && (y - 21.27).abs() < 0.05 && (z - 1.93).abs() < 0.05);
        assert!((a - 80.1).abs() < 0.2, "{a}");
    }
}
