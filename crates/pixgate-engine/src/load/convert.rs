//! From pixels as decoders give them to pixels as they were planned for.

use pixgate_raster::convert::{convert_channels, convert_depth, planes_to_image};
use pixgate_raster::geometry::crop;
use pixgate_raster::measure::average;
use pixgate_raster::{Channels, ChromaSubsampling, Image, Planes, Samples, SamplesMut};

use crate::Error;

/// Joins colours with the alpha that was stored apart.
pub(super) fn with_alpha(image: Image, alpha: Image) -> Result<Image, Error> {
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

/// Means of whole boxes; what is left at the right and at the bottom is dropped.
pub(super) fn box_means(
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
pub(super) fn averaged_planes(
    planes: Planes,
    size: (u32, u32),
    factor: u32,
) -> Result<Image, Error> {
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
