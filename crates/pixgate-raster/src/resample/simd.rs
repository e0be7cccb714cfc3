//! Vector kernels: the only unsafe code of this crate.

use super::kernels::Kernels;

#[cfg(target_arch = "x86_64")]
mod avx2;

/// Kernels for this machine, if there are any beyond the portable ones.
pub(super) fn detect() -> Option<Kernels> {
    #[cfg(target_arch = "x86_64")]
    let kernels = avx2::detect();
    #[cfg(not(target_arch = "x86_64"))]
    let kernels = None;
    kernels
}
