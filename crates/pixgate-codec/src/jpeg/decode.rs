//! The adapter around libjpeg-turbo-rs, the only file that knows its decoder.

use libjpeg_turbo_rs::tj3::{TjHandle, TjParam};
use libjpeg_turbo_rs::{
    ColorSpace, DecodeLimits, Decoder as Library, JpegError, PixelFormat, ScalingFactor,
};
use pixgate_options::Format;
use pixgate_raster::{
    Channels, ChromaSubsampling, Depth, Image, Layout, Planes, View, YuvMatrix, YuvRange, zeroed,
};

use super::markers::Markers;
use crate::whole::WholeDecoder;
use crate::{
    DecodeRequest, Decoder, Error, ErrorKind, Header, Limits, OutputLayout, Pixels, Shrink,
};

/// Opens a JPEG file.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    let markers = Markers::read(bytes, limits)?;
    if header.bits != 8 {
        return Err(unsupported("samples of other than 8 bits"));
    }
    let job = Job::new(header, request, &markers, limits);
    let layout = job.layout();
    let work = move || job.run(bytes);
    Ok(WholeDecoder::boxed(layout, markers.metadata, work))
}

/// Bytes that the library takes beside its output.
///
/// Baseline: a plane per component at the decoded size. Progressive: 16-bit coefficients of all
/// components at the stored size as well.
pub(super) fn memory(header: &Header, request: &DecodeRequest) -> u64 {
    let pad = |side: u32| u64::from(side).next_multiple_of(32);
    let pixels = pad(header.width) * pad(header.height);
    let samples = match header.subsampling {
        Some(ChromaSubsampling::Both) => pixels.saturating_mul(3) / 2,
        Some(ChromaSubsampling::Horizontal) => pixels.saturating_mul(2),
        _ => pixels.saturating_mul(header.channels.count() as u64),
    };
    let factor = u64::from(factor(request));
    let planes = samples.div_ceil(factor * factor);
    let coefficients = if header.is_multi_pass { 2 * samples } else { 0 };
    planes + coefficients + (1 << 20)
}

fn factor(request: &DecodeRequest) -> u8 {
    match request.shrink {
        Shrink::Factor(factor @ (2 | 4 | 8)) => factor,
        _ => 1,
    }
}

/// One decode, all decisions made.
struct Job {
    width: u32,
    height: u32,
    factor: u8,
    channels: Channels,
    /// Chroma resolution of the planes, if planes are wanted.
    planar: Option<ChromaSubsampling>,
    is_inverted: bool,
    limits: DecodeLimits,
}

impl Job {
    fn new(header: &Header, request: &DecodeRequest, markers: &Markers, limits: &Limits) -> Self {
        let factor = factor(request);
        let floor = |side: u32| (side / u32::from(factor)).max(1);
        let mut library_limits = DecodeLimits::default();
        library_limits.max_pixels = limits.max_frame_pixels;
        library_limits.max_scans = usize::from(MAX_SCANS);
        library_limits.max_memory = Some(limits.max_decode_bytes);
        Self {
            width: floor(header.width),
            height: floor(header.height),
            factor,
            channels: header.channels,
            planar: header.subsampling.filter(|_| request.planar),
            is_inverted: markers.has_adobe(),
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
            Some(subsampling) => {
                let planes = match self.decode_planes(bytes, subsampling) {
                    Ok(planes) => planes,
                    Err(error) if is_final(&error) => return Err(error),
                    // The library's plane decoder is strict; its other one fills what is missing.
                    Err(_) => self.planes_by_detour(bytes, subsampling)?,
                };
                Ok(Pixels::Planar(planes))
            }
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
        if self.channels == Channels::Cmyk && self.is_inverted {
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

    fn decode_planes(&self, bytes: &[u8], subsampling: ChromaSubsampling) -> Result<Planes, Error> {
        let mut handle = TjHandle::new();
        handle
            .set_scaling_factor(1, u32::from(self.factor))
            .map_err(error)?;
        handle
            .set(TjParam::ScanLimit, i32::from(MAX_SCANS))
            .map_err(error)?;
        let (planes, width, height, _) = handle.decompress_to_yuv_planes(bytes).map_err(error)?;
        let width = u32::try_from(width).map_err(|_| ErrorKind::Internal)?;
        let height = u32::try_from(height).map_err(|_| ErrorKind::Internal)?;
        let [y, cb, cr] = <[Vec<u8>; 3]>::try_from(planes).map_err(|_| ErrorKind::Internal)?;
        let luma = Layout::u8(width, height, Channels::Grey);
        let (chroma_width, chroma_height) = subsampling.chroma_size(width, height);
        let chroma = luma.sized(chroma_width, chroma_height);
        let (kept_width, kept_height) = subsampling.chroma_size(self.width, self.height);
        let y = crop_owned(y, luma, self.width, self.height)?;
        let cb = crop_owned(cb, chroma, kept_width, kept_height)?;
        let cr = crop_owned(cr, chroma, kept_width, kept_height)?;
        Ok(ycbcr(y, [cb, cr], subsampling))
    }

    fn planes_by_detour(
        &self,
        bytes: &[u8],
        subsampling: ChromaSubsampling,
    ) -> Result<Planes, Error> {
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
            let count = (rows.len() * columns.len()) as u32;
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

fn crop_owned(samples: Vec<u8>, full: Layout, width: u32, height: u32) -> Result<Image, Error> {
    if (full.width, full.height) == (width, height) {
        return Ok(Image::from_u8(full, samples)?);
    }
    crop(&samples, full, width, height)
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

fn is_final(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::OutOfMemory { .. } | ErrorKind::TooMuchMemory { .. }
    )
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

fn unsupported(what: &'static str) -> Error {
    let format = Format::Jpeg;
    ErrorKind::Unsupported { format, what }.into()
}

/// Far more than any real progressive file has; each costs a walk over all blocks.
const MAX_SCANS: u16 = 256;
