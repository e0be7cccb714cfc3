//! Why bytes are refused, or a picture cannot be encoded.

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not what they should be.
    #[error("broken WebP: {what}")]
    Broken {
        /// The part that is broken or missing.
        what: &'static str,
    },
    /// A side of no or too many pixels.
    #[error("{width}x{height}: sides of WebP pictures have 1 to 16383 pixels")]
    Size {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// Samples that do not fit the size they are said to have.
    #[error("{found} samples instead of {wanted}")]
    SampleCount {
        /// What the size asks for.
        wanted: usize,
        /// What was given.
        found: usize,
    },
    /// An animation without frames.
    #[error("an animation without frames")]
    NoFrame,
    /// No memory for this many bytes.
    #[error("no memory for {bytes} bytes")]
    OutOfMemory {
        /// How many were wanted.
        bytes: u64,
    },
    /// More bytes than a part of the format can hold.
    #[error("{what} is too long for the format")]
    TooLong {
        /// The part.
        what: &'static str,
    },
}

/// The bytes are not what they should be.
pub(crate) const fn broken(what: &'static str) -> Error {
    Error::Broken { what }
}
