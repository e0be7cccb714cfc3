//! Fax compressions of one bit per pixel: lines coded by themselves or by the line above (ITU-T T.4
//! and T.6; TIFF 6.0, sections 10 and 11), with the code tables of the fax crate.

use std::convert::Infallible;

use fax::maps::{Mode, black, mode, white};
use fax::{BitReader, ByteReader};

/// How lines follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// Compression 2: every line begins at a whole byte and is coded by itself.
    Bytes,
    /// Group 3: lines have marks between them.
    ///
    /// - `is_mixed`: whether a bit behind the mark says how the line is coded.
    Marked { is_mixed: bool },
    /// Group 4: all lines are coded by the line above.
    Above,
}

/// Decodes as many lines as there are; others stay as they were. Black is 1.
///
/// - `is_reversed`: whether the first bit of a byte is its lowest.
/// - `to`: rows of `width` bits, rounded up to bytes, all white.
pub(super) fn decode(
    data: &[u8],
    lines: Lines,
    is_reversed: bool,
    width: u32,
    to: &mut [u8],
) -> Option<()> {
    let turned = |byte: u8| {
        if is_reversed {
            byte.reverse_bits()
        } else {
            byte
        }
    };
    // The tables look at whole codes of the longest length, also at the end.
    let bytes = data.iter().copied().map(turned).chain([0; 4]);
    let bits = ByteReader::new(bytes.map(Ok::<u8, Infallible>)).ok()?;
    let mut reader = Reader { bits, width };
    let (mut above, mut line) = (Vec::new(), Vec::new());
    for row in to.chunks_exact_mut((width as usize).div_ceil(8)) {
        line.clear();
        let is_whole = match lines {
            Lines::Bytes => reader.skip_to_byte().and_then(|()| reader.alone(&mut line)),
            Lines::Above => reader.by_above(&above, &mut line),
            Lines::Marked { is_mixed } => match (reader.mark(is_mixed), is_mixed) {
                (Mark::End, _) => return Some(()),
                (_, true) if reader.take(1)? == 0 => reader.by_above(&above, &mut line),
                _ => reader.alone(&mut line),
            },
        };
        paint(&line, row);
        match (is_whole, lines) {
            (Some(()), _) => {}
            (None, Lines::Marked { .. }) => reader.find_mark()?,
            (None, _) => return None,
        }
        std::mem::swap(&mut above, &mut line);
    }
    Some(())
}

/// What stands in front of a line.
enum Mark {
    Line,
    /// Several marks, or the end of the data.
    End,
}

struct Reader<R> {
    bits: ByteReader<R>,
    width: u32,
}

impl<R: Iterator<Item = Result<u8, Infallible>>> Reader<R> {
    fn take(&mut self, count: u8) -> Option<u16> {
        let bits = self.bits.peek(count)?;
        self.bits.consume(count).ok()?;
        Some(bits)
    }

    fn skip_to_byte(&mut self) -> Option<()> {
        let count = self.bits.bits_to_byte_boundary();
        self.take(count).map(|_| ())
    }

    /// Passes over the mark in front of a line, if there is one.
    fn mark(&mut self, is_mixed: bool) -> Mark {
        let mut marks = 0;
        // Eleven zeros begin a mark; no code begins with more than seven, so nine are enough.
        while self.bits.peek(9) == Some(0) {
            if self.one().is_none() {
                return Mark::End;
            }
            marks += 1;
            // Behind a mark of mixed lines there is a bit; it is one in front of another mark.
            if is_mixed && self.bits.peek(10) == Some(0x200) {
                let _ = self.take(1);
            }
        }
        match marks {
            0 if self.bits.peek(1).is_none() => Mark::End,
            0 | 1 => Mark::Line,
            _ => Mark::End,
        }
    }

    /// Goes behind the next bit that is set.
    fn one(&mut self) -> Option<()> {
        while self.take(1)? == 0 {}
        Some(())
    }

    /// Goes in front of the next mark.
    fn find_mark(&mut self) -> Option<()> {
        while self.bits.peek(11)? != 0 {
            self.take(1)?;
        }
        Some(())
    }

    /// A line of runs, white first; `line` gets where the colour changes.
    fn alone(&mut self, line: &mut Vec<u32>) -> Option<()> {
        let (mut at, mut is_black) = (0_u32, false);
        while at < self.width {
            at = at.saturating_add(self.run(is_black)?);
            line.push(at.min(self.width));
            is_black = !is_black;
        }
        Some(())
    }

    fn run(&mut self, is_black: bool) -> Option<u32> {
        let mut length = 0_u32;
        loop {
            let part = match is_black {
                true => black::decode(&mut self.bits)?,
                false => white::decode(&mut self.bits)?,
            };
            length = length.saturating_add(part.into());
            if part < 64 {
                return Some(length);
            }
        }
    }

    /// A line of differences to the one above (ITU-T T.4, section 4.2.1.3).
    fn by_above(&mut self, above: &[u32], line: &mut Vec<u32>) -> Option<()> {
        let width = self.width;
        let (mut at, mut is_black) = (0_u32, false);
        // The first change above that is to the right of where we are.
        let mut next = 0;
        let mut is_first = true;
        while at < width {
            while above
                .get(next)
                .is_some_and(|x| *x < at || (*x == at && !is_first))
            {
                next += 1;
            }
            // Of the changes above, every other is to the colour that is not at hand.
            let facing = next + usize::from((next % 2 == 1) != is_black);
            let change = |index: usize| above.get(index).copied().unwrap_or(width);
            match mode::decode(&mut self.bits)? {
                Mode::Pass => at = change(facing + 1),
                Mode::Vertical(step) => {
                    let to = change(facing).checked_add_signed(step.into())?;
                    if to < at {
                        return None;
                    }
                    at = to.min(width);
                    line.push(at);
                    is_black = !is_black;
                }
                Mode::Horizontal => {
                    for is_black in [is_black, !is_black] {
                        at = at.saturating_add(self.run(is_black)?).min(width);
                        line.push(at);
                    }
                }
                Mode::Extension | Mode::EOF => return None,
            }
            is_first = false;
        }
        if is_black {
            line.push(width);
        }
        Some(())
    }
}

/// Sets the bits of all black runs.
fn paint(line: &[u32], row: &mut [u8]) {
    for run in line.chunks_exact(2) {
        for x in run[0]..run[1] {
            if let Some(byte) = row.get_mut(x as usize / 8) {
                *byte |= 0x80 >> (x % 8);
            }
        }
    }
}
