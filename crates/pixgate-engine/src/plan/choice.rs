//! Which format the result has.

use pixgate_codec::can_write_animation;
use pixgate_options::Format;

use super::best;
use super::formats::{accepted, is_writable, preferred};
use crate::recipe::Recipe;
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
