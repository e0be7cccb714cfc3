//! The kernels of planes and pixels as the machine can best run them; the bytes are the portable ones'.

use super::light::{Limits, Wide};
use super::taps::Taps;
use super::{light, pixels, plane};

#[cfg(target_arch = "x86_64")]
mod avx2;

/// See [`plane::vertical`].
pub(crate) fn vertical(rows: &[&[u8]], weights: &[i16], out: &mut [i16]) {
    #[cfg(target_arch = "x86_64")]
    if avx2::vertical(rows, weights, out) {
        return;
    }
    plane::vertical(rows, weights, out);
}

/// See [`plane::horizontal`].
pub(crate) fn horizontal(middle: &[i16], taps: &Taps, out: &mut [u8]) {
    #[cfg(target_arch = "x86_64")]
    if avx2::horizontal(middle, taps, out) {
        return;
    }
    plane::horizontal(middle, taps.all(), out);
}

/// See [`pixels::vertical`].
pub(crate) fn vertical_wide(rows: &[&[i16]], weights: &[i16], limits: Limits, out: &mut [i16]) {
    #[cfg(target_arch = "x86_64")]
    if avx2::vertical_wide(rows, weights, limits, out) {
        return;
    }
    pixels::vertical(rows, weights, limits, out);
}

/// See [`pixels::horizontal`].
pub(crate) fn horizontal_pixels(middle: &[i16], taps: &Taps, form: pixels::Form, out: &mut [i16]) {
    #[cfg(target_arch = "x86_64")]
    if avx2::horizontal_pixels(middle, taps, form, out) {
        return;
    }
    pixels::horizontal(middle, taps.all(), form, out);
}

/// See [`light::widen`].
pub(crate) fn widen(form: Wide, row: &[u8], target: &mut [i16]) {
    #[cfg(target_arch = "x86_64")]
    if avx2::widen(form, row, target) {
        return;
    }
    light::widen(form, row, target);
}

/// See [`light::divide`].
pub(crate) fn divide(form: Wide, row: &mut [i16]) {
    #[cfg(target_arch = "x86_64")]
    if avx2::divide(form, row) {
        return;
    }
    light::divide(form, row);
}
