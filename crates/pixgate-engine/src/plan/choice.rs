//! Which format the result has.

use pixgate_codec::{Header, can_write_animation};
use pixgate_options::{Format, ProcessingOptions};
use pixgate_raster::Layout;

use super::best;
use crate::recipe::Recipe;
use crate::step::is_opaque;
use crate::{Error, ErrorKind, Preference};

/// The chosen format, before it is known how small the result gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) format: Format,
    /// Frames that are read: more than one only for animated results.
    pub(crate) frames: u32,
    /// What else is tried.
    pub(crate) others: Vec<Format>,
}

/// Chooses the result format.
pub(crate) fn choose_format(recipe: &Recipe<'_>) -> Result<Choice, Error> {
    let frames = readable_frames(recipe);
    let is_animated = frames > 1;
    let accepted = |wants| accepted(recipe, is_animated, wants).next();
    let enforced = accepted(Preference::enforces);
    let (format, others) = match (enforced, recipe.options.global.format) {
        (None, _) if recipe.wants_best() => best(recipe, is_animated),
        (Some(format), Some(_)) | (None, Some(format)) => (format, Vec::new()),
        (_, None) => {
            let format = accepted(Preference::prefers);
            let format = format.unwrap_or_else(|| preferred(recipe, is_animated));
            (format, Vec::new())
        }
    };
    // An SVG comes out only where one is passed through.
    if format == Format::Svg || !is_writable(recipe, format) {
        return Err(ErrorKind::CannotWrite { format }.into());
    }
    let frames = if can_write_animation(format) {
        frames
    } else {
        1
    };
    Ok(Choice {
        format,
        frames,
        others,
    })
}

/// The format to plan for and those that are tried beside it; animations are written once.
fn best(recipe: &Recipe<'_>, is_animated: bool) -> (Format, Vec<Format>) {
    let mut formats = best::candidates(recipe, is_animated);
    let first = match formats.first() {
        Some(first) if is_animated => *first,
        _ => best::most_general(&formats).unwrap_or(Format::Jpeg),
    };
    formats.retain(|format| *format != first && !is_animated);
    (first, formats)
}

fn is_writable(recipe: &Recipe<'_>, format: Format) -> bool {
    recipe.settings.writable_formats.contains(&format)
}

/// Frames of an animation that would be read if the result can be animated, else 1.
fn readable_frames(recipe: &Recipe<'_>) -> u32 {
    let global = &recipe.options.global;
    let limit = global
        .max_animation_frames
        .unwrap_or(recipe.settings.max_animation_frames);
    let header = recipe.header;
    let is_disabled = global.disable_animation.unwrap_or(false);
    if limit > 1 && header.animation.is_some() && !is_disabled {
        header.frames.min(limit)
    } else {
        1
    }
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
    !is_opaque(first)
        && (header.channels.has_alpha()
            || header.has_ink_alpha
            || header.format == Format::Svg
            || !first.padding().is_none()
            || first.extend().is_some())
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
