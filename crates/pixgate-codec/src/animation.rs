//! Animations: frames read one after the other, and written so.

use pixgate_raster::Image;

use crate::Error;

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
    ///
    /// [`ErrorKind::Broken`]: crate::ErrorKind::Broken
    /// [`ErrorKind::OutOfMemory`]: crate::ErrorKind::OutOfMemory
    fn next_frame(&mut self) -> Result<Option<(Image, u32)>, Error>;
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
    ///
    /// [`ErrorKind::Encoder`]: crate::ErrorKind::Encoder
    /// [`ErrorKind::OutOfMemory`]: crate::ErrorKind::OutOfMemory
    /// [`ErrorKind::Unsupported`]: crate::ErrorKind::Unsupported
    fn write_frame(&mut self, image: Image, delay_ms: u32) -> Result<(), Error>;

    /// Ends the file.
    ///
    /// - `loop_count`: how often the whole is played; 0 is forever.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Encoder`](crate::ErrorKind::Encoder) if there was no frame or the codec failed.
    fn finish(self: Box<Self>, loop_count: u32) -> Result<Vec<u8>, Error>;
}
