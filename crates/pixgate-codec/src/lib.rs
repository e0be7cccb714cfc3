//! Image bytes to pixels and back, for every format behind one interface.

mod decode;
mod encode;
mod error;
mod header;
mod limits;
mod metadata;
mod pixels;

pub use decode::{DecodeRequest, Decoder, OutputLayout, Shrink};
pub use encode::{EncodeSettings, Encoder};
pub use error::{Error, ErrorKind};
pub use header::{Animation, Header, Orientation};
pub use limits::Limits;
pub use metadata::Metadata;
pub use pixels::{Band, Pixels};
