//! Scans with arithmetic coding, sequential and progressive (T.81, F.2.4 and G.2).

mod coder;

use crate::coefficients::{CoefficientStore, StoredBlock};
use crate::markers::Segment;
use crate::scan::ScanHeader;
use crate::{Error, ErrorKind};
use coder::{Coder, State};

/// What DAC segments set: bounds of the DC categories, and where AC magnitudes change statistics.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Conditioning {
    dc: [(u8, u8); 4],
    ac: [u8; 4],
}

impl Default for Conditioning {
    fn default() -> Self {
        Self {
            dc: [(0, 1); 4],
            ac: [5; 4],
        }
    }
}

impl Conditioning {
    /// Reads a DAC segment (T.81, B.2.4.3).
    pub(crate) fn read(&mut self, segment: &Segment<'_>) -> Result<(), Error> {
        for &[slot, value] in segment.payload.as_chunks::<2>().0 {
            let index = usize::from(slot & 15);
            let (low, high) = (value & 15, value >> 4);
            match (slot >> 4, self.dc.get_mut(index), self.ac.get_mut(index)) {
                (0, Some(dc), _) if low <= high => *dc = (low, high),
                (1, _, Some(ac)) if (1..=63).contains(&value) => *ac = value,
                _ => return Err(segment.invalid()),
            }
        }
        Ok(())
    }
}

/// One scan to read.
#[derive(Debug)]
pub(crate) struct Scan<'s, 'a> {
    pub(crate) data: &'a [u8],
    /// Where its entropy-coded data begins.
    pub(crate) offset: usize,
    pub(crate) restart_interval: u16,
    pub(crate) header: &'s ScanHeader,
    pub(crate) conditioning: &'s Conditioning,
    pub(crate) is_progressive: bool,
}

impl Scan<'_, '_> {
    /// Reads all blocks into the stores of the scan's components; returns where the data behind
    /// the scan begins, and what was wrong.
    pub(crate) fn read(
        &self,
        stores: &mut [&mut CoefficientStore],
        units: (usize, usize),
    ) -> (usize, Option<ErrorKind>) {
        let mut reader = Reader::new(self);
        let is_single = stores.len() == 1;
        let units = match stores.first() {
            Some(store) if is_single => store.plane.blocks,
            _ => units,
        };
        for y in 0..units.1 {
            for x in 0..units.0 {
                reader.begin_unit();
                if reader.is_lost {
                    continue;
                }
                for (number, store) in stores.iter_mut().enumerate() {
                    let (across, down) = if is_single { (1, 1) } else { store.plane.unit };
                    for at in 0..across * down {
                        let place = (x * across + at % across, y * down + at / across);
                        if let Some(block) = store.block(place) {
                            reader.block(number, block);
                        }
                    }
                }
            }
        }
        (reader.coder.behind(), reader.damage)
    }
}

struct Reader<'s, 'a> {
    scan: &'s Scan<'s, 'a>,
    coder: Coder<'a>,
    statistics: Box<Statistics>,
    /// For each component of the scan.
    dc: [Prediction; 4],
    left: u16,
    number: u8,
    /// Whether nothing can be read before the next restart.
    is_lost: bool,
    damage: Option<ErrorKind>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Prediction {
    value: i16,
    /// Statistics that the size of the last difference leads to.
    context: usize,
}

struct Statistics {
    dc: [[State; 64]; 4],
    ac: [[State; 256]; 4],
}

impl Statistics {
    const NEW: Self = Self {
        dc: [[0; 64]; 4],
        ac: [[0; 256]; 4],
    };
}

/// The code led to an impossible value.
struct Lost;

impl<'s, 'a> Reader<'s, 'a> {
    fn new(scan: &'s Scan<'s, 'a>) -> Self {
        Self {
            scan,
            coder: Coder::new(scan.data, scan.offset),
            statistics: Box::new(Statistics::NEW),
            dc: [Prediction::default(); 4],
            left: scan.restart_interval,
            number: 0,
            is_lost: false,
            damage: None,
        }
    }

