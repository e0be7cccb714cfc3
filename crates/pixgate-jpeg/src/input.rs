//! A file between its scans.

use crate::arithmetic::{self, Conditioning};
use crate::huffman::HuffmanTables;
use crate::markers::{DAC, DHT, DQT, DRI, EOI, Markers, SOS, Segment};
use crate::quantization::QuantizationTables;
use crate::scan::{ScanHeader, ScanReader};
use crate::{Error, frame};

/// The file between scans, and the tables it defined so far.
#[derive(Debug)]
pub(crate) struct Input<'a> {
    data: &'a [u8],
    markers: Markers<'a>,
    pub(crate) huffman: HuffmanTables,
    pub(crate) quantization: QuantizationTables,
    conditioning: Conditioning,
    restart_interval: u16,
}

impl<'a> Input<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Result<Self, Error> {
        Ok(Self {
            data,
            markers: Markers::new(data)?,
            huffman: HuffmanTables::default(),
            quantization: QuantizationTables::default(),
            conditioning: Conditioning::default(),
            restart_interval: 0,
        })
    }

    /// The whole file.
    pub(crate) const fn data(&self) -> &'a [u8] {
        self.data
    }

    /// Reads tables up to the next scan; none at the end of the picture.
    pub(crate) fn next_scan(&mut self) -> Result<Option<Segment<'a>>, Error> {
        loop {
            let segment = self.markers.next()?;
            match segment.marker {
                SOS => return Ok(Some(segment)),
                EOI => return Ok(None),
                DHT => self.huffman.read(&segment)?,
                DQT => self.quantization.read(&segment)?,
                DAC => self.conditioning.read(&segment)?,
                DRI => self.restart_interval = frame::restart_interval(&segment)?,
                _ => {}
            }
        }
    }

    /// Begins to read the scan whose header came last.
    pub(crate) fn reader(&self) -> ScanReader<'a> {
        ScanReader::new(self.data, self.markers.position(), self.restart_interval)
    }

    /// The scan whose header came last, arithmetically coded.
    pub(crate) fn arithmetic<'s>(
        &'s self,
        header: &'s ScanHeader,
        is_progressive: bool,
    ) -> arithmetic::Scan<'s, 'a> {
        arithmetic::Scan {
            data: self.data,
            offset: self.markers.position(),
            restart_interval: self.restart_interval,
            header,
            conditioning: &self.conditioning,
            is_progressive,
        }
    }

    /// Goes on at `offset`, behind a scan.
    pub(crate) fn leave(&mut self, offset: usize) {
        self.markers.seek(offset);
    }
}
