//! Animations: frames read one after the other, and written so.

use pixgate_options::Format;
use pixgate_raster::{Image, Layout};

use crate::boundary::{ContainedAnimation, ContainedFrames, contain};
use crate::formats;
use crate::row::AnimationWriting;
use crate::{
    DecodeRequest, EncodeSettings, Error, ErrorKind, Header, Limits, Metadata, decode_bytes,
};

/// The frames of an animation, each as it looks on the canvas.
pub trait Frames: Send {
    /// Decodes the next frame: the whole canvas, and the milliseconds it is shown; `None` after
    /// the last one.
    ///
    /// All frames have the size and the channels of the header. A GIF that ends early gives what
    /// was decoded, so there may be fewer frames than the header counted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Broken`] for data that makes no sense, and [`ErrorKind::OutOfMemory`].
    fn next_frame(&mut self) -> Result<Option<(Image, u32)>, Error>;
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
    limits.check(header, &DecodeRequest::default())?;
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

/// An animation being written, frame after frame.
pub trait AnimationEncoder: Send {
    /// Takes the next frame, which is shown for `delay_ms` milliseconds.
    ///
    /// A frame that looks like the one before only prolongs it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] for another layout than the encoder was opened with,
    /// [`ErrorKind::OutOfMemory`], and [`ErrorKind::Encoder`] if the codec failed.
    fn write_frame(&mut self, image: Image, delay_ms: u32) -> Result<(), Error>;

    /// Ends the file.
    ///
    /// - `loop_count`: how often the whole is played; 0 is forever.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Encoder`] if there was no frame or the codec failed.
    fn finish(self: Box<Self>, loop_count: u32) -> Result<Vec<u8>, Error>;
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
    let pixel_bytes = writing(settings.format).map_or(0, |writing| writing.pixel_bytes);
    let work = pixels.saturating_mul(pixel_bytes);
    // Compressed frames are seldom larger than a byte per pixel; noise may take half as much more.
    let result = pixels.saturating_mul(u64::from(frames)).saturating_mul(3) / 2;
    work.saturating_add(result).saturating_add(8 << 20)
}
