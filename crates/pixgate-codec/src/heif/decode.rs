//! From HEIF items to planes or pixels: alpha, code points, transformations.

use std::borrow::Cow;

use pixgate_raster::compose::unpremultiply;
use pixgate_raster::convert::planes_to_image;
use pixgate_raster::geometry::{crop, orient};
use pixgate_raster::{
    Channels, ChromaSubsampling, Depth, Image, Layout, Orientation, Planes, Samples, SamplesMut,
    YuvRange, zeroed,
};

use super::assemble::decode_item;
use super::bands::Bands;
use super::container::Container;
use super::item::{Item, Transformation};
use super::matrix;
use super::picture::Picture;
use super::planes::{Code, planes, scale};
use super::{broken, profile, unsupported};
use crate::buffered::WholeDecoder;
use crate::{DecodeRequest, Decoder, Error, Header, Limits, Metadata, OutputLayout, Pixels, exif};

/// Opens a HEIF file.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    let mut container = Container::read(header.format, bytes)?;
    if header.parts.is_thumbnail {
        let small = container.into_thumbnail(header.format);
        container = small.ok_or_else(|| broken("a thumbnail that is missing"))?;
    }
    let metadata = metadata(&container, limits);
    let depth = if header.bits > 8 {
        Depth::U16
    } else {
        Depth::U8
    };
    let subsampling = planar_subsampling(&container).filter(|_| request.planar);
    let code = Code::new(&container)?;
    let layout = match subsampling {
        Some(_) => OutputLayout::Planar {
            width: header.width,
            height: header.height,
            depth,
            subsampling,
            alpha: container.alpha().is_some(),
            matrix: code.matrix,
            range: code.range,
        },
        None => OutputLayout::Interleaved(Layout {
            width: header.width,
            height: header.height,
            channels: header.channels,
            depth,
        }),
    };
    let format = header.format;
    let is_fine = !request.shrink.hides_blocks((header.width, header.height));
    if subsampling.is_some() && header.band_bytes.is_some() {
        let bands = Bands::new(container, code, layout, metadata, is_fine);
        return Ok(Box::new(bands.map_err(|error| error.of(format))?));
    }
    let work = move || {
        let pixels = decode(&container, code, subsampling.is_some(), is_fine);
        match pixels.map_err(|error| error.of(format))? {
            pixels if pixels.output_layout() == layout => Ok(pixels),
            _ => Err(broken("boxes and coded data disagree").of(format)),
        }
    };
    Ok(WholeDecoder::boxed(layout, metadata, work))
}

/// Chroma resolution, if the picture can be had as planes: YCbCr, and nothing to turn or crop.
pub(super) fn planar_subsampling(container: &Container<'_>) -> Option<ChromaSubsampling> {
    let primary = container.primary();
    let is_plain = primary
        .transformations()
        .is_some_and(|steps| steps.is_empty());
    let code = primary.code_points()?;
    let is_planar = !primary.is_monochrome() && !container.is_premultiplied();
    if !is_planar || !is_plain || !is_supported(code.matrix) {
        return None;
    }
    match primary.halves_chroma() {
        (true, true) => Some(ChromaSubsampling::Both),
        (true, false) => Some(ChromaSubsampling::Horizontal),
        (false, _) => Some(ChromaSubsampling::Full),
    }
}

/// The profile of the file, or one that says what its code points do.
pub(super) fn profile<'a>(container: &Container<'a>) -> Option<Cow<'a, [u8]>> {
    let primary = container.primary();
    let own = primary.profile().map(Cow::Borrowed);
    let points = primary.code_points().filter(|_| !primary.is_monochrome());
    own.or_else(|| profile::profile(points?).map(Cow::Owned))
}

/// Matrix coefficients that planes can carry; unspecified counts as BT.601.
const fn is_supported(matrix: u16) -> bool {
    matches!(matrix, 1 | 2 | 5 | 6 | 9)
}

fn decode(
    container: &Container<'_>,
    code: Code,
    planar: bool,
    is_fine: bool,
) -> Result<Pixels, Error> {
    let picture = decode_item(container, container.primary(), is_fine)?;
    let luma = picture.planes.first().map(|y| (y.width(), y.height()));
    if luma != container.primary().size() {
        return Err(broken("boxes and coded data disagree"));
    }
    let code = if code.is_given {
        code
    } else {
        Code::from_points(picture.code_points)?
    };
    let alpha = match container.alpha() {
        Some(item) => Some(alpha(container, item, &picture, is_fine)?),
        None => None,
    };
    let planes = planes(picture, alpha, code)?;
    planes
        .check()
        .map_err(|_| broken("planes of sizes that do not fit"))?;
    if planar {
        return Ok(Pixels::Planar(planes));
    }
    // Grey is luma, whatever the matrix.
    let rare = code.rare.filter(|_| planes.chroma.is_some());
    let mut image = match rare {
        _ if code.is_identity => identity(&planes)?,
        Some(matrix) => matrix::to_image(&planes, matrix)?,
        None => planes_to_image(&planes)?,
    };
    drop(planes);
    if container.is_premultiplied() {
        unpremultiply(&mut image);
    }
    for step in container.primary().transformations().unwrap_or_default() {
        image = apply(&image, step)?;
    }
    Ok(Pixels::Interleaved(image))
}

