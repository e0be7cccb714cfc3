//! JPEG XL: read by jxl-oxide, written without loss by zune-jpegxl.
//!
//! Only the codestream goes to the library. Metadata boxes are read here, and those that are
//! compressed are left out: a small box could become any amount of memory.

mod container;
mod encode;
mod frames;

use ::jxl_oxide::image::BitDepth;
use ::jxl_oxide::{AllocTracker, InitializeResult, JxlImage, JxlThreadPool, PixelFormat, Render};
use pixgate_options::Format;
use pixgate_raster::{Channels, Depth, Image, Layout, Samples, zeroed};

use crate::buffered::WholeDecoder;
use crate::row::{Reading, Row, Writing, collected_bytes};
use crate::{
    DecodeRequest, Decoder, EncodeSettings, Error, ErrorKind, Header, Limits, Metadata,
    OutputLayout, Pixels, signature,
};
use container::Container;

/// What this build does with JPEG XL.
pub(crate) const FORMAT: Row = Row {
    format: Format::Jxl,
    signatures: signature::JXL,
    reading: Some(Reading {
        header,
        pages: None,
        decode_bytes,
        open,
        frames: Some(frames::frames),
        is_sound: None,
        replace_metadata: None,
    }),
    writing: Some(Writing {
        encode: encode::encode,
        encode_bytes,
        stream: None,
        animation: None,
    }),
};

/// Reads the facts of an image; frames are counted only if there may be several.
fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let container = Container::read(bytes)?;
    let codestream = container.codestream();
    let mut reader = Reader::open(&codestream, limits.max_decode_bytes)?;
    let image = &reader.image;
    let metadata = &image.image_header().metadata;
    let is_animated = metadata.animation.is_some();
    let mut header = Header {
        bits: bits(metadata.bit_depth),
        has_color_profile: profile(image).is_some(),
        is_multi_pass: true,
        ..Header::still(
            Format::Jxl,
            image.width(),
            image.height(),
            channels(image.pixel_format())?,
        )
    };
    if header.width == 0 || header.height == 0 {
        return Err(broken("a side of zero"));
    }
    if is_animated {
        reader.feed_all()?;
        let animation = frames::timing(&reader.image);
        header.frames = u32::try_from(animation.delays_ms.len())
            .unwrap_or(u32::MAX)
            .max(1);
        header.animation = (header.frames > 1).then_some(animation);
    }
    Ok(header)
}

/// Coefficients, planes of floats before and after filters.
fn decode_bytes(header: &Header, _: &DecodeRequest) -> u64 {
    let pixels = u64::from(header.width) * u64::from(header.height);
    let planes = header.channels.count().max(3) as u64;
    pixels
        .saturating_mul(planes * BYTES_PER_SAMPLE)
        .saturating_add(8 << 20)
}

/// Bits of all groups, put together at the end; 16-bit samples once more.
fn encode_bytes(layout: OutputLayout, _: &EncodeSettings) -> u64 {
    collected_bytes(layout, layout.bytes().saturating_mul(4))
}

/// Starts to decode a frame.
fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    request: &DecodeRequest,
    _: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    let container = Container::read(bytes)?;
    let codestream = container.codestream();
    let reader = Reader::open(&codestream, decode_bytes(header, request))?;
    let layout = layout(header, &reader.image)?;
    let metadata = Metadata {
        icc: profile(&reader.image),
        exif: container.exif.map(<[u8]>::to_vec),
        xmp: container.xmp.map(<[u8]>::to_vec),
        ..Metadata::default()
    };
    let (header, request) = (header.clone(), *request);
    let work = move || {
        let codestream = container.codestream();
        let mut reader = Reader::open(&codestream, decode_bytes(&header, &request))?;
        reader.feed_all()?;
        let frame = usize::try_from(request.frame).unwrap_or(usize::MAX);
        render(&reader.image, frame, layout).map(Pixels::Interleaved)
    };
    let layout = OutputLayout::Interleaved(layout);
    Ok(WholeDecoder::boxed(layout, metadata, work))
}

/// The image that the header promised, or an error.
fn layout(header: &Header, image: &JxlImage) -> Result<Layout, Error> {
    let size = (image.width(), image.height());
    if size != (header.width, header.height) || channels(image.pixel_format())? != header.channels {
        return Err(broken("another image than its header"));
    }
    let depth = if header.bits > 8 {
        Depth::U16
    } else {
        Depth::U8
    };
    Ok(Layout {
        depth,
        ..Layout::u8(header.width, header.height, header.channels)
    })
}

