#![allow(clippy::cast_possible_truncation, reason = "made-up samples may wrap")]

use super::*;

const SIZE: (u32, u32) = (32, 24);

/// Saturated stripes, squares and a ramp.
fn edges() -> Vec<[u8; 3]> {
    let colors = [
        [255, 0, 0],
        [0, 0, 255],
        [0, 255, 0],
        [255, 255, 255],
        [0, 0, 0],
        [255, 0, 255],
    ];
    let pixel = |x: usize, y: usize| match y {
        0..8 => colors[x / 3 % 6],
        8..16 => colors[(x / 5 + y / 3) % 6],
        _ => [(x * 8) as u8, (y * 10) as u8, 255 - (x * 8) as u8],
    };
    (0..24)
        .flat_map(|y| (0..32).map(move |x| pixel(x, y)))
        .collect()
}

/// What decoders show.
fn shown(yuv: &Yuv) -> Vec<[f32; 3]> {
    let (width, height) = (yuv.size.0 as usize, yuv.size.1 as usize);
    let half = (width.div_ceil(2), height.div_ceil(2));
    let other = |at: usize, end: usize| match at % 2 {
        0 => (at / 2).saturating_sub(1),
        _ => (at / 2 + 1).min(end - 1),
    };
    let chroma = |plane: &[u8], x: usize, y: usize| {
        let at = |x: usize, y: usize| f32::from(plane[y * half.0 + x]);
        let (near, far) = ((x / 2, y / 2), (other(x, half.0), other(y, half.1)));
        (9.0 * at(near.0, near.1)
            + 3.0 * at(far.0, near.1)
            + 3.0 * at(near.0, far.1)
            + at(far.0, far.1))
            / 16.0
            - 128.0
    };
    let pixel = |at: usize| {
        let (x, y) = (at % width, at / width);
        let luma = (f32::from(yuv.luma[at]) - 16.0) / LUMA_SCALE;
        let blue = chroma(&yuv.chroma[0], x, y) / CHROMA_SCALES[0];
        let red = chroma(&yuv.chroma[1], x, y) / CHROMA_SCALES[1];
        let green = luma - (SHARES[0] * red + SHARES[2] * blue) / SHARES[1];
        [luma + red, green, luma + blue].map(|value| value.clamp(0.0, 255.0))
    };
    (0..width * height).map(pixel).collect()
}

/// Mean squares of differences: of values, and of brightness in light.
fn errors(yuv: &Yuv, pixels: &[[u8; 3]]) -> (f32, f32) {
    let light = light::Light::tables();
    let bright = |color: [f32; 3]| {
        let lights = color.map(|value| light.of(value));
        light.value(
            SHARES
                .iter()
                .zip(lights)
                .map(|(share, of)| share * of)
                .sum(),
        )
    };
    let (mut values, mut brightness) = (0.0, 0.0);
    for (shown, pixel) in shown(yuv).into_iter().zip(pixels) {
        let pixel = pixel.map(f32::from);
        brightness += (bright(shown) - bright(pixel)).powi(2);
        values += shown
            .iter()
            .zip(pixel)
            .map(|(a, b)| (a - b).powi(2))
            .sum::<f32>();
    }
    let count = pixels.len() as f32;
    (values / count / 3.0, brightness / count)
}

#[test]
fn sharp_planes_keep_brightness_at_edges() {
    let pixels = edges();
    let averaged = Yuv::new(&pixels, SIZE, Chroma::Averaged).unwrap();
    let sharp = Yuv::new(&pixels, SIZE, Chroma::Sharp).unwrap();
    let (averaged, sharp) = (errors(&averaged, &pixels), errors(&sharp, &pixels));
    assert!(sharp.1 * 2.0 < averaged.1, "{sharp:?} {averaged:?}");
    assert!(sharp.0 < averaged.0 * 1.05, "{sharp:?} {averaged:?}");
}

#[test]
fn flat_colors_are_the_same_in_both() {
    for color in [[0, 0, 0], [255, 255, 255], [200, 30, 90], [1, 254, 128]] {
        for size in [(1, 1), (2, 2), (5, 3)] {
            let pixels = vec![color; (size.0 * size.1) as usize];
            let averaged = Yuv::new(&pixels, size, Chroma::Averaged).unwrap();
            let sharp = Yuv::new(&pixels, size, Chroma::Sharp).unwrap();
            let planes = |yuv: &Yuv| [yuv.luma.clone(), yuv.chroma.concat()].concat();
            for (a, b) in planes(&averaged).iter().zip(planes(&sharp)) {
                assert!(a.abs_diff(b) <= 1, "{color:?} {size:?}");
            }
        }
    }
}

#[test]
fn grey_has_no_color() {
    let pixels: Vec<[u8; 4]> = (0..=255).map(|v| [v, v, v, 255 - v]).collect();
    for chroma in [Chroma::Averaged, Chroma::Sharp] {
        let yuv = Yuv::new(&pixels, (16, 16), chroma).unwrap();
        assert!(yuv.chroma.as_flattened_of().all(|value| value == 128));
        assert!(yuv.luma.iter().all(|value| (16..=235).contains(value)));
    }
}

trait Flat {
    fn as_flattened_of(&self) -> impl Iterator<Item = u8>;
}

impl Flat for [Vec<u8>; 2] {
    fn as_flattened_of(&self) -> impl Iterator<Item = u8> {
        self.iter().flatten().copied()
    }
}

#[test]
fn what_is_not_seen_does_not_color_what_is() {
    let pixels = [
        [255, 0, 0, 255],
        [0, 0, 255, 0],
        [0, 255, 0, 0],
        [0, 0, 0, 0],
    ];
    let red = Yuv::new(&[[255, 0, 0]; 4], (2, 2), Chroma::Averaged).unwrap();
    for chroma in [Chroma::Averaged, Chroma::Sharp] {
        let yuv = Yuv::new(&pixels, (2, 2), chroma).unwrap();
        for (found, wanted) in yuv.chroma.iter().flatten().zip(red.chroma.iter().flatten()) {
            assert!(found.abs_diff(*wanted) <= 12, "{chroma:?} {found} {wanted}");
        }
    }
}

#[test]
fn other_sizes_are_refused() {
    assert!(Yuv::new(&[[0; 3]; 3], (2, 2), Chroma::Averaged).is_err());
    assert!(Yuv::new(&[[0; 4]; 5], (2, 2), Chroma::Sharp).is_err());
}
