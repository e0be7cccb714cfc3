//! What is asked of drawings in a build that has none.

use pixgate_options::Format;

use crate::{Error, ErrorKind};

/// Puts a style sheet into an SVG; this build reads none.
///
/// # Errors
///
/// [`ErrorKind::CannotRead`].
pub fn add_style(_: &[u8], _: &str) -> Result<Vec<u8>, Error> {
    let format = Format::Svg;
    Err(ErrorKind::CannotRead { format }.into())
}
