//! Decoding to the pixels that the first step sees.

use pixgate_codec::{
    Allowance, Band, DecodeRequest, Decoder, Frames, Header, Limits, Metadata, OutputLayout,
    Pixels, SharedSandbox,
};
use pixgate_options::Format;
use pixgate_raster::{
    Channels, ChromaSubsampling, Depth, Image, Layout, Planes, Samples, SamplesMut, YuvMatrix,
    YuvRange, average, convert_channels, convert_depth, crop, planes_to_image,
};

use crate::colour::cmyk_to_srgb;
use crate::plan::METADATA_BYTES;
use crate::{Cancel, Error, ErrorKind, Plan};

/// Decodes the source as planned.
pub(crate) fn source(
    plan: &Plan,
    bytes: &[u8],
    cancel: &Cancel,
) -> Result<(Image, Metadata), Error> {
    Request::of(plan).load(bytes, cancel)
}

/// Decodes the source to planes as planned, without scaling them.
pub(crate) fn planes(
    plan: &Plan,
    bytes: &[u8],
    cancel: &Cancel,
) -> Result<(Planes, Metadata), Error> {
    let mut decoder = open_planes(plan, bytes, cancel)?;
    let planes = Request::of(plan).collect_planes(&mut *decoder, cancel)?;
    Ok((planes, decoder.metadata().clone()))
}

/// Opens the source to read its planes band by band.
pub(crate) fn open_planes<'a>(
    plan: &Plan,
    bytes: &'a [u8],
    cancel: &Cancel,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    let request = Request::of(plan);
    let decoder = request.open(bytes, &request.limits(bytes.len()), cancel)?;
    request.check_size(decoder.layout().size())?;
    Ok(decoder)
}

/// Opens the source to read it frame by frame, with its metadata.
pub(crate) fn frames<'a>(
    plan: &Plan,
    bytes: &'a [u8],
    cancel: &Cancel,
) -> Result<(Box<dyn Frames + 'a>, Metadata), Error> {
    let request = Request::of(plan);
    let limits = request.limits(bytes.len());
    let allowance = request.allowance(bytes.len(), cancel);
    let sandbox = request.sandbox;
    cancel.explain_codec(sandbox.frames(bytes, request.header, &limits, &allowance))
}

/// Opens the source to read it row by row.
pub(crate) fn open<'a>(
    plan: &Plan,
    bytes: &'a [u8],
    cancel: &Cancel,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    let request = Request::of(plan);
    let mut limits = request.limits(bytes.len());
    // The codec counts all rows together, whether they exist together or not.
    let (width, height) = request.size;
    let whole = u64::from(width) * u64::from(height) * plan.header.channels.count() as u64 * 4;
    limits.max_decode_bytes = plan.peak_bytes.saturating_add(whole);
    let decoder = request.open(bytes, &limits, cancel)?;
    request.check_size(decoder.layout().size())?;
    Ok(decoder)
}

/// Most bytes of a metadata block, by the length of the source: only compressed ones can be longer.
fn metadata_limit(source: usize) -> u64 {
    METADATA_BYTES.max(source as u64)
}

/// Joins colours with the alpha that was stored apart.
fn with_alpha(image: Image, alpha: Image) -> Result<Image, Error> {
    let channels = image.layout().channels.with_alpha();
    let alpha = convert_depth(alpha, image.layout().depth)?;
    let mut image = convert_channels(image, channels)?;
    match (image.samples_mut(), alpha.samples()) {
        (SamplesMut::U8(samples), Samples::U8(alpha)) => fill_last(samples, alpha, channels),
        (SamplesMut::U16(samples), Samples::U16(alpha)) => fill_last(samples, alpha, channels),
        _ => {}
    }
    Ok(image)
}

fn fill_last<T: Copy>(samples: &mut [T], alpha: &[T], channels: Channels) {
    for (pixel, alpha) in samples.chunks_exact_mut(channels.count()).zip(alpha) {
        if let Some(last) = pixel.last_mut() {
            *last = *alpha;
        }
    }
}

