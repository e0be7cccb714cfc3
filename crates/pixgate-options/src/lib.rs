//! What an image transformation is, as plain data.
#![forbid(unsafe_code)]

mod format;

pub use format::Format;
