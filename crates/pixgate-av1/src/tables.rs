//! Numbers of the AV1 specification.

pub(crate) mod coefficients;
pub(crate) mod grain;
pub(crate) mod modes;
pub(crate) mod steps;
pub(crate) mod tools;
pub(crate) mod upscale;