/// What is to be decoded, and to what.
pub(crate) struct Request<'a> {
    pub(crate) header: &'a Header,
    pub(crate) decode: &'a DecodeRequest,
    /// Size that was planned for.
    pub(crate) size: (u32, u32),
    pub(crate) depth: Depth,
    /// See [`Plan::averaged`].
    pub(crate) averaged: u32,
    pub(crate) max_bytes: u64,
    pub(crate) sandbox: &'a SharedSandbox,
}

impl<'a> Request<'a> {
    fn of(plan: &'a Plan) -> Self {
        Self {
            header: &plan.header,
            decode: &plan.decode,
            size: plan.loaded,
            depth: plan.working_layout().depth,
            averaged: plan.averaged,
            max_bytes: plan.peak_bytes,
            sandbox: &plan.recipe.settings.sandbox,
        }
    }

    /// Opens the source where its format is read.
    fn open<'b>(
        &self,
        bytes: &'b [u8],
        limits: &Limits,
        cancel: &Cancel,
    ) -> Result<Box<dyn Decoder + 'b>, Error> {
        let allowance = self.allowance(bytes.len(), cancel);
        let sandbox = self.sandbox;
        let opened = sandbox.open(bytes, self.header, self.decode, limits, &allowance);
        cancel.explain_codec(opened)
    }

    /// What a sandbox may take: all that was planned but the result, which is here then.
    fn allowance(&self, source: usize, cancel: &Cancel) -> Allowance {
        let (width, height) = self.size;
        let here = Layout::u8(width, height, self.header.channels).bytes();
        let beside = self.sandbox.beside_bytes(self.header.format, source);
        Allowance {
            memory_bytes: self.max_bytes.saturating_sub(here).saturating_add(beside),
            stop: cancel.stop(),
        }
    }

    pub(crate) fn load(&self, bytes: &[u8], cancel: &Cancel) -> Result<(Image, Metadata), Error> {
        let limits = self.limits(bytes.len());
        let mut decoder = self.open(bytes, &limits, cancel)?;
        if self.averaged > 1 && self.decode.planar {
            let planes = self.collect_planes(&mut *decoder, cancel)?;
            let metadata = decoder.metadata().clone();
            return Ok((averaged_planes(planes, self.size, self.averaged)?, metadata));
        }
        let image = self.collect(&mut *decoder, cancel)?;
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

    /// Shrinks what comes whole as the reference's decoders do: JPEG by whole boxes, remainders
    /// dropped, WebP all of it.
    fn shrunk(&self, image: Image) -> Result<Image, Error> {
        if (image.width(), image.height()) == self.size {
            return Ok(image);
        }
        if self.averaged == 1 {
            return Ok(average(&image, self.size.0, self.size.1)?);
        }
        box_means(image, self.size, (self.averaged, self.averaged))
    }

    /// The plan has checked everything against the operator's limits; these are a second net.
    fn limits(&self, source: usize) -> Limits {
        let mut limits = Limits::default();
        // A drawing is drawn at the size asked for, other images are at most as large as stored.
        let (width, height) = match self.header.format {
            Format::Svg => self.size,
            _ => (self.header.width, self.header.height),
        };
        limits.max_frame_pixels = u64::from(width) * u64::from(height);
        limits.max_side = width.max(height);
        limits.max_decode_bytes = self.max_bytes;
        limits.max_metadata_bytes = limits.max_metadata_bytes.min(metadata_limit(source));
        limits
    }

    fn collect(&self, decoder: &mut dyn Decoder, cancel: &Cancel) -> Result<Image, Error> {
        let OutputLayout::Interleaved(layout) = decoder.layout() else {
            return Err(ErrorKind::SourceChanged.into());
        };
        self.check_size((layout.width, layout.height))?;
        let layout = Layout {
            depth: self.depth,
            ..layout
        };
        let mut rows = Rows::new(layout);
        while let Some(band) = decoder.next_band()? {
            cancel.check()?;
            let Pixels::Interleaved(image) = band.pixels else {
                return Err(ErrorKind::SourceChanged.into());
            };
            rows.push(band.first_row, image)?;
        }
        rows.finish()
    }

    fn collect_planes(&self, decoder: &mut dyn Decoder, cancel: &Cancel) -> Result<Planes, Error> {
        let layout = decoder.layout();
        self.check_size(layout.size())?;
        let mut rows = PlaneRows::new(layout)?;
        while let Some(band) = decoder.next_band()? {
            cancel.check()?;
            rows.push(band)?;
        }
        rows.finish()
    }

    /// A decoder that cannot shrink gives the stored size.
    fn check_size(&self, size: (u32, u32)) -> Result<(), Error> {
        let is_whole = size == (self.header.width, self.header.height);
        let comes_whole = self.averaged > 1 || self.header.format == Format::Webp;
        if size == self.size || is_whole && comes_whole {
            Ok(())
        } else {
            Err(ErrorKind::SourceChanged.into())
        }
    }
}

