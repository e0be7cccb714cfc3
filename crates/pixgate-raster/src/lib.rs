//! Images in memory and what can be done to their pixels.
//!
//! Three ways of holding pixels, all plain data:
//!
//! | type | layout | used for |
//! |---|---|---|
//! | [`Image`] | interleaved channels, owned, rows without gaps | everything general |
//! | [`View`] | interleaved channels, borrowed, rows `stride` samples apart | crops and bands without copying |
//! | [`Planes`] | one [`Image`] per component, chroma possibly smaller | JPEG, lossy WebP and AVIF without an RGB round trip |
//!
//! Conventions: rows run top to bottom, pixels left to right; alpha is straight (not premultiplied)
//! unless a function says otherwise; colour values are encoded as the source had them (usually
//! sRGB), never linear, unless a function says otherwise. Allocation is fallible everywhere: a
//! size that cannot be had is an [`Error`], never an abort.
//!
//! What this crate does not do: read or write files, know options or URLs, or choose sizes.

mod error;
mod image;
mod layout;
mod planes;
mod view;

pub use error::{Error, ErrorKind};
pub use image::{Image, Samples, SamplesMut, zeroed};
pub use layout::{Channels, Depth, Layout};
pub use planes::{ChromaSubsampling, Planes, YuvMatrix, YuvRange};
pub use view::{Sample, View};
