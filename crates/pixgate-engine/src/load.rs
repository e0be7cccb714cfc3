//! Decoding to the pixels that the first step sees: what it takes, and how it is done.

mod ahead;
mod convert;
mod memory;
mod rows;
mod stack;

use pixgate_codec::{
    Allowance, DecodeRequest, Decoder, Frames, Header, Limits, Metadata, OutputLayout, Pixels,
};
use pixgate_options::Format;
use pixgate_raster::measure::average;
use pixgate_raster::{Channels, Depth, Image, Layout, Planes};

use crate::colour::cmyk_to_srgb;
use crate::stack::Stack;
use crate::work::Work;
use crate::{Error, ErrorKind};
use convert::{averaged_planes, box_means, with_alpha};
use rows::{PlaneRows, Rows};

pub(crate) use ahead::beside;
pub(crate) use memory::{BAND_ROWS, band_bytes, decoder_bytes, metadata_bytes};
pub(crate) use rows::copy_rows;

/// What is to be decoded, and to what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Load<'a> {
    pub(crate) header: &'a Header,
    pub(crate) decode: &'a DecodeRequest,
    /// Size that was planned for.
    pub(crate) size: (u32, u32),
    pub(crate) depth: Depth,
    /// Factor by which the decoded image is averaged before the first step; 1 = not.
    pub(crate) box_shrink: u32,
    /// Pages that are put under each other; the header is that of the whole then.
    pub(crate) stack: Option<&'a Stack>,
}

