//! The frame header: size, process and components (T.81, B.2.2).

use crate::markers::{Segment, be16};
use crate::{Error, ErrorKind, Unsupported};

/// How the picture is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Process {
    /// Sequential, Huffman, 8 bits, two tables of each class.
    Baseline,
    /// Sequential, Huffman, 8 or 12 bits, four tables of each class.
    Extended,
    /// Progressive, Huffman.
    Progressive,
    /// Lossless, Huffman.
    Lossless,
    /// Sequential, arithmetic coding.
    ArithmeticSequential,
    /// Progressive, arithmetic coding.
    ArithmeticProgressive,
    /// Lossless, arithmetic coding.
    ArithmeticLossless,
    /// One of the hierarchical processes.
    Hierarchical,
}

impl Process {
    const fn from_marker(marker: u8) -> Option<Self> {
        Some(match marker {
            0xc0 => Self::Baseline,
            0xc1 => Self::Extended,
            0xc2 => Self::Progressive,
            0xc3 => Self::Lossless,
            0xc5..=0xc7 | 0xcd..=0xcf => Self::Hierarchical,
            0xc9 => Self::ArithmeticSequential,
            0xca => Self::ArithmeticProgressive,
            0xcb => Self::ArithmeticLossless,
            _ => return None,
        })
    }

    /// Whether each pass refines the whole picture, so that no row is ready before the end.
    #[must_use]
    pub const fn is_progressive(self) -> bool {
        matches!(self, Self::Progressive | Self::ArithmeticProgressive)
    }

    /// Whether coefficients are coded arithmetically.
    #[must_use]
    pub const fn is_arithmetic(self) -> bool {
        matches!(
            self,
            Self::ArithmeticSequential | Self::ArithmeticProgressive | Self::ArithmeticLossless
        )
    }

    /// What keeps this crate from decoding it, if anything does.
    #[must_use]
    pub const fn unsupported(self) -> Option<Unsupported> {
        match self {
            Self::Baseline
            | Self::Extended
            | Self::Progressive
            | Self::ArithmeticSequential
            | Self::ArithmeticProgressive => None,
            Self::Lossless | Self::ArithmeticLossless => Some(Unsupported::Lossless),
            Self::Hierarchical => Some(Unsupported::Hierarchical),
        }
    }
}

/// One component of the frame: a colour channel with its own resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Component {
    /// The name that scans call it by.
    pub id: u8,
    /// Horizontal sampling factor, 1 to 4, relative to those of the other components.
    pub horizontal: u8,
    /// Vertical sampling factor, 1 to 4.
    pub vertical: u8,
    /// Which quantisation table it uses, 0 to 3.
    pub quantization: u8,
}

/// Facts of the frame header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) process: Process,
    pub(crate) precision: u8,
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) components: Vec<Component>,
}

impl Frame {
    /// Reads a segment if it is a frame header.
    pub(crate) fn read(segment: &Segment<'_>) -> Result<Option<Self>, Error> {
        let Some(process) = Process::from_marker(segment.marker) else {
            return Ok(None);
        };
        let [precision, h1, h0, w1, w0, count, specs @ ..] = segment.payload else {
            return Err(segment.invalid());
        };
        if specs.len() != usize::from(*count) * 3 {
            return Err(segment.invalid());
        }
        let frame = Self {
            process,
            precision: *precision,
            width: u16::from_be_bytes([*w1, *w0]),
            height: u16::from_be_bytes([*h1, *h0]),
            components: components(*count, specs)?,
        };
        frame.check()?;
        Ok(Some(frame))
    }

    fn check(&self) -> Result<(), Error> {
        if self.width == 0 || self.height == 0 {
            let (width, height) = (u32::from(self.width), u32::from(self.height));
            return Err(ErrorKind::InvalidSize { width, height }.into());
        }
        let fits = |factor| (1..=4).contains(&factor);
        let mut all = self.components.iter();
        if all.all(|c| fits(c.horizontal) && fits(c.vertical)) {
            Ok(())
        } else {
            Err(ErrorKind::InvalidSampling.into())
        }
    }
}

fn components(count: u8, specs: &[u8]) -> Result<Vec<Component>, Error> {
    if !(1..=4).contains(&count) {
        return Err(ErrorKind::InvalidComponents { count }.into());
    }
    let (triples, _) = specs.as_chunks::<3>();
    let read = |&[id, sampling, quantization]: &[u8; 3]| Component {
        id,
        horizontal: sampling >> 4,
        vertical: sampling & 15,
        quantization: quantization & 3,
    };
    Ok(triples.iter().map(read).collect())
}

/// The restart interval of a DRI segment, in coded units; 0 is none.
pub(crate) fn restart_interval(segment: &Segment<'_>) -> Result<u16, Error> {
    match segment.payload.len() {
        2 => be16(segment.payload).ok_or_else(|| segment.invalid()),
        _ => Err(segment.invalid()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(payload: &[u8]) -> Result<Option<Frame>, Error> {
        Frame::read(&Segment {
            marker: 0xc0,
            payload,
            offset: 0,
        })
    }

    #[test]
    fn reads_size_and_components() {
        let payload = [8, 0, 16, 1, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
        let frame = read(&payload).unwrap().unwrap();
        assert_eq!((frame.width, frame.height), (256, 16));
        assert_eq!(frame.components[0].horizontal, 2);
        assert_eq!(frame.components[2].quantization, 1);
    }

    #[test]
    fn refuses_what_cannot_be() {
        let cases: [(&[u8], ErrorKind); 5] = [
            (
                &[8, 0, 0, 0, 5, 1, 1, 0x11, 0],
                ErrorKind::InvalidSize {
                    width: 5,
                    height: 0,
                },
            ),
            (
                &[8, 0, 1, 0, 1, 0],
                ErrorKind::InvalidComponents { count: 0 },
            ),
            (&[8, 0, 1, 0, 1, 1, 1, 0x51, 0], ErrorKind::InvalidSampling),
            (&[8, 0, 1, 0, 1, 1, 1, 0x10, 0], ErrorKind::InvalidSampling),
            (
                &[8, 0, 1, 0, 1, 2, 1, 0x11, 0],
                ErrorKind::InvalidSegment {
                    marker: 0xc0,
                    offset: 0,
                },
            ),
        ];
        for (payload, kind) in cases {
            assert_eq!(*read(payload).unwrap_err().kind(), kind);
        }
    }
}
