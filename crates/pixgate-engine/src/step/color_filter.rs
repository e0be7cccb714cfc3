//! What filters of colours have in common: they see 8-bit colour.

use pixgate_raster::compose::{premultiply, unpremultiply};
use pixgate_raster::convert::{convert_channels, convert_depth};
use pixgate_raster::{Channels, Depth, Image, Layout};

use crate::Error;

/// The layout that colour filters see and give: greys become colour and stay so.
pub(super) fn colored(layout: Layout) -> Layout {
    Layout {
        channels: colored_channels(layout.channels),
        depth: Depth::U8,
        ..layout
    }
}

/// The channels of an image that got colours.
pub(super) const fn colored_channels(channels: Channels) -> Channels {
    match channels {
        Channels::Grey => Channels::Rgb,
        Channels::GreyAlpha => Channels::Rgba,
        Channels::Rgb | Channels::Rgba | Channels::Cmyk => channels,
    }
}

/// Filters work on a converted copy, if the image is not 8-bit colour already.
pub(super) fn bytes(layout: Layout, filter_bytes: impl Fn(Layout) -> u64) -> u64 {
    let seen = colored(layout);
    if layout == seen {
        return filter_bytes(seen);
    }
    filter_bytes(seen)
        .saturating_add(seen.bytes())
        .max(converting_bytes(layout))
}

/// Bytes while an image becomes 8-bit colour.
pub(super) fn converting_bytes(layout: Layout) -> u64 {
    let seen = colored(layout);
    if layout == seen {
        0
    } else {
        seen.bytes().saturating_mul(2)
    }
}

/// The image as colour filters see it.
pub(super) fn converted(image: Image) -> Result<Image, Error> {
    let image = convert_depth(image, Depth::U8)?;
    let channels = colored_channels(image.layout().channels);
    Ok(convert_channels(image, channels)?)
}

/// Filters with alpha multiplied in, so that transparent pixels do not bleed.
pub(super) fn premultiplied(
    image: Image,
    (comes_so, goes_so): (bool, bool),
    filter: impl FnOnce(Image) -> Result<Image, Error>,
) -> Result<Image, Error> {
    let mut image = converted(image)?;
    if !comes_so {
        premultiply(&mut image);
    }
    let mut image = filter(image)?;
    if !goes_so {
        unpremultiply(&mut image);
    }
    Ok(image)
}
