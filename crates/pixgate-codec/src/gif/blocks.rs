//! The block structure of GIF (GIF89a specification), pixels skipped.

use pixgate_options::Format;
use pixgate_raster::Channels;

use crate::bytes::{le16, slice};
use crate::{Animation, Error, ErrorKind, Header, Limits};

/// Walks all blocks to the end of the file, counting frames.
pub(crate) fn header(bytes: &[u8], _: &Limits) -> Result<Header, Error> {
    let screen = slice(bytes, 6, 7).ok_or_else(|| broken("screen descriptor ends early"))?;
    let side = |at| le16(screen, at).map_or(0, u32::from);
    let mut walk = Walk::new(bytes, screen[4]);
    walk.run();
    // Frames that reach beyond the screen make it larger, as they do in the reference.
    let (width, height) = match (side(0), side(2)) {
        (0, _) | (_, 0) => walk.reach,
        (width, height) => (width.max(walk.reach.0), height.max(walk.reach.1)),
    };
    if width == 0 || height == 0 {
        return Err(broken("a side of zero"));
    }
    if walk.delays.is_empty() {
        return Err(broken("no frame"));
    }
    let is_covered = walk.first_frame == Some((width, height)) && walk.is_at_origin;
    let channels = if walk.has_transparent || !is_covered || walk.clears {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    let mut header = Header::still(Format::Gif, width, height, channels);
    header.palette_bits = Some(walk.palette_bits.unwrap_or(8));
    header.is_multi_pass = walk.is_interlaced;
    header.frames = u32::try_from(walk.delays.len()).unwrap_or(u32::MAX);
    if header.frames > 1 {
        header.animation = Some(Animation {
            delays_ms: walk.delays,
            loop_count: walk.loop_count.unwrap_or(1),
            fills_canvas: false,
        });
    }
    Ok(header)
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    delay: u32,
    delays: Vec<u32>,
    loop_count: Option<u32>,
    first_frame: Option<(u32, u32)>,
    /// Right and bottom edge of all frames together.
    reach: (u32, u32),
    is_at_origin: bool,
    is_interlaced: bool,
    has_transparent: bool,
    /// Whether the area of a frame becomes transparent before another one.
    clears: bool,
    /// Whether the frame at hand is to be cleared.
    is_cleared: bool,
    was_cleared: bool,
    palette_bits: Option<u8>,
}

impl<'a> Walk<'a> {
    fn new(bytes: &'a [u8], flags: u8) -> Self {
        let (palette_bits, table) = color_table(flags);
        Self {
            bytes,
            at: 13 + table,
            delay: 0,
            delays: Vec::new(),
            loop_count: None,
            first_frame: None,
            reach: (0, 0),
            is_at_origin: false,
            is_interlaced: false,
            has_transparent: false,
            clears: false,
            is_cleared: false,
            was_cleared: false,
            palette_bits,
        }
    }

    /// Goes on until the trailer, the end of the data, or something that is no block.
    fn run(&mut self) {
        while let Some(()) = self.block() {}
    }

    fn block(&mut self) -> Option<()> {
        match self.take(1)?[0] {
            0x21 => match self.take(1)?[0] {
                0xF9 => self.control(),
                0xFF => self.application(),
                _ => self.skip_sub_blocks(),
            },
            0x2C => self.frame(),
            _ => None,
        }
    }

    fn control(&mut self) -> Option<()> {
        let length = usize::from(self.take(1)?[0]);
        let fields = self.take(length)?;
        let flags = *fields.first()?;
        self.has_transparent |= flags & 1 == 1;
        self.is_cleared = flags >> 2 & 7 == 2;
        self.delay = u32::from(le16(fields, 1)?) * 10;
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

    fn frame(&mut self) -> Option<()> {
        let descriptor = self.take(9)?;
        // The last frame's disposal is never seen.
        self.clears |= self.was_cleared;
        self.was_cleared = std::mem::take(&mut self.is_cleared);
        let field = |at| le16(descriptor, at).map_or(0, u32::from);
        self.reach.0 = self.reach.0.max(field(0) + field(4));
        self.reach.1 = self.reach.1.max(field(2) + field(6));
        if self.first_frame.is_none() {
            self.first_frame = Some((field(4), field(6)));
            self.is_at_origin = field(0) == 0 && field(2) == 0;
            self.is_interlaced = descriptor[8] & 0x40 != 0;
        }
        let (palette_bits, table) = color_table(descriptor[8]);
        self.palette_bits = self.palette_bits.max(palette_bits);
        self.delays.push(std::mem::take(&mut self.delay));
        self.take(table)?;
        self.take(1)?;
        self.skip_sub_blocks()
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
}

/// How often an animation is played whose file says how often it is repeated; 0 is forever.
fn plays(repetitions: u16) -> u32 {
    match repetitions {
        0 => 0,
        repetitions => u32::from(repetitions) + 1,
    }
}

/// Bits of an index and bytes of a colour table, by the flags that announce it.
fn color_table(flags: u8) -> (Option<u8>, usize) {
    if flags & 0x80 == 0 {
        return (None, 0);
    }
    let bits = (flags & 7) + 1;
    (Some(bits), 3 << bits)
}

pub(super) fn broken(what: &'static str) -> Error {
    let format = Format::Gif;
    ErrorKind::Broken { format, what }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_beyond_the_screen_make_it_larger() {
        let frame = |left: u8, width: u8| {
            let mut block = vec![0x2C, left, 0, 1, 0, width, 0, 3, 0, 0];
            block.extend([2, 0]);
            block
        };
        for (screen, expected) in [(2, (9, 4)), (20, (20, 4)), (0, (9, 4))] {
            let mut file = b"GIF89a".to_vec();
            file.extend([screen, 0, screen.min(4), 0, 0, 0, 0]);
            file.extend(frame(0, 2));
            file.extend(frame(5, 4));
            let header = header(&file, &Limits::default()).unwrap();
            assert_eq!((header.width, header.height), expected, "{screen}");
            assert_eq!(header.frames, 2);
        }
    }
}
