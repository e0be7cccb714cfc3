//! An owned, interleaved image.

use crate::{Error, ErrorKind, Layout, Sample, Samples, SamplesMut, View, zeroed};

/// Interleaved pixels, rows top to bottom without gaps.
///
/// # Examples
///
/// ```
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let image = Image::from_u8(Layout::u8(2, 1, Channels::Rgb), vec![255, 0, 0, 0, 0, 255])?;
/// assert_eq!(image.view::<u8>()?.pixel(1, 0), &[0, 0, 255]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    layout: Layout,
    samples: Samples,
}

impl Image {
    /// Allocates an image whose samples are all zero.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSize`] for an impossible size, [`ErrorKind::OutOfMemory`] if the
    /// buffer cannot be had.
    pub fn zeroed(layout: Layout) -> Result<Self, Error> {
        let count = layout.samples()?;
        let samples = Samples::zeroed(layout.depth, count)?;
        Ok(Self { layout, samples })
    }

    /// Takes over samples that are already there.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BufferMismatch`] if their number is not what the layout needs, and
    /// [`ErrorKind::UnsupportedLayout`] if their depth is another.
    pub fn from_samples(layout: Layout, samples: Samples) -> Result<Self, Error> {
        if samples.depth() != layout.depth {
            return Err(ErrorKind::UnsupportedLayout.into());
        }
        let (expected, actual) = (layout.samples()?, samples.count());
        if expected != actual {
            let (expected, actual) = (expected as u64, actual as u64);
            return Err(ErrorKind::BufferMismatch { expected, actual }.into());
        }
        Ok(Self { layout, samples })
    }

    /// Takes over 8-bit samples that are already there.
    ///
    /// # Errors
    ///
    /// As [`Image::from_samples`].
    pub fn from_u8(layout: Layout, samples: Vec<u8>) -> Result<Self, Error> {
        Self::from_samples(layout, Samples::U8(samples))
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

    /// The samples, whatever their depth.
    #[must_use]
    pub const fn samples(&self) -> &Samples {
        &self.samples
    }

    /// The samples, writable; their number cannot change.
    pub fn samples_mut(&mut self) -> SamplesMut<'_> {
        match &mut self.samples {
            Samples::U8(v) => SamplesMut::U8(v),
            Samples::U16(v) => SamplesMut::U16(v),
            Samples::F32(v) => SamplesMut::F32(v),
        }
    }

    /// Gives the samples away.
    #[must_use]
    pub fn into_samples(self) -> Samples {
        self.samples
    }

    /// Borrows the whole image as rows of `T`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnsupportedLayout`] if the depth is not that of `T`.
    pub fn view<T: Sample>(&self) -> Result<View<'_, T>, Error> {
        let samples = T::of(&self.samples).ok_or(ErrorKind::UnsupportedLayout)?;
        View::new(samples, self.layout, self.layout.row_samples())
    }

    /// Borrows the samples as a slice of `T`, writable.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnsupportedLayout`] if the depth is not that of `T`.
    pub fn slice_mut<T: Sample>(&mut self) -> Result<&mut [T], Error> {
        T::of_mut(&mut self.samples).ok_or_else(|| ErrorKind::UnsupportedLayout.into())
    }
}

impl<T: Sample> View<'_, T> {
    /// Copies the rows into an image of their own.
    ///
    /// Allocates the layout's [`bytes`](Layout::bytes).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfMemory`].
    pub fn to_image(&self) -> Result<Image, Error> {
        let layout = self.layout();
        let mut copy = zeroed::<T>(layout.samples()?)?;
        for (to, from) in copy.chunks_exact_mut(layout.row_samples()).zip(self.rows()) {
            to.copy_from_slice(from);
        }
        Image::from_samples(layout, T::wrap(copy))
    }
}
