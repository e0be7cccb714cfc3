//! Copying a rectangle out of an image.

use crate::dispatch::with_view;
use crate::{Error, Image, Layout};

/// Copies a rectangle into an image of its own.
///
/// To go on without a copy use [`View::crop`](crate::View::crop). Allocates [`crop_bytes`].
///
/// # Errors
///
/// [`ErrorKind::OutOfBounds`](crate::ErrorKind) if the rectangle leaves the image,
/// [`ErrorKind::InvalidSize`](crate::ErrorKind) if it is empty,
/// [`ErrorKind::OutOfMemory`](crate::ErrorKind).
///
/// # Examples
///
/// ```
/// use pixgate_raster::geometry::crop;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let image = Image::from_u8(Layout::u8(3, 1, Channels::Grey), vec![1, 2, 3])?;
/// assert_eq!(crop(&image, 1, 0, 2, 1)?.view::<u8>()?.row(0), &[2, 3]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn crop(image: &Image, left: u32, top: u32, width: u32, height: u32) -> Result<Image, Error> {
    with_view!(image, view => view.crop(left, top, width, height)?.to_image())
}

/// Bytes that [`crop`] allocates.
#[must_use]
pub const fn crop_bytes(source: Layout, width: u32, height: u32) -> u64 {
    source.sized(width, height).bytes()
}
