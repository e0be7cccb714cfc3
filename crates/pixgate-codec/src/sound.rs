//! Whether a file can be handed on as it is.

use pixgate_jpeg::{DecodeOptions, Output, Rounding, Scale, Tolerance};
use pixgate_options::Format;

use crate::boundary::contain;
use crate::{DecodeRequest, ErrorKind, Header, Limits, decode, gif, png};

/// Whether every pixel of a file is there, and nothing has to be repaired or left out to show it.
///
/// Decoders read damaged files as far as they go, because people want to see them; who hands such a file
/// on leaves the damage to readers that may be less lenient. JPEG, PNG, GIF and WebP; false for other
/// formats. Decodes the whole file, the first frame of an animated WebP.
#[must_use]
pub fn is_sound(bytes: &[u8], header: &Header, limits: &Limits) -> bool {
    let check = || match header.format {
        Format::Jpeg => Ok(jpeg_is_sound(bytes, limits)),
        Format::Png => Ok(png::is_sound(bytes, limits)),
        Format::Gif => Ok(gif::is_sound(bytes, header)),
        // Its decoders refuse whatever is cut or broken.
        Format::Webp => Ok(decode(bytes, header, &DecodeRequest::default(), limits).is_ok()),
        format => Err(ErrorKind::CannotRead { format }.into()),
    };
    contain(header.format, check).unwrap_or(false)
}

/// At an eighth of the size, which reads every code and does little with it.
fn jpeg_is_sound(bytes: &[u8], limits: &Limits) -> bool {
    let mut options = DecodeOptions::default();
    options.tolerance = Tolerance::Strict;
    options.output = Output::Interleaved {
        scale: Scale::Eighth,
        rounding: Rounding::Up,
    };
    let Ok(mut decoder) = pixgate_jpeg::Decoder::new(bytes, options) else {
        return false;
    };
    if decoder.memory_bytes() > limits.max_decode_bytes {
        return false;
    }
    loop {
        match decoder.next_band() {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}
