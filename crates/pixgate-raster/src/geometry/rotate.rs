//! Turning and mirroring: any of the eight orientations in one pass.

use crate::dispatch::{with_channels, with_view};
use crate::{
    ChromaSubsampling, Error, ErrorKind, Image, Layout, Orientation, Planes, Sample, View, zeroed,
};

/// Turns and mirrors an image; each pixel is read and written once.
///
/// Quarter turns go through the image in square blocks so that both sides stay in the cache.
/// Allocates [`orient_bytes`].
///
/// # Errors
///
/// [`ErrorKind::OutOfMemory`].
///
/// # Examples
///
/// ```
/// use pixgate_raster::geometry::orient;
/// use pixgate_raster::{Channels, Image, Layout, Orientation};
///
/// let row = Image::from_u8(Layout::u8(2, 1, Channels::Grey), vec![1, 2])?;
/// let column = orient(&row, Orientation::ROTATE_270)?;
/// assert_eq!((column.width(), column.height()), (1, 2));
/// assert_eq!(column.view::<u8>()?.row(0), &[2]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn orient(image: &Image, orientation: Orientation) -> Result<Image, Error> {
    with_view!(image, view => orient_view(view, orientation))
}

/// Turns and mirrors planes; chroma subsampling stays.
///
/// Chroma samples keep their place in the picture only if [`orients_exactly`] says so; otherwise
/// they move by one luma pixel, unless the planes were resampled for it (see
/// [`Axis::chroma`](crate::resample::Axis::chroma)). Allocates the bytes of all planes.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] for a quarter turn of 4:2:2, which has no 4:4:0 here, and
/// [`ErrorKind::OutOfMemory`].
pub fn orient_planes(planes: &Planes, orientation: Orientation) -> Result<Planes, Error> {
    let horizontal = planes.subsampling == ChromaSubsampling::Horizontal;
    if orientation.swaps_sides() && horizontal && planes.chroma.is_some() {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    let turn = |image: &Image| orient(image, orientation);
    Ok(Planes {
        y: turn(&planes.y)?,
        chroma: match &planes.chroma {
            Some([cb, cr]) => Some([turn(cb)?, turn(cr)?]),
            None => None,
        },
        alpha: planes.alpha.as_ref().map(turn).transpose()?,
        ..*planes
    })
}

/// Whether chroma of these planes stays where it is relative to luma.
///
/// Subsampled chroma of an odd side begins at the left or top edge; a mirrored image would need
/// it to begin at the other one.
#[must_use]
pub fn orients_exactly(planes: &Planes, orientation: Orientation) -> bool {
    let (columns, rows) = orientation.mirrors();
    let halved = match planes.subsampling {
        _ if planes.chroma.is_none() => (false, false),
        ChromaSubsampling::Full => (false, false),
        ChromaSubsampling::Horizontal => (true, false),
        ChromaSubsampling::Both => (true, true),
    };
    let odd = (planes.y.width() % 2 == 1, planes.y.height() % 2 == 1);
    let turned_422 = orientation.swaps_sides() && halved == (true, false);
    let moves = (columns && halved.0 && odd.0) || (rows && halved.1 && odd.1);
    !(turned_422 || moves)
}

/// Bytes that [`orient`] allocates.
#[must_use]
pub const fn orient_bytes(source: Layout) -> u64 {
    source.bytes()
}

fn orient_view<T: Sample>(view: View<'_, T>, orientation: Orientation) -> Result<Image, Error> {
    let (width, height) = orientation.size(view.width(), view.height());
    let layout = view.layout().sized(width, height);
    let mut samples = zeroed::<T>(layout.samples()?)?;
    with_channels!(layout.channels, C => {
        let target = samples.as_chunks_mut::<C>().0;
        if orientation.transpose {
            transpose(view, target, orientation);
        } else {
            mirror(view, target, orientation);
        }
    });
    Image::from_samples(layout, T::wrap(samples))
}

/// Copies rows in the right order and direction.
fn mirror<T: Sample, const C: usize>(view: View<'_, T>, target: &mut [[T; C]], o: Orientation) {
    let width = view.width() as usize;
    for (y, row) in (0..view.height()).zip(target.chunks_exact_mut(width)) {
        let y = if o.flip_y { view.height() - 1 - y } else { y };
        let source = view.row(y).as_chunks::<C>().0;
        if o.flip_x {
            for (to, from) in row.iter_mut().zip(source.iter().rev()) {
                *to = *from;
            }
        } else {
            row.copy_from_slice(source);
        }
    }
}

/// Writes blocks of the target from columns of the source.
fn transpose<T: Sample, const C: usize>(view: View<'_, T>, target: &mut [[T; C]], o: Orientation) {
    let (width, height) = (view.height() as usize, view.width() as usize);
    for top in (0..height).step_by(BLOCK) {
        for left in (0..width).step_by(BLOCK) {
            let columns = left..(left + BLOCK).min(width);
            let rows = top..(top + BLOCK).min(height);
            transpose_block(view, target, o, columns, rows);
        }
    }
}

/// Fills the target's `columns` × `rows`.
fn transpose_block<T: Sample, const C: usize>(
    view: View<'_, T>,
    target: &mut [[T; C]],
    o: Orientation,
    columns: std::ops::Range<usize>,
    rows: std::ops::Range<usize>,
) {
    let (width, height) = (view.height() as usize, view.width() as usize);
    for (x, source_y) in columns
        .clone()
        .zip(columns.map(|x| if o.flip_x { width - 1 - x } else { x }))
    {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "below the height, which is u32"
        )]
        let source = view.row(source_y as u32).as_chunks::<C>().0;
        for y in rows.clone() {
            let source_x = if o.flip_y { height - 1 - y } else { y };
            target[y * width + x] = source[source_x];
        }
    }
}

/// Pixels on the side of a block: 32 × 32 × 4 bytes are 4 KiB on each side.
const BLOCK: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channels;

    #[test]
    fn all_eight_orientations_of_a_3_by_2_image() {
        let image =
            Image::from_u8(Layout::u8(3, 2, Channels::Grey), vec![1, 2, 3, 4, 5, 6]).unwrap();
        let cases: [(u8, [u8; 6]); 8] = [
            (1, [1, 2, 3, 4, 5, 6]),
            (2, [3, 2, 1, 6, 5, 4]),
            (3, [6, 5, 4, 3, 2, 1]),
            (4, [4, 5, 6, 1, 2, 3]),
            (5, [1, 4, 2, 5, 3, 6]),
            (6, [4, 1, 5, 2, 6, 3]),
            (7, [6, 3, 5, 2, 4, 1]),
            (8, [3, 6, 2, 5, 1, 4]),
        ];
        for (exif, expected) in cases {
            let turned = orient(&image, Orientation::from_exif(exif)).unwrap();
            assert_eq!(
                turned.samples(),
                &crate::Samples::U8(expected.to_vec()),
                "{exif}"
            );
            assert_eq!(turned.width(), if exif < 5 { 3 } else { 2 });
        }
    }
}
