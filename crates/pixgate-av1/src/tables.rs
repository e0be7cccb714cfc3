//! Numbers of the AV1 specification.

pub(crate) mod coefficients;
pub(crate) mod grain;
pub(crate) mod modes;
pub(crate) mod oblong;
pub(crate) mod steps;
pub(crate) mod tools;
pub(crate) mod upscale;

/// The quantiser matrices (section 9.5.2): for each level from 0 to 14, of luma and of chroma, the lower
/// left half of the symmetric matrix of 32x32 row by row, and the matrix of 32 columns and 16 rows.
/// All others are these with rows and columns left out.
pub(crate) static QUANTIZER_MATRICES: &[u8; 31_200] =
    include_bytes!("tables/quantizer_matrices.bin");
