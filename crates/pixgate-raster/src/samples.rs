//! Samples of any depth.

use crate::{Depth, Error, ErrorKind};

/// The samples of an [`Image`](crate::Image), by depth.
#[derive(Debug, Clone, PartialEq)]
pub enum Samples {
    /// 8-bit integers.
    U8(Vec<u8>),
    /// 16-bit integers in the machine's byte order.
    U16(Vec<u16>),
    /// 32-bit floats.
    F32(Vec<f32>),
}

impl Samples {
    /// Zeroes.
    pub(crate) fn zeroed(depth: Depth, count: usize) -> Result<Self, Error> {
        Ok(match depth {
            Depth::U8 => Self::U8(zeroed(count)?),
            Depth::U16 => Self::U16(zeroed(count)?),
            Depth::F32 => Self::F32(zeroed(count)?),
        })
    }

    /// Which type they have.
    pub(crate) const fn depth(&self) -> Depth {
        match self {
            Self::U8(_) => Depth::U8,
            Self::U16(_) => Depth::U16,
            Self::F32(_) => Depth::F32,
        }
    }

    /// How many they are.
    pub(crate) const fn count(&self) -> usize {
        match self {
            Self::U8(samples) => samples.len(),
            Self::U16(samples) => samples.len(),
            Self::F32(samples) => samples.len(),
        }
    }

    /// How many there is room for.
    pub(crate) const fn capacity(&self) -> usize {
        match self {
            Self::U8(samples) => samples.capacity(),
            Self::U16(samples) => samples.capacity(),
            Self::F32(samples) => samples.capacity(),
        }
    }

    /// Leaves so many of them; those that are new are zero.
    pub(crate) fn resize(&mut self, count: usize) {
        match self {
            Self::U8(samples) => samples.resize(count, 0),
            Self::U16(samples) => samples.resize(count, 0),
            Self::F32(samples) => samples.resize(count, 0.0),
        }
    }
}

/// The samples of an [`Image`](crate::Image), writable, by depth.
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
