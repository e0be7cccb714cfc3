#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod bands;
mod child;
mod children;
mod confine;
mod failure;
mod frames;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod message;
mod pixels;
mod process;
mod settings;
mod shared;
#[cfg(target_os = "linux")]
mod syscalls;
mod watch;
mod work;

pub use child::serve;
pub use children::Children;
pub use process::Program;
pub use settings::Settings;