    fn begin_unit(&mut self) {
        if self.scan.restart_interval > 0 {
            if self.left == 0 {
                self.restart();
            }
            self.left -= 1;
        }
        if self.coder.is_overrun() && !self.is_lost {
            let length = self.scan.data.len();
            self.lose(ErrorKind::Truncated { length });
        }
    }

    fn restart(&mut self) {
        self.is_lost = false;
        if !self.coder.restart(self.number) {
            self.lose(ErrorKind::LostSync);
        }
        *self.statistics = Statistics::NEW;
        self.dc = [Prediction::default(); 4];
        self.number = (self.number + 1) & 7;
        self.left = self.scan.restart_interval;
    }

    fn lose(&mut self, damage: ErrorKind) {
        self.is_lost = true;
        self.damage = self.damage.take().or(Some(damage));
    }

    fn block(&mut self, number: usize, mut block: StoredBlock<'_>) {
        if self.is_lost {
            return;
        }
        let header = self.scan.header;
        let done = match (self.scan.is_progressive, header.band.0, header.high) {
            (false, ..) => {
                let dc = self.dc_first(number, &mut block, 0);
                dc.and_then(|()| self.ac_first(number, &mut block, (1, 63), 0))
            }
            (true, 0, 0) => self.dc_first(number, &mut block, header.low),
            (true, 0, _) => {
                self.dc_refine(&mut block, header.low);
                Ok(())
            }
            (true, _, 0) => self.ac_first(number, &mut block, header.band, header.low),
            (true, ..) => self.ac_refine(number, &mut block),
        };
        if done.is_err() {
            self.lose(ErrorKind::InvalidCode);
        }
    }

    fn table(&self, number: usize, is_dc: bool) -> usize {
        let component = self.scan.header.components.get(number);
        component.map_or(0, |c| usize::from(if is_dc { c.dc } else { c.ac } & 3))
    }

    fn dc_first(
        &mut self,
        number: usize,
        block: &mut StoredBlock<'_>,
        low: u8,
    ) -> Result<(), Lost> {
        let table = self.table(number, true);
        let difference = self.difference(number & 3, table)?;
        let prediction = &mut self.dc[number & 3].value;
        *prediction = prediction.wrapping_add(difference);
        if let Some(dc) = block.coefficients.first_mut() {
            *dc = prediction.wrapping_shl(u32::from(low));
        }
        Ok(())
    }

    /// A DC difference (T.81, F.1.4.1).
    fn difference(&mut self, number: usize, table: usize) -> Result<i16, Lost> {
        let states = &mut self.statistics.dc[table];
        let context = self.dc[number].context;
        self.dc[number].context = 0;
        if !self.coder.decide(&mut states[context]) {
            return Ok(0);
        }
        let is_negative = self.coder.decide(&mut states[context + 1]);
        let sign = usize::from(is_negative);
        let mut size = u32::from(self.coder.decide(&mut states[context + 2 + sign]));
        let mut at = context + 2 + sign;
        if size != 0 {
            (size, at) = larger(&mut self.coder, states, 20)?;
        }
        let (low, high) = self.scan.conditioning.dc[table];
        self.dc[number].context = match size {
            _ if size < (1 << low) >> 1 => 0,
            _ if size > (1 << high) >> 1 => 12 + sign * 4,
            _ => 4 + sign * 4,
        };
        Ok(value(&mut self.coder, states, (size, at + 14), is_negative))
    }

    fn dc_refine(&mut self, block: &mut StoredBlock<'_>, low: u8) {
        let is_set = self.coder.even();
        if let (true, Some(dc)) = (is_set, block.coefficients.first_mut()) {
            *dc |= 1 << low;
        }
    }

