//! The adapter around the gif crate's reader.

use std::num::NonZeroU64;

use ::gif::{ColorOutput, DecodeOptions, DecodingError, MemoryLimit};
use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout, zeroed};

use super::blocks::broken;
use super::canvas::Canvas;
use crate::whole::WholeDecoder;
use crate::{
    DecodeRequest, Decoder, Error, ErrorKind, Header, Limits, Metadata, OutputLayout, Pixels,
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
        let canvas = compose(bytes, layout, frame, room)?;
        Ok(Pixels::Interleaved(finish(canvas, layout)?))
    };
    let layout = OutputLayout::Interleaved(layout);
    Ok(WholeDecoder::boxed(layout, Metadata::default(), work))
}

fn compose(bytes: &[u8], layout: Layout, wanted: u32, room: u64) -> Result<Canvas, Error> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.set_memory_limit(MemoryLimit::Bytes(
        NonZeroU64::new(room).unwrap_or(NonZeroU64::MIN),
    ));
    let mut reader = options.read_info(bytes).map_err(error)?;
    let mut canvas = Canvas::new(layout.width, layout.height)?;
    for number in 0..=wanted {
        let frame = match reader.next_frame_info() {
            Ok(Some(frame)) => frame.clone(),
            Ok(None) | Err(_) if number > 0 => break,
            Ok(None) => return Err(broken("no frame")),
            Err(failed) => return Err(error(failed)),
        };
        let untouched = frame.transparent.unwrap_or_default();
        let mut indices = zeroed::<u8>(usize::from(frame.width) * usize::from(frame.height))?;
        indices.fill(untouched);
        let result = reader.read_into_buffer(&mut indices);
        if let Err(failed) = result {
            // A frame that ends early shows what there is of it.
            let has_pixels = indices.iter().any(|index| *index != untouched);
            if number == 0 && !has_pixels {
                return Err(error(failed));
            }
            draw(&mut canvas, &reader, &frame, &indices)?;
            break;
        }
        draw(&mut canvas, &reader, &frame, &indices)?;
    }
    Ok(canvas)
}

fn draw(
    canvas: &mut Canvas,
    reader: &::gif::Decoder<&[u8]>,
    frame: &::gif::Frame<'_>,
    indices: &[u8],
) -> Result<(), Error> {
    let palette = frame.palette.as_deref().or_else(|| reader.global_palette());
    canvas.draw(frame, indices, palette.unwrap_or_default())
}

fn finish(canvas: Canvas, layout: Layout) -> Result<Image, Error> {
    let pixels = canvas.into_pixels();
    if layout.channels == Channels::Rgba {
        return Ok(Image::from_u8(layout, pixels)?);
    }
    let mut opaque = zeroed::<u8>(layout.samples()?)?;
    for (to, from) in opaque.chunks_exact_mut(3).zip(pixels.chunks_exact(4)) {
        to.copy_from_slice(&from[..3]);
    }
    Ok(Image::from_u8(layout, opaque)?)
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
