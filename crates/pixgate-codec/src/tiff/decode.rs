//! The adapter around the tiff crate's reader.

use ::tiff::TiffError;
use ::tiff::decoder::DecodingResult;
use ::tiff::tags::Tag;
use pixgate_raster::compose::unpremultiply;
use pixgate_raster::{Image, Layout};

use super::alpha::divide_inks;
use super::facts::{Facts, File};
use super::fault::{broken, error};
use super::samples::{depth, image, ink_alpha};
use super::thunderscan_logluv::Special;
use crate::{Band, DecodeRequest, Decoder, Error, Header, Limits, Metadata, OutputLayout, Pixels};

/// Opens the page that the header is of.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    _: &DecodeRequest,
    limits: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    let place = header.parts.place;
    if let Some(special) = Special::of(bytes, place) {
        return special?.decoder((header.width, header.height));
    }
    let mut file = File::open(bytes, place, true, limits)?;
    let facts = Facts::read(&mut file)?;
    let (width, height) = file.library.dimensions().map_err(error)?;
    if (width, height) != (header.width, header.height) {
        return Err(broken("another size than its header"));
    }
    let layout = Layout {
        depth: depth(&facts),
        ..Layout::u8(width, height, facts.channels)
    };
    let metadata = file.metadata(limits);
    Ok(Box::new(Reader {
        file: Some(file),
        facts,
        layout,
        metadata,
        alpha: None,
    }))
}

/// A page whose only band is the whole of it.
struct Reader<'a> {
    file: Option<File<'a>>,
    facts: Facts,
    layout: Layout,
    metadata: Metadata,
    alpha: Option<Image>,
}

impl Decoder for Reader<'_> {
    fn layout(&self) -> OutputLayout {
        OutputLayout::Interleaved(self.layout)
    }

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn next_band(&mut self) -> Result<Option<Band>, Error> {
        let Some(mut file) = self.file.take() else {
            return Ok(None);
        };
        let colors = match self.facts.is_palette {
            true => file.numbers(Tag::ColorMap)?,
            false => Vec::new(),
        };
        let read = read(&mut file)?;
        if self.facts.has_ink_alpha {
            self.alpha = Some(ink_alpha(&read, &self.facts, self.layout)?);
        }
        let mut image = image(&read, &self.facts, self.layout, &colors)?;
        drop(read);
        if self.facts.is_associated {
            match &self.alpha {
                Some(alpha) => divide_inks(&mut image, alpha)?,
                None => unpremultiply(&mut image),
            }
        }
        Ok(Some(Band {
            first_row: 0,
            pixels: Pixels::Interleaved(image),
        }))
    }

    fn alpha(&mut self) -> Option<Image> {
        self.alpha.take()
    }
}

/// Reads all samples; of a file that ends early those that are there, if there are any.
fn read(file: &mut File<'_>) -> Result<DecodingResult, Error> {
    let mut read = DecodingResult::U8(Vec::new());
    match file.library.read_image_to_buffer(&mut read) {
        Ok(_) => Ok(read),
        Err(failed) => {
            let is_empty = read.as_buffer(0).as_bytes().iter().all(|byte| *byte == 0);
            if is_cut(&failed) && !is_empty {
                Ok(read)
            } else {
                Err(error(failed))
            }
        }
    }
}

fn is_cut(error: &TiffError) -> bool {
    matches!(error, TiffError::IoError(error)
        if error.kind() == std::io::ErrorKind::UnexpectedEof)
}