    /// AC coefficients down to bit `low` (T.81, F.1.4.2 and G.1.3.2).
    fn ac_first(
        &mut self,
        number: usize,
        block: &mut StoredBlock<'_>,
        (first, last): (u8, u8),
        low: u8,
    ) -> Result<(), Lost> {
        let table = self.table(number, false);
        let bound = usize::from(self.scan.conditioning.ac[table]);
        let states = &mut self.statistics.ac[table];
        let coder = &mut self.coder;
        let mut at = usize::from(first);
        while at <= usize::from(last) {
            if coder.decide(&mut states[3 * (at - 1)]) {
                break;
            }
            while !coder.decide(&mut states[3 * (at - 1) + 1]) {
                at += 1;
                if at > usize::from(last) {
                    return Err(Lost);
                }
            }
            let is_negative = coder.even();
            let place = 3 * (at - 1) + 2;
            let size = match coder.decide(&mut states[place]) {
                false => (0, place + 14),
                true if !coder.decide(&mut states[place]) => (1, place + 14),
                true => {
                    let start = if at <= bound { 189 } else { 217 };
                    let (size, at) = larger_from(coder, states, start, 2)?;
                    (size, at + 14)
                }
            };
            let value = value(coder, states, size, is_negative);
            *block.history |= 1 << (at & 63);
            if let Some(kept) = u32::try_from(at).ok().and_then(|at| block.kept(at)) {
                *kept = value.wrapping_shl(u32::from(low));
            }
            at += 1;
        }
        Ok(())
    }

    /// One more bit of known values, and values that begin with this bit (T.81, G.1.3.3).
    fn ac_refine(&mut self, number: usize, block: &mut StoredBlock<'_>) -> Result<(), Lost> {
        let table = self.table(number, false);
        let states = &mut self.statistics.ac[table];
        let coder = &mut self.coder;
        let (first, last) = self.scan.header.band;
        let bit = 1i16.wrapping_shl(u32::from(self.scan.header.low));
        let known = *block.history & (u64::MAX >> (63 - (last & 63)));
        let known_end = 63 - (known | 1).leading_zeros();
        let last = u32::from(last);
        let mut at = u32::from(first);
        while at <= last {
            let mut place = 3 * (at as usize - 1);
            if at > known_end && coder.decide(&mut states[place]) {
                break;
            }
            loop {
                if *block.history >> at & 1 == 1 {
                    if coder.decide(&mut states[place + 2]) {
                        grow(block.kept(at), bit);
                    }
                    break;
                }
                if coder.decide(&mut states[place + 1]) {
                    let is_negative = coder.even();
                    *block.history |= 1 << at;
                    if let Some(kept) = block.kept(at) {
                        *kept = if is_negative { -bit } else { bit };
                    }
                    break;
                }
                place += 3;
                at += 1;
                if at > last {
                    return Err(Lost);
                }
            }
            at += 1;
        }
        Ok(())
    }
}

/// Moves a value away from zero.
fn grow(value: Option<&mut i16>, bit: i16) {
    if let Some(value) = value {
        *value = value.wrapping_add(if *value < 0 { -bit } else { bit });
    }
}

/// The size of a magnitude above 1, and the statistics where it was found (T.81, figure F.23).
fn larger(coder: &mut Coder<'_>, states: &mut [State], from: usize) -> Result<(u32, usize), Lost> {
    larger_from(coder, states, from, 1)
}

fn larger_from(
    coder: &mut Coder<'_>,
    states: &mut [State],
    from: usize,
    size: u32,
) -> Result<(u32, usize), Lost> {
    let (mut size, mut at) = (size, from);
    loop {
        let state = states.get_mut(at).ok_or(Lost)?;
        if !coder.decide(state) {
            return Ok((size, at));
        }
        size <<= 1;
        if size == 0x8000 {
            return Err(Lost);
        }
        at += 1;
    }
}

/// The bits below the highest (T.81, figure F.24), and the sign.
#[expect(clippy::cast_possible_truncation, reason = "at most 15 bits")]
fn value(
    coder: &mut Coder<'_>,
    states: &mut [State],
    (size, at): (u32, usize),
    is_negative: bool,
) -> i16 {
    let mut magnitude = size;
    let mut bit = size >> 1;
    while bit != 0 {
        if let Some(state) = states.get_mut(at)
            && coder.decide(state)
        {
            magnitude |= bit;
        }
        bit >>= 1;
    }
    let magnitude = (magnitude + 1) as u16;
    let value = magnitude.cast_signed();
    if is_negative {
        value.wrapping_neg()
    } else {
        value
    }
}
