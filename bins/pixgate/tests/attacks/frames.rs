//! HTTP/2 as an attacker writes it: any frame at any time.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// How a client begins, with empty settings.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const CONTINUATION: u8 = 9;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;
/// Most of a frame, by default.
pub(crate) const FRAME_BYTES: usize = 16_384;

/// A frame as it goes over the wire.
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A header field that is not kept in any table; name and value are short.
pub(crate) fn literal(name: &str, value: &str) -> Vec<u8> {
    let mut field = vec![0];
    for text in [name, value] {
        field.push(u8::try_from(text.len()).unwrap());
        field.extend(text.as_bytes());
    }
    assert!(name.len() < 127 && value.len() < 127);
    field
}

/// The fields of a request.
pub(crate) fn get(path: &str) -> Vec<u8> {
    [
        literal(":method", "GET"),
        literal(":path", path),
        literal(":scheme", "http"),
        literal(":authority", "pixgate.test"),
    ]
    .concat()
}

/// A whole request in one frame.
pub(crate) fn request(stream: u32, path: &str) -> Vec<u8> {
    frame(HEADERS, END_STREAM | END_HEADERS, stream, &get(path))
}

/// A header block in as many frames as it takes.
pub(crate) fn block(stream: u32, fields: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let last = fields.len().div_ceil(FRAME_BYTES) - 1;
    for (index, part) in fields.chunks(FRAME_BYTES).enumerate() {
        let ends = if index == last { END_HEADERS } else { 0 };
        bytes.extend(match index {
            0 => frame(HEADERS, END_STREAM | ends, stream, part),
            _ => frame(CONTINUATION, ends, stream, part),
        });
    }
    bytes
}

/// A field `a` of no length in the client's table, and so many more of a single byte each.
pub(crate) fn repeated(times: usize) -> Vec<u8> {
    let mut fields = b"\x40\x01a\0".to_vec();
    fields.resize(fields.len() + times, 0xbe);
    fields
}

/// A field with a value of so many bytes, which is kept in no table.
pub(crate) fn long(bytes: usize) -> Vec<u8> {
    let mut field = b"\0\x01a\x7f".to_vec();
    let mut rest = bytes - 127;
    while rest >= 128 {
        field.push(0x80 | u8::try_from(rest % 128).unwrap());
        rest /= 128;
    }
    field.push(u8::try_from(rest).unwrap());
    field.resize(field.len() + bytes, b'x');
    field
}

/// The odd number of a client's stream.
pub(crate) fn number(index: usize) -> u32 {
    u32::try_from(index * 2 + 1).unwrap()
}

/// What a server sent.
pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) stream: u32,
    pub(crate) payload: Vec<u8>,
}

impl Frame {
    /// The next frame; none when the connection has ended.
    pub(crate) fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut head = [0; 9];
        stream.read_exact(&mut head).ok()?;
        let [high, middle, low, kind, _, number @ ..] = head;
        let length = u32::from_be_bytes([0, high, middle, low]);
        let mut payload = vec![0; length as usize];
        stream.read_exact(&mut payload).ok()?;
        Some(Self {
            kind,
            stream: u32::from_be_bytes(number),
            payload,
        })
    }

    /// All frames until this is true of one, or the connection ends.
    pub(crate) fn read_until(
        stream: &mut TcpStream,
        mut is_last: impl FnMut(&Self) -> bool,
    ) -> Vec<Self> {
        let mut frames = Vec::new();
        while let Some(frame) = Self::read(stream) {
            let is_over = is_last(&frame);
            frames.push(frame);
            if is_over {
                break;
            }
        }
        frames
    }

    /// Why a stream is reset, if it is.
    pub(crate) fn reset(&self) -> Option<u32> {
        let reason = self
            .payload
            .first_chunk()
            .filter(|_| self.kind == RST_STREAM);
        reason.map(|reason| u32::from_be_bytes(*reason))
    }

    /// Why the connection ends, if it does.
    pub(crate) fn goaway(&self) -> Option<u32> {
        let reason = self
            .payload
            .get(4..)?
            .first_chunk()
            .filter(|_| self.kind == GOAWAY);
        reason.map(|reason| u32::from_be_bytes(*reason))
    }

    /// Whether the status of an answer is one of those in the protocol's own table, at this index.
    pub(crate) fn has_status(&self, index: u8) -> bool {
        self.kind == HEADERS && self.payload.first() == Some(&(0x80 | index))
    }
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let start = self.payload.get(..8).unwrap_or(&self.payload);
        write!(f, "{}@{}{start:?}", self.kind, self.stream)
    }
}

/// Writes until it is done or the other side has had enough.
pub(crate) fn write(stream: &mut TcpStream, bytes: &[u8]) -> bool {
    stream.write_all(bytes).is_ok()
}
