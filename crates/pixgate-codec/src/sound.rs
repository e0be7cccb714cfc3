//! Whether a file can be handed on as it is.

use crate::boundary::contain;
use crate::{Header, Limits, formats};

/// Whether every pixel of a file is there, and nothing has to be repaired or left out to show it.
///
/// Decoders read damaged files as far as they go, because people want to see them; who hands such a file
/// on leaves the damage to readers that may be less lenient. JPEG, PNG, GIF and WebP; false for other
/// formats. Decodes the whole file, the first frame of an animated WebP.
#[must_use]
pub fn is_sound(bytes: &[u8], header: &Header, limits: &Limits) -> bool {
    let format = header.format;
    let Some(check) = formats::reading(format).and_then(|reading| reading.is_sound) else {
        return false;
    };
    contain(format, || Ok(check(bytes, header, limits))).unwrap_or(false)
}
