//! What can go wrong.

/// Why a file could not be read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file breaks the specification where that cannot be overlooked.
    #[error("broken PNG: {0}")]
    Broken(&'static str),
    /// The compressed data makes no sense.
    #[error("broken zlib stream: {0}")]
    Stream(&'static str),
    /// The data ends before the pixels do.
    #[error("the data ends early")]
    Truncated,
    /// What is asked for cannot be written as PNG.
    #[error("cannot be written as PNG: {0}")]
    Unsupported(&'static str),
    /// Rows are missing, or there are too many, or one has the wrong length.
    #[error("rows do not make up the image")]
    Rows,
    /// Memory ran out.
    #[error("no memory for {bytes} bytes")]
    OutOfMemory {
        /// What was asked for.
        bytes: usize,
    },
}

/// A buffer of default values, or the error that there is no memory.
pub(crate) fn filled<T: Copy + Default>(count: usize) -> Result<Vec<T>, Error> {
    let mut buffer = Vec::new();
    grow(&mut buffer, count)?;
    buffer.resize(count, T::default());
    Ok(buffer)
}

/// Makes room for so many more values.
pub(crate) fn grow<T>(buffer: &mut Vec<T>, count: usize) -> Result<(), Error> {
    buffer.try_reserve(count).map_err(|_| Error::OutOfMemory {
        bytes: count.saturating_mul(size_of::<T>()),
    })
}
