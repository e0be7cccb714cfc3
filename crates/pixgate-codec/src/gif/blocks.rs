//! The block structure of GIF (GIF89a specification), pixels skipped.

use pixgate_options::Format;
use pixgate_raster::Channels;

use super::frames::{Control, Disposal, Frame, color_table};
use crate::bytes::{le16, slice};
use crate::{Animation, Error, ErrorKind, Header, Limits};

/// Walks all blocks to the end of the file, counting frames.
pub(crate) fn header(bytes: &[u8], _: &Limits) -> Result<Header, Error> {
    let mut blocks = Blocks::read(bytes)?;
    let first = blocks.next().ok_or_else(|| broken("no frame"))?;
    let (width, height) = canvas(blocks.screen, &first);
    if width == 0 || height == 0 {
        return Err(broken("a side of zero"));
    }
    let is_whole = (first.left, first.top) == (0, 0)
        && (first.width, first.height) == (width as usize, height as usize);
    let mut delays_ms = vec![first.delay_ms];
    let mut disposal = first.disposal;
    // The last frame's disposal is never seen.
    let mut clears = false;
    for frame in &mut blocks {
        clears |= disposal == Disposal::Clear;
        disposal = frame.disposal;
        delays_ms.push(frame.delay_ms);
    }
    let channels = if blocks.has_transparent || !is_whole || clears {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    let mut header = Header::still(Format::Gif, width, height, channels);
    header.palette_bits = Some(blocks.palette_bits.unwrap_or(8));
    header.is_multi_pass = first.is_interlaced();
    header.frames = u32::try_from(delays_ms.len()).unwrap_or(u32::MAX);
    if header.frames > 1 {
        header.animation = Some(Animation {
            delays_ms,
            loop_count: blocks.loop_count.unwrap_or(1),
            fills_canvas: false,
        });
    }
    Ok(header)
}

/// The size of the picture: the screen's, or if it has none the first frame's.
///
/// A first frame that reaches beyond the screen makes it larger, as it does in the reference; what
/// others have beyond it is not seen.
fn canvas((width, height): (u16, u16), first: &Frame<'_>) -> (u32, u32) {
    let reach = (first.left + first.width, first.top + first.height);
    let (width, height) = match (usize::from(width), usize::from(height)) {
        (0, _) | (_, 0) => reach,
        (width, height) => (width.max(reach.0), height.max(reach.1)),
    };
    let side = |side| u32::try_from(side).unwrap_or(u32::MAX);
    (side(width), side(height))
}

/// The frames of a file, and what the blocks between them said so far.
pub(super) struct Blocks<'a> {
    bytes: &'a [u8],
    at: usize,
    screen: (u16, u16),
    control: Control,
    loop_count: Option<u32>,
    has_transparent: bool,
    palette_bits: Option<u8>,
    /// Colours of frames without their own.
    pub(super) palette: Option<&'a [u8]>,
}

impl<'a> Blocks<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let screen = slice(bytes, 6, 7).ok_or_else(|| broken("screen descriptor ends early"))?;
        let side = |at| le16(screen, at).unwrap_or(0);
        let (palette_bits, table) = color_table(screen[4]);
        Ok(Self {
            bytes,
            at: 13 + table,
            screen: (side(0), side(2)),
            control: Control::default(),
            loop_count: None,
            has_transparent: false,
            palette_bits,
            palette: palette_bits.and_then(|_| slice(bytes, 13, table)),
        })
    }

    fn control(&mut self) -> Option<()> {
        let length = usize::from(self.take(1)?[0]);
        self.control = Control::read(self.take(length)?)?;
        self.has_transparent |= self.control.has_transparent;
        self.skip_sub_blocks()
    }

    fn application(&mut self) -> Option<()> {
        let length = usize::from(self.take(1)?[0]);
        let name = self.take(length)?;
        if name == b"NETSCAPE2.0" || name == b"ANIMEXTS1.0" {
            let block = self.bytes.get(self.at..)?;
            if block.starts_with(&[3, 1]) {
                self.loop_count = le16(block, 2).map(plays);
            }
        }
        self.skip_sub_blocks()
    }

    /// A frame that is cut has what there is of it.
    fn frame(&mut self) -> Option<Frame<'a>> {
        let descriptor = self.take(9)?;
        let (palette_bits, table) = color_table(descriptor[8]);
        self.palette_bits = self.palette_bits.max(palette_bits);
        let palette = self.take_some(table);
        let code_bits = self.take_some(1).first().copied().unwrap_or(0);
        let data = self.bytes.get(self.at..).unwrap_or_default();
        if self.skip_sub_blocks().is_none() {
            self.at = self.bytes.len();
        }
        let control = std::mem::take(&mut self.control);
        Frame::new(descriptor, control, palette, (code_bits, data))
    }

    fn skip_sub_blocks(&mut self) -> Option<()> {
        loop {
            match usize::from(self.take(1)?[0]) {
                0 => return Some(()),
                length => self.take(length)?,
            };
        }
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = slice(self.bytes, self.at, length)?;
        self.at += length;
        Some(taken)
    }

    /// As much of that as there is.
    fn take_some(&mut self, length: usize) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let taken = rest.get(..length).unwrap_or(rest);
        self.at += taken.len();
        taken
    }
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Frame<'a>;

    /// Goes on until the trailer, the end of the data, or something that is no block.
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.take(1)?[0] {
                0x21 => match self.take(1)?[0] {
                    0xF9 => self.control()?,
                    0xFF => self.application()?,
                    _ => self.skip_sub_blocks()?,
                },
                0x2C => return self.frame(),
                _ => return None,
            }
        }
    }
}

/// How often an animation is played whose file says how often it is repeated; 0 is forever.
fn plays(repetitions: u16) -> u32 {
    match repetitions {
        0 => 0,
        repetitions => u32::from(repetitions) + 1,
    }
}

pub(super) fn broken(what: &'static str) -> Error {
    let format = Format::Gif;
    ErrorKind::Broken { format, what }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(left: u8, width: u8) -> Vec<u8> {
        let mut block = vec![0x2C, left, 0, 1, 0, width, 0, 3, 0, 0];
        block.extend([2, 0]);
        block
    }

    fn file(screen: u8, blocks: &[Vec<u8>]) -> Vec<u8> {
        let mut file = b"GIF89a".to_vec();
        file.extend([screen, 0, screen.min(4), 0, 0, 0, 0]);
        file.extend(blocks.concat());
        file
    }

    #[test]
    fn only_the_first_frame_makes_the_screen_larger() {
        for (screen, expected) in [(2, (4, 4)), (20, (20, 4)), (0, (4, 4))] {
            let file = file(screen, &[frame(2, 2), frame(5, 4)]);
            let header = header(&file, &Limits::default()).unwrap();
            assert_eq!((header.width, header.height), expected, "{screen}");
            assert_eq!(header.frames, 2);
        }
    }

    #[test]
    fn frames_that_are_to_be_shown_for_no_time_are_shown_for_a_tenth_of_a_second() {
        let control = |delay: u8| vec![0x21, 0xF9, 4, 0, delay, 0, 0, 0];
        let timed = |delay| [control(delay), frame(0, 2)].concat();
        let file = file(2, &[timed(0), timed(1), timed(2), frame(0, 2), timed(200)]);
        let header = header(&file, &Limits::default()).unwrap();
        let delays = header.animation.unwrap().delays_ms;
        assert_eq!(delays, [100, 100, 20, 100, 2000]);
    }
}
