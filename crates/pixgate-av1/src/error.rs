//! Why a picture cannot be encoded.

/// What does not fit together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A side of no or too many samples.
    #[error("{width}x{height}: sides of AV1 pictures have 1 to 65536 samples")]
    Size {
        /// Of luma.
        width: u32,
        /// Of luma.
        height: u32,
    },
    /// Not one plane for monochrome or three for colours.
    #[error("{found} planes instead of {wanted}")]
    PlaneCount {
        /// One or three.
        wanted: usize,
        /// What was given.
        found: usize,
    },
    /// Bytes for a larger bit depth, or the reverse.
    #[error("plane {plane} has samples of another type than its bit depth")]
    SampleType {
        /// From 0 on.
        plane: usize,
    },
    /// A plane that is too short or too long.
    #[error("plane {plane} has {found} samples instead of {wanted}")]
    SampleCount {
        /// From 0 on.
        plane: usize,
        /// Width times height.
        wanted: usize,
        /// What was given.
        found: usize,
    },
}
