//! A file as it grows, chunk by chunk (PNG 3, section 5.3).

use crate::Error;
use crate::error::grow;

/// The bytes of a file.
pub(crate) struct File {
    bytes: Vec<u8>,
    /// Where the chunk begins that is open.
    start: usize,
}

impl File {
    /// A file that has its signature.
    pub(crate) fn new() -> Self {
        Self {
            bytes: crate::SIGNATURE.to_vec(),
            start: 0,
        }
    }

    /// Opens a chunk.
    pub(crate) fn begin(&mut self, name: [u8; 4]) -> Result<(), Error> {
        grow(&mut self.bytes, 12)?;
        self.start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 4]);
        self.bytes.extend_from_slice(&name);
        Ok(())
    }

    /// Where the content of the open chunk grows.
    pub(crate) const fn content(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Closes the chunk.
    pub(crate) fn end(&mut self) -> Result<(), Error> {
        grow(&mut self.bytes, 4)?;
        let length = self.bytes.len() - self.start - 8;
        let length = u32::try_from(length).map_err(|_| Error::Unsupported("a chunk over 4 GiB"))?;
        let place = self.bytes.get_mut(self.start..self.start + 4);
        if let Some(place) = place {
            place.copy_from_slice(&length.to_be_bytes());
        }
        let covered = self.bytes.get(self.start + 4..).unwrap_or_default();
        let sum = crc32fast::hash(covered);
        self.bytes.extend_from_slice(&sum.to_be_bytes());
        Ok(())
    }

    /// Bytes of the content so far.
    pub(crate) const fn open_bytes(&self) -> usize {
        self.bytes.len().saturating_sub(self.start + 8)
    }

    /// A whole chunk.
    pub(crate) fn chunk(&mut self, name: [u8; 4], parts: &[&[u8]]) -> Result<(), Error> {
        self.begin(name)?;
        for part in parts {
            grow(&mut self.bytes, part.len())?;
            self.bytes.extend_from_slice(part);
        }
        self.end()
    }

    /// The file.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
