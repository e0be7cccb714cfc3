//! Memory that is asked for before it is used.

use crate::Error;

/// So many zeroes, or the news that there is no memory for them.
pub(crate) fn zeroed<T: Clone + Default>(count: usize) -> Result<Vec<T>, Error> {
    filled(T::default(), count)
}

/// So many of a value, or the news that there is no memory for them.
pub(crate) fn filled<T: Clone>(value: T, count: usize) -> Result<Vec<T>, Error> {
    let mut all = Vec::new();
    all.try_reserve_exact(count)
        .map_err(|_| Error::OutOfMemory {
            bytes: (count as u64).saturating_mul(size_of::<T>() as u64),
        })?;
    all.resize(count, value);
    Ok(all)
}
