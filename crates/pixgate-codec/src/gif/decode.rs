//! The adapter around the gif crate's reader.

use std::num::NonZeroU64;

use ::gif::{ColorOutput, DecodeOptions, DecodingError, MemoryLimit};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout, zeroed};

use super::blocks::broken;
use super::canvas::Canvas;
use crate::whole::WholeDecoder;
use crate::{
    DecodeRequest, Decoder, Error, ErrorKind, Frames, Header, Limits, Metadata, OutputLayout,
    Pixels,
};

/// Opens a GIF file; the wanted frame comes as it looks on the canvas.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    let layout = Layout::u8(header.width, header.height, header.channels);
    let frame = request.frame;
    let room = limits.max_decode_bytes;
    let work = move || {
        let mut composer = Composer::new(bytes, layout, room)?;
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
    limits: &Limits,
) -> Result<Box<dyn Frames + 'a>, Error> {
    let layout = Layout::u8(header.width, header.height, header.channels);
    let composer = Composer::new(bytes, layout, limits.max_decode_bytes)?;
    Ok(Box::new(composer))
}

/// Frames laid over each other.
struct Composer<'a> {
    reader: ::gif::Decoder<&'a [u8]>,
    layout: Layout,
    canvas: Canvas,
    number: u32,
    is_done: bool,
}

impl<'a> Composer<'a> {
    /// - `room`: most bytes that the library may take.
    fn new(bytes: &'a [u8], layout: Layout, room: u64) -> Result<Self, Error> {
        let mut options = DecodeOptions::new();
        options.set_color_output(ColorOutput::Indexed);
        options.set_memory_limit(MemoryLimit::Bytes(
            NonZeroU64::new(room).unwrap_or(NonZeroU64::MIN),
        ));
        Ok(Self {
            reader: options.read_info(bytes).map_err(error)?,
            layout,
            canvas: Canvas::new(layout.width, layout.height)?,
            number: 0,
            is_done: false,
        })
    }

    /// Draws the next frame and says how many milliseconds it is shown; none at the end.
    ///
    /// A frame that ends early shows what there is of it and is the last.
    fn advance(&mut self) -> Result<Option<u32>, Error> {
        if self.is_done {
            return Ok(None);
        }
        let frame = match self.reader.next_frame_info() {
            Ok(Some(frame)) => frame.clone(),
            Ok(None) | Err(_) if self.number > 0 => {
                self.is_done = true;
                return Ok(None);
            }
            Ok(None) => return Err(broken("no frame")),
            Err(failed) => return Err(error(failed)),
        };
        let untouched = frame.transparent.unwrap_or_default();
        let mut indices = zeroed::<u8>(self.area_of(&frame)?)?;
        indices.fill(untouched);
        if let Err(failed) = self.reader.read_into_buffer(&mut indices) {
            self.is_done = true;
            if self.number == 0 && indices.iter().all(|index| *index == untouched) {
                return Err(error(failed));
            }
        }
        let palette = frame.palette.as_deref();
        let palette = palette.or_else(|| self.reader.global_palette());
        self.canvas
            .draw(&frame, &indices, palette.unwrap_or_default())?;
        self.number = self.number.saturating_add(1);
        Ok(Some(u32::from(frame.delay) * 10))
    }

    /// Pixels of a frame; one that is larger than the canvas is refused, because the header, and so
    /// the plan, knows the canvas only.
    fn area_of(&self, frame: &gif::Frame<'_>) -> Result<usize, Error> {
        let area = usize::from(frame.width) * usize::from(frame.height);
        let canvas = self.layout.width as usize * self.layout.height as usize;
        if area > canvas {
            return Err(broken("a frame larger than the canvas"));
        }
        Ok(area)
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

fn error(error: DecodingError) -> Error {
    let format = Format::Gif;
    let kind = match &error {
        DecodingError::OutOfMemory | DecodingError::MemoryLimit => {
            ErrorKind::OutOfMemory { bytes: 0 }
        }
        _ => ErrorKind::Broken {
            format,
            what: "blocks or compressed data",
        },
    };
    Error::with_source(kind, error)
}
