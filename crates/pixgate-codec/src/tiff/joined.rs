//! A file with another directory, and what belongs to it, behind it.

use std::io::{Error as IoError, ErrorKind as IoErrorKind, Read, Result as IoResult};
use std::io::{Seek, SeekFrom};

use crate::bytes::slice;

/// The bytes of a file whose header leads to a directory in an appendix.
pub(super) struct Joined<'a> {
    /// Byte order, number, and where the directory is.
    head: [u8; 8],
    bytes: &'a [u8],
    appendix: Vec<u8>,
    position: usize,
}

impl<'a> Joined<'a> {
    /// - `directory`: where it begins, counted from the start of the file.
    pub(super) fn new(bytes: &'a [u8], directory: u32, appendix: Vec<u8>) -> Self {
        let mut joined = Self::whole(bytes);
        let place = match bytes.starts_with(b"II") {
            true => directory.to_le_bytes(),
            false => directory.to_be_bytes(),
        };
        joined.head[4..].copy_from_slice(&place);
        joined.appendix = appendix;
        joined
    }

    /// Where the appendix begins. One byte in front of it cannot be read, so that pixels that are cut
    /// end there.
    pub(super) const fn behind(bytes: &[u8]) -> usize {
        bytes.len() + 1
    }

    /// The file as it is.
    pub(super) fn whole(bytes: &'a [u8]) -> Self {
        Self {
            head: slice(bytes, 0, 8)
                .and_then(<[u8]>::first_chunk)
                .copied()
                .unwrap_or_default(),
            bytes,
            appendix: Vec::new(),
            position: 0,
        }
    }

    /// What comes without a break at the position.
    fn piece(&self) -> &[u8] {
        let at = self.position;
        let piece = match at.checked_sub(Self::behind(self.bytes)) {
            Some(behind) => self.appendix.get(behind..),
            None if at < self.head.len() => {
                self.head.get(at..self.bytes.len().min(self.head.len()))
            }
            None => self.bytes.get(at..),
        };
        piece.unwrap_or_default()
    }
}

impl Read for Joined<'_> {
    fn read(&mut self, to: &mut [u8]) -> IoResult<usize> {
        let mut piece = self.piece();
        let count = piece.read(to)?;
        self.position += count;
        Ok(count)
    }
}

impl Seek for Joined<'_> {
    fn seek(&mut self, to: SeekFrom) -> IoResult<u64> {
        let length = Self::behind(self.bytes) + self.appendix.len();
        let at = match to {
            SeekFrom::Start(at) => usize::try_from(at).ok(),
            SeekFrom::Current(step) => moved(self.position, step),
            SeekFrom::End(step) => moved(length, step),
        };
        self.position = at.ok_or(IoError::from(IoErrorKind::InvalidInput))?;
        Ok(self.position as u64)
    }
}

fn moved(from: usize, step: i64) -> Option<usize> {
    from.checked_add_signed(isize::try_from(step).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_up_to_the_seam_and_behind_it() {
        let mut joined = Joined::new(b"II*\0abcdefgh", 13, b"xyz".to_vec());
        let mut all = Vec::new();
        joined.read_to_end(&mut all).unwrap();
        assert_eq!(all, b"II*\0\x0d\0\0\0efgh");
        assert_eq!(joined.seek(SeekFrom::Start(13)).unwrap(), 13);
        let mut some = [0; 3];
        joined.read_exact(&mut some).unwrap();
        assert_eq!(&some, b"xyz");
        assert!(joined.seek(SeekFrom::Current(-99)).is_err());
    }
}
