//! Placing an image on a transparent canvas.

use crate::dispatch::with_view;
use crate::{Channels, Error, ErrorKind, Image, Layout, Sample, View, zeroed};

/// A canvas and where an image's top left corner lies on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Canvas {
    /// Width of the canvas, in pixels.
    pub width: u32,
    /// Height of the canvas, in pixels.
    pub height: u32,
    /// Column of the image's left edge; negative cuts the image.
    pub left: i64,
    /// Row of the image's top edge; negative cuts the image.
    pub top: i64,
}

/// Places the image on a transparent black canvas.
///
/// An alpha channel is added if it is missing; what leaves the canvas is cut off. Extending,
/// extending to an aspect ratio and padding are all this (pipeline §4.10 to §4.12, §5.4).
/// Allocates [`embed_bytes`].
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] for CMYK, [`ErrorKind::InvalidSize`] for an empty canvas,
/// [`ErrorKind::OutOfMemory`].
///
/// # Examples
///
/// ```
/// use pixgate_raster::geometry::{Canvas, embed};
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let image = Image::from_u8(Layout::u8(1, 1, Channels::Grey), vec![9])?;
/// let placed = embed(&image, Canvas { width: 2, height: 1, left: 1, top: 0 })?;
/// assert_eq!(placed.view::<u8>()?.row(0), &[0, 0, 9, 255]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn embed(image: &Image, canvas: Canvas) -> Result<Image, Error> {
    with_view!(image, view => embed_view(view, canvas))
}

/// Bytes that [`embed`] allocates.
#[must_use]
pub const fn embed_bytes(source: Layout, canvas: Canvas) -> u64 {
    canvas_layout(source, canvas).bytes()
}

const fn canvas_layout(source: Layout, canvas: Canvas) -> Layout {
    source
        .with_channels(source.channels.with_alpha())
        .sized(canvas.width, canvas.height)
}

fn embed_view<T: Sample>(view: View<'_, T>, canvas: Canvas) -> Result<Image, Error> {
    if view.channels() == Channels::Cmyk {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    let layout = canvas_layout(view.layout(), canvas);
    let mut samples = zeroed::<T>(layout.samples()?)?;
    let columns = overlap(view.width(), canvas.left, canvas.width);
    let rows = overlap(view.height(), canvas.top, canvas.height);
    let (from, to) = (view.channels().count(), layout.channels.count());
    for y in 0..rows.length {
        let source = view.row(rows.source + y);
        let source = &source[columns.source as usize * from..][..columns.length as usize * from];
        let start = (rows.canvas + y) as usize * layout.row_samples();
        let target = &mut samples[start + columns.canvas as usize * to..];
        place_row(
            source,
            &mut target[..columns.length as usize * to],
            from,
            to,
        );
    }
    Image::from_samples(layout, T::wrap(samples))
}

/// Copies pixels of `from` channels to pixels of `to`, the last then opaque alpha.
fn place_row<T: Sample>(source: &[T], target: &mut [T], from: usize, to: usize) {
    if from == to {
        return target.copy_from_slice(source);
    }
    for (pixel, target) in source.chunks_exact(from).zip(target.chunks_exact_mut(to)) {
        target[..from].copy_from_slice(pixel);
        target[from] = T::MAX;
    }
}

/// The part of one axis that image and canvas share.
struct Overlap {
    source: u32,
    canvas: u32,
    length: u32,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=u32::MAX"
)]
fn overlap(source: u32, offset: i64, canvas: u32) -> Overlap {
    let start = offset.clamp(0, i64::from(canvas));
    let end = offset
        .saturating_add(i64::from(source))
        .clamp(start, i64::from(canvas));
    Overlap {
        source: (start.saturating_sub(offset)).clamp(0, i64::from(source)) as u32,
        canvas: start as u32,
        length: (end - start) as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_follows_the_edges() {
        let cases = [
            ("inside", 3, 2, 10, (0, 2, 3)),
            ("cut left", 3, -1, 10, (1, 0, 2)),
            ("cut right", 3, 8, 10, (0, 8, 2)),
            ("cut both", 30, -5, 10, (5, 0, 10)),
            ("left of it", 3, -7, 10, (3, 0, 0)),
            ("right of it", 3, 12, 10, (0, 10, 0)),
            ("far away", 3, i64::MAX, 10, (0, 10, 0)),
            ("far away left", 3, i64::MIN, 10, (3, 0, 0)),
        ];
        for (name, source, offset, canvas, expected) in cases {
            let o = overlap(source, offset, canvas);
            assert_eq!((o.source, o.canvas, o.length), expected, "{name}");
        }
    }
}
