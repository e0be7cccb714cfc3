//! AVIF: own HEIF boxes, AV1 through rav1d and rav1e.

mod av1_decode;
mod av1_encode;
mod boxes;
mod container;
mod decode;
mod encode;
mod item;
mod mux;

use pixgate_options::Format;
use pixgate_raster::Channels;

use crate::{DecodeRequest, Error, ErrorKind, Header, Limits};
use container::Container;

pub(crate) use decode::open;
pub(crate) use encode::encode;

/// Reads the boxes; the size is that after the transformations that the decoder applies.
///
/// - `format`: as sniffed; HEIF files with AV1 pictures may be called HEIC.
pub(crate) fn header(format: Format, bytes: &[u8], _: &Limits) -> Result<Header, Error> {
    let container = Container::read(format, bytes)?;
    let primary = container.primary();
    let (width, height) = primary.displayed_size().ok_or_else(|| broken("size"))?;
    let channels = match (primary.is_monochrome(), container.alpha()) {
        (true, None) => Channels::Grey,
        (true, Some(_)) => Channels::GreyAlpha,
        (false, None) => Channels::Rgb,
        (false, Some(_)) => Channels::Rgba,
    };
    Ok(Header {
        bits: primary.bits(),
        has_color_profile: primary.profile().is_some(),
        subsampling: decode::planar_subsampling(&container),
        ..Header::still(format, width, height, channels)
    })
}

/// The decoder's frame and its working set, the planes, and what turns them to pixels.
pub(crate) fn decode_bytes(header: &Header, request: &DecodeRequest) -> u64 {
    let pixels = u64::from(header.width) * u64::from(header.height);
    let sample = if header.bits > 8 { 2 } else { 1 };
    let planes = pixels * 3 * sample;
    let alpha = if header.channels.has_alpha() {
        2 * pixels * sample
    } else {
        0
    };
    let conversion = if request.planar { 0 } else { pixels * sample };
    2 * planes + alpha + conversion + (8 << 20)
}

fn broken(what: &'static str) -> Error {
    let format = Format::Avif;
    ErrorKind::Broken { format, what }.into()
}

fn unsupported(what: &'static str) -> Error {
    let format = Format::Avif;
    ErrorKind::Unsupported { format, what }.into()
}
