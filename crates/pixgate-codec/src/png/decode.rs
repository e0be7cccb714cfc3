//! The adapter around the png crate's reader.

use pixgate_options::Format;
use pixgate_raster::{Channels, Depth, Image, Layout, Samples, zeroed};
use png::{BitDepth, ColorType, DecodingError, Transformations};

use super::chunks::Shown;
use super::{XMP_KEYWORD, broken, has_palette, image_header, resolution};
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
    let mut library = png::Decoder::new(Shown::new(bytes, image_header(bytes)?));
    library.ignore_checksums(true);
    let room = limits.max_metadata_bytes + 16 * u64::from(header.width) + (1 << 20);
    library.set_limits(png::Limits {
        bytes: usize::try_from(room).unwrap_or(usize::MAX),
    });
    library.set_transformations(Transformations::EXPAND);
    let reader = library.read_info().map_err(error)?;
    let layout = layout(&reader)?;
    let size = (layout.width, layout.height, layout.channels);
    if size != (header.width, header.height, header.channels) {
        return Err(broken("another picture than its header"));
    }
    let mut decoder = Reader {
        layout,
        row: 0,
        is_cut: false,
        metadata: Metadata {
            resolution: resolution(bytes),
            ..Metadata::default()
        },
        metadata_limit: usize::try_from(limits.max_metadata_bytes).unwrap_or(usize::MAX),
        reader,
    };
    decoder.collect_metadata();
    Ok(Box::new(decoder))
}

fn layout(reader: &png::Reader<Shown<'_>>) -> Result<Layout, Error> {
    let info = reader.info();
    let (color, depth) = reader.output_color_type();
    let channels = match color {
        ColorType::Grayscale => Channels::Grey,
        ColorType::GrayscaleAlpha => Channels::GreyAlpha,
        ColorType::Rgb => Channels::Rgb,
        ColorType::Rgba => Channels::Rgba,
        ColorType::Indexed => return Err(broken("palette missing")),
    };
    let depth = match depth {
        BitDepth::Eight => Depth::U8,
        BitDepth::Sixteen => Depth::U16,
        _ => return Err(broken("bit depth")),
    };
    Ok(Layout {
        width: info.width,
        height: info.height,
        channels,
        depth,
    })
}

struct Reader<'a> {
    layout: Layout,
    row: u32,
    is_cut: bool,
    metadata: Metadata,
    metadata_limit: usize,
    reader: png::Reader<Shown<'a>>,
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
        let image = if self.reader.info().interlaced {
            self.row = self.layout.height;
            self.read_interlaced()?
        } else {
            self.read_rows()?
        };
        if self.row == self.layout.height {
            // What stands behind the pixels may be cut or broken without harm to them.
            let _ = self.reader.finish();
            self.collect_metadata();
        }
        let pixels = Pixels::Interleaved(image);
        Ok(Some(Band { first_row, pixels }))
    }
}

impl Reader<'_> {
    fn read_rows(&mut self) -> Result<Image, Error> {
        let row_bytes = self.row_bytes();
        let wanted = (BAND_BYTES / row_bytes).max(MIN_BAND_ROWS);
        let rows = u32::try_from(wanted)
            .unwrap_or(u32::MAX)
            .min(self.layout.height - self.row);
        let layout = self.layout.sized(self.layout.width, rows);
        let mut bytes = zeroed::<u8>(row_bytes * rows as usize)?;
        for row in bytes.chunks_exact_mut(row_bytes) {
            if self.is_cut {
                break;
            }
            match self.reader.read_row(row) {
                Ok(_) => {}
                Err(failed @ DecodingError::LimitsExceeded) => return Err(error(failed)),
                // The rest stays zero, as the reference leaves it, and be it all.
                Err(_) => self.is_cut = true,
            }
        }
        self.row += rows;
        image(layout, bytes)
    }

    fn read_interlaced(&mut self) -> Result<Image, Error> {
        let mut bytes = zeroed::<u8>(self.row_bytes() * self.layout.height as usize)?;
        match self.reader.next_frame(&mut bytes) {
            Err(failed) if bytes.iter().all(|byte| *byte == 0) => Err(error(failed)),
            _ => image(self.layout, bytes),
        }
    }

    fn row_bytes(&self) -> usize {
        self.layout.row_samples() * self.layout.depth.bytes()
    }

    fn collect_metadata(&mut self) {
        let limit = self.metadata_limit;
        let info = self.reader.info();
        let metadata = &mut self.metadata;
        let fits = |block: &[u8]| (block.len() <= limit).then(|| block.to_vec());
        if metadata.icc.is_none() {
            metadata.icc = info.icc_profile.as_deref().and_then(fits);
        }
        if metadata.exif.is_none() {
            let block = info.exif_metadata.as_deref();
            metadata.exif = block.map(crate::exif::without_prefix).and_then(fits);
        }
        if metadata.xmp.is_none() {
            let mut texts = info.utf8_text.iter();
            metadata.xmp = texts
                .find(|text| text.keyword == XMP_KEYWORD)
                .and_then(|text| {
                    let mut text = text.clone();
                    text.decompress_text_with_limit(limit).ok()?;
                    text.get_text().ok().map(String::into_bytes)
                });
        }
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

fn error(error: DecodingError) -> Error {
    let format = Format::Png;
    let what = match &error {
        DecodingError::LimitsExceeded => "a chunk larger than allowed",
        DecodingError::IoError(_) => "data ends before the first row",
        _ => "chunks or compressed data",
    };
    Error::with_source(ErrorKind::Broken { format, what }, error)
}

/// A band of about this size stays in the processor's cache.
const BAND_BYTES: usize = 256 << 10;
const MIN_BAND_ROWS: usize = 16;
