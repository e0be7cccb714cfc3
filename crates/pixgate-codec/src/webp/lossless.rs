//! Pictures without loss, a few rows at a time.

use pixgate_raster::{Channels, Image, Layout, zeroed};
use pixgate_webp::lossless::Decoder as Library;

use super::container::Chunks;
use super::{broken, of_webp};
use crate::pixels::Collector;
use crate::{Band, Decoder, Error, ErrorKind, Metadata, OutputLayout, Pixels};

/// A picture that comes a few rows at a time.
pub(super) struct LosslessDecoder<'a> {
    library: Library<'a>,
    layout: Layout,
    metadata: Metadata,
    next_row: u32,
}

impl<'a> LosslessDecoder<'a> {
    /// - `layout`: of what comes out, RGB or RGBA.
    pub(super) fn new(bytes: &'a [u8], layout: Layout, metadata: Metadata) -> Result<Self, Error> {
        let payload = Chunks::new(bytes).content(b"VP8L");
        let payload = payload.ok_or_else(|| broken("no VP8L chunk"))?;
        let library = Library::new(payload).map_err(of_webp)?;
        let header = library.header();
        if (header.width, header.height) != (layout.width, layout.height) {
            return Err(broken("two different sizes"));
        }
        Ok(Self {
            library,
            layout,
            metadata,
            next_row: 0,
        })
    }

    /// All rows together.
    pub(super) fn image(&mut self) -> Result<Image, Error> {
        let mut rows = Collector::new(self.layout());
        while let Some(band) = self.next_band()? {
            rows.push(band)?;
        }
        match rows.finish()? {
            Pixels::Interleaved(image) => Ok(image),
            Pixels::Planar(_) => Err(ErrorKind::Internal.into()),
        }
    }

    /// Decodes rows, up to the first that is missing; fails if that is the very first.
    fn rows(&mut self, samples: &mut [u8]) -> Result<usize, Error> {
        for (done, row) in samples
            .chunks_exact_mut(self.layout.row_samples())
            .enumerate()
        {
            let decoded = match self.layout.channels {
                Channels::Rgba => self.library.next_row_rgba(row),
                _ => self.library.next_row_rgb(row),
            };
            match decoded {
                Ok(_) => {}
                Err(error) if done == 0 => return Err(of_webp(error)),
                Err(_) => return Ok(done),
            }
        }
        Ok(samples.len() / self.layout.row_samples())
    }
}

impl Decoder for LosslessDecoder<'_> {
    fn layout(&self) -> OutputLayout {
        OutputLayout::Interleaved(self.layout)
    }

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn next_band(&mut self) -> Result<Option<Band>, Error> {
        let height = (self.layout.height - self.next_row).min(BAND_ROWS);
        if height == 0 {
            return Ok(None);
        }
        let mut layout = Layout {
            height,
            ..self.layout
        };
        let mut samples = zeroed::<u8>(layout.samples()?)?;
        let rows = self.rows(&mut samples)?;
        layout.height = u32::try_from(rows).unwrap_or(height);
        samples.truncate(layout.samples()?);
        let first_row = self.next_row;
        self.next_row += layout.height;
        Ok(Some(Band {
            first_row,
            pixels: Pixels::Interleaved(Image::from_u8(layout, samples)?),
        }))
    }
}

/// Rows that come together.
const BAND_ROWS: u32 = 16;
