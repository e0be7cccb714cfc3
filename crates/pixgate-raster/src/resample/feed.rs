//! Making a plane smaller while its rows arrive.

use super::plane::{self, PlaneTaps};
use super::{Resampler, Scaling};
use crate::{Error, ErrorKind, Image, Layout, View, zeroed};

/// Makes one 8-bit plane smaller row by row, so that it never exists as a whole.
///
/// The result is that of [`Resampler::resize`].
///
/// # Examples
///
/// ```
/// use pixgate_raster::resample::{PlaneReducer, Resampler, Scaling};
/// use pixgate_raster::{Channels, Layout, View};
///
/// let source = Layout::u8(40, 30, Channels::Grey);
/// let scaling = Scaling::resized(source, 20, 15);
/// let mut resampler = Resampler::new();
/// let mut plane = PlaneReducer::new(&mut resampler, source, scaling)?;
/// for _ in 0..30 {
///     plane.push(View::new(&[77; 40], source.sized(40, 1), 40)?)?;
/// }
/// let small = plane.finish()?;
/// assert_eq!((small.width(), small.height()), (20, 15));
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
#[derive(Debug)]
pub struct PlaneReducer {
    source: Layout,
    taps: PlaneTaps,
    /// The newest rows, each where its number modulo their count says.
    ring: Vec<u8>,
    /// Rows that have come.
    come: usize,
    middle: Vec<i16>,
    result: Image,
    /// Rows of the result that are made.
    made: usize,
}

impl PlaneReducer {
    /// Whether a plane can be mapped so: neither axis grows or shrinks by a factor of four or
    /// more, and not both are kept.
    #[must_use]
    pub fn can_map(source: Layout, to: Scaling) -> bool {
        plane::can_reduce(source, to)
    }

    /// Bytes that are allocated at most, the result with them.
    #[must_use]
    pub fn bytes(source: Layout, to: Scaling) -> u64 {
        let rows = plane::most_rows(source, to).saturating_mul(u64::from(source.width));
        to.apply(source)
            .bytes()
            .saturating_add(plane::plane_bytes(source, to))
            .saturating_add(rows)
    }

    /// Waits for the first row.
    ///
    /// - `resampler`: lends its weights, if the last plane had the same.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnsupportedLayout`] if [`can_map`](Self::can_map) does not hold,
    /// [`ErrorKind::InvalidSize`] and [`ErrorKind::OutOfMemory`].
    pub fn new(resampler: &mut Resampler, source: Layout, to: Scaling) -> Result<Self, Error> {
        if !Self::can_map(source, to) {
            return Err(ErrorKind::UnsupportedLayout.into());
        }
        let taps = resampler.plane_taps(source, to)?;
        Ok(Self {
            source,
            ring: zeroed(taps.rows.count().saturating_mul(source.row_samples()))?,
            come: 0,
            middle: plane::middle_row(&taps.columns)?,
            result: Image::zeroed(to.apply(source))?,
            made: 0,
            taps,
        })
    }

    /// Takes the next rows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfBounds`] if they are of another width, or more than the plane has.
    pub fn push(&mut self, rows: View<'_, u8>) -> Result<(), Error> {
        let left = self.source.height as usize - self.come;
        if rows.width() != self.source.width || rows.height() as usize > left {
            return Err(ErrorKind::OutOfBounds.into());
        }
        for row in rows.rows() {
            let start = self.come % self.taps.rows.count() * row.len();
            if let Some(place) = self.ring.get_mut(start..start + row.len()) {
                place.copy_from_slice(row);
            }
            self.come += 1;
            self.make()?;
        }
        Ok(())
    }

    /// Makes the rows that need no more than what has come.
    fn make(&mut self) -> Result<(), Error> {
        let (width, count) = (self.source.row_samples(), self.taps.rows.count());
        let ring = &self.ring;
        let row = |y: usize| {
            let start = y % count * width;
            ring.get(start..start + width).unwrap_or_default()
        };
        let length = self.result.layout().row_samples();
        let result = self.result.slice_mut::<u8>()?;
        let targets = result.chunks_exact_mut(length).skip(self.made);
        for target in targets {
            if self.taps.rows.end(self.made) > self.come {
                break;
            }
            plane::make_row(&self.taps, self.made, row, &mut self.middle, target)?;
            self.made += 1;
        }
        Ok(())
    }

    /// The plane, all rows of which have come.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfBounds`] if some have not.
    pub fn finish(self) -> Result<Image, Error> {
        if self.made == self.taps.rows.outputs() {
            Ok(self.result)
        } else {
            Err(ErrorKind::OutOfBounds.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channels;

    #[test]
    fn rows_give_what_the_whole_plane_does() {
        let mut resampler = Resampler::new();
        for (width, height, to) in [(101, 67, (50, 33)), (64, 9, (17, 9)), (5, 40, (5, 12))] {
            let source = Layout::u8(width, height, Channels::Grey);
            let samples = (0..width * height).map(|i| (i * i % 251).to_le_bytes()[0]);
            let image = Image::from_u8(source, samples.collect()).unwrap();
            let scaling = Scaling::resized(source, to.0, to.1);
            let whole = resampler.resize(&image, scaling).unwrap();
            for step in [1, 7, 67] {
                let mut plane = PlaneReducer::new(&mut resampler, source, scaling).unwrap();
                for y in (0..height).step_by(step) {
                    let rows = (height - y).min(u32::try_from(step).unwrap());
                    let view = image.view().unwrap().crop(0, y, width, rows).unwrap();
                    plane.push(view).unwrap();
                }
                assert_eq!(plane.finish().unwrap(), whole, "{width} {height} {step}");
            }
        }
    }

    #[test]
    fn rows_that_are_missing_or_too_many_are_refused() {
        let source = Layout::u8(8, 4, Channels::Grey);
        let scaling = Scaling::resized(source, 4, 2);
        let plane = || PlaneReducer::new(&mut Resampler::new(), source, scaling).unwrap();
        assert!(plane().finish().is_err());
        let rows = [0; 8 * 5];
        let view = |layout| View::new(&rows, layout, 8).unwrap();
        assert!(plane().push(view(source.sized(8, 5))).is_err());
        assert!(plane().push(view(source.sized(7, 1))).is_err());
        let kept = Scaling::resized(source, 8, 4);
        assert!(PlaneReducer::new(&mut Resampler::new(), source, kept).is_err());
    }
}
