//! Which sources are passed through, and which are too large.

use pixgate_codec::Header;
use pixgate_options::Format;

use crate::recipe::Recipe;
use crate::{Error, ErrorKind};

/// Whether the source is the result, whatever other options say.
///
/// Only the requested format counts, not what the client would accept.
pub(crate) fn is_passed_through(recipe: &Recipe<'_>) -> bool {
    let (options, settings) = (recipe.options, recipe.settings);
    let source = recipe.header.format;
    let best = &settings.best_format;
    let requested = match recipe.wants_best() {
        true if best.allow_skips => None,
        true => Some(Format::Best),
        false => options.global.format,
    };
    let is_skipped = settings.skip_processing.contains(&source)
        || options.global.skip_processing.contains(&source);
    if options.global.raw() {
        return true;
    }
    match (source, requested) {
        (Format::Svg, Some(Format::Svg)) => true,
        (Format::Svg, None) => is_skipped || !settings.always_rasterize_svg,
        (Format::Svg, Some(_)) => false,
        (_, None) => is_skipped,
        (_, Some(requested)) => is_skipped && requested == source,
    }
}

/// Checks the number of pixels that would be decoded.
pub(crate) fn check_source(recipe: &Recipe<'_>, frames: u32) -> Result<(), Error> {
    check_header(
        recipe.header,
        frames,
        recipe.pixel_limit(),
        recipe.frame_limit(),
    )
}

/// Checks an image against a limit of all frames together, or of each if that is set.
pub(crate) fn check_header(
    header: &Header,
    frames: u32,
    pixel_limit: u64,
    frame_limit: u64,
) -> Result<(), Error> {
    if header.format == Format::Svg {
        return Ok(());
    }
    let (limit, counted) = if frames > 1 && frame_limit > 0 {
        (frame_limit, 1)
    } else {
        (pixel_limit, frames)
    };
    let frame = u64::from(header.width) * u64::from(header.height);
    if frame.saturating_mul(counted.into()) <= limit {
        return Ok(());
    }
    let (width, height) = if header.orientation.swaps_sides() {
        (header.height, header.width)
    } else {
        (header.width, header.height)
    };
    Err(ErrorKind::SourceTooLarge {
        width,
        height,
        frames: counted,
        limit,
    }
    .into())
}
