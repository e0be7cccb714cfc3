//! Vector kernels: the only unsafe code of this crate.

use super::kernels::Kernels;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "aarch64")]
mod neon;

/// Kernels for this machine, if there are any beyond the portable ones.
pub(super) fn detect() -> Option<Kernels> {
    #[cfg(target_arch = "x86_64")]
    let kernels = avx2::detect();
    #[cfg(target_arch = "aarch64")]
    let kernels = neon::detect();
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let kernels = None;
    kernels
}
