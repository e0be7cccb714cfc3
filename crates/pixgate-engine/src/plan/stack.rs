//! Which pages or frames are put under each other.

use pixgate_codec::Header;
use pixgate_options::{Format, PipelineOptions};

use super::choice::Choice;
use crate::geometry::Turn;
use crate::recipe::Recipe;
use crate::stack::{Layers, Stack};
use crate::{Error, ErrorKind};

impl Stack {
    /// What is to be put under each other; nothing if it is one page, or the result is animated.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::PagesNotProbed`] if the header is not that of the pages that are wanted.
    pub(crate) fn of(recipe: &Recipe<'_>, choice: &Choice) -> Result<Option<Self>, Error> {
        let header = recipe.header;
        let (first, wanted) = (recipe.page(), recipe.options.global.pages());
        let count = wanted.clamp(1, header.frames.saturating_sub(first).max(1));
        if header.format == Format::Tiff {
            check_pages(header, first, count)?;
        }
        if choice.frames > 1 || count == 1 {
            return Ok(None);
        }
        let layers = match header.format {
            Format::Tiff => Layers::Pages(pages(header)),
            Format::Gif | Format::Webp => Layers::Frames {
                header: header.clone(),
                first,
                count,
            },
            _ => return Ok(None),
        };
        let mut upright = PipelineOptions::default();
        upright.auto_rotate = recipe.options.first().auto_rotate;
        let turn = Turn::new(header.orientation, &upright, recipe.settings.auto_rotate);
        let turn = turn.upright();
        Ok(Some(Self { layers, turn }))
    }
}

/// The page of a header and those below it.
fn pages(header: &Header) -> Vec<Header> {
    let mut pages = vec![header.clone()];
    if let Some(first) = pages.first_mut() {
        let below = std::mem::take(&mut first.parts.below);
        pages.extend(below);
    }
    pages
}

fn check_pages(header: &Header, first: u32, count: u32) -> Result<(), Error> {
    let is_probed =
        header.parts.page == first && header.parts.below.len() as u64 + 1 == u64::from(count);
    match is_probed {
        true => Ok(()),
        false => Err(ErrorKind::PagesNotProbed { first, count }.into()),
    }
}
