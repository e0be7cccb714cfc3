//! How much there is to see in an image.

use crate::{Channels, Error, ErrorKind, Image, View};

/// How much a grey picture holds, in bits: about 0 to 4 for drawings, 8 and more for photographs.
///
/// The entropies of the differences between neighbours (to the right, below, and below to the
/// right) added up; 27 at most. Allocates a few kilobytes.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] unless it is 8-bit grey, see [`luma`](crate::measure::luma()).
///
/// # Examples
///
/// ```
/// use pixgate_raster::measure::complexity;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let layout = Layout::u8(16, 16, Channels::Grey);
/// let flat = Image::from_u8(layout, vec![200; 256])?;
/// let mixed = |i: u32| (i * i).wrapping_mul(2_654_435_761).to_be_bytes()[1];
/// let noise = (0..256).map(mixed).collect();
/// let noise = Image::from_u8(layout, noise)?;
/// assert!(complexity(&flat)? < 0.1);
/// assert!(complexity(&noise)? > 10.0);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn complexity(luma: &Image) -> Result<f64, Error> {
    if luma.layout().channels != Channels::Grey {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    let view = luma.view::<u8>()?;
    let directions = [(1, 0), (0, 1), (1, 1)];
    let bits = directions.map(|direction| entropy(&differences(&view, direction)));
    Ok(bits.iter().sum())
}

/// How often each difference to the neighbour in a direction occurs.
fn differences(view: &View<'_, u8>, (right, down): (usize, u32)) -> [u32; 512] {
    let mut counts = [0; 512];
    for y in down..view.height() {
        let neighbours = view.row(y).iter().skip(right);
        for (here, there) in view.row(y - down).iter().zip(neighbours) {
            counts[256 + usize::from(*there) - usize::from(*here)] += 1;
        }
    }
    counts
}

/// Bits per value (Shannon).
fn entropy(counts: &[u32]) -> f64 {
    let total: f64 = counts.iter().map(|count| f64::from(*count)).sum();
    let used = counts.iter().filter(|count| **count > 0);
    used.map(|count| {
        let share = f64::from(*count) / total;
        -share * share.log2()
    })
    .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Layout;

    fn of(value: impl Fn(u32, u32) -> u32) -> f64 {
        let layout = Layout::u8(64, 32, Channels::Grey);
        let samples = (0..64 * 32).map(|i| value(i % 64, i / 64).to_le_bytes()[0]);
        complexity(&Image::from_u8(layout, samples.collect()).expect("sizes fit")).expect("grey")
    }

    #[test]
    fn what_can_be_told_from_neighbours_counts_little() {
        let ramp = of(|x, y| x * 2 + y);
        let stripes = of(|x, _| x / 16 * 80);
        let halftone = of(|x, y| (x * y * 37 + x * x * 11) % 251);
        assert!(
            ramp < 0.01 && stripes < 2.0 && halftone > 12.0,
            "{ramp} {stripes} {halftone}"
        );
    }

    #[test]
    fn a_single_pixel_holds_nothing_and_colour_is_refused() {
        let layout = |channels| Layout::u8(1, 1, channels);
        let grey = Image::from_u8(layout(Channels::Grey), vec![7]).expect("one sample");
        assert!(complexity(&grey).expect("grey").abs() < f64::EPSILON);
        let colour = Image::from_u8(layout(Channels::Rgb), vec![7; 3]).expect("three samples");
        assert!(complexity(&colour).is_err());
    }
}
