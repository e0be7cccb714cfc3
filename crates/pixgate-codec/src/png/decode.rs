//! The adapter around pixgate-png's decoder.

use pixgate_options::Format;
use pixgate_png::{ColorType, Colors};
use pixgate_raster::{Channels, Depth, Image, Layout, Samples, zeroed};

use super::chunks::{Chunk, Kept};
use super::{broken, has_palette, image_header, metadata};
use crate::{
    Band, DecodeRequest, Decoder, Error, ErrorKind, Header, Limits, Metadata, OutputLayout, Pixels,
};

/// Opens a PNG file; an animated one gives its default image.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    _: &DecodeRequest,
    limits: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    if header.palette_bits.is_some() && !has_palette(bytes) {
        return Err(broken("palette missing"));
    }
    let (_, _, mut data) = parts(bytes)?;
    if data.next().is_none() {
        return Err(broken("data ends before the first row"));
    }
    let library = library(bytes)?;
    let layout = layout(header, &library);
    let size = (layout.width, layout.height, layout.channels);
    if size != (header.width, header.height, header.channels) {
        return Err(broken("another picture than its header"));
    }
    let most = usize::try_from(limits.max_metadata_bytes).unwrap_or(usize::MAX);
    Ok(Box::new(Reader {
        layout,
        row: 0,
        is_cut: false,
        is_interlaced: header.is_multi_pass,
        metadata: metadata::collect(bytes, most),
        library,
    }))
}

/// The content of the chunks that hold pixels.
pub(super) type Data<'a> = std::iter::FilterMap<Kept<'a>, fn(Chunk<'a>) -> Option<&'a [u8]>>;

/// The decoder for a file's pixels.
fn library(bytes: &[u8]) -> Result<pixgate_png::Decoder<'_, Data<'_>>, Error> {
    let (header, colors, data) = parts(bytes)?;
    pixgate_png::Decoder::new(header, &colors, data).map_err(error)
}

/// What a decoder of pixels has to know of a file.
pub(super) fn parts(bytes: &[u8]) -> Result<(pixgate_png::Header, Colors<'_>, Data<'_>), Error> {
    let header = pixgate_png::Header::parse(image_header(bytes)?).map_err(error)?;
    let kept = Kept::new(bytes, header.color as u8);
    let mut colors = Colors::default();
    for chunk in kept.clone().take_while(|chunk| chunk.name != b"IDAT") {
        match chunk.name {
            b"PLTE" => colors.palette = chunk.payload,
            b"tRNS" => colors.transparency = chunk.payload,
            _ => {}
        }
    }
    let of_pixels: fn(Chunk<'_>) -> Option<&[u8]> =
        |chunk| (chunk.name == b"IDAT").then_some(chunk.payload);
    Ok((header, colors, kept.filter_map(of_pixels)))
}

fn layout<'a>(header: &Header, library: &pixgate_png::Decoder<'a, Data<'a>>) -> Layout {
    let channels = match library.color() {
        ColorType::GreyAlpha => Channels::GreyAlpha,
        ColorType::Rgb => Channels::Rgb,
        ColorType::Rgba => Channels::Rgba,
        _ => Channels::Grey,
    };
    let depth = match library.depth() {
        16 => Depth::U16,
        _ => Depth::U8,
    };
    Layout {
        width: header.width,
        height: header.height,
        channels,
        depth,
    }
}

struct Reader<'a> {
    layout: Layout,
    row: u32,
    is_cut: bool,
    is_interlaced: bool,
    metadata: Metadata,
    library: pixgate_png::Decoder<'a, Data<'a>>,
}

impl Decoder for Reader<'_> {
    fn layout(&self) -> OutputLayout {
        OutputLayout::Interleaved(self.layout)
    }

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn next_band(&mut self) -> Result<Option<Band>, Error> {
        let first_row = self.row;
        if first_row == self.layout.height {
            return Ok(None);
        }
        let image = if self.is_interlaced {
            self.row = self.layout.height;
            self.read_interlaced()?
        } else {
            self.read_rows()?
        };
        let pixels = Pixels::Interleaved(image);
        Ok(Some(Band { first_row, pixels }))
    }
}

impl Reader<'_> {
    fn read_rows(&mut self) -> Result<Image, Error> {
        let row_bytes = self.row_bytes();
        let wanted = (BAND_BYTES / row_bytes / GROUP * GROUP).max(MIN_BAND_ROWS);
        let rows = u32::try_from(wanted)
            .unwrap_or(u32::MAX)
            .min(self.layout.height - self.row);
        let layout = self.layout.sized(self.layout.width, rows);
        let mut bytes = zeroed::<u8>(row_bytes * rows as usize)?;
        if !self.is_cut {
            // The rest stays zero, as the reference leaves it, and be it all.
            self.is_cut = self.library.read_rows(&mut bytes).is_err();
        }
        self.row += rows;
        image(layout, bytes)
    }

    fn read_interlaced(&mut self) -> Result<Image, Error> {
        let mut bytes = zeroed::<u8>(self.row_bytes() * self.layout.height as usize)?;
        match self.library.read_image(&mut bytes) {
            Err(failed) if bytes.iter().all(|byte| *byte == 0) => Err(error(failed)),
            _ => image(self.layout, bytes),
        }
    }

    fn row_bytes(&self) -> usize {
        self.layout.row_samples() * self.layout.depth.bytes()
    }
}

fn image(layout: Layout, bytes: Vec<u8>) -> Result<Image, Error> {
    let samples = match layout.depth {
        Depth::U16 => {
            let mut samples = zeroed::<u16>(bytes.len() / 2)?;
            for (sample, pair) in samples.iter_mut().zip(bytes.chunks_exact(2)) {
                *sample = u16::from_be_bytes([pair[0], pair[1]]);
            }
            Samples::U16(samples)
        }
        _ => Samples::U8(bytes),
    };
    Ok(Image::from_samples(layout, samples)?)
}

pub(super) fn error(error: pixgate_png::Error) -> Error {
    let format = Format::Png;
    let kind = match error {
        pixgate_png::Error::OutOfMemory { bytes } => ErrorKind::OutOfMemory {
            bytes: bytes as u64,
        },
        pixgate_png::Error::Broken(what) => ErrorKind::Broken { format, what },
        pixgate_png::Error::Truncated => ErrorKind::Broken {
            format,
            what: "data ends before the first row",
        },
        _ => ErrorKind::Broken {
            format,
            what: "chunks or compressed data",
        },
    };
    Error::with_source(kind, error)
}

/// A band of about this size stays in the processor's cache.
const BAND_BYTES: usize = 256 << 10;
const MIN_BAND_ROWS: usize = 2 * GROUP;
/// Rows that are decoded together.
const GROUP: usize = pixgate_png::TOGETHER;
