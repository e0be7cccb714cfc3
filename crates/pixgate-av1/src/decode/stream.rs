//! The first shown frame of a stream (sections 5.3, 5.9.1, 5.10, 5.11.1 and 7.20).

use std::ops::Range;

use super::bits::BitReader;
use super::error::DecodeError;
use super::frame::{self, FrameHeader, FrameStart};
use super::obu::{self, Obu};
use super::quantizers::Matrices;
use super::sequence::Sequence;
use super::tile::FrameContext;

/// A frame with all its tiles.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) frame: FrameContext,
    /// Bytes of each tile in the stream.
    pub(super) tiles: Vec<Range<usize>>,
}

/// A frame of which tiles may be missing.
#[derive(Clone, Debug)]
struct Candidate {
    sequence: Sequence,
    header: FrameHeader,
    tiles: Vec<Range<usize>>,
}

/// What is in a slot of decoded frames.
#[derive(Clone, Debug)]
enum Slot {
    Intra(Box<Candidate>),
    /// A frame that needs others.
    Inter,
}

#[derive(Default)]
struct Search {
    sequence: Option<Sequence>,
    slots: [Option<Slot>; 8],
    open: Option<Box<Candidate>>,
    max_pixels: u64,
}

/// Looks for the first shown frame.
pub(super) fn find(stream: &[u8], max_pixels: u64) -> Result<Found, DecodeError> {
    let mut search = Search {
        max_pixels,
        ..Search::default()
    };
    let mut rest = stream;
    while let Some(unit) = obu::next(&mut rest)? {
        let end = stream.len() - rest.len();
        if let Some(candidate) = search.take(&unit, end - unit.payload.len())? {
            return Ok(Found {
                frame: FrameContext {
                    matrices: Matrices::new(&candidate.header),
                    sequence: candidate.sequence,
                    header: candidate.header,
                },
                tiles: candidate.tiles,
            });
        }
    }
    match search.open {
        Some(_) => Err(DecodeError::Truncated),
        None => Err(DecodeError::NoFrame),
    }
}

impl Search {
    /// Takes a unit whose payload begins at `start`; the frame, if it is shown now.
    fn take(&mut self, unit: &Obu<'_>, start: usize) -> Result<Option<Candidate>, DecodeError> {
        let layers = self.sequence.as_ref().map_or(0, Sequence::layers);
        if !unit.is_in(layers) {
            return Ok(None);
        }
        match unit.kind {
            obu::SEQUENCE_HEADER => {
                let sequence = Sequence::read(unit.payload)?;
                if self
                    .sequence
                    .as_ref()
                    .is_some_and(|known| *known != sequence)
                {
                    self.slots = Default::default();
                    self.open = None;
                }
                self.sequence = Some(sequence);
                Ok(None)
            }
            obu::TEMPORAL_DELIMITER => {
                self.open = None;
                Ok(None)
            }
            obu::FRAME | obu::FRAME_HEADER | obu::REDUNDANT_FRAME_HEADER => {
                if unit.kind != obu::FRAME && self.open.is_some() {
                    return Ok(None); // the same header again
                }
                let Some(length) = self.start_frame(unit)? else {
                    return self.shown();
                };
                if unit.kind == obu::FRAME {
                    let payload = unit.payload.get(length..).unwrap_or(&[]);
                    self.add_tiles(payload, start + length)?;
                }
                self.shown()
            }
            obu::TILE_GROUP => {
                self.add_tiles(unit.payload, start)?;
                self.shown()
            }
            _ => Ok(None),
        }
    }

    /// Reads a frame header; its length if tiles follow that are wanted.
    fn start_frame(&mut self, unit: &Obu<'_>) -> Result<Option<usize>, DecodeError> {
        let missing = DecodeError::Invalid("frame without sequence header");
        let sequence = self.sequence.as_ref().ok_or(missing)?;
        self.open = None;
        match frame::read(unit.payload, sequence, unit.layer)? {
            FrameStart::Existing(index) => match self.slots[index & 7].take() {
                Some(Slot::Intra(mut candidate)) => {
                    candidate.header.is_shown = true;
                    self.open = Some(candidate);
                    Ok(None)
                }
                Some(Slot::Inter) => Err(INTER),
                None => Err(DecodeError::Invalid("frame of an empty slot")),
            },
            FrameStart::Inter { is_shown, slots } => {
                if is_shown {
                    return Err(INTER);
                }
                self.store(&Slot::Inter, slots);
                Ok(None)
            }
            FrameStart::Intra(header) => {
                let size = header.size;
                let pixels = u64::from(size.upscaled_width) * u64::from(size.height);
                if pixels > self.max_pixels {
                    return Err(DecodeError::TooLarge {
                        width: size.upscaled_width,
                        height: size.height,
                    });
                }
                let length = header.length;
                self.open = Some(Box::new(Candidate {
                    sequence: sequence.clone(),
                    header: *header,
                    tiles: Vec::new(),
                }));
                Ok(Some(length))
            }
        }
    }

    fn store(&mut self, slot: &Slot, slots: u8) {
        for (index, to) in self.slots.iter_mut().enumerate() {
            if slots >> index & 1 == 1 {
                *to = Some(slot.clone());
            }
        }
    }

    /// `tile_group_obu`.
    fn add_tiles(&mut self, payload: &[u8], start: usize) -> Result<(), DecodeError> {
        let Some(candidate) = &mut self.open else {
            return Ok(());
        };
        let layout = &candidate.header.tiles;
        let count = layout.count();
        let bits = &mut BitReader::new(payload);
        let (mut first, mut last) = (0, count - 1);
        if count > 1 && bits.flag() {
            first = bits.bits(layout.number_bits) as usize;
            last = bits.bits(layout.number_bits) as usize;
        }
        if first != candidate.tiles.len() || last < first || last >= count {
            return Err(DecodeError::Invalid("tiles of a group"));
        }
        bits.check()?;
        let mut place = bits.length();
        for index in first..=last {
            let mut end = payload.len();
            if index < last {
                let size = payload
                    .get(place..place + layout.size_bytes)
                    .ok_or(DecodeError::Truncated)?;
                let size = size
                    .iter()
                    .rev()
                    .fold(0, |all, &byte| all << 8 | usize::from(byte));
                place += layout.size_bytes;
                end = place + size + 1;
            }
            if end > payload.len() || place >= end {
                return Err(DecodeError::Truncated);
            }
            candidate.tiles.push(start + place..start + end);
            place = end;
        }
        Ok(())
    }

    /// The frame, if it is complete and shown; else it goes into its slots.
    fn shown(&mut self) -> Result<Option<Candidate>, DecodeError> {
        let is_complete =
            |candidate: &Candidate| candidate.tiles.len() == candidate.header.tiles.count();
        let Some(candidate) = self.open.take_if(|candidate| is_complete(candidate)) else {
            return Ok(None);
        };
        if candidate.header.is_shown {
            return Ok(Some(*candidate));
        }
        let slots = candidate.header.slots;
        self.store(&Slot::Intra(candidate), slots);
        Ok(None)
    }
}

const INTER: DecodeError = DecodeError::Unsupported("frames that are predicted from other frames");
