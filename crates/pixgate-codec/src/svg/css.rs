//! CSS in drawings: cut into tokens as browsers do.

pub(super) mod tokens;
pub(super) mod write;
