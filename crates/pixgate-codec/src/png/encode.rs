//! The adapter around pixgate-png's encoder, row by row.

use pixgate_options::Format;
use pixgate_png::{ColorType, EncodeOptions};
use pixgate_raster::{Channels, Depth, Image, Layout, Samples};

use super::unsupported;
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
            return encode_indexed(&indexed, image.layout(), settings, metadata);
        }
    }
    let mut writer = Writer::new(image.layout(), settings, metadata)?;
    writer.write_image(image)?;
    writer.finish_file()
}

/// Encodes an image for an icon, whose readers know neither palettes nor few bits.
pub(crate) fn encode_for_icon(
    image: &Image,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let mut options = options(settings);
    options.reduce = false;
    let layout = image.layout();
    let mut writer = Writer {
        layout,
        rows: 0,
        encoder: start(header(layout)?, options, metadata)?,
        swapped: Vec::new(),
    };
    writer.write_image(image)?;
    writer.finish_file()
}

fn encode_indexed(
    indexed: &Indexed,
    layout: Layout,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let bits = match settings.palette_bits {
        Some(1) => 1,
        Some(2) => 2,
        Some(3..=4) => 4,
        _ => 8,
    };
    let header = pixgate_png::Header {
        depth: bits,
        color: ColorType::Palette,
        ..header(layout.with_channels(Channels::Rgb))?
    };
    let mut options = options(settings);
    options.interlaced = false;
    let mut encoder = start(header, options, metadata)?;
    encoder.set_palette(&indexed.colors).map_err(error)?;
    let mut packed = Vec::new();
    for row in indexed.indices.chunks(layout.width as usize) {
        let per_byte = usize::from(8 / bits);
        packed.clear();
        packed.extend(row.chunks(per_byte).map(|indices| pack(indices, bits)));
        encoder.write_rows(&packed).map_err(error)?;
    }
    encoder.finish().map_err(error)
}

/// Puts indices into a byte, the first into the highest bits.
fn pack(indices: &[u8], bits: u8) -> u8 {
    (0..8 / bits).fold(0, |byte, i| {
        let index = indices.get(usize::from(i)).copied().unwrap_or_default();
        byte.checked_shl(bits.into()).unwrap_or(0) | index
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
    if settings.palette_bits.is_some() {
        let layout = OutputLayout::Interleaved(layout);
        return Ok(WholeEncoder::boxed(layout, settings, metadata, encode));
    }
    Ok(Box::new(Writer::new(layout, settings, metadata)?))
}

/// Bytes that the encoder takes, the file not counted; none for what cannot be written.
pub(super) fn work_bytes(layout: Layout, settings: &EncodeSettings) -> u64 {
    header(layout).map_or(0, |header| {
        pixgate_png::Encoder::work_bytes(&header, &options(settings))
    })
}

struct Writer {
    layout: Layout,
    rows: u32,
    encoder: pixgate_png::Encoder,
    /// A row of 16-bit samples in PNG's byte order.
    swapped: Vec<u8>,
}

impl Writer {
    fn new(layout: Layout, settings: &EncodeSettings, metadata: &Metadata) -> Result<Self, Error> {
        Ok(Self {
            layout,
            rows: 0,
            encoder: start(header(layout)?, options(settings), metadata)?,
            swapped: Vec::new(),
        })
    }

    fn write_image(&mut self, image: &Image) -> Result<(), Error> {
        let layout = image.layout();
        if layout.sized(1, 1) != self.layout.sized(1, 1) || layout.width != self.layout.width {
            return Err(ErrorKind::Internal.into());
        }
        self.rows = self.rows.saturating_add(layout.height);
        match image.samples() {
            Samples::U8(samples) => self.encoder.write_rows(samples).map_err(error),
            Samples::U16(samples) => {
                for samples in samples.chunks(layout.row_samples()) {
                    self.swapped.clear();
                    let swapped = samples.iter().flat_map(|sample| sample.to_be_bytes());
                    self.swapped.extend(swapped);
                    self.encoder.write_rows(&self.swapped).map_err(error)?;
                }
                Ok(())
            }
            Samples::F32(_) => Err(unsupported("float samples")),
        }
    }

    fn finish_file(self) -> Result<Vec<u8>, Error> {
        self.encoder.finish().map_err(error)
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

fn start(
    header: pixgate_png::Header,
    options: EncodeOptions,
    metadata: &Metadata,
) -> Result<pixgate_png::Encoder, Error> {
    let metadata = pixgate_png::Metadata {
        icc: metadata.icc.as_deref(),
        exif: metadata.exif.as_deref(),
        xmp: metadata
            .xmp
            .as_deref()
            .and_then(|xmp| std::str::from_utf8(xmp).ok()),
        per_metre: metadata.resolution.map(crate::Resolution::in_metres),
    };
    pixgate_png::Encoder::new(header, &options, &metadata).map_err(error)
}

fn options(settings: &EncodeSettings) -> EncodeOptions {
    let mut options = EncodeOptions::default();
    options.effort = settings.png_effort;
    options.reduce = settings.png_reduce;
    options.interlaced = settings.png_interlaced;
    options
}

fn header(layout: Layout) -> Result<pixgate_png::Header, Error> {
    let color = match layout.channels {
        Channels::Grey => ColorType::Grey,
        Channels::GreyAlpha => ColorType::GreyAlpha,
        Channels::Rgb => ColorType::Rgb,
        Channels::Rgba => ColorType::Rgba,
        Channels::Cmyk => return Err(unsupported("CMYK")),
    };
    let depth = match layout.depth {
        Depth::U8 => 8,
        Depth::U16 => 16,
        Depth::F32 => return Err(unsupported("float samples")),
    };
    Ok(pixgate_png::Header {
        width: layout.width,
        height: layout.height,
        depth,
        color,
        interlaced: false,
    })
}

fn error(error: pixgate_png::Error) -> Error {
    let format = Format::Png;
    let kind = match error {
        pixgate_png::Error::OutOfMemory { bytes } => ErrorKind::OutOfMemory {
            bytes: bytes as u64,
        },
        _ => ErrorKind::Encoder { format },
    };
    Error::with_source(kind, error)
}
