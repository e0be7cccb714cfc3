//! The program `pixgate`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

#[cfg(not(windows))]
use tikv_jemallocator::Jemalloc;

/// Gives memory back after a burst, which the C library's allocator does not; `docs/design.md` says
/// what was compared.
#[cfg(not(windows))]
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
fn main() -> ExitCode {
    pixgate_codec::silence_contained_panics();
    pixgate::cli::main(std::env::args_os(), std::env::vars())
}