/// Means of whole boxes; what is left at the right and at the bottom is dropped.
fn box_means(
    image: Image,
    (width, height): (u32, u32),
    (across, down): (u32, u32),
) -> Result<Image, Error> {
    let (across, down) = (width.saturating_mul(across), height.saturating_mul(down));
    let mut image = image;
    if (image.width(), image.height()) != (across, down) {
        image = crop(&image, 0, 0, across, down)?;
    }
    if (width, height) == (across, down) {
        return Ok(image);
    }
    Ok(average(&image, width, height)?)
}

/// Means of luma and of chroma, each of the samples that it has: chroma of half the resolution is
/// not interpolated before, as in the reference's decoder.
fn averaged_planes(planes: Planes, size: (u32, u32), factor: u32) -> Result<Image, Error> {
    let (across, down) = planes.subsampling.steps();
    let boxes = (factor / across.max(1), factor / down.max(1));
    let chroma = match planes.chroma {
        Some([cb, cr]) => Some([box_means(cb, size, boxes)?, box_means(cr, size, boxes)?]),
        None => None,
    };
    Ok(planes_to_image(&Planes {
        y: box_means(planes.y, size, (factor, factor))?,
        chroma,
        alpha: None,
        subsampling: ChromaSubsampling::Full,
        ..planes
    })?)
}

/// Rows of all planes that have come so far.
struct PlaneRows {
    luma: Rows,
    chroma: [Rows; 2],
    subsampling: ChromaSubsampling,
    matrix: YuvMatrix,
    range: YuvRange,
}

impl PlaneRows {
    fn new(layout: OutputLayout) -> Result<Self, Error> {
        let OutputLayout::Planar {
            width,
            height,
            depth: Depth::U8,
            subsampling: Some(subsampling),
            alpha: false,
            matrix,
            range,
        } = layout
        else {
            return Err(ErrorKind::SourceChanged.into());
        };
        let rows = |(width, height)| Rows::new(Layout::u8(width, height, Channels::Grey));
        let chroma = subsampling.chroma_size(width, height);
        Ok(Self {
            luma: rows((width, height)),
            chroma: [rows(chroma), rows(chroma)],
            subsampling,
            matrix,
            range,
        })
    }

    fn push(&mut self, band: Band) -> Result<(), Error> {
        let Pixels::Planar(planes) = band.pixels else {
            return Err(ErrorKind::SourceChanged.into());
        };
        let (cb, cr) = match planes.chroma {
            Some([cb, cr]) if planes.subsampling == self.subsampling => (cb, cr),
            _ => return Err(ErrorKind::SourceChanged.into()),
        };
        let first = self.subsampling.chroma_size(1, band.first_row).1;
        let [rows_cb, rows_cr] = &mut self.chroma;
        self.luma.push(band.first_row, planes.y)?;
        rows_cb.push(first, cb)?;
        rows_cr.push(first, cr)
    }

    fn finish(self) -> Result<Planes, Error> {
        let [cb, cr] = self.chroma;
        Ok(Planes {
            y: self.luma.finish()?,
            chroma: Some([cb.finish()?, cr.finish()?]),
            alpha: None,
            subsampling: self.subsampling,
            matrix: self.matrix,
            range: self.range,
        })
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
    fn push(&mut self, first_row: u32, rows: Image) -> Result<(), Error> {
        let rows = convert_depth(rows, self.layout.depth)?;
        let fits = rows.layout() == self.layout.sized(self.layout.width, rows.height())
            && first_row == self.count
            && rows.height() <= self.layout.height - self.count;
        if !fits {
            return Err(ErrorKind::SourceChanged.into());
        }
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
