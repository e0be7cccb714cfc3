//! Where header blocks of HTTP/2 begin and end, in the bytes as a client sends them.
//!
//! The protocol library keeps a block until its last frame has come, and has no clock for that. So
//! the connection looks at the frames' heads (RFC 9113, section 4.1) before it passes them on.

/// Follows the frames of a client, from the preface on.
#[derive(Debug)]
pub(super) struct Frames {
    /// Bytes of the preface that are still to come.
    preface: usize,
    head: [u8; HEAD_BYTES],
    head_bytes: usize,
    /// Bytes of the frame's payload that are still to come.
    payload: usize,
    is_last: bool,
    block_bytes: usize,
    is_continued: bool,
}

impl Frames {
    /// The beginning of a connection.
    pub(super) const fn new() -> Self {
        Self {
            preface: PREFACE_BYTES,
            head: [0; HEAD_BYTES],
            head_bytes: 0,
            payload: 0,
            is_last: false,
            block_bytes: 0,
            is_continued: false,
        }
    }

    /// Looks at what came.
    pub(super) fn pass(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let taken = self.step(bytes).clamp(1, bytes.len());
            bytes = bytes.get(taken..).unwrap_or_default();
        }
    }

    /// Bytes of a header block that has begun and not ended, with the heads of its frames.
    pub(super) const fn unfinished_bytes(&self) -> usize {
        self.block_bytes
    }

    /// Whether that block needs further frames.
    pub(super) const fn is_continued(&self) -> bool {
        self.is_continued
    }

    /// Takes some bytes of the same kind and says how many.
    fn step(&mut self, bytes: &[u8]) -> usize {
        if self.preface > 0 {
            let taken = self.preface.min(bytes.len());
            self.preface -= taken;
            return taken;
        }
        if self.head_bytes == HEAD_BYTES {
            let taken = self.payload.min(bytes.len());
            self.payload -= taken;
            if self.block_bytes > 0 {
                self.block_bytes = self.block_bytes.saturating_add(taken);
            }
            self.end_frame();
            return taken;
        }
        let Some((to, byte)) = self.head.get_mut(self.head_bytes).zip(bytes.first()) else {
            return bytes.len();
        };
        *to = *byte;
        self.head_bytes += 1;
        if self.head_bytes == HEAD_BYTES {
            self.begin_frame();
        }
        1
    }

    fn begin_frame(&mut self) {
        let [high, middle, low, kind, flags, ..] = self.head;
        self.payload = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        if kind == HEADERS || kind == CONTINUATION {
            self.is_last = flags & END_HEADERS != 0;
            self.is_continued |= !self.is_last;
            self.block_bytes = self.block_bytes.saturating_add(HEAD_BYTES);
        } else {
            self.is_last = false;
        }
        self.end_frame();
    }

    fn end_frame(&mut self) {
        if self.payload > 0 {
            return;
        }
        self.head_bytes = 0;
        if self.is_last {
            self.is_last = false;
            self.is_continued = false;
            self.block_bytes = 0;
        }
    }
}

/// `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`.
const PREFACE_BYTES: usize = 24;
const HEAD_BYTES: usize = 9;
const HEADERS: u8 = 1;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    fn frame(kind: u8, flags: u8, payload: usize) -> Vec<u8> {
        let length = u32::try_from(payload).expect("short").to_be_bytes();
        let mut frame = length[1..].to_vec();
        frame.extend([kind, flags, 0, 0, 0, 1]);
        frame.resize(HEAD_BYTES + payload, 0xff);
        frame
    }

    /// Bytes of the open block after each piece.
    fn open(bytes: &[u8], size: usize) -> Vec<usize> {
        let mut frames = Frames::new();
        let pieces = bytes.chunks(size);
        pieces
            .map(|piece| {
                frames.pass(piece);
                frames.unfinished_bytes()
            })
            .collect()
    }

    #[test]
    fn a_block_is_open_until_its_last_frame_has_come() {
        let frames = [
            PREFACE.to_vec(),
            frame(4, 0, 0),
            frame(HEADERS, 1, 5),
            frame(CONTINUATION, 0, 0),
            frame(CONTINUATION, END_HEADERS, 20),
            frame(0, 1, 300),
        ]
        .concat();
        let opened = open(&frames, 1);
        assert_eq!(opened.last(), Some(&0));
        assert_eq!(opened.iter().max(), Some(&(14 + 9 + 9 + 19)));
        let start = PREFACE.len() + 9;
        assert_eq!((opened[start + 7], opened[start + 8]), (0, 9));
        assert_eq!(open(&frames, frames.len()), [0]);
        for size in 2..40 {
            assert_eq!(open(&frames, size).last(), Some(&0), "{size}");
        }
    }

    #[test]
    fn only_blocks_of_several_frames_are_continued() {
        let mut frames = Frames::new();
        frames.pass(PREFACE);
        let whole = frame(HEADERS, END_HEADERS, 100);
        frames.pass(&whole[..50]);
        assert_eq!(
            (frames.unfinished_bytes(), frames.is_continued()),
            (50, false)
        );
        frames.pass(&whole[50..]);
        frames.pass(&frame(HEADERS, 0, 100));
        assert_eq!(
            (frames.unfinished_bytes(), frames.is_continued()),
            (109, true)
        );
        frames.pass(&frame(CONTINUATION, END_HEADERS, 0));
        assert_eq!(
            (frames.unfinished_bytes(), frames.is_continued()),
            (0, false)
        );
    }

    #[test]
    fn other_frames_are_no_blocks() {
        let mut frames = Frames::new();
        frames.pass(PREFACE);
        for kind in [0, 2, 3, 4, 6, 8, 200] {
            frames.pass(&frame(kind, END_HEADERS, 70_000));
            assert_eq!(frames.unfinished_bytes(), 0, "{kind}");
        }
    }
}
