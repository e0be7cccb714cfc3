//! The adapter around the png crate's writer, row by row.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use pixgate_options::Format;
use pixgate_raster::{Channels, Depth, Image, Layout, Samples};
use png::{BitDepth, ColorType, DeflateCompression, Filter, Info, StreamWriter};

use super::effort::Effort;
use super::{XMP_KEYWORD, interlaced, unsupported};
use crate::buffered::WholeEncoder;
use crate::palette::{Indexed, Palette};
use crate::{Band, EncodeSettings, Encoder, Error, ErrorKind, Metadata, OutputLayout, Pixels};

/// Encodes a whole image.
pub(crate) fn encode(
    pixels: &Pixels,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let Pixels::Interleaved(image) = pixels else {
        return Err(unsupported("YCbCr planes"));
    };
    if let Some(bits) = settings.palette_bits {
        let palette = Palette {
            colors: 1 << bits.clamp(1, 8),
            is_mask: false,
        };
        if let Some(indexed) = Indexed::new(image, palette)? {
            return encode_indexed(&indexed, image.layout(), bits, metadata);
        }
    }
    if settings.png_interlaced {
        return encode_interlaced(image, metadata);
    }
    let mut writer = Writer::new(image.layout(), metadata)?;
    writer.write_image(image)?;
    writer.finish_file()
}

fn encode_interlaced(image: &Image, metadata: &Metadata) -> Result<Vec<u8>, Error> {
    let mut info = info(image.layout(), metadata)?;
    info.interlaced = true;
    let sink = Sink::default();
    let library = library(sink.clone(), info, metadata)?;
    let mut writer = library.write_header().map_err(error)?;
    for piece in interlaced::compressed(image)?.chunks(IDAT_BYTES) {
        writer.write_chunk(png::chunk::IDAT, piece).map_err(error)?;
    }
    writer.finish().map_err(error)?;
    Ok(sink.take())
}

fn encode_indexed(
    indexed: &Indexed,
    layout: Layout,
    bits: u8,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let mut info = info(layout.with_channels(Channels::Rgb), metadata)?;
    info.color_type = ColorType::Indexed;
    info.bit_depth = match bits {
        1 => BitDepth::One,
        2 => BitDepth::Two,
        3..=4 => BitDepth::Four,
        _ => BitDepth::Eight,
    };
    let bits = info.bit_depth as usize;
    let colors = indexed.colors.iter();
    info.palette = Some(colors.clone().flat_map(|c| [c[0], c[1], c[2]]).collect());
    let see_through = colors.map(|c| c[3]).take_while(|alpha| *alpha < 255);
    let alphas: Vec<u8> = see_through.collect();
    info.trns = (!alphas.is_empty()).then_some(Cow::Owned(alphas));
    let sink = Sink::default();
    let mut library = library(sink.clone(), info, metadata)?;
    // Neighbouring indices say nothing about each other, so deflate has to find repetitions.
    library.set_deflate_compression(DeflateCompression::Level(9));
    library.set_filter(Filter::NoFilter);
    let writer = library.write_header().map_err(error)?;
    let mut stream = writer
        .into_stream_writer_with_size(IDAT_BYTES)
        .map_err(error)?;
    for row in indexed.indices.chunks(layout.width as usize) {
        let packed = row.chunks(8 / bits).map(|indices| pack(indices, bits));
        let packed: Vec<u8> = packed.collect();
        stream.write_all(&packed).map_err(io_error)?;
    }
    stream.finish().map_err(error)?;
    Ok(sink.take())
}

/// Puts indices into a byte, the first into the highest bits.
fn pack(indices: &[u8], bits: usize) -> u8 {
    (0..8 / bits).fold(0, |byte, i| {
        let index = indices.get(i).copied().unwrap_or_default();
        byte.checked_shl(bits.try_into().unwrap_or(8)).unwrap_or(0) | index
    })
}

