//! Still images, by pixgate-webp.

use pixgate_raster::convert::{convert_channels, planes_to_image};
use pixgate_raster::{
    Channels, ChromaSubsampling, Depth, Image, Layout, Planes, YuvMatrix, YuvRange,
};
use pixgate_webp::vp8;

use super::container::Chunks;
use super::lossless::LosslessDecoder;
use super::{alpha, broken, header, metadata, of_webp};
use crate::buffered::WholeDecoder;
use crate::pixels::Collector;
use crate::{
    Band, DecodeRequest, Decoder, Error, ErrorKind, Header, Limits, Metadata, OutputLayout, Pixels,
    Shrink,
};

/// Opens a WebP file. Pixels come at the stored size, whatever size is asked for.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    let metadata = metadata(bytes, limits);
    let (width, height) = (header.width, header.height);
    if header.subsampling == Some(ChromaSubsampling::Both) {
        let decoder = PlanarDecoder::new(bytes, (width, height), request.shrink, metadata)?;
        return Ok(match request.planar {
            true => Box::new(decoder),
            false => decoder.interleaved(),
        });
    }
    let layout = Layout::u8(width, height, header.channels);
    if Chunks::new(bytes).content(b"VP8 ").is_none() {
        return Ok(Box::new(LosslessDecoder::new(bytes, layout, metadata)?));
    }
    let shrink = request.shrink;
    let work = move || Ok(Pixels::Interleaved(picture(bytes, layout, shrink)?));
    let layout = OutputLayout::Interleaved(layout);
    Ok(WholeDecoder::boxed(layout, metadata, work))
}

/// Decodes the picture of a file, opaque where alpha was promised and is missing.
///
/// - `layout`: of what comes out.
fn picture(bytes: &[u8], layout: Layout, shrink: Shrink) -> Result<Image, Error> {
    if Chunks::new(bytes).content(b"VP8 ").is_none() {
        return LosslessDecoder::new(bytes, layout, Metadata::default())?.image();
    }
    let size = (layout.width, layout.height);
    let mut decoder = PlanarDecoder::new(bytes, size, shrink, Metadata::default())?;
    let mut planes = decoder.planes()?;
    if let Some(payload) = Chunks::new(bytes).content(b"ALPH") {
        planes.alpha = Some(alpha::plane(payload, size)?);
    }
    Ok(convert_channels(
        planes_to_image(&planes)?,
        layout.channels,
    )?)
}

/// A lossy picture, row by row of macroblocks.
struct PlanarDecoder<'a> {
    library: vp8::Decoder<'a>,
    metadata: Metadata,
    first_row: u32,
}

impl<'a> PlanarDecoder<'a> {
    /// - `shrink`: what the picture is scaled down to afterwards.
    fn new(
        bytes: &'a [u8],
        size: (u32, u32),
        shrink: Shrink,
        metadata: Metadata,
    ) -> Result<Self, Error> {
        let payload = Chunks::new(bytes).content(b"VP8 ");
        let payload = payload.ok_or_else(|| broken("no VP8 chunk"))?;
        let library = vp8::Decoder::new(payload, !shrink.hides_blocks(size)).map_err(of_webp)?;
        if library.size() != size {
            return Err(broken("two different sizes"));
        }
        Ok(Self {
            library,
            metadata,
            first_row: 0,
        })
    }

    /// A decoder to RGB, at once.
    fn interleaved(self) -> Box<dyn Decoder + 'a> {
        let (width, height) = self.library.size();
        let layout = OutputLayout::Interleaved(Layout::u8(width, height, Channels::Rgb));
        let metadata = self.metadata.clone();
        let mut decoder = self;
        WholeDecoder::boxed(layout, metadata, move || {
            Ok(Pixels::Interleaved(planes_to_image(&decoder.planes()?)?))
        })
    }

    /// All rows together.
    fn planes(&mut self) -> Result<Planes, Error> {
        let mut rows = Collector::new(self.layout());
        while let Some(band) = self.next_band()? {
            rows.push(band)?;
        }
        match rows.finish()? {
            Pixels::Planar(planes) => Ok(planes),
            Pixels::Interleaved(_) => Err(ErrorKind::Internal.into()),
        }
    }
}

impl Decoder for PlanarDecoder<'_> {
    fn layout(&self) -> OutputLayout {
        let (width, height) = self.library.size();
        OutputLayout::Planar {
            width,
            height,
            depth: Depth::U8,
            subsampling: Some(ChromaSubsampling::Both),
            alpha: false,
            matrix: YuvMatrix::Bt601,
            range: YuvRange::Limited,
        }
    }

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn next_band(&mut self) -> Result<Option<Band>, Error> {
        let Some(rows) = self.library.next_rows().map_err(of_webp)? else {
            return Ok(None);
        };
        let planes = copied(&rows)?;
        let first_row = self.first_row;
        self.first_row += planes.y.height();
        Ok(Some(Band {
            first_row,
            pixels: Pixels::Planar(planes),
        }))
    }
}

/// Rows of their own.
fn copied(rows: &vp8::Planes<'_>) -> Result<Planes, Error> {
    let [cb, cr] = &rows.chroma;
    Ok(Planes {
        y: plane(&rows.luma)?,
        chroma: Some([plane(cb)?, plane(cr)?]),
        alpha: None,
        subsampling: ChromaSubsampling::Both,
        matrix: YuvMatrix::Bt601,
        range: YuvRange::Limited,
    })
}

fn plane(from: &vp8::PlaneRows<'_>) -> Result<Image, Error> {
    let side = |side| u32::try_from(side).map_err(|_| ErrorKind::Internal);
    let (width, height) = (side(from.width())?, side(from.height())?);
    let mut image = Image::zeroed(Layout::u8(width, height, Channels::Grey))?;
    let rows = image.slice_mut::<u8>()?.chunks_exact_mut(from.width());
    for (to, from) in rows.zip(from.rows()) {
        to.copy_from_slice(from);
    }
    Ok(image)
}

/// Decodes a still image that an animation has as a frame.
pub(super) fn still(bytes: &[u8], (width, height): (u32, u32)) -> Result<Image, Error> {
    let header = header(bytes, &Limits::default())?;
    picture(
        bytes,
        Layout::u8(width, height, header.channels),
        Shrink::None,
    )
}
