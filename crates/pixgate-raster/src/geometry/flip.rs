//! Mirroring in place.

use crate::dispatch::with_channels;
use crate::{Image, Layout, SamplesMut};

/// Exchanges left and right, in place; allocates nothing.
///
/// # Examples
///
/// ```
/// use pixgate_raster::geometry::flip_horizontal;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let mut image = Image::from_u8(Layout::u8(3, 1, Channels::Grey), vec![1, 2, 3])?;
/// flip_horizontal(&mut image);
/// assert_eq!(image.view::<u8>()?.row(0), &[3, 2, 1]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn flip_horizontal(image: &mut Image) {
    let layout = image.layout();
    match image.samples_mut() {
        SamplesMut::U8(samples) => reverse_rows(samples, layout),
        SamplesMut::U16(samples) => reverse_rows(samples, layout),
        SamplesMut::F32(samples) => reverse_rows(samples, layout),
    }
}

/// Exchanges top and bottom, in place; allocates nothing.
pub fn flip_vertical(image: &mut Image) {
    let row = image.layout().row_samples();
    match image.samples_mut() {
        SamplesMut::U8(samples) => swap_rows(samples, row),
        SamplesMut::U16(samples) => swap_rows(samples, row),
        SamplesMut::F32(samples) => swap_rows(samples, row),
    }
}

fn reverse_rows<T>(samples: &mut [T], layout: Layout) {
    for row in samples.chunks_exact_mut(layout.row_samples()) {
        with_channels!(layout.channels, C => row.as_chunks_mut::<C>().0.reverse());
    }
}

fn swap_rows<T>(samples: &mut [T], row: usize) {
    let rows = samples.len() / row;
    let (upper, lower) = samples.split_at_mut(rows / 2 * row);
    let from_the_bottom = lower.chunks_exact_mut(row).rev();
    for (a, b) in upper.chunks_exact_mut(row).zip(from_the_bottom) {
        a.swap_with_slice(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::orient;
    use crate::{Channels, Orientation};

    #[test]
    fn flips_as_orientation_does() {
        for height in 1..5 {
            let samples = (0..height * 6).collect();
            let layout = Layout::u8(3, u32::from(height), Channels::GreyAlpha);
            let image = Image::from_u8(layout, samples).unwrap();
            let mut flipped = image.clone();
            flip_horizontal(&mut flipped);
            assert_eq!(
                flipped,
                orient(&image, Orientation::FLIP_HORIZONTAL).unwrap()
            );
            flip_vertical(&mut flipped);
            assert_eq!(flipped, orient(&image, Orientation::ROTATE_180).unwrap());
        }
    }
}
