//! Files in which nothing has to be repaired.

use pixgate_jpeg::{DecodeOptions, Output, Rounding, Scale, Tolerance};

use crate::{Header, Limits};

/// Whether every code is there, read at an eighth of the size, which does little else.
pub(crate) fn is_sound(bytes: &[u8], _: &Header, limits: &Limits) -> bool {
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
