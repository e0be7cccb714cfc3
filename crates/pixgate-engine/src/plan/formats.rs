//! Which formats a result can have, and which are wanted.

use pixgate_codec::Header;
use pixgate_options::{Format, PipelineOptions, ProcessingOptions};
use pixgate_raster::Layout;

use crate::Preference;
use crate::recipe::Recipe;
use crate::step::is_opaque;

/// Whether results can have this format.
pub(crate) fn is_writable(recipe: &Recipe<'_>, format: Format) -> bool {
    recipe.settings.writable_formats.contains(&format)
}

/// The formats that the client accepts and the operator wants this much, the best first; what
/// cannot be written here does not count.
pub(crate) fn accepted(
    recipe: &Recipe<'_>,
    is_animated: bool,
    wants: fn(Preference) -> bool,
) -> impl Iterator<Item = Format> {
    let wanted = recipe.negotiation;
    let offers = [
        (Format::Jxl, wanted.jxl),
        (Format::Avif, wanted.avif),
        (Format::Webp, wanted.webp),
    ];
    let usable = offers.into_iter().filter(move |(format, preference)| {
        wants(*preference)
            && (!is_animated || format.can_be_animated())
            && is_writable(recipe, *format)
    });
    usable.map(|(format, _)| format)
}

/// The preferred formats that can be written.
pub(crate) fn preferred_formats(recipe: &Recipe<'_>) -> impl Iterator<Item = Format> {
    let list = recipe.settings.preferred_formats.iter().copied();
    list.filter(|format| is_writable(recipe, *format))
}

/// The source's format, or the first that holds what the result may be, of those preferred.
pub(crate) fn preferred(recipe: &Recipe<'_>, is_animated: bool) -> Format {
    let source = recipe.header.format;
    let list = || preferred_formats(recipe);
    if list().any(|format| format == source) {
        return source;
    }
    let needs_alpha = expects_alpha(recipe.options, recipe.header);
    let fits = |format: &Format| {
        (!is_animated || format.can_be_animated()) && (!needs_alpha || format.has_alpha())
    };
    let first = list().find(fits);
    first.or(list().next()).unwrap_or(Format::Jpeg)
}

/// Whether the result may be transparent: an extension to a ratio does not count.
pub(crate) fn expects_alpha(options: &ProcessingOptions, header: &Header) -> bool {
    let first = options.first();
    let is_masked = options.pipelines.iter().any(PipelineOptions::is_masked);
    let may_be_clear = header.channels.has_alpha()
        || header.has_ink_alpha
        || header.format == Format::Svg
        || !first.padding().is_none()
        || first.extend().is_some();
    is_masked || (may_be_clear && !is_opaque(first))
}

/// The format once the size is known.
///
/// AVIF cannot be smaller than 16 pixels on a side here. A JPEG that nobody asked for and that
/// would be too large for one becomes a PNG, which has no limit.
pub(crate) fn final_format(recipe: &Recipe<'_>, format: Format, layout: Layout) -> Format {
    let is_small = layout.width.min(layout.height) < SMALLEST_AVIF;
    let is_large = layout.width.max(layout.height) > LARGEST_JPEG;
    let is_asked = recipe.options.global.format == Some(Format::Jpeg);
    match format {
        Format::Avif if is_small && layout.channels.has_alpha() => Format::Png,
        Format::Avif if is_small => Format::Jpeg,
        Format::Jpeg if is_large && !is_asked && is_writable(recipe, Format::Png) => Format::Png,
        _ => format,
    }
}

/// Pixels of a side.
const SMALLEST_AVIF: u32 = 16;
/// The limit of libjpeg, which every reader shares.
const LARGEST_JPEG: u32 = 65_500;
