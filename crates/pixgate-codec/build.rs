//! Says what is missing where the feature `avif-asm` is on and there is no assembler: rav1d's own
//! message does not name the feature.

#![allow(clippy::print_stdout, reason = "a build script speaks to cargo so")]

use std::env::var_os;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_on = var_os("CARGO_FEATURE_AVIF_ASM").is_some();
    let target = var_os("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    let needs_nasm = is_on && (target == "x86_64" || target == "x86");
    if needs_nasm && Command::new("nasm").arg("-v").output().is_err() {
        println!(
            "cargo::error=the feature `avif-asm` needs the program nasm (2.14 or later): install it, \
             or take the feature `rav1d`, which is slower and changes nothing else"
        );
    }
}
