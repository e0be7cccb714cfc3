//! The kernels of planes as the machine can best run them; the bytes are the portable ones'.

use super::plane;
use super::taps::Taps;

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
