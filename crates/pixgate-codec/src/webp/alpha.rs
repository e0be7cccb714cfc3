//! Transparency of lossy pictures (WebP container specification, "Alpha").

use pixgate_raster::{Channels, Image, Layout};
use pixgate_webp::lossless::decode_alpha;

use super::of_webp;
use crate::Error;

/// Decodes the content of an `ALPH` chunk to a plane of the picture's size.
pub(super) fn plane(payload: &[u8], size: (u32, u32)) -> Result<Image, Error> {
    let samples = decode_alpha(payload, size).map_err(of_webp)?;
    Ok(Image::from_u8(
        Layout::u8(size.0, size.1, Channels::Grey),
        samples,
    )?)
}