/// Starts to encode an image row by row.
pub(crate) fn stream(
    layout: OutputLayout,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Box<dyn Encoder>, Error> {
    let OutputLayout::Interleaved(layout) = layout else {
        return Err(unsupported("YCbCr planes"));
    };
    if settings.palette_bits.is_some() || settings.png_interlaced {
        let layout = OutputLayout::Interleaved(layout);
        return Ok(WholeEncoder::boxed(layout, settings, metadata, encode));
    }
    Ok(Box::new(Writer::new(layout, metadata)?))
}

struct Writer {
    layout: Layout,
    rows: u32,
    /// None until the first rows have shown which compression they need.
    stream: Option<StreamWriter<'static, Sink>>,
    metadata: Metadata,
    sink: Sink,
    /// A row of 16-bit samples in PNG's byte order.
    swapped: Vec<u8>,
}

impl Writer {
    fn new(layout: Layout, metadata: &Metadata) -> Result<Self, Error> {
        // Fails early for what cannot be written.
        info(layout, metadata)?;
        Ok(Self {
            layout,
            rows: 0,
            stream: None,
            metadata: metadata.clone(),
            sink: Sink::default(),
            swapped: Vec::new(),
        })
    }

    /// Starts the file if that was not done yet, in the way that suits its first rows.
    fn stream(&mut self, first: &Image) -> Result<&mut StreamWriter<'static, Sink>, Error> {
        if self.stream.is_none() {
            let info = info(self.layout, &self.metadata)?;
            let mut library = library(self.sink.clone(), info, &self.metadata)?;
            let effort = Effort::of(first);
            library.set_compression(effort.compression());
            library.set_filter(effort.filter());
            let writer = library.write_header().map_err(error)?;
            let stream = writer.into_stream_writer_with_size(IDAT_BYTES);
            self.stream = Some(stream.map_err(error)?);
        }
        self.stream
            .as_mut()
            .ok_or_else(|| ErrorKind::Internal.into())
    }

    fn write_image(&mut self, image: &Image) -> Result<(), Error> {
        let layout = image.layout();
        if layout.sized(1, 1) != self.layout.sized(1, 1) || layout.width != self.layout.width {
            return Err(ErrorKind::Internal.into());
        }
        self.rows = self.rows.saturating_add(layout.height);
        match image.samples() {
            Samples::U8(samples) => self.stream(image)?.write_all(samples).map_err(io_error),
            Samples::U16(samples) => self.write_16(image, samples),
            Samples::F32(_) => Err(unsupported("float samples")),
        }
    }

    fn write_16(&mut self, image: &Image, samples: &[u16]) -> Result<(), Error> {
        let mut swapped = std::mem::take(&mut self.swapped);
        let stream = self.stream(image)?;
        for samples in samples.chunks(image.layout().row_samples()) {
            swapped.clear();
            swapped.extend(samples.iter().flat_map(|sample| sample.to_be_bytes()));
            stream.write_all(&swapped).map_err(io_error)?;
        }
        self.swapped = swapped;
        Ok(())
    }

    fn finish_file(self) -> Result<Vec<u8>, Error> {
        if self.rows != self.layout.height {
            let format = Format::Png;
            return Err(ErrorKind::Encoder { format }.into());
        }
        let stream = self.stream.ok_or(ErrorKind::Internal)?;
        stream.finish().map_err(error)?;
        Ok(self.sink.take())
    }
}

impl Encoder for Writer {
    fn write_band(&mut self, band: Band) -> Result<(), Error> {
        match &band.pixels {
            Pixels::Interleaved(image) if band.first_row == self.rows => self.write_image(image),
            _ => Err(ErrorKind::Internal.into()),
        }
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error> {
        self.finish_file()
    }
}

fn library(
    sink: Sink,
    info: Info<'static>,
    metadata: &Metadata,
) -> Result<png::Encoder<'static, Sink>, Error> {
    let mut library = png::Encoder::with_info(sink, info).map_err(error)?;
    if let Some(text) = xmp_text(metadata) {
        library
            .add_itxt_chunk(XMP_KEYWORD.to_owned(), text)
            .map_err(error)?;
    }
    Ok(library)
}

fn info(layout: Layout, metadata: &Metadata) -> Result<Info<'static>, Error> {
    let mut info = Info::with_size(layout.width, layout.height);
    info.color_type = match layout.channels {
        Channels::Grey => ColorType::Grayscale,
        Channels::GreyAlpha => ColorType::GrayscaleAlpha,
        Channels::Rgb => ColorType::Rgb,
        Channels::Rgba => ColorType::Rgba,
        Channels::Cmyk => return Err(unsupported("CMYK")),
    };
    info.bit_depth = match layout.depth {
        Depth::U8 => BitDepth::Eight,
        Depth::U16 => BitDepth::Sixteen,
        Depth::F32 => return Err(unsupported("float samples")),
    };
    info.icc_profile = metadata.icc.clone().map(Cow::Owned);
    info.exif_metadata = metadata.exif.clone().map(Cow::Owned);
    info.pixel_dims = metadata.resolution.map(|resolution| {
        let (xppu, yppu) = resolution.in_metres();
        let unit = png::Unit::Meter;
        png::PixelDimensions { xppu, yppu, unit }
    });
    Ok(info)
}

fn xmp_text(metadata: &Metadata) -> Option<String> {
    String::from_utf8(metadata.xmp.clone()?).ok()
}

/// The growing file, shared with the library's writer, which gives nothing back.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.try_reserve(bytes.len())
            .map_err(|_| io::ErrorKind::OutOfMemory)?;
        file.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn error(error: png::EncodingError) -> Error {
    let format = Format::Png;
    match error {
        png::EncodingError::IoError(error) => io_error(error),
        error => Error::with_source(ErrorKind::Encoder { format }, error),
    }
}

fn io_error(error: io::Error) -> Error {
    let format = Format::Png;
    // Compressors wrap what the file said.
    let is_short = error.kind() == io::ErrorKind::OutOfMemory
        || error.to_string() == io::ErrorKind::OutOfMemory.to_string();
    let kind = if is_short {
        ErrorKind::OutOfMemory { bytes: 0 }
    } else {
        ErrorKind::Encoder { format }
    };
    Error::with_source(kind, error)
}

/// Size of the pieces in which compressed pixels are written.
const IDAT_BYTES: usize = 64 << 10;
