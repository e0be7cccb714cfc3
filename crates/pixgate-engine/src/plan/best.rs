//! The best format: which are tried, and which is guessed where that would be too much.

use pixgate_options::{Format, WebpCompression};
use pixgate_raster::Layout;

use super::draft::Draft;
use super::formats::{accepted, expects_alpha, final_format, preferred, preferred_formats};
use super::output::{Output, output};
use crate::recipe::Recipe;
use crate::step::format_limit;
use crate::{Plan, Preference};

/// Formats that are worth trying: those the client accepts, and those preferred.
///
/// A still GIF is never smaller than what else there is without being worse.
pub(crate) fn candidates(recipe: &Recipe<'_>, is_animated: bool) -> Vec<Format> {
    let needs_alpha = expects_alpha(recipe.options, recipe.header);
    let suits = |format: &Format| {
        let moves = format.can_be_animated() || !is_animated;
        let is_still_gif = *format == Format::Gif && !is_animated;
        moves && !is_still_gif && (format.has_alpha() || !needs_alpha)
    };
    let accepted = accepted(recipe, is_animated, Preference::prefers);
    let mut formats: Vec<Format> = Vec::new();
    for format in accepted.chain(preferred_formats(recipe)).filter(suits) {
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    if formats.is_empty() {
        formats.push(preferred(recipe, is_animated));
    }
    formats
}

/// The candidate that pixels are made for: the one that takes most of what pixels can be.
pub(crate) fn most_general(candidates: &[Format]) -> Option<Format> {
    let generality = |format: &&Format| {
        let format = **format;
        (
            format.has_alpha(),
            format == Format::Png,
            format.has_high_depth(),
        )
    };
    // Of equals the last is the greatest, but the first is the likeliest.
    candidates.iter().rev().max_by_key(generality).copied()
}

/// What the other candidates come to, of those that can hold the same pixels.
pub(crate) fn alternatives(draft: &Draft<'_>, layout: Layout, main: &Output) -> Vec<Output> {
    let (recipe, state) = (&draft.state.recipe, &draft.state);
    let others = draft.others.iter().copied().filter(|format| {
        (format.has_alpha() || !layout.channels.has_alpha())
            && format_limit(*format, state.size).is_none()
            && final_format(recipe, *format, layout) == *format
            && recipe.working_depth(*format) == recipe.working_depth(state.format)
            && *format != main.format
    });
    let outputs = others.map(|format| output(recipe, format, layout, state.frames));
    let same_pixels = |other: &Output| other.layout == main.layout && other.profile == main.profile;
    outputs.filter(same_pixels).collect()
}

/// The format to plan for in place of trying all, if the result is too large for that.
pub(crate) fn guess(recipe: &Recipe<'_>, plan: &Plan) -> Option<Format> {
    let limit = recipe.settings.best_format.max_resolution;
    let pixels = u64::from(plan.width) * u64::from(plan.height);
    if plan.alternatives.is_empty() || limit == 0 || pixels <= limit {
        return None;
    }
    let tried = plan.outputs().map(|output| output.format);
    // JPEG XL loses nothing here, so it is rarely the smallest.
    let small = |format: &Format| matches!(format, Format::Avif | Format::Webp);
    let smallest = tried
        .filter(small)
        .min_by_key(|format| *format != Format::Avif);
    Some(smallest.unwrap_or_else(|| preferred(recipe, false)))
}

impl Output {
    /// The same without loss, or with next to none, if the format can do that.
    pub(crate) fn without_loss(&self) -> Option<Self> {
        let mut output = self.clone();
        match self.format {
            Format::Jpeg | Format::Avif | Format::Gif => return None,
            Format::Webp if output.encoding.webp_compression == WebpCompression::Lossy => {
                output.encoding.webp_compression = WebpCompression::NearLossless;
                output.search = None;
            }
            _ => {}
        }
        Some(output)
    }
}
