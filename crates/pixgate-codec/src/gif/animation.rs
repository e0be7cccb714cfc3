//! GIF animations: every frame only where it differs from the one before.
//!
//! A frame is written once the next is known, because only then its disposal is: what becomes
//! transparent can only be cleared by the frame in front of it.

use std::borrow::Cow;

use ::gif::{DisposalMethod, Encoder as Library, Frame};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout, zeroed};

use super::area::Area;
use super::encode::{error, unsupported};
use crate::palette::{Indexed, Palette, flat};
use crate::{AnimationEncoder, EncodeSettings, Error, ErrorKind, Metadata};

/// Starts an animation.
pub(crate) fn animation(
    layout: Layout,
    settings: &EncodeSettings,
    _: &Metadata,
) -> Result<Box<dyn AnimationEncoder>, Error> {
    let (Ok(width), Ok(height)) = (u16::try_from(layout.width), u16::try_from(layout.height))
    else {
        return Err(unsupported("a side of more than 65535 pixels"));
    };
    let bits = settings.palette_bits.unwrap_or(8).clamp(1, 8);
    Ok(Box::new(Animation {
        layout,
        colors: (1 << bits).min(256),
        size: (width, height),
        file: None,
        base: zeroed(layout.width as usize * layout.height as usize)?,
        pending: None,
    }))
}

type Rgba = [u8; 4];

struct Animation {
    layout: Layout,
    /// Most palette entries of a frame, the transparent one included.
    colors: usize,
    size: (u16, u16),
    /// The file so far; started with the first frame, whose palette is that of the file.
    file: Option<File>,
    /// The canvas in front of the pending frame.
    base: Vec<Rgba>,
    pending: Option<Pending>,
}

struct File {
    library: Library<Vec<u8>>,
    /// Bytes in front of the place for the loop count.
    head: usize,
    /// Colours of frames without a palette of their own, the transparent entry first.
    palette: Vec<Rgba>,
}

impl File {
    fn new((width, height): (u16, u16), palette: Vec<Rgba>) -> Result<Self, Error> {
        let library = Library::new(Vec::new(), width, height, &flat(&palette)).map_err(error)?;
        Ok(Self {
            head: library.get_ref().len(),
            library,
            palette,
        })
    }
}

/// A frame that waits for the next one.
struct Pending {
    pixels: Vec<Rgba>,
    /// Where it differs from the canvas in front of it.
    area: Option<Area>,
    delay_ms: u32,
}

impl AnimationEncoder for Animation {
    fn write_frame(&mut self, image: Image, delay_ms: u32) -> Result<(), Error> {
        if image.layout() != self.layout {
            return Err(unsupported("frames of different sizes"));
        }
        let pixels = masked(&image)?;
        drop(image);
        let Some(mut before) = self.pending.take() else {
            self.queue(pixels, delay_ms);
            return Ok(());
        };
        if before.pixels == pixels {
            before.delay_ms = before.delay_ms.saturating_add(delay_ms);
            self.pending = Some(before);
            return Ok(());
        }
        let width = self.layout.width as usize;
        let cleared = Area::of(width, before.pixels.iter().zip(&pixels), |(old, new)| {
            old[3] != 0 && new[3] == 0
        });
        self.flush(before, cleared)?;
        self.queue(pixels, delay_ms);
        Ok(())
    }

    fn finish(mut self: Box<Self>, loop_count: u32) -> Result<Vec<u8>, Error> {
        let format = Format::Gif;
        if let Some(last) = self.pending.take() {
            self.flush(last, None)?;
        }
        let file = self.file.ok_or(ErrorKind::Encoder { format })?;
        let mut bytes = file.library.into_inner().map_err(error)?;
        if let Some(block) = loop_block(loop_count) {
            bytes.splice(file.head..file.head, block);
        }
        Ok(bytes)
    }
}

impl Animation {
    fn queue(&mut self, pixels: Vec<Rgba>, delay_ms: u32) {
        let width = self.layout.width as usize;
        let area = Area::of(width, self.base.iter().zip(&pixels), |(old, new)| {
            old != new
        });
        self.pending = Some(Pending {
            pixels,
            area,
            delay_ms,
        });
    }

