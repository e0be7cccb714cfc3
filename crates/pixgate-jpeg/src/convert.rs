//! Component rows to interleaved pixels.

/// YCbCr to RGB with libjpeg's integer arithmetic (`jdcolor.c`).
#[inline(always)]
pub(crate) fn ycbcr_to_rgb([y, cb, cr]: [&[u8]; 3], out: &mut [u8]) {
    let rows = y.iter().zip(cb).zip(cr);
    for (pixel, ((&y, &cb), &cr)) in out.as_chunks_mut::<3>().0.iter_mut().zip(rows) {
        *pixel = rgb(y, cb, cr);
    }
}

/// Interleaves the components of each pixel.
pub(crate) fn interleave<const N: usize>(rows: [&[u8]; N], out: &mut [u8]) {
    for (channel, row) in rows.iter().enumerate() {
        for (pixel, &sample) in out.as_chunks_mut::<N>().0.iter_mut().zip(*row) {
            pixel[channel] = sample;
        }
    }
}

/// YCCK to CMYK, both as a file without an Adobe segment's inversion holds them.
pub(crate) fn ycck_to_cmyk([y, cb, cr, k]: [&[u8]; 4], out: &mut [u8]) {
    let rows = y.iter().zip(cb).zip(cr).zip(k);
    for (pixel, (((&y, &cb), &cr), &k)) in out.as_chunks_mut::<4>().0.iter_mut().zip(rows) {
        let [r, g, b] = rgb(y, cb, cr);
        *pixel = [255 - r, 255 - g, 255 - b, k];
    }
}

/// Turns ink amounts round: 255 becomes 0.
pub(crate) fn invert(out: &mut [u8]) {
    for sample in out {
        *sample = 255 - *sample;
    }
}

/// The integer parts of 1.402, 0.71414 and 1.772 are added apart, so that factors fit 16 bits.
#[inline(always)]
fn rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128);
    let half = 1 << 15;
    let r = y + cr + ((cr * 26345 + half) >> 16);
    let g = y - cr + ((cr * 18734 - cb * 22554 + half) >> 16);
    let b = y + 2 * cb + ((cb * -14942 + half) >> 16);
    [clamp(r), clamp(g), clamp(b)]
}

#[inline(always)]
#[expect(clippy::cast_sign_loss, reason = "clamped to 8 bits")]
fn clamp(value: i32) -> u8 {
    value.clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_definition_everywhere() {
        for y in (0..=255).step_by(5) {
            for cb in (0..=255).step_by(3) {
                for cr in (0..=255).step_by(3) {
                    let (l, u, v) = (f64::from(y), f64::from(cb) - 128.0, f64::from(cr) - 128.0);
                    let exact = [
                        l + 1.402 * v,
                        l - 0.344_136_286 * u - 0.714_136_286 * v,
                        l + 1.772 * u,
                    ];
                    for (value, exact) in rgb(y, cb, cr).into_iter().zip(exact) {
                        assert!((f64::from(value) - exact.clamp(0.0, 255.0)).abs() <= 0.51);
                    }
                }
            }
        }
    }

    #[test]
    fn interleaves_and_inverts() {
        let mut out = [0; 6];
        interleave([&[1, 2], &[3, 4], &[5, 6]], &mut out);
        assert_eq!(out, [1, 3, 5, 2, 4, 6]);
        invert(&mut out);
        assert_eq!(out, [254, 252, 250, 253, 251, 249]);
    }
}
