//! The program `pixgate`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
fn main() -> ExitCode {
    pixgate_codec::silence_contained_panics();
    pixgate::cli::main(std::env::args_os(), std::env::vars())
}
