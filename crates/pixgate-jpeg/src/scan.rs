//! One scan: its header, and reading it unit by unit across restart markers.

use crate::bits::Bits;
use crate::geometry::Plane;
use crate::markers::Segment;
use crate::{Error, ErrorKind};

/// Parameters of a scan (T.81, B.2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScanHeader {
    pub(crate) components: Vec<ScanComponent>,
    /// First and last coefficient, in file order.
    pub(crate) band: (u8, u8),
    /// Bit that earlier scans came down to; 0 in the first.
    pub(crate) high: u8,
    /// Bit that this scan comes down to.
    pub(crate) low: u8,
}

/// A component's part in a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ScanComponent {
    /// Which of the frame's components.
    pub(crate) index: usize,
    pub(crate) dc: u8,
    pub(crate) ac: u8,
}

impl ScanHeader {
    pub(crate) fn read(segment: &Segment<'_>, planes: &[Plane]) -> Result<Self, Error> {
        let [count, rest @ ..] = segment.payload else {
            return Err(segment.invalid());
        };
        let (selectors, rest) = rest
            .split_at_checked(usize::from(*count) * 2)
            .ok_or_else(|| segment.invalid())?;
        let &[start, end, approximation, ..] = rest else {
            return Err(segment.invalid());
        };
        let header = Self {
            components: components(selectors, planes)?,
            band: (start, end),
            high: approximation >> 4,
            low: approximation & 15,
        };
        let blocks = |c: &ScanComponent| planes.get(c.index).map_or(0, |p| p.unit.0 * p.unit.1);
        let blocks: usize = header.components.iter().map(blocks).sum();
        match header.components.len() {
            0 => Err(ErrorKind::InvalidScan.into()),
            2.. if blocks > 10 => Err(ErrorKind::InvalidSampling.into()),
            _ => Ok(header),
        }
    }

    /// Checks what a progressive scan may be (T.81, G.1.1.1).
    pub(crate) fn check_progressive(&self) -> Result<(), Error> {
        let (start, end) = self.band;
        let is_dc = start == 0 && end == 0;
        let is_ac = 0 < start && start <= end && end < 64 && self.components.len() == 1;
        let is_step = self.high == 0 || self.high == self.low + 1;
        if (is_dc || is_ac) && is_step && self.low <= 13 {
            Ok(())
        } else {
            Err(ErrorKind::InvalidScan.into())
        }
    }
}

fn components(selectors: &[u8], planes: &[Plane]) -> Result<Vec<ScanComponent>, Error> {
    let mut components: Vec<ScanComponent> = Vec::new();
    for &[id, tables] in selectors.as_chunks::<2>().0 {
        let is_free = |index: usize| components.iter().all(|c| c.index != index);
        let index = (0..planes.len())
            .find(|&index| planes.get(index).is_some_and(|p| p.id == id) && is_free(index))
            .ok_or(ErrorKind::InvalidScan)?;
        let (dc, ac) = (tables >> 4, tables & 15);
        components.push(ScanComponent { index, dc, ac });
    }
    Ok(components)
}

/// Reads a scan's units and keeps count of restarts and damage.
#[derive(Debug)]
pub(crate) struct ScanReader<'a> {
    pub(crate) bits: Bits<'a>,
    interval: u32,
    left: u32,
    number: u8,
    /// Nothing is left to read before the next restart marker.
    is_starved: bool,
    damage: Option<ErrorKind>,
    length: usize,
}

impl<'a> ScanReader<'a> {
    pub(crate) fn new(data: &'a [u8], offset: usize, interval: u16) -> Self {
        Self {
            bits: Bits::new(data, offset),
            interval: u32::from(interval),
            left: u32::from(interval),
            number: 0,
            is_starved: false,
            damage: None,
            length: data.len(),
        }
    }

    /// Whether restart markers are to be expected.
    pub(crate) const fn has_restarts(&self) -> bool {
        self.interval != 0
    }

    /// Goes to the next unit and says whether a restart came before it.
    #[inline(always)]
    pub(crate) fn begin_unit(&mut self) -> bool {
        let mut restarted = false;
        if self.interval != 0 {
            if self.left == 0 {
                self.restart();
                restarted = true;
            }
            self.left -= 1;
        }
        self.bits.prepare();
        restarted
    }

    /// Notes whether the unit was all there.
    #[inline(always)]
    pub(crate) fn end_unit(&mut self) {
        if self.bits.is_overrun() {
            self.is_starved = true;
            let length = self.length;
            self.note(ErrorKind::Truncated { length });
        }
    }

    /// Whether the unit cannot be read.
    #[inline(always)]
    pub(crate) const fn is_starved(&self) -> bool {
        self.is_starved
    }

    /// Whether no later unit can be read either.
    pub(crate) const fn is_over(&self) -> bool {
        self.is_starved && self.interval == 0
    }

    /// The first damage since this was asked last.
    pub(crate) fn take_damage(&mut self) -> Option<ErrorKind> {
        if self.bits.take_invalid_code() {
            self.note(ErrorKind::InvalidCode);
        }
        self.damage.take()
    }

    #[cold]
    fn restart(&mut self) {
        if !self.bits.restart(self.number) {
            self.note(ErrorKind::LostSync);
        }
        self.is_starved = self.bits.is_exhausted();
        if self.is_starved {
            let length = self.length;
            self.note(ErrorKind::Truncated { length });
        }
        self.number = (self.number + 1) & 7;
        self.left = self.interval;
    }

    fn note(&mut self, damage: ErrorKind) {
        self.damage = self.damage.take().or(Some(damage));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Geometry, tests::header};
    use crate::{Output, markers::SOS};

    fn read(payload: &[u8]) -> Result<ScanHeader, Error> {
        let header = header(16, 16, &[(2, 2), (1, 1), (1, 1)]);
        let planes = Geometry::new(&header, Output::default()).unwrap().planes;
        let segment = Segment {
            marker: SOS,
            payload,
            offset: 0,
        };
        ScanHeader::read(&segment, &planes)
    }

    #[test]
    fn reads_components_and_band() {
        let scan = read(&[2, 1, 0x01, 3, 0x10, 0, 63, 0]).unwrap();
        let indices: Vec<_> = scan
            .components
            .iter()
            .map(|c| (c.index, c.dc, c.ac))
            .collect();
        assert_eq!(indices, [(0, 0, 1), (2, 1, 0)]);
        assert_eq!(scan.band, (0, 63));
    }

    #[test]
    fn refuses_unknown_and_doubled_components() {
        let cases: [&[u8]; 4] = [
            &[1, 9, 0, 0, 63, 0],
            &[2, 1, 0, 1, 0, 0, 63, 0],
            &[0, 0, 63, 0],
            &[1, 1, 0, 0, 63],
        ];
        for payload in cases {
            assert!(read(payload).is_err(), "{payload:?}");
        }
    }

    #[test]
    fn progressive_scans_refine_one_bit() {
        let cases: [(&[u8], bool); 6] = [
            (&[3, 1, 0, 2, 0, 3, 0, 0, 0, 1], true),
            (&[1, 1, 0, 1, 5, 2], true),
            (&[1, 1, 0, 1, 63, 0x21], true),
            (&[1, 1, 0, 1, 63, 0x20], false),
            (&[1, 1, 0, 0, 63, 0], false),
            (&[2, 1, 0, 2, 0, 1, 63, 0], false),
        ];
        for (payload, is_valid) in cases {
            let scan = read(payload).unwrap();
            assert_eq!(scan.check_progressive().is_ok(), is_valid, "{payload:?}");
        }
    }
}
