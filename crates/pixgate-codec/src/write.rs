//! From pixels to bytes: the encoder of a format, behind the boundary.

use pixgate_options::Format;
use pixgate_raster::Layout;

use crate::boundary::{ContainedAnimation, ContainedEncoder, contain};
use crate::buffered::WholeEncoder;
use crate::room::check_room;
use crate::row::{AnimationWriting, Writing};
use crate::{
    AnimationEncoder, EncodeSettings, Encoder, Error, ErrorKind, Metadata, OutputLayout, Pixels,
    formats,
};

/// Whether this build can encode a format.
#[must_use]
pub const fn can_write(format: Format) -> bool {
    formats::writing(format).is_some()
}

/// Bytes that an encoder takes for itself at most: buffers, codec state and the result.
///
/// An upper estimate. Encoders that know whole images only collect the bands, which is counted;
/// the caller's own copy of the pixels is not.
#[must_use]
pub fn encode_bytes(layout: OutputLayout, settings: &EncodeSettings) -> u64 {
    formats::writing(settings.format).map_or(0, |writing| (writing.encode_bytes)(layout, settings))
}

/// Starts to encode an image of this layout.
///
/// `metadata` is written where the format has a place for it; take out what must not appear.
///
/// # Errors
///
/// [`ErrorKind::CannotWrite`] for formats that this build has no encoder for, and
/// [`ErrorKind::Unsupported`] for a layout that the format does not take.
pub fn encoder(
    layout: OutputLayout,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Box<dyn Encoder>, Error> {
    let format = settings.format;
    let writing = formats::writing(format).ok_or(ErrorKind::CannotWrite { format })?;
    let inner = contain(format, || encoder_of(writing, layout, settings, metadata))?;
    Ok(Box::new(ContainedEncoder::new(format, inner)))
}

fn encoder_of(
    writing: &Writing,
    layout: OutputLayout,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Box<dyn Encoder>, Error> {
    match writing.stream {
        Some(stream) => {
            check_room(settings.format, encode_bytes(layout, settings))?;
            stream(layout, settings, metadata)
        }
        None => Ok(WholeEncoder::boxed(
            layout,
            settings,
            metadata,
            encode_format,
        )),
    }
}

/// Encodes a whole image.
///
/// # Errors
///
/// As [`encoder`], and [`ErrorKind::Encoder`] if the codec failed.
pub fn encode(
    pixels: &Pixels,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    contain(settings.format, || {
        encode_format(pixels, settings, metadata)
    })
}

fn encode_format(
    pixels: &Pixels,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let layout = pixels.output_layout();
    let work = encode_bytes(layout, settings).saturating_sub(layout.bytes());
    check_room(settings.format, work)?;
    let format = settings.format;
    let writing = formats::writing(format).ok_or(ErrorKind::CannotWrite { format })?;
    (writing.encode)(pixels, settings, metadata)
}

/// Whether this build can write animations of a format.
#[must_use]
pub const fn can_write_animation(format: Format) -> bool {
    match formats::writing(format) {
        Some(writing) => writing.animation.is_some(),
        None => false,
    }
}

/// Starts to write an animation whose frames have this layout.
///
/// GIF keeps delays in steps of 10 ms and no metadata.
///
/// # Errors
///
/// [`ErrorKind::CannotWrite`] for formats that this build cannot animate, and
/// [`ErrorKind::Unsupported`] for a layout that the format does not take.
pub fn animation_encoder(
    layout: Layout,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Box<dyn AnimationEncoder>, Error> {
    let format = settings.format;
    let writer = writing(format).ok_or(ErrorKind::CannotWrite { format })?;
    let inner = contain(format, || (writer.open)(layout, settings, metadata))?;
    Ok(Box::new(ContainedAnimation::new(format, inner)))
}

fn writing(format: Format) -> Option<&'static AnimationWriting> {
    formats::writing(format)?.animation.as_ref()
}

/// Bytes that writing an animation takes at most: buffers, codec state and the result.
///
/// An upper estimate. What the result takes grows with the number of frames.
#[must_use]
pub fn animation_bytes(layout: Layout, frames: u32, settings: &EncodeSettings) -> u64 {
    let pixels = u64::from(layout.width) * u64::from(layout.height);
    let work = writing(settings.format).map_or(0, |writing| (writing.bytes)(layout, settings));
    // Compressed frames are seldom larger than a byte per pixel; noise may take half as much more.
    let result = pixels.saturating_mul(u64::from(frames)).saturating_mul(3) / 2;
    work.saturating_add(result).saturating_add(8 << 20)
}
