//! Why a stream cannot be decoded.

/// What is wrong with a stream, or beyond what this crate decodes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The stream ends too early.
    #[error("the AV1 stream ends too early")]
    Truncated,
    /// What the stream says contradicts the specification.
    #[error("invalid AV1 stream: {0}")]
    Invalid(&'static str),
    /// The stream is valid, but not a still picture or another frame that needs no other frames.
    #[error("not supported: {0}")]
    Unsupported(&'static str),
    /// The frame is larger than the caller allows.
    #[error("{width}x{height} samples are more than allowed")]
    TooLarge {
        /// Of luma.
        width: u32,
        /// Of luma.
        height: u32,
    },
    /// There is no memory for the frame.
    #[error("no memory for the AV1 decoder")]
    OutOfMemory,
    /// There is no frame in the stream.
    #[error("no frame in the AV1 stream")]
    NoFrame,
}
