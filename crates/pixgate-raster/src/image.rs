//! An owned, interleaved image.

use crate::{Depth, Error, ErrorKind, Layout, Sample, View};

/// The samples of an [`Image`], by depth.
#[derive(Debug, Clone, PartialEq)]
pub enum Samples {
    /// 8-bit integers.
    U8(Vec<u8>),
    /// 16-bit integers in the machine's byte order.
    U16(Vec<u16>),
    /// 32-bit floats.
    F32(Vec<f32>),
}

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
        let samples = match layout.depth {
            Depth::U8 => Samples::U8(zeroed(count)?),
            Depth::U16 => Samples::U16(zeroed(count)?),
            Depth::F32 => Samples::F32(zeroed(count)?),
        };
        Ok(Self { layout, samples })
    }

    /// Takes over samples that are already there.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BufferMismatch`] if their number is not what the layout needs, and
    /// [`ErrorKind::UnsupportedLayout`] if their depth is another.
    pub fn from_samples(layout: Layout, samples: Samples) -> Result<Self, Error> {
        let (depth, actual) = match &samples {
            Samples::U8(v) => (Depth::U8, v.len()),
            Samples::U16(v) => (Depth::U16, v.len()),
            Samples::F32(v) => (Depth::F32, v.len()),
        };
        if depth != layout.depth {
            return Err(ErrorKind::UnsupportedLayout.into());
        }
        let expected = layout.samples()?;
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

/// The samples of an [`Image`], writable, by depth.
#[derive(Debug)]
pub enum SamplesMut<'a> {
    /// 8-bit integers.
    U8(&'a mut [u8]),
    /// 16-bit integers in the machine's byte order.
    U16(&'a mut [u16]),
    /// 32-bit floats.
    F32(&'a mut [f32]),
}

/// Allocates `count` zeroes, or says that there is no memory for them.
///
/// # Errors
///
/// [`ErrorKind::OutOfMemory`].
pub fn zeroed<T: Clone + Default>(count: usize) -> Result<Vec<T>, Error> {
    let mut samples = Vec::new();
    samples
        .try_reserve_exact(count)
        .map_err(|_| ErrorKind::OutOfMemory {
            bytes: (count as u64).saturating_mul(size_of::<T>() as u64),
        })?;
    samples.resize(count, T::default());
    Ok(samples)
}
