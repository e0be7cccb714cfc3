//! Borrowed rows of an interleaved image.

use crate::{Channels, Depth, Error, ErrorKind, Image, Layout, Samples, zeroed};

/// A type that can be a sample: `u8`, `u16` or `f32`.
pub trait Sample:
    Copy + Default + PartialEq + std::fmt::Debug + Send + Sync + sealed::Sealed
{
    /// The depth that stores this type.
    const DEPTH: Depth;
    /// The slice inside `samples`, if it has this type.
    fn of(samples: &Samples) -> Option<&[Self]>;
    /// The slice inside `samples`, writable, if it has this type.
    fn of_mut(samples: &mut Samples) -> Option<&mut [Self]>;
}

pub(crate) mod sealed {
    use std::ops::AddAssign;

    use crate::Samples;
    use crate::resample::Pools;

    #[allow(
        unnameable_types,
        unreachable_pub,
        reason = "sealing: nobody else may implement it"
    )]
    pub trait Sealed: bytemuck::Pod {
        /// Opaque alpha, white.
        const MAX: Self;
        fn wrap(samples: Vec<Self>) -> Samples;
        fn to_f32(self) -> f32;
        /// The nearest value; integers clip to their range.
        fn from_f32(value: f32) -> Self;
        /// What sums of up to 65536 samples are held in.
        type Sum: Copy + Default + AddAssign;
        fn widen(self) -> Self::Sum;
        /// The mean of `count` samples with this sum, rounded as pipeline §6.1 says.
        fn mean(sum: Self::Sum, count: u32) -> Self;
        /// The spare buffers of this type.
        fn pool(pools: &mut Pools) -> &mut Vec<Vec<Self>>;
    }
}

macro_rules! sample {
    ($type:ty, $variant:ident, $max:expr, $from:expr, $sum:ty, $pool:ident, $mean:expr) => {
        impl sealed::Sealed for $type {
            const MAX: Self = $max;
            fn wrap(samples: Vec<Self>) -> Samples {
                Samples::$variant(samples)
            }
            #[inline(always)]
            #[allow(clippy::unnecessary_cast, reason = "one macro for all depths")]
            fn to_f32(self) -> f32 {
                self as f32
            }
            #[inline(always)]
            fn from_f32(value: f32) -> Self {
                $from(value)
            }
            type Sum = $sum;
            #[inline(always)]
            fn widen(self) -> $sum {
                <$sum>::from(self)
            }
            #[inline(always)]
            fn mean(sum: $sum, count: u32) -> Self {
                $mean(sum, count)
            }
            fn pool(pools: &mut crate::resample::Pools) -> &mut Vec<Vec<Self>> {
                &mut pools.$pool
            }
        }
        impl Sample for $type {
            const DEPTH: Depth = Depth::$variant;
            fn of(samples: &Samples) -> Option<&[Self]> {
                if let Samples::$variant(v) = samples {
                    Some(v)
                } else {
                    None
                }
            }
            fn of_mut(samples: &mut Samples) -> Option<&mut [Self]> {
                if let Samples::$variant(v) = samples {
                    Some(v)
                } else {
                    None
                }
            }
        }
    };
}
sample!(
    u8,
    U8,
    u8::MAX,
    |v| round_to(v, 255.0) as u8,
    u32,
    u8,
    mean_u8
);
sample!(
    u16,
    U16,
    u16::MAX,
    |v| round_to(v, 65535.0) as u16,
    u32,
    u16,
    mean_u16
);
sample!(f32, F32, 1.0, |v| v, f32, f32, |s, n| s / n as f32);

/// Fixed point, as the reference has it: may be one less than the rounded mean.
#[inline(always)]
fn mean_u8(sum: u32, count: u32) -> u8 {
    ((sum + count / 2) * ((1 << 24) / count) >> 24) as u8
}

#[inline(always)]
fn mean_u16(sum: u32, count: u32) -> u16 {
    ((sum + count / 2) / count) as u16
}

/// Clips to `[0, max]` and adds a half, so that a truncating cast rounds.
#[inline(always)]
fn round_to(value: f32, max: f32) -> i32 {
    let clipped = value.max(0.0).min(max) + 0.5;
    clipped as i32
}

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

    /// Copies the rows into an image of their own.
    ///
    /// Allocates the layout's [`bytes`](Layout::bytes).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfMemory`].
    pub fn to_image(&self) -> Result<Image, Error> {
        let mut copy = zeroed::<T>(self.layout.samples()?)?;
        for (to, from) in copy
            .chunks_exact_mut(self.layout.row_samples())
            .zip(self.rows())
        {
            to.copy_from_slice(from);
        }
        Image::from_samples(self.layout, T::wrap(copy))
    }
}
