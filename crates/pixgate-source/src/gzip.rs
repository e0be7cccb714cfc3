//! Decompression that never holds more than a small buffer of output.

use std::io::Write;

use bytes::Bytes;
use flate2::write::MultiGzDecoder;

/// Undoes `Content-Encoding: gzip` piece by piece.
pub(crate) struct Gunzip {
    decoder: MultiGzDecoder<Vec<u8>>,
    input: Bytes,
}

impl Gunzip {
    pub(crate) fn new() -> Self {
        Self {
            decoder: MultiGzDecoder::new(Vec::new()),
            input: Bytes::new(),
        }
    }

    /// Takes compressed bytes; what was given before has to be used up, see [`Gunzip::output`].
    pub(crate) fn give(&mut self, input: Bytes) {
        self.input = input;
    }

    /// The next decompressed bytes; empty if more input is needed.
    pub(crate) fn output(&mut self) -> std::io::Result<Bytes> {
        while !self.input.is_empty() && self.decoder.get_ref().len() < ENOUGH_BYTES {
            let slice = self.input.split_to(self.input.len().min(SLICE_BYTES));
            self.decoder.write_all(&slice)?;
            self.decoder.flush()?;
        }
        Ok(self.take())
    }

    /// The last decompressed bytes, after all input was given.
    pub(crate) fn finish(&mut self) -> std::io::Result<Bytes> {
        self.decoder.try_finish()?;
        Ok(self.take())
    }

    fn take(&mut self) -> Bytes {
        Bytes::from(std::mem::take(self.decoder.get_mut()))
    }
}

/// Deflate expands at most 1032 times, so one slice yields at most 264 KiB.
const SLICE_BYTES: usize = 256;
/// Output that is worth handing on.
const ENOUGH_BYTES: usize = 32 << 10;

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn all(gunzip: &mut Gunzip, input: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut out = Vec::new();
        gunzip.give(Bytes::copy_from_slice(input));
        loop {
            let piece = gunzip.output()?;
            if piece.is_empty() {
                break;
            }
            out.extend_from_slice(&piece);
        }
        out.extend_from_slice(&gunzip.finish()?);
        Ok(out)
    }

    #[test]
    fn restores_what_was_compressed() {
        let data: Vec<u8> = (0..200_000_u32)
            .map(|i| (i.wrapping_mul(i) >> 7).to_le_bytes()[0])
            .collect();
        assert_eq!(all(&mut Gunzip::new(), &gzip(&data)).unwrap(), data);
        assert!(all(&mut Gunzip::new(), &gzip(b"")).unwrap().is_empty());
    }

    #[test]
    fn joins_several_members() {
        let input = [gzip(b"ab"), gzip(b"cd")].concat();
        assert_eq!(all(&mut Gunzip::new(), &input).unwrap(), b"abcd");
    }

    #[test]
    fn refuses_what_is_no_gzip() {
        assert!(all(&mut Gunzip::new(), b"<html>not compressed</html>").is_err());
    }

    #[test]
    fn refuses_every_truncation() {
        let whole = gzip(b"some text that is long enough to be cut in the middle");
        for end in 1..whole.len() {
            let (cut, _) = whole.split_at(end);
            assert!(all(&mut Gunzip::new(), cut).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn a_bomb_comes_out_in_small_pieces() {
        let bomb = gzip(&vec![0; 50 << 20]);
        let mut gunzip = Gunzip::new();
        gunzip.give(Bytes::from(bomb));
        let mut total = 0;
        loop {
            let piece = gunzip.output().unwrap();
            assert!(piece.len() <= ENOUGH_BYTES + 1032 * SLICE_BYTES + 1032);
            if piece.is_empty() {
                break;
            }
            total += piece.len();
        }
        assert!(total > 49 << 20);
    }
}
