//! JPEG: facts from the markers; pixels through libjpeg-turbo-rs.

mod decode;
mod encode;
mod markers;

use pixgate_options::Format;

use crate::{DecodeRequest, Error, Header, Limits, exif};
use markers::Markers;

pub(crate) use decode::open;
pub(crate) use encode::encode;

/// Reads the facts in front of the first scan.
pub(crate) fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let markers = Markers::read(bytes, limits)?;
    let frame = markers.frame()?;
    let channels = markers.channels()?;
    Ok(Header {
        orientation: exif::orientation(markers.metadata.exif.as_deref().unwrap_or_default()),
        bits: frame.precision.clamp(1, 16),
        has_color_profile: markers.metadata.icc.is_some(),
        subsampling: markers.subsampling(),
        is_multi_pass: frame.is_progressive,
        ..Header::still(Format::Jpeg, frame.width, frame.height, channels)
    })
}

/// Component planes, the library's working set and, for progressive files, all coefficients.
pub(crate) fn decode_bytes(header: &Header, request: &DecodeRequest) -> u64 {
    decode::memory(header, request)
}
