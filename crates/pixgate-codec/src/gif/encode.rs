//! GIF output: one frame, palette by own quantiser.

use std::borrow::Cow;

use ::gif::{Encoder as Library, Frame};
use pixgate_options::Format;

use crate::palette::{Indexed, Palette, flat};
use crate::{EncodeSettings, Error, ErrorKind, Metadata, Pixels};

/// Encodes a whole image with at most 255 colours and, if needed, a transparent one.
pub(crate) fn encode(
    pixels: &Pixels,
    settings: &EncodeSettings,
    _: &Metadata,
) -> Result<Vec<u8>, Error> {
    let (width, height) = pixels.size();
    let (Ok(width), Ok(height)) = (u16::try_from(width), u16::try_from(height)) else {
        return Err(unsupported("a side of more than 65535 pixels"));
    };
    let Pixels::Interleaved(image) = pixels else {
        return Err(unsupported("YCbCr planes"));
    };
    let bits = settings.palette_bits.unwrap_or(8).clamp(1, 8);
    let palette = Palette {
        colors: (1 << bits).min(256),
        is_mask: true,
    };
    let indexed = Indexed::new(image, palette)?.ok_or_else(|| unsupported("CMYK or 16 bits"))?;
    let is_transparent = indexed.colors.first().is_some_and(|color| color[3] == 0);
    let colors = flat(&indexed.colors);
    let frame = Frame {
        width,
        height,
        transparent: is_transparent.then_some(0),
        buffer: Cow::Owned(indexed.indices),
        ..Frame::default()
    };
    let mut library = Library::new(Vec::new(), width, height, &colors).map_err(error)?;
    library.write_frame(&frame).map_err(error)?;
    library.into_inner().map_err(error)
}

pub(super) fn error(error: ::gif::EncodingError) -> Error {
    let format = Format::Gif;
    Error::with_source(ErrorKind::Encoder { format }, error)
}

pub(super) fn unsupported(what: &'static str) -> Error {
    let format = Format::Gif;
    ErrorKind::Unsupported { format, what }.into()
}