/// The luma of an alpha item, in full range and the picture's depth.
fn alpha(
    container: &Container<'_>,
    item: &Item<'_>,
    picture: &Picture,
    is_fine: bool,
) -> Result<Image, Error> {
    if item.size() != container.primary().size() {
        return Err(unsupported("alpha of another size"));
    }
    let mut alpha = decode_item(container, item, is_fine)?;
    let mut plane = alpha.planes.swap_remove(0);
    let size = |image: &Image| (image.width(), image.height());
    let luma = picture.planes.first().ok_or_else(|| broken("plane"))?;
    if size(&plane) != size(luma) || plane.layout().depth != luma.layout().depth {
        return Err(unsupported("alpha of another size or depth"));
    }
    scale(&mut plane, alpha.bits, YuvRange::Full);
    if !alpha.code_points.is_full_range {
        widen(&mut plane);
    }
    Ok(plane)
}

/// Stretches limited range to full.
fn widen(plane: &mut Image) {
    let stretch = |value: i64, unit: i64| ((value - 16 * unit) * 255 + 109) / 219;
    match plane.samples_mut() {
        SamplesMut::U8(samples) => {
            for sample in samples {
                let wide = stretch((*sample).into(), 1).clamp(0, 255);
                *sample = u8::try_from(wide).unwrap_or_default();
            }
        }
        SamplesMut::U16(samples) => {
            for sample in samples {
                let wide = stretch((*sample).into(), 257).clamp(0, 65_535);
                *sample = u16::try_from(wide).unwrap_or_default();
            }
        }
        SamplesMut::F32(_) => {}
    }
}

/// Matrix 0: the planes are green, blue and red.
fn identity(planes: &Planes) -> Result<Image, Error> {
    let (Some([blue, red]), ChromaSubsampling::Full) = (&planes.chroma, planes.subsampling) else {
        return Err(unsupported("subsampled RGB"));
    };
    let mut parts = vec![red, &planes.y, blue];
    parts.extend(&planes.alpha);
    let channels = if planes.alpha.is_some() {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    let layout = planes.y.layout().with_channels(channels);
    let samples = match layout.depth {
        Depth::U8 => Samples::U8(interleave(&parts, layout)?),
        _ => Samples::U16(interleave(&parts, layout)?),
    };
    Ok(Image::from_samples(layout, samples)?)
}

fn interleave<T: pixgate_raster::Sample>(
    parts: &[&Image],
    layout: Layout,
) -> Result<Vec<T>, Error> {
    let mut samples = zeroed::<T>(layout.samples()?)?;
    for (channel, part) in parts.iter().enumerate() {
        let view = part.view::<T>()?;
        let pixels = samples.chunks_exact_mut(parts.len());
        for (pixel, sample) in pixels.zip(view.rows().flatten()) {
            pixel[channel] = *sample;
        }
    }
    Ok(samples)
}

fn apply(image: &Image, step: Transformation) -> Result<Image, Error> {
    let image = match step {
        Transformation::Crop([left, top, width, height]) => crop(image, left, top, width, height)?,
        Transformation::Turn(1) => orient(image, Orientation::ROTATE_270)?,
        Transformation::Turn(2) => orient(image, Orientation::ROTATE_180)?,
        Transformation::Turn(_) => orient(image, Orientation::ROTATE_90)?,
        Transformation::Mirror(0) => orient(image, Orientation::FLIP_VERTICAL)?,
        Transformation::Mirror(_) => orient(image, Orientation::FLIP_HORIZONTAL)?,
    };
    Ok(image)
}

fn metadata(container: &Container<'_>, limits: &Limits) -> Metadata {
    let limit = limits.max_metadata_bytes;
    let mut metadata = Metadata::default();
    let profile = profile(container).filter(|profile| profile.len() as u64 <= limit);
    metadata.icc = profile.map(Cow::into_owned);
    let data = |kind| {
        let item = container.described_by(kind)?;
        container.data(item, limit).ok()
    };
    // An Exif item begins with the offset of the TIFF structure behind these four bytes.
    metadata.exif = data(b"Exif").and_then(|block| {
        let skipped = usize::try_from(crate::bytes::be32(&block, 0)?).ok()?;
        let tiff = block.get(4..)?.get(skipped..)?;
        Some(exif::without_prefix(tiff).to_vec())
    });
    metadata.xmp = data(b"mime");
    metadata
}
