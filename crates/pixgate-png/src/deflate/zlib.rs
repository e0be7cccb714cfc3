//! The frame around DEFLATE (RFC 1950).

use super::{Deflater, Input, Parse};
use crate::Error;

/// A zlib stream being written.
pub(crate) struct Zlib {
    deflater: Deflater,
    adler: simd_adler32::Adler32,
    has_begun: bool,
}

impl Zlib {
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self {
            deflater: Deflater::new()?,
            adler: simd_adler32::Adler32::new(),
            has_begun: false,
        })
    }

    /// See [`Deflater::compress`].
    pub(crate) fn compress(
        &mut self,
        input: &Input<'_>,
        parse: Parse,
        is_last: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        if !self.has_begun {
            self.has_begun = true;
            crate::error::grow(out, 2)?;
            // A window of 32 KiB, the usual effort.
            out.extend_from_slice(&[0x78, 0x9C]);
        }
        self.adler
            .write(input.data.get(input.from..).unwrap_or_default());
        self.deflater.compress(input, parse, is_last, out)?;
        if is_last {
            crate::error::grow(out, 4)?;
            out.extend_from_slice(&self.adler.finish().to_be_bytes());
        }
        Ok(())
    }

    pub(crate) fn slide(&mut self, by: usize) {
        self.deflater.slide(by);
    }
}

/// Compresses bytes into a zlib stream, as ICC profiles in PNG are.
///
/// # Errors
///
/// [`Error::OutOfMemory`].
pub fn compress_zlib(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let input = Input {
        data: bytes,
        from: 0,
        hints: [1, 2],
    };
    Zlib::new()?.compress(&input, Parse::Lazy(64), true, &mut out)?;
    Ok(out)
}
