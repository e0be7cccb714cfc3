//! Text in Pango's markup becomes a drawing.
//!
//! Markup is read here and every element of the drawing is written here: what a request says comes
//! into it as escaped text, and as names of fonts that are looked up among those that are loaded.

mod font;
mod ink;
mod lines;
mod markup;
mod measure;
mod pieces;
mod place;
mod span;
mod style;
mod tokens;
mod values;
mod wrap;
mod write;

use pixgate_options::Format;
use pixgate_raster::Channels;

use super::fonts;
use crate::{Error, ErrorKind, Header, TextMark, TextRequest};
use measure::Ruler;

/// What is wrong with markup, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fault {
    /// Bytes before the place.
    at: usize,
    what: &'static str,
}

impl Fault {
    const fn new(at: usize, what: &'static str) -> Self {
        Self { at, what }
    }

    /// The same for whoever wrote the markup, who counts characters from 1.
    fn explained(self, markup: &str) -> Error {
        let before = markup.get(..self.at).unwrap_or(markup);
        let character = before.chars().count() + 1;
        let what = self.what;
        ErrorKind::Markup { character, what }.into()
    }
}

/// Checks markup as far as that goes without fonts.
pub(crate) fn check_markup(markup: &str) -> Result<(), Error> {
    match markup::parse(markup) {
        Ok(_) => Ok(()),
        Err(fault) => Err(fault.explained(markup)),
    }
}

/// Lays a text out; none if it has no ink.
pub(crate) fn lay_out_text(request: &TextRequest) -> Result<Option<TextMark>, Error> {
    let markup = &request.markup;
    let runs = markup::parse(markup).map_err(|fault| fault.explained(markup))?;
    let lines = lines::of(runs);
    let generic = &fonts::generic();
    let mut ruler = Ruler::new(fonts::database(), generic.clone());
    let lines = match &request.text_box {
        Some(text_box) => wrap::wrap(&lines, text_box, &mut ruler)?,
        None => lines,
    };
    let placed = place::place(lines, request.text_box.as_ref(), &mut ruler)?;
    let Some(ink) = ink::find(&placed, generic)? else {
        return Ok(None);
    };
    let (width, height) = ink.size;
    let bytes = write::document(&placed, generic, Some(&ink)).into_bytes();
    let header = Header::still(Format::Svg, width, height, Channels::Rgba);
    Ok(Some(TextMark { bytes, header }))
}

#[cfg(test)]
mod tests;
