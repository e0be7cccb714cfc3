//! What of the options is left out, as far as header and output tell.

use pixgate_options::Format;

use super::autoquality;
use super::output::{Output, ProfileAction};
use super::thumbnail::wanted;
use crate::Warning;
use crate::recipe::Recipe;
use crate::support::left_out_of_jpeg;

/// What the source cannot give or the result cannot hold.
pub(crate) fn left_out(recipe: &Recipe<'_>, output: &Output, frames: u32) -> Vec<Warning> {
    let global = &recipe.options.global;
    let is_main = !recipe.header.parts.is_thumbnail && wanted(recipe).is_none();
    let may_have_thumbnail = matches!(recipe.header.format, Format::Heic | Format::Avif);
    let wants_thumbnail = global.enforce_thumbnail.unwrap_or(false);
    let thumbnail = is_main && may_have_thumbnail && wants_thumbnail;
    let thumbnail = thumbnail.then_some(Warning::NoThumbnail);
    let profile = recipe.has_wanted_ink_profile(output.format)
        && output.profile == ProfileAction::ConvertBefore;
    let profile = profile.then_some(Warning::ProfileNotKept);
    let target = recipe
        .target
        .filter(|_| recipe.usable_target(output.format, output.layout).is_none())
        .map(|_| Warning::ColorProfileNotUsed);
    let left_out = left_out_of_jpeg(&global.jpeg_options)
        .filter(|_| output.format == Format::Jpeg)
        .map(|option| Warning::EncoderOptionNotUsed { option });
    thumbnail
        .into_iter()
        .chain(profile)
        .chain(target)
        .chain(left_out)
        .chain(autoquality::warning(recipe, output.search, frames))
        .collect()
}