impl Load<'_> {
    /// Decodes the whole.
    pub(crate) fn read(&self, bytes: &[u8], work: &Work<'_>) -> Result<(Image, Metadata), Error> {
        if let Some(stack) = self.stack {
            return self.read_stack(stack, bytes, work);
        }
        let limits = self.limits(bytes.len(), work);
        let mut decoder = self.open(bytes, &limits, work)?;
        if self.box_shrink > 1 && self.decode.planar {
            let planes = self.collect_planes(&mut *decoder, bytes, work)?;
            let metadata = decoder.metadata().clone();
            let image = averaged_planes(planes, self.size, self.box_shrink)?;
            return Ok((image, metadata));
        }
        let image = self.collect(&mut *decoder, bytes, work)?;
        let metadata = decoder.metadata().clone();
        let alpha = decoder.alpha();
        drop(decoder);
        let image = self.shrunk(image)?;
        let image = match image.layout().channels {
            Channels::Cmyk => cmyk_to_srgb(&image, metadata.icc.as_deref())?,
            _ => image,
        };
        let image = match alpha {
            Some(alpha) => with_alpha(image, alpha)?,
            None => image,
        };
        Ok((image, metadata))
    }

    /// Decodes to planes, without scaling them.
    pub(crate) fn read_planes(
        &self,
        bytes: &[u8],
        work: &Work<'_>,
    ) -> Result<(Planes, Metadata), Error> {
        let mut decoder = self.open_planes(bytes, work)?;
        let planes = self.collect_planes(&mut *decoder, bytes, work)?;
        Ok((planes, decoder.metadata().clone()))
    }

    /// Opens the source to read its planes band by band.
    pub(crate) fn open_planes<'b>(
        &self,
        bytes: &'b [u8],
        work: &Work<'_>,
    ) -> Result<Box<dyn Decoder + 'b>, Error> {
        let decoder = self.open(bytes, &self.limits(bytes.len(), work), work)?;
        self.check_size(decoder.layout().size())?;
        Ok(decoder)
    }

    /// Opens the source to read it row by row.
    pub(crate) fn open_rows<'b>(
        &self,
        bytes: &'b [u8],
        work: &Work<'_>,
    ) -> Result<Box<dyn Decoder + 'b>, Error> {
        let mut limits = self.limits(bytes.len(), work);
        // The codec counts all rows together, whether they exist together or not.
        let (width, height) = self.size;
        let whole = u64::from(width) * u64::from(height) * self.header.channels.count() as u64 * 4;
        limits.max_decode_bytes = work.max_bytes.saturating_add(whole);
        let decoder = self.open(bytes, &limits, work)?;
        self.check_size(decoder.layout().size())?;
        Ok(decoder)
    }

    /// Opens the source to read it frame by frame, with its metadata.
    pub(crate) fn open_frames<'b>(
        &self,
        bytes: &'b [u8],
        work: &Work<'_>,
    ) -> Result<(Box<dyn Frames + 'b>, Metadata), Error> {
        let limits = self.limits(bytes.len(), work);
        let allowance = self.allowance(bytes.len(), work);
        let frames = work.sandbox.frames(bytes, self.header, &limits, &allowance);
        work.cancel.explain_codec(frames)
    }

    /// Opens the source where its format is read.
    fn open<'b>(
        &self,
        bytes: &'b [u8],
        limits: &Limits,
        work: &Work<'_>,
    ) -> Result<Box<dyn Decoder + 'b>, Error> {
        let allowance = self.allowance(bytes.len(), work);
        let sandbox = work.sandbox;
        let opened = sandbox.open(bytes, self.header, self.decode, limits, &allowance);
        work.cancel.explain_codec(opened)
    }

    /// What a sandbox may take: all that was planned but the result, which is here then, unless it comes
    /// in bands.
    fn allowance(&self, source: usize, work: &Work<'_>) -> Allowance {
        let (width, height) = self.size;
        let here = if self.decode.planar && self.header.band_bytes.is_some() {
            0
        } else {
            Layout::u8(width, height, self.header.channels).bytes()
        };
        let beside = work.sandbox.beside_bytes(self.header.format, source);
        Allowance {
            memory_bytes: work.max_bytes.saturating_sub(here).saturating_add(beside),
            stop: work.cancel.stop(),
        }
    }

    /// Shrinks what comes whole as the reference's decoders do: JPEG by whole boxes, remainders
    /// dropped, WebP all of it.
    fn shrunk(&self, image: Image) -> Result<Image, Error> {
        if (image.width(), image.height()) == self.size {
            return Ok(image);
        }
        if self.box_shrink == 1 {
            return Ok(average(&image, self.size.0, self.size.1)?);
        }
        box_means(image, self.size, (self.box_shrink, self.box_shrink))
    }

    /// The plan has checked everything against the operator's limits; these are a second net.
    fn limits(&self, source: usize, work: &Work<'_>) -> Limits {
        let mut limits = Limits::default();
        // A drawing is drawn at the size asked for, other images are at most as large as stored.
        let (width, height) = match self.header.format {
            Format::Svg => self.size,
            _ => (self.header.width, self.header.height),
        };
        limits.max_frame_pixels = u64::from(width) * u64::from(height);
        limits.max_side = width.max(height);
        limits.max_decode_bytes = work.max_bytes;
        let metadata = memory::metadata_limit(source);
        limits.max_metadata_bytes = limits.max_metadata_bytes.min(metadata);
        limits
    }

    fn collect(
        &self,
        decoder: &mut dyn Decoder,
        bytes: &[u8],
        work: &Work<'_>,
    ) -> Result<Image, Error> {
        let OutputLayout::Interleaved(layout) = decoder.layout() else {
            return Err(ErrorKind::SourceChanged.into());
        };
        self.check_size((layout.width, layout.height))?;
        let layout = Layout {
            depth: self.depth,
            ..layout
        };
        beside(decoder, bytes, work.cores, |decoder| {
            let mut rows = Rows::new(layout);
            while let Some(band) = decoder.next_band()? {
                work.cancel.check()?;
                let Pixels::Interleaved(image) = band.pixels else {
                    return Err(ErrorKind::SourceChanged.into());
                };
                rows.push(band.first_row, image)?;
            }
            rows.finish()
        })
    }

    fn collect_planes(
        &self,
        decoder: &mut dyn Decoder,
        bytes: &[u8],
        work: &Work<'_>,
    ) -> Result<Planes, Error> {
        let layout = decoder.layout();
        self.check_size(layout.size())?;
        beside(decoder, bytes, work.cores, |decoder| {
            let mut rows = PlaneRows::new(layout)?;
            while let Some(band) = decoder.next_band()? {
                work.cancel.check()?;
                rows.push(band)?;
            }
            rows.finish()
        })
    }

    /// A decoder that cannot shrink gives the stored size.
    fn check_size(&self, size: (u32, u32)) -> Result<(), Error> {
        let is_whole = size == (self.header.width, self.header.height);
        let comes_whole = self.box_shrink > 1 || self.header.format == Format::Webp;
        if size == self.size || is_whole && comes_whole {
            Ok(())
        } else {
            Err(ErrorKind::SourceChanged.into())
        }
    }
}
