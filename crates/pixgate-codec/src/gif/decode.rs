//! Frames laid over each other.

use pixgate_raster::{Channels, Image, Layout, zeroed};

use super::blocks::{Blocks, broken};
use super::canvas::Canvas;
use crate::buffered::WholeDecoder;
use crate::{
    DecodeRequest, Decoder, Error, Frames, Header, Limits, Metadata, OutputLayout, Pixels,
};

/// Opens a GIF file; the wanted frame comes as it looks on the canvas.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    request: &DecodeRequest,
    _: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    let layout = Layout::u8(header.width, header.height, header.channels);
    let frame = request.frame;
    let work = move || {
        let mut composer = Composer::new(bytes, layout)?;
        for _ in 0..=frame {
            if composer.advance()?.is_none() {
                break;
            }
        }
        Ok(Pixels::Interleaved(composer.image()?))
    };
    let layout = OutputLayout::Interleaved(layout);
    Ok(WholeDecoder::boxed(layout, Metadata::default(), work))
}

/// Opens an animation; frames come as they look on the canvas.
pub(crate) fn frames<'a>(
    bytes: &'a [u8],
    header: &Header,
    _: &Limits,
) -> Result<Box<dyn Frames + 'a>, Error> {
    let layout = Layout::u8(header.width, header.height, header.channels);
    Ok(Box::new(Composer::new(bytes, layout)?))
}

/// Frames laid over each other.
struct Composer<'a> {
    blocks: Blocks<'a>,
    layout: Layout,
    canvas: Canvas,
    has_frame: bool,
}

impl<'a> Composer<'a> {
    fn new(bytes: &'a [u8], layout: Layout) -> Result<Self, Error> {
        Ok(Self {
            blocks: Blocks::read(bytes)?,
            layout,
            canvas: Canvas::new(layout.width, layout.height)?,
            has_frame: false,
        })
    }

    /// Draws the next frame and says how many milliseconds it is shown; none at the end.
    fn advance(&mut self) -> Result<Option<u32>, Error> {
        let Some(frame) = self.blocks.next() else {
            return match self.has_frame {
                true => Ok(None),
                false => Err(broken("no frame")),
            };
        };
        let palette = frame.palette.or(self.blocks.palette);
        let is_drawn = self.canvas.draw(&frame, palette.unwrap_or(NO_PALETTE))?;
        if !is_drawn && !self.has_frame {
            return Err(broken("a first frame without pixels"));
        }
        self.has_frame = true;
        Ok(Some(frame.delay_ms))
    }

    /// The canvas as it looks now.
    fn image(&self) -> Result<Image, Error> {
        let mut samples = zeroed::<u8>(self.layout.samples()?)?;
        let pixels = self.canvas.pixels();
        if self.layout.channels == Channels::Rgba {
            samples.copy_from_slice(pixels);
        } else {
            for (to, from) in samples.chunks_exact_mut(3).zip(pixels.chunks_exact(4)) {
                to.copy_from_slice(&from[..3]);
            }
        }
        Ok(Image::from_u8(self.layout, samples)?)
    }
}

impl Frames for Composer<'_> {
    fn next_frame(&mut self) -> Result<Option<(Image, u32)>, Error> {
        match self.advance()? {
            Some(delay_ms) => Ok(Some((self.image()?, delay_ms))),
            None => Ok(None),
        }
    }
}

/// Black and white, for files without any colours; further indices are black.
const NO_PALETTE: &[u8] = &[0, 0, 0, 255, 255, 255];
