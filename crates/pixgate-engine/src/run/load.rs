//! Decoding to the pixels that the first step sees.

use pixgate_codec::{Band, DecodeRequest, Decoder, Header, Limits, Metadata, OutputLayout, Pixels};
use pixgate_options::Format;
use pixgate_raster::{Channels, Depth, Image, Layout, Samples, SamplesMut, convert_depth};

use super::steps::resample;
use crate::colour::cmyk_to_srgb;
use crate::{Cancel, Error, ErrorKind, Plan};

/// Decodes the source as planned.
pub(crate) fn source(
    plan: &Plan,
    bytes: &[u8],
    cancel: &Cancel,
) -> Result<(Image, Metadata), Error> {
    let request = Request {
        header: &plan.header,
        decode: &plan.decode,
        size: plan.loaded,
        depth: plan.working_layout().depth,
        max_bytes: plan.peak_bytes,
    };
    request.load(bytes, cancel)
}

/// What is to be decoded, and to what.
pub(crate) struct Request<'a> {
    pub(crate) header: &'a Header,
    pub(crate) decode: &'a DecodeRequest,
    /// Size that was planned for.
    pub(crate) size: (u32, u32),
    pub(crate) depth: Depth,
    pub(crate) max_bytes: u64,
}

impl Request<'_> {
    pub(crate) fn load(&self, bytes: &[u8], cancel: &Cancel) -> Result<(Image, Metadata), Error> {
        let limits = self.limits();
        let mut decoder = pixgate_codec::open(bytes, self.header, self.decode, &limits)?;
        let image = self.collect(&mut *decoder, cancel)?;
        let metadata = decoder.metadata().clone();
        drop(decoder);
        let image = match image.layout().channels {
            Channels::Cmyk => cmyk_to_srgb(&image, metadata.icc.as_deref())?,
            _ => image,
        };
        Ok((self.shrunk(image)?, metadata))
    }

    /// Scales what a decoder that cannot shrink (WebP) gives whole.
    fn shrunk(&self, image: Image) -> Result<Image, Error> {
        if (image.width(), image.height()) == self.size {
            return Ok(image);
        }
        resample(image, self.size, false)
    }

    /// The plan has checked everything against the operator's limits; these are a second net.
    fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        limits.max_frame_pixels = u64::from(self.header.width) * u64::from(self.header.height);
        limits.max_side = self.header.width.max(self.header.height);
        limits.max_decode_bytes = self.max_bytes;
        limits
    }

    fn collect(&self, decoder: &mut dyn Decoder, cancel: &Cancel) -> Result<Image, Error> {
        let OutputLayout::Interleaved(layout) = decoder.layout() else {
            return Err(ErrorKind::SourceChanged.into());
        };
        let size = (layout.width, layout.height);
        let is_whole = size == (self.header.width, self.header.height);
        if size != self.size && !(is_whole && self.header.format == Format::Webp) {
            return Err(ErrorKind::SourceChanged.into());
        }
        let layout = Layout {
            depth: self.depth,
            ..layout
        };
        let mut rows = Rows::new(layout);
        while let Some(band) = decoder.next_band()? {
            cancel.check()?;
            rows.push(band)?;
        }
        rows.finish()
    }
}

/// Rows that have come so far.
struct Rows {
    layout: Layout,
    image: Option<Image>,
    count: u32,
}

impl Rows {
    const fn new(layout: Layout) -> Self {
        Self {
            layout,
            image: None,
            count: 0,
        }
    }

    /// Adds the next rows, converted to the working depth; a band that is all is not copied.
    fn push(&mut self, band: Band) -> Result<(), Error> {
        let Pixels::Interleaved(rows) = band.pixels else {
            return Err(ErrorKind::SourceChanged.into());
        };
        let rows = convert_depth(rows, self.layout.depth)?;
        let fits = rows.layout() == self.layout.sized(self.layout.width, rows.height())
            && band.first_row == self.count
            && rows.height() <= self.layout.height - self.count;
        if !fits {
            return Err(ErrorKind::SourceChanged.into());
        }
        let first_row = self.count;
        self.count += rows.height();
        if rows.height() == self.layout.height {
            self.image = Some(rows);
        } else {
            let image = match &mut self.image {
                Some(image) => image,
                none => none.insert(Image::zeroed(self.layout)?),
            };
            copy_rows(image, first_row, &rows)?;
        }
        Ok(())
    }

    fn finish(self) -> Result<Image, Error> {
        self.image
            .filter(|_| self.count == self.layout.height)
            .ok_or_else(|| ErrorKind::SourceChanged.into())
    }
}

fn copy_rows(image: &mut Image, first_row: u32, rows: &Image) -> Result<(), Error> {
    let start = first_row as usize * image.layout().row_samples();
    let done = match (image.samples_mut(), rows.samples()) {
        (SamplesMut::U8(to), Samples::U8(from)) => copy_at(to, start, from),
        (SamplesMut::U16(to), Samples::U16(from)) => copy_at(to, start, from),
        (SamplesMut::F32(to), Samples::F32(from)) => copy_at(to, start, from),
        _ => None,
    };
    done.ok_or_else(|| ErrorKind::Internal.into())
}

fn copy_at<T: Copy>(to: &mut [T], start: usize, from: &[T]) -> Option<()> {
    let end = start.checked_add(from.len())?;
    to.get_mut(start..end)?.copy_from_slice(from);
    Some(())
}