    /// Writes a frame; the canvas behind it becomes the base of the next.
    ///
    /// - `cleared`: what has to be transparent before the next frame.
    fn flush(&mut self, frame: Pending, cleared: Option<Area>) -> Result<(), Error> {
        // A file whose frame has no pixel is refused by some readers.
        let drawn = frame.area.unwrap_or(Area::PIXEL);
        let area = cleared.map_or(drawn, |cleared| cleared.union(drawn));
        let dispose = match cleared {
            Some(_) => DisposalMethod::Background,
            None => DisposalMethod::Keep,
        };
        let indexed = self.indexed(&frame.pixels, area)?;
        self.write(indexed, area, frame.delay_ms, dispose)?;
        self.base = frame.pixels;
        if cleared.is_some() {
            let width = self.layout.width as usize;
            for row in area.rows_mut(width, &mut self.base) {
                row.fill([0; 4]);
            }
        }
        Ok(())
    }

    /// The indices of an area: transparent where it looks like the base, else by the palette of
    /// the file if that is good enough, or by a new one.
    fn indexed(&self, pixels: &[Rgba], area: Area) -> Result<Indexed, Error> {
        let width = self.layout.width as usize;
        let mut samples = zeroed::<u8>(4 * area.width * area.height)?;
        let rows = area.rows(width, pixels).zip(area.rows(width, &self.base));
        for (to, (new, old)) in samples.chunks_exact_mut(4 * area.width).zip(rows) {
            for (to, (new, old)) in to.chunks_exact_mut(4).zip(new.iter().zip(old)) {
                if new != old {
                    to.copy_from_slice(new);
                }
            }
        }
        let image = Image::from_u8(area.layout(), samples)?;
        let known = self.file.as_ref().map_or(&[][..], |file| &file.palette);
        if let Some(indexed) = Indexed::within(&image, known)? {
            return Ok(indexed);
        }
        let palette = Palette {
            colors: self.colors,
            is_mask: true,
        };
        Indexed::with_transparent(&image, palette)?.ok_or_else(|| ErrorKind::Internal.into())
    }

    fn write(
        &mut self,
        indexed: Indexed,
        area: Area,
        delay_ms: u32,
        dispose: DisposalMethod,
    ) -> Result<(), Error> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::new(self.size, indexed.colors.clone())?),
        };
        let has_own = indexed.colors != file.palette;
        let side = |side: usize| u16::try_from(side).map_err(|_| ErrorKind::Internal);
        let frame = Frame {
            delay: u16::try_from(delay_ms.saturating_add(5) / 10).unwrap_or(u16::MAX),
            dispose,
            transparent: indexed.indices.contains(&0).then_some(0),
            left: side(area.left)?,
            top: side(area.top)?,
            width: side(area.width)?,
            height: side(area.height)?,
            palette: has_own.then(|| flat(&indexed.colors)),
            buffer: Cow::Owned(indexed.indices),
            ..Frame::default()
        };
        file.library.write_frame(&frame).map_err(error)
    }
}

/// The pixels as RGBA whose alpha is all or nothing.
fn masked(image: &Image) -> Result<Vec<Rgba>, Error> {
    if image.layout().channels == Channels::Cmyk {
        return Err(unsupported("CMYK"));
    }
    let pixels = crate::palette::masked(image).ok_or_else(|| unsupported("more than 8 bits"))?;
    let mut masked = zeroed::<Rgba>(image.width() as usize * image.height() as usize)?;
    for (to, from) in masked.iter_mut().zip(pixels) {
        *to = from;
    }
    Ok(masked)
}

/// The extension that tells how often to repeat; none for an animation that is played once.
fn loop_block(loop_count: u32) -> Option<[u8; 19]> {
    let repetitions = match loop_count {
        0 => 0,
        1 => return None,
        plays => u16::try_from(plays - 1).unwrap_or(u16::MAX),
    };
    let mut block = *b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0";
    let [low, high] = repetitions.to_le_bytes();
    block[16] = low;
    block[17] = high;
    Some(block)
}
