//! From bytes to pixels: the decoder of a format, behind the boundary and within the limits.

use pixgate_options::Format;

use crate::boundary::{Contained, ContainedFrames, contain};
use crate::pixels::Collector;
use crate::{
    DecodeRequest, Decoder, Error, ErrorKind, Frames, Header, Limits, Metadata, Pixels, formats,
};

/// Whether this build can decode a format.
///
/// HEIC counts as readable with the feature `avif`, for files that are called so but hold AV1;
/// those that hold HEVC are refused by [`probe`](crate::probe) without the feature `heic`.
#[must_use]
pub const fn can_read(format: Format) -> bool {
    formats::reading(format).is_some()
}

/// Bytes that a decoder takes for itself, on top of the bands it hands over.
///
/// An upper estimate made from the header alone, for the memory budget of a plan: coefficient
/// stores, canvases, frames of a codec library. Bands of a decoder that hands over the whole
/// image at once are not counted.
#[must_use]
pub fn decode_bytes(header: &Header, request: &DecodeRequest) -> u64 {
    formats::reading(header.format).map_or(0, |reading| (reading.decode_bytes)(header, request))
}

/// Starts to decode an image whose header was probed.
///
/// # Errors
///
/// [`ErrorKind::CannotRead`] for formats that this build has no decoder for, the kinds for
/// limits if header or decoder exceed them, and those of [`Decoder::next_band`].
pub fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    check(limits, header, request)?;
    let format = header.format;
    let reading = formats::reading(format).ok_or(ErrorKind::CannotRead { format })?;
    limits.check_room(format, decode_bytes(header, request))?;
    let decoder = contain(format, || (reading.open)(bytes, header, request, limits))?;
    limits.check_layout(decoder.layout())?;
    Ok(Box::new(Contained::new(format, decoder)))
}

/// Decodes a whole image.
///
/// # Errors
///
/// As [`open`] and [`Decoder::next_band`].
pub fn decode(
    bytes: &[u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
) -> Result<(Pixels, Metadata), Error> {
    let mut decoder = open(bytes, header, request, limits)?;
    let mut collector = Collector::new(decoder.layout());
    while let Some(band) = decoder.next_band()? {
        collector.push(band)?;
    }
    Ok((collector.finish()?, decoder.metadata().clone()))
}

/// Starts to read an animation whose header was probed.
///
/// How often it is played says [`Animation::loop_count`](crate::Animation). A still image of a
/// format that can be animated gives one frame.
///
/// # Errors
///
/// [`ErrorKind::CannotRead`] for formats without animation, the kinds for limits that the header
/// exceeds, and those of [`Frames::next_frame`].
///
/// # Examples
///
/// ```
/// use pixgate_codec::{EncodeSettings, Limits, Metadata, animation_encoder, frames, probe};
/// use pixgate_options::Format;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let layout = Layout::u8(2, 1, Channels::Rgb);
/// let settings = EncodeSettings::new(Format::Gif, 80);
/// let mut encoder = animation_encoder(layout, &settings, &Metadata::default())?;
/// for red in [0, 255] {
///     encoder.write_frame(Image::from_u8(layout, vec![red, 0, 0, 0, 0, 255])?, 80)?;
/// }
/// let gif = encoder.finish(0)?;
///
/// let limits = Limits::default();
/// let header = probe(&gif, &limits)?;
/// let mut frames = frames(&gif, &header, &limits)?;
/// let mut delays = Vec::new();
/// while let Some((image, delay_ms)) = frames.next_frame()? {
///     assert_eq!((image.width(), image.height()), (2, 1));
///     delays.push(delay_ms);
/// }
/// assert_eq!(delays, [80, 80]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn frames<'a>(
    bytes: &'a [u8],
    header: &Header,
    limits: &Limits,
) -> Result<Box<dyn Frames + 'a>, Error> {
    check(limits, header, &DecodeRequest::default())?;
    let format = header.format;
    limits.check_room(format, frames_bytes(header))?;
    let reader = formats::reading(format).and_then(|reading| reading.frames);
    let read = reader.ok_or(ErrorKind::CannotRead { format })?;
    let inner = contain(format, || read(bytes, header, limits))?;
    Ok(Box::new(ContainedFrames::new(format, inner)))
}

/// Bytes that reading an animation takes at most, the frame that is handed over included.
///
/// An upper estimate made from the header alone; it does not grow with the number of frames.
#[must_use]
pub fn frames_bytes(header: &Header) -> u64 {
    let pixels = u64::from(header.width) * u64::from(header.height);
    let handed_over = pixels.saturating_mul(header.channels.count() as u64);
    decode_bytes(header, &DecodeRequest::default()).saturating_add(handed_over)
}

/// Checks a header's promises before anything is decoded.
fn check(limits: &Limits, header: &Header, request: &DecodeRequest) -> Result<(), Error> {
    limits.check_header(header)?;
    limits.check_bytes(decode_bytes(header, request))
}
