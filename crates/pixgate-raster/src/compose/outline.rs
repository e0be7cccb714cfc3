//! Frames around parts of an image.

use crate::{Channels, Error, ErrorKind, Image, Rect};

/// Draws a frame of a colour inside a rectangle of an 8-bit RGB or RGBA image, in place.
///
/// Pixels of the frame become opaque; a frame thicker than half of the rectangle fills it.
///
/// # Errors
///
/// [`ErrorKind::OutOfBounds`] if the rectangle leaves the image, [`ErrorKind::UnsupportedLayout`] for
/// other layouts.
///
/// # Examples
///
/// ```
/// use pixgate_raster::compose::outline;
/// use pixgate_raster::{Channels, Image, Layout, Rect};
///
/// let mut image = Image::zeroed(Layout::u8(5, 5, Channels::Rgb))?;
/// let rect = Rect { left: 1, top: 1, width: 3, height: 3 };
/// outline(&mut image, rect, 1, [0, 255, 0])?;
/// let view = image.view::<u8>()?;
/// assert_eq!((view.pixel(1, 2), view.pixel(2, 2)), (&[0, 255, 0][..], &[0; 3][..]));
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn outline(
    image: &mut Image,
    rect: Rect,
    thickness: u32,
    [red, green, blue]: [u8; 3],
) -> Result<(), Error> {
    let layout = image.layout();
    let (right, bottom) = (rect.left + rect.width, rect.top + rect.height);
    if right > layout.width || bottom > layout.height {
        return Err(ErrorKind::OutOfBounds.into());
    }
    if !matches!(layout.channels, Channels::Rgb | Channels::Rgba) {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    let color = [red, green, blue, u8::MAX];
    let channels = layout.channels.count();
    let rows = image
        .slice_mut::<u8>()?
        .chunks_exact_mut(layout.row_samples());
    let is_near = |at: u32, start: u32, end: u32| at - start < thickness || end - at <= thickness;
    for (y, row) in (0..)
        .zip(rows)
        .skip(rect.top as usize)
        .take(rect.height as usize)
    {
        let pixels = row.chunks_exact_mut(channels).zip(0..);
        for (pixel, x) in pixels.skip(rect.left as usize).take(rect.width as usize) {
            if is_near(y, rect.top, bottom) || is_near(x, rect.left, right) {
                pixel.copy_from_slice(&color[..channels]);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Layout;

    fn framed(rect: [u32; 4], thickness: u32) -> Result<Vec<u32>, Error> {
        let mut image = Image::zeroed(Layout::u8(6, 5, Channels::Rgba)).unwrap();
        let [left, top, width, height] = rect;
        let rect = Rect {
            left,
            top,
            width,
            height,
        };
        outline(&mut image, rect, thickness, [1, 2, 3])?;
        let view = image.view::<u8>().unwrap();
        let rows = view.rows().map(|row| {
            let pixels = row
                .chunks(4)
                .map(|pixel| u32::from(pixel == [1, 2, 3, 255]));
            pixels.fold(0, |bits, bit| bits << 1 | bit)
        });
        Ok(rows.collect())
    }

    #[test]
    fn a_frame_lies_inside_of_its_rectangle() {
        let thin = [0, 0b01_1110, 0b01_0010, 0b01_1110, 0];
        assert_eq!(framed([1, 1, 4, 3], 1).unwrap(), thin);
        let whole = [0b11_1111; 5];
        assert_eq!(framed([0, 0, 6, 5], 9).unwrap(), whole);
        assert_eq!(framed([5, 4, 1, 1], 1).unwrap(), [0, 0, 0, 0, 1]);
        assert!(framed([5, 4, 2, 1], 1).is_err());
    }
}
