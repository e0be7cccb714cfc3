//! JPEG, fast and bounded.

mod color;
mod error;
mod frame;
mod header;
mod markers;
mod metadata;
mod orientation;

pub use color::ColorModel;
pub use error::{Error, ErrorKind, Unsupported};
pub use frame::{Component, Process};
pub use header::Header;
pub use metadata::{Adobe, Jfif, Metadata};
pub use orientation::orientation;
