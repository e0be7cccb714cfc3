//! Marker segments: the outer structure of a JPEG file (ITU-T T.81, annex B).

use crate::{Error, ErrorKind};

/// One marker with its payload, which is empty for markers that stand alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    pub(crate) marker: u8,
    pub(crate) payload: &'a [u8],
    pub(crate) offset: usize,
}

impl Segment<'_> {
    pub(crate) fn invalid(&self) -> Error {
        let (marker, offset) = (self.marker, self.offset);
        ErrorKind::InvalidSegment { marker, offset }.into()
    }
}

/// Reads segment after segment, passing over fill bytes and over junk between segments.
#[derive(Debug, Clone)]
pub(crate) struct Markers<'a> {
    data: &'a [u8],
    position: usize,
}

impl<'a> Markers<'a> {
    /// Starts behind the start-of-image marker.
    pub(crate) fn new(data: &'a [u8]) -> Result<Self, Error> {
        if !data.starts_with(&[0xff, SOI]) {
            return Err(ErrorKind::NotJpeg.into());
        }
        Ok(Self { data, position: 2 })
    }

    /// Where the next search begins: behind the last segment's payload.
    pub(crate) const fn position(&self) -> usize {
        self.position
    }

    /// Goes on from another place, usually the end of entropy-coded data.
    pub(crate) fn seek(&mut self, position: usize) {
        self.position = position;
    }

    /// The next segment; the end of the data is an error, an end-of-image marker is a segment.
    pub(crate) fn next(&mut self) -> Result<Segment<'a>, Error> {
        let offset = find_marker(self.data, self.position).ok_or_else(|| self.truncated())?;
        let marker = self.data.get(offset + 1).copied().unwrap_or(EOI);
        self.position = offset + 2;
        let payload = if stands_alone(marker) {
            &[]
        } else {
            self.payload(marker, offset)?
        };
        Ok(Segment {
            marker,
            payload,
            offset,
        })
    }

    fn payload(&mut self, marker: u8, offset: usize) -> Result<&'a [u8], Error> {
        let start = self.position;
        let length = self.data.get(start..start + 2).and_then(be16);
        let length = usize::from(length.ok_or_else(|| self.truncated())?);
        if length < 2 && is_passed_over(marker) {
            // Nothing is in it that could be missed; libjpeg passes over it as well.
            self.position = start + 2;
            return Ok(&[]);
        }
        if length < 2 {
            return Err(ErrorKind::InvalidSegment { marker, offset }.into());
        }
        self.position = start + length;
        self.data
            .get(start + 2..start + length)
            .ok_or_else(|| self.truncated())
    }

    fn truncated(&self) -> Error {
        let length = self.data.len();
        ErrorKind::Truncated { length }.into()
    }
}

/// Position of the next `0xff` that a marker code follows, at or behind `from`.
///
/// Fill bytes (`0xff` before a marker's own `0xff`) and stuffed zeroes are passed over.
pub(crate) fn find_marker(data: &[u8], from: usize) -> Option<usize> {
    let mut position = from;
    loop {
        let rest = data.get(position..)?;
        position += rest.iter().position(|&byte| byte == 0xff)?;
        match data.get(position + 1) {
            None => return None,
            Some(0x00) => position += 2,
            Some(0xff) => position += 1,
            Some(_) => return Some(position),
        }
    }
}

/// The first two bytes as a big-endian number.
pub(crate) fn be16(bytes: &[u8]) -> Option<u16> {
    bytes.first_chunk().copied().map(u16::from_be_bytes)
}

const fn stands_alone(marker: u8) -> bool {
    matches!(marker, TEM | RST0..=RST7 | SOI | EOI)
}

/// Whether the picture can be decoded without the segment: application data and comments.
const fn is_passed_over(marker: u8) -> bool {
    matches!(marker, APP0..=APP15 | COM)
}

pub(crate) const TEM: u8 = 0x01;
pub(crate) const DHT: u8 = 0xc4;
pub(crate) const DAC: u8 = 0xcc;
pub(crate) const RST0: u8 = 0xd0;
pub(crate) const RST7: u8 = 0xd7;
pub(crate) const SOI: u8 = 0xd8;
pub(crate) const EOI: u8 = 0xd9;
pub(crate) const SOS: u8 = 0xda;
pub(crate) const DQT: u8 = 0xdb;
pub(crate) const DRI: u8 = 0xdd;
pub(crate) const APP0: u8 = 0xe0;
pub(crate) const APP1: u8 = 0xe1;
pub(crate) const APP2: u8 = 0xe2;
pub(crate) const APP13: u8 = 0xed;
pub(crate) const APP14: u8 = 0xee;
const APP15: u8 = 0xef;
const COM: u8 = 0xfe;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_over_fill_bytes_and_junk() {
        let data = [
            0xff, SOI, 1, 2, 0xff, 0xff, 0xff, DRI, 0, 4, 0, 9, 0xff, 0, 0xff, EOI,
        ];
        let mut markers = Markers::new(&data).unwrap();
        let dri = markers.next().unwrap();
        assert_eq!((dri.marker, dri.payload, dri.offset), (DRI, &[0, 9][..], 6));
        assert_eq!(markers.next().unwrap().marker, EOI);
        assert!(matches!(
            markers.next().unwrap_err().kind(),
            ErrorKind::Truncated { length: 16 }
        ));
    }

    #[test]
    fn refuses_lengths_that_cannot_be() {
        let short = [0xff, SOI, 0xff, DQT, 0, 1];
        let kind = Markers::new(&short).unwrap().next().unwrap_err();
        assert_eq!(
            *kind.kind(),
            ErrorKind::InvalidSegment {
                marker: DQT,
                offset: 2
            }
        );
        let long = [0xff, SOI, 0xff, DQT, 0, 9, 1];
        let kind = Markers::new(&long).unwrap().next().unwrap_err();
        assert_eq!(*kind.kind(), ErrorKind::Truncated { length: 7 });
    }

    #[test]
    fn comments_and_application_data_may_claim_to_have_no_length() {
        for marker in [COM, APP0, APP1, APP15] {
            for length in [0, 1] {
                let data = [0xff, SOI, 0xff, marker, 0, length, 0xff, DRI, 0, 4, 0, 9];
                let mut markers = Markers::new(&data).unwrap();
                let empty = markers.next().unwrap();
                assert_eq!((empty.marker, empty.payload), (marker, &[][..]));
                assert_eq!(markers.next().unwrap().payload, [0, 9]);
            }
        }
    }

    #[test]
    fn refuses_other_files() {
        for data in [&b""[..], b"\xff", b"\x89PNG", b"\xff\xd9"] {
            assert_eq!(*Markers::new(data).unwrap_err().kind(), ErrorKind::NotJpeg);
        }
    }
}
