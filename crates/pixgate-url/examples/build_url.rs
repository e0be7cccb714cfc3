//! Prints the path of an image: `build_url SOURCE [OPTION]… [.FORMAT]`.
//!
//! `build_url https://img.test/cat.jpg rs:fill:300:200 g:no .webp`
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "that is what it is for"
)]

use std::process::ExitCode;

use pixgate_options::Format;
use pixgate_url::UrlBuilder;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(source) = arguments.next() else {
        eprintln!("usage: build_url SOURCE [OPTION]… [.FORMAT]");
        return ExitCode::FAILURE;
    };
    let builder = arguments.fold(UrlBuilder::new(source), |builder, argument| match argument
        .strip_prefix('.')
        .and_then(Format::from_name)
    {
        Some(format) => builder.extension(format),
        None => builder.option(&argument),
    });
    match builder.build() {
        Ok(path) => {
            println!("/unsafe{path}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
