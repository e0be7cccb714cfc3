//! What parent and child say to each other, and how it is framed.
//!
//! A message is its length (four bytes, little endian) and a value in postcard's format; a source,
//! samples or text follow some messages as they are.

use std::io::{self, Read, Write};

use pixgate_codec::{DecodeRequest, Header, Limits, Metadata, OutputLayout, TextRequest};
use pixgate_raster::Layout;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// What a child says once it is ready; whatever else a program says is not this one.
pub(crate) const GREETING: [u8; 16] = *b"pixgate-sandbox2";

/// Work for a child; the source follows.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub(crate) struct Request {
    pub(crate) task: Task,
    pub(crate) limits: Limits,
    /// Most bytes of memory that the work may take.
    pub(crate) memory_bytes: u64,
    /// Most seconds of processor time that the work may take.
    pub(crate) cpu_seconds: u64,
    /// Length of the source.
    pub(crate) source_bytes: u64,
}

/// What to do with a source.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub(crate) enum Task {
    /// Answered by [`Reply::Header`].
    Probe,
    /// Answered by [`Reply::Pixels`].
    Decode {
        header: Header,
        request: DecodeRequest,
    },
    /// Answered by [`Reply::Opened`], any number of [`Reply::Band`], and [`Reply::End`].
    Bands {
        header: Header,
        request: DecodeRequest,
    },
    /// Answered by [`Reply::Metadata`], any number of [`Reply::Frame`], and [`Reply::End`].
    Frames { header: Header },
    /// Answered by [`Reply::Text`].
    SanitizeSvg,
    /// Answered by [`Reply::Mark`]; there is no source.
    LayOutText(TextRequest),
}

/// An answer of a child; any task may be answered by [`Reply::Failed`].
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub(crate) enum Reply {
    Header(Header),
    /// The samples of all planes follow.
    Pixels {
        layout: OutputLayout,
        metadata: Metadata,
    },
    /// Layout of all bands together.
    Opened {
        layout: OutputLayout,
        metadata: Metadata,
    },
    /// The samples of all planes of these rows follow.
    Band {
        first_row: u32,
        layout: OutputLayout,
    },
    Metadata(Metadata),
    /// The samples follow.
    Frame {
        layout: Layout,
        delay_ms: u32,
    },
    End,
    /// So many bytes follow.
    Text {
        bytes: u64,
    },
    /// The header of a text's drawing, of which so many bytes follow; none if it has no ink.
    Mark(Option<(Header, u64)>),
    Failed(Failure),
}

/// Writes a message.
pub(crate) fn write_message(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let bytes = postcard::to_allocvec(message).map_err(invalid)?;
    let length = u32::try_from(bytes.len()).map_err(invalid)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&bytes)
}

/// Reads a message; none if the other side ended between two.
pub(crate) fn read_message<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    if !read_whole(from, &mut length)? {
        return Ok(None);
    }
    let bytes = read_bytes(from, u64::from(u32::from_le_bytes(length)), MESSAGE_BYTES)?;
    postcard::from_bytes(&bytes).map(Some).map_err(invalid)
}

/// Reads so many bytes, at most `limit`.
pub(crate) fn read_bytes(from: &mut impl Read, length: u64, limit: u64) -> io::Result<Vec<u8>> {
    let too_long = || io::Error::new(io::ErrorKind::InvalidData, "longer than can be");
    if length > limit {
        return Err(too_long());
    }
    let length = usize::try_from(length).map_err(|_| too_long())?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(invalid)?;
    bytes.resize(length, 0);
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Fills the buffer; false if the other side ended before the first byte.
fn read_whole(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    let Some((first, rest)) = buffer.split_first_mut() else {
        return Ok(true);
    };
    loop {
        match from.read(std::slice::from_mut(first)) {
            Ok(0) => return Ok(false),
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    from.read_exact(rest)?;
    Ok(true)
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// Most bytes of a message: four metadata blocks of the largest allowed size, and a header with
/// the delays of many frames.
const MESSAGE_BYTES: u64 = 96 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_survives_the_way() {
        let request = Request {
            task: Task::Probe,
            limits: Limits::default(),
            memory_bytes: 1 << 40,
            cpu_seconds: 3,
            source_bytes: 7,
        };
        let mut bytes = Vec::new();
        write_message(&mut bytes, &request).unwrap();
        let mut rest = bytes.as_slice();
        let read: Option<Request> = read_message(&mut rest).unwrap();
        assert_eq!(read, Some(request));
        assert_eq!(read_message::<Request>(&mut rest).unwrap(), None);
    }

    #[test]
    fn lengths_are_checked_before_memory_is_taken() {
        let mut long: &[u8] = &[255; 8];
        assert!(read_message::<Request>(&mut long).is_err());
        assert!(read_bytes(&mut [0; 8].as_slice(), u64::MAX, u64::MAX).is_err());
        assert!(read_bytes(&mut [0; 8].as_slice(), 9, 8).is_err());
    }

    #[test]
    fn a_message_that_ends_early_is_an_error() {
        let mut bytes = Vec::new();
        write_message(&mut bytes, &Reply::Text { bytes: 300 }).unwrap();
        for length in 1..bytes.len() {
            let mut part = &bytes[..length];
            assert!(read_message::<Reply>(&mut part).is_err(), "{length}");
        }
    }
}
