//! The adapter around libjpeg-turbo-rs for the kinds that pixgate-jpeg leaves out.

use libjpeg_turbo_rs::{
    ColorSpace, DecodeLimits, Decoder as Library, JpegError, PixelFormat, ScalingFactor,
};
use pixgate_options::Format;
use pixgate_raster::{
    Channels, ChromaSubsampling, Depth, Image, Layout, Planes, View, YuvMatrix, YuvRange, zeroed,
};

use super::{factor, unsupported};
use crate::whole::WholeDecoder;
use crate::{
    DecodeRequest, Decoder, Error, ErrorKind, Header, Limits, Metadata, OutputLayout, Pixels,
};

/// Opens a JPEG file; planes are made on request, but by a detour over full-size chroma.
pub(super) fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
    metadata: Metadata,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    if header.bits != 8 {
        return Err(unsupported("samples of other than 8 bits"));
    }
    let job = Job::new(header, request, limits);
    let layout = job.layout();
    let work = move || job.run(bytes);
    Ok(WholeDecoder::boxed(layout, metadata, work))
}

/// One decode, all decisions made.
struct Job {
    width: u32,
    height: u32,
    factor: u8,
    channels: Channels,
    /// Chroma resolution of the planes, if planes are wanted.
    planar: Option<ChromaSubsampling>,
    limits: DecodeLimits,
}

impl Job {
    fn new(header: &Header, request: &DecodeRequest, limits: &Limits) -> Self {
        let factor = factor(request);
        let floor = |side: u32| (side / u32::from(factor)).max(1);
        let library_limits = DecodeLimits {
            max_pixels: limits.max_frame_pixels,
            max_scans: MAX_SCANS,
            max_memory: Some(limits.max_decode_bytes),
            ..DecodeLimits::default()
        };
        Self {
            width: floor(header.width),
            height: floor(header.height),
            factor,
            channels: header.channels,
            planar: header.subsampling.filter(|_| request.planar),
            limits: library_limits,
        }
    }

    fn layout(&self) -> OutputLayout {
        match self.planar {
            None => OutputLayout::Interleaved(self.interleaved()),
            Some(subsampling) => OutputLayout::Planar {
                width: self.width,
                height: self.height,
                depth: Depth::U8,
                subsampling: Some(subsampling),
                alpha: false,
                matrix: YuvMatrix::Bt601,
                range: YuvRange::Full,
            },
        }
    }

    const fn interleaved(&self) -> Layout {
        Layout::u8(self.width, self.height, self.channels)
    }

    fn run(&self, bytes: &[u8]) -> Result<Pixels, Error> {
        match self.planar {
            None => Ok(Pixels::Interleaved(self.decode_interleaved(bytes)?)),
            Some(subsampling) => Ok(Pixels::Planar(self.planes(bytes, subsampling)?)),
        }
    }

    fn decode_interleaved(&self, bytes: &[u8]) -> Result<Image, Error> {
        let format = match self.channels {
            Channels::Grey => PixelFormat::Grayscale,
            Channels::Cmyk => PixelFormat::Cmyk,
            _ => PixelFormat::Rgb,
        };
        let decoder = self.library(bytes)?.with_output_format(format);
        let mut image = self.cropped(&decoder, self.channels)?;
        if self.channels == Channels::Cmyk {
            // Adobe's convention, which practically all files follow.
            for sample in image.slice_mut::<u8>()? {
                *sample = 255 - *sample;
            }
        }
        Ok(image)
    }

