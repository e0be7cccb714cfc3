//! Borrowed rows of an interleaved image.

use crate::{Channels, Error, ErrorKind, Layout, Sample};

/// Borrowed interleaved pixels, rows `stride` samples apart.
#[derive(Debug, Clone, Copy)]
pub struct View<'a, T: Sample> {
    samples: &'a [T],
    /// Where the first pixel lies in `samples`; more than 0 only for crops.
    start: usize,
    layout: Layout,
    stride: usize,
}

impl<'a, T: Sample> View<'a, T> {
    /// Looks at `samples` as an image of this layout.
    ///
    /// - `stride`: samples from the start of one row to the next, at least a row's samples.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BufferMismatch`] if the slice is too short, [`ErrorKind::UnsupportedLayout`]
    /// if the layout's depth is not that of `T` or the stride is less than a row.
    pub fn new(samples: &'a [T], layout: Layout, stride: usize) -> Result<Self, Error> {
        Self::at(samples, 0, layout, stride)
    }

    fn at(samples: &'a [T], start: usize, layout: Layout, stride: usize) -> Result<Self, Error> {
        layout.samples()?;
        let row = layout.row_samples();
        if layout.depth != T::DEPTH || stride < row {
            return Err(ErrorKind::UnsupportedLayout.into());
        }
        let expected = (layout.height as usize - 1)
            .checked_mul(stride)
            .and_then(|n| n.checked_add(row + start))
            .ok_or(ErrorKind::InvalidSize {
                width: layout.width,
                height: layout.height,
            })?;
        if samples.len() < expected {
            let (expected, actual) = (expected as u64, samples.len() as u64);
            return Err(ErrorKind::BufferMismatch { expected, actual }.into());
        }
        Ok(Self {
            samples,
            start,
            layout,
            stride,
        })
    }

    /// The same as a view of the type that its samples have.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnsupportedLayout`] if they have another one.
    pub(crate) fn cast<U: Sample>(self) -> Result<View<'a, U>, Error> {
        if U::DEPTH != T::DEPTH {
            return Err(ErrorKind::UnsupportedLayout.into());
        }
        Ok(View {
            samples: bytemuck::cast_slice(self.samples),
            start: self.start,
            layout: self.layout,
            stride: self.stride,
        })
    }

    /// Size and arrangement.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// Pixels in a row.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.layout.width
    }

    /// Rows.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.layout.height
    }

    /// Channels of each pixel.
    #[must_use]
    pub const fn channels(&self) -> Channels {
        self.layout.channels
    }

    /// The samples of row `y`.
    ///
    /// # Panics
    ///
    /// If `y` is not below the height.
    #[must_use]
    pub fn row(&self, y: u32) -> &'a [T] {
        assert!(y < self.layout.height, "row {y} of {}", self.layout.height);
        let start = self.start + y as usize * self.stride;
        &self.samples[start..start + self.layout.row_samples()]
    }

    /// All rows, top to bottom.
    #[must_use]
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &'a [T]> + use<'a, T> {
        let row = self.layout.row_samples();
        self.samples[self.start..]
            .chunks(self.stride)
            .take(self.layout.height as usize)
            .map(move |r| &r[..row])
    }

    /// The samples of one pixel.
    ///
    /// # Panics
    ///
    /// If `x` or `y` is outside.
    #[must_use]
    pub fn pixel(&self, x: u32, y: u32) -> &'a [T] {
        let channels = self.layout.channels.count();
        let start = x as usize * channels;
        &self.row(y)[start..start + channels]
    }

    /// Looks at a rectangle of it; nothing is copied.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfBounds`] if the rectangle leaves the image, [`ErrorKind::InvalidSize`]
    /// if it is empty.
    pub fn crop(&self, left: u32, top: u32, width: u32, height: u32) -> Result<Self, Error> {
        let inside = left
            .checked_add(width)
            .is_some_and(|r| r <= self.layout.width)
            && top
                .checked_add(height)
                .is_some_and(|b| b <= self.layout.height);
        if !inside {
            return Err(ErrorKind::OutOfBounds.into());
        }
        let start = top as usize * self.stride + left as usize * self.layout.channels.count();
        Self::at(
            self.samples,
            self.start + start,
            self.layout.sized(width, height),
            self.stride,
        )
    }

    /// The slice that rows lie in, and where in it the first pixel is.
    pub(crate) fn base(&self) -> (&'a [T], usize, usize) {
        (self.samples, self.start, self.stride)
    }
}