/// A codestream being fed to the library, piece by piece.
struct Reader<'a> {
    image: JxlImage,
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Feeds until the image header is known.
    ///
    /// - `bytes`: most memory that the library may take.
    fn open(codestream: &'a [u8], bytes: u64) -> Result<Self, Error> {
        let room = usize::try_from(bytes).unwrap_or(usize::MAX);
        let mut state = JxlImage::builder()
            .pool(JxlThreadPool::none())
            .alloc_tracker(AllocTracker::with_limit(room))
            .build_uninit();
        let mut rest = codestream;
        loop {
            let piece = rest.get(..PIECE).unwrap_or(rest);
            if piece.is_empty() {
                return Err(broken("header ends early"));
            }
            let consumed = state.feed_bytes(piece).map_err(error)?;
            rest = rest.get(consumed..).unwrap_or_default();
            state = match state.try_init().map_err(error)? {
                InitializeResult::Initialized(image) => return Ok(Self { image, rest }),
                InitializeResult::NeedMoreData(_) if consumed == 0 => {
                    return Err(broken("header ends early"));
                }
                InitializeResult::NeedMoreData(state) => state,
            };
        }
    }

    /// Feeds the rest; a stream that ends early gives the frames that are there.
    fn feed_all(&mut self) -> Result<(), Error> {
        while !self.rest.is_empty() && !self.image.is_loading_done() {
            let piece = self.rest.get(..PIECE).unwrap_or(self.rest);
            let consumed = self.image.feed_bytes(piece).map_err(error)?;
            if consumed == 0 {
                break;
            }
            self.rest = self.rest.get(consumed..).unwrap_or_default();
            if self.image.num_loaded_frames() > MAX_FRAMES {
                return Err(broken("more frames than can be"));
            }
        }
        if self.image.num_loaded_keyframes() == 0 {
            return Err(broken("data ends before the first frame"));
        }
        Ok(())
    }
}

fn render(image: &JxlImage, frame: usize, layout: Layout) -> Result<Image, Error> {
    let last = image.num_loaded_keyframes().saturating_sub(1);
    let render = image.render_frame(frame.min(last)).map_err(error)?;
    let samples = match layout.depth {
        Depth::U8 => Samples::U8(samples(&render, layout)?),
        _ => Samples::U16(samples(&render, layout)?),
    };
    Ok(Image::from_samples(layout, samples)?)
}

fn samples<T: ::jxl_oxide::FrameBufferSample + Clone + Default>(
    render: &Render,
    layout: Layout,
) -> Result<Vec<T>, Error> {
    let mut stream = render.stream();
    let size = (stream.width(), stream.height(), stream.channels() as usize);
    if size != (layout.width, layout.height, layout.channels.count()) {
        return Err(broken("a frame of another size"));
    }
    let mut samples = zeroed::<T>(layout.samples()?)?;
    stream.write_to_buffer(&mut samples);
    Ok(samples)
}

/// The colour profile, unless it is plain sRGB.
fn profile(image: &JxlImage) -> Option<Vec<u8>> {
    use ::jxl_oxide::color::ColourEncoding;
    let metadata = &image.image_header().metadata;
    match &metadata.colour_encoding {
        ColourEncoding::Enum(encoding) if encoding.is_srgb() || metadata.grayscale() => None,
        _ => Some(image.rendered_icc()).filter(|icc| !icc.is_empty()),
    }
}

const fn channels(format: PixelFormat) -> Result<Channels, ErrorKind> {
    match format {
        PixelFormat::Gray => Ok(Channels::Grey),
        PixelFormat::Graya => Ok(Channels::GreyAlpha),
        PixelFormat::Rgb => Ok(Channels::Rgb),
        PixelFormat::Rgba => Ok(Channels::Rgba),
        PixelFormat::Cmyk | PixelFormat::Cmyka => Err(ErrorKind::Unsupported {
            format: Format::Jxl,
            what: "CMYK",
        }),
    }
}

/// Floats count as 16 bits.
fn bits(depth: BitDepth) -> u8 {
    match depth {
        BitDepth::IntegerSample { bits_per_sample } => {
            u8::try_from(bits_per_sample.clamp(1, 16)).unwrap_or(16)
        }
        BitDepth::FloatSample { .. } => 16,
    }
}

fn error(error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    let format = Format::Jxl;
    let what = "codestream";
    Error::with_source(ErrorKind::Broken { format, what }, error)
}

fn broken(what: &'static str) -> Error {
    let format = Format::Jxl;
    ErrorKind::Broken { format, what }.into()
}

/// Bytes that are fed at a time.
const PIECE: usize = 64 << 10;
/// Most frames of a file, hidden ones counted.
const MAX_FRAMES: usize = 10_000;
/// What the library takes for a sample of the image: buffers of floats, twice where splines or
/// patches are drawn, and room that it does not use.
const BYTES_PER_SAMPLE: u64 = 40;