    fn library<'a>(&self, bytes: &'a [u8]) -> Result<Library<'a>, Error> {
        let decoder = Library::new_with_limits(bytes, self.limits).map_err(error)?;
        let scale = ScalingFactor::try_new(1, u32::from(self.factor)).map_err(error)?;
        Ok(decoder.with_scale(scale).with_lenient(true))
    }

    /// Decodes and drops what the library's rounding up has added.
    fn cropped(&self, decoder: &Library<'_>, channels: Channels) -> Result<Image, Error> {
        let full = Layout::u8(
            u32::try_from(decoder.output_width()).map_err(|_| ErrorKind::Internal)?,
            u32::try_from(decoder.output_height()).map_err(|_| ErrorKind::Internal)?,
            channels,
        );
        let mut samples = zeroed::<u8>(full.samples()?)?;
        let info = decoder.decode_image_into(&mut samples).map_err(error)?;
        if (info.width, info.height) != (full.width as usize, full.height as usize) {
            return Err(ErrorKind::Internal.into());
        }
        crop(&samples, full, self.width, self.height)
    }

    fn planes(&self, bytes: &[u8], subsampling: ChromaSubsampling) -> Result<Planes, Error> {
        let mut decoder = self.library(bytes)?.with_output_format(PixelFormat::Rgb);
        decoder.set_output_colorspace(ColorSpace::YCbCr);
        let image = self.cropped(&decoder, Channels::Rgb)?;
        let view = image.view::<u8>()?;
        let luma = Layout::u8(self.width, self.height, Channels::Grey);
        let (width, height) = subsampling.chroma_size(self.width, self.height);
        let y = pick(&view, luma, 0, (1, 1))?;
        let step = match subsampling {
            ChromaSubsampling::Full => (1, 1),
            ChromaSubsampling::Horizontal => (2, 1),
            ChromaSubsampling::Both => (2, 2),
        };
        let cb = pick(&view, luma.sized(width, height), 1, step)?;
        let cr = pick(&view, luma.sized(width, height), 2, step)?;
        Ok(ycbcr(y, [cb, cr], subsampling))
    }
}

/// Takes one channel, each sample the mean of a block of `step` pixels.
fn pick(
    view: &View<'_, u8>,
    layout: Layout,
    channel: usize,
    step: (u32, u32),
) -> Result<Image, Error> {
    let mut image = Image::zeroed(layout)?;
    let row = layout.row_samples();
    for (y, samples) in (0..).zip(image.slice_mut::<u8>()?.chunks_exact_mut(row)) {
        let rows = y * step.1..((y + 1) * step.1).min(view.height());
        for (x, sample) in (0..).zip(samples) {
            let columns = x * step.0..((x + 1) * step.0).min(view.width());
            let count = (rows.end - rows.start) * (columns.end - columns.start);
            let sum: u32 = rows
                .clone()
                .flat_map(|y| columns.clone().map(move |x| (x, y)))
                .map(|(x, y)| u32::from(view.pixel(x, y)[channel]))
                .sum();
            *sample = u8::try_from((sum + count / 2) / count.max(1)).unwrap_or(u8::MAX);
        }
    }
    Ok(image)
}

const fn ycbcr(y: Image, chroma: [Image; 2], subsampling: ChromaSubsampling) -> Planes {
    Planes {
        y,
        chroma: Some(chroma),
        alpha: None,
        subsampling,
        matrix: YuvMatrix::Bt601,
        range: YuvRange::Full,
    }
}

fn crop(samples: &[u8], full: Layout, width: u32, height: u32) -> Result<Image, Error> {
    let view = View::new(samples, full, full.row_samples())?.crop(0, 0, width, height)?;
    let layout = full.sized(width, height);
    let mut image = Image::zeroed(layout)?;
    let row = layout.row_samples();
    for (to, from) in image
        .slice_mut::<u8>()?
        .chunks_exact_mut(row)
        .zip(view.rows())
    {
        to.copy_from_slice(from);
    }
    Ok(image)
}

fn error(error: JpegError) -> Error {
    let format = Format::Jpeg;
    let kind = match &error {
        JpegError::AllocationFailed { bytes, .. } => ErrorKind::OutOfMemory { bytes: *bytes },
        JpegError::LimitExceeded { actual, limit, .. } => ErrorKind::TooMuchMemory {
            bytes: *actual,
            limit: *limit,
        },
        JpegError::Unsupported(_) => ErrorKind::Unsupported {
            format,
            what: "a feature that the library does not have",
        },
        _ => ErrorKind::Broken {
            format,
            what: "entropy-coded data or tables",
        },
    };
    Error::with_source(kind, error)
}

/// Far more than any real progressive file has; each costs a walk over all blocks.
const MAX_SCANS: usize = 256;
