//! The style sheet of the option `style`, on its way into a drawing.

use std::borrow::Cow;
use std::sync::Arc;

use pixgate_codec::{add_style, sniff};
use pixgate_options::{Format, ProcessingOptions};

use crate::Error;

/// A style sheet that is put into a drawing before anything else is done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Style(Arc<str>);

impl Style {
    /// The style sheet that is asked for, if a source of this format can have one.
    pub(crate) fn of(options: &ProcessingOptions, format: Format) -> Option<Self> {
        let css = options.global.style.as_deref();
        let css = css.filter(|css| !css.is_empty() && format == Format::Svg);
        css.map(|css| Self(css.into()))
    }

    /// The style sheet for a source, by what its bytes look like.
    pub(crate) fn of_source(options: &ProcessingOptions, bytes: &[u8]) -> Option<Self> {
        options.global.style.as_deref()?;
        Self::of(options, sniff(bytes)?)
    }

    /// Length of the sheet in bytes.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Most bytes of a source of this length with the sheet in it: text in another encoding may have
    /// three for one in UTF-8, and a character that is escaped five.
    pub(crate) fn styled_bytes(&self, source: usize) -> usize {
        let sheet = self.len().saturating_mul(5).saturating_add(64);
        source.saturating_mul(3).saturating_add(sheet)
    }
}

/// The source with the sheet in it.
pub(crate) fn styled<'a>(bytes: &'a [u8], style: Option<&Style>) -> Result<Cow<'a, [u8]>, Error> {
    Ok(match style {
        Some(style) => Cow::Owned(add_style(bytes, &style.0)?),
        None => Cow::Borrowed(bytes),
    })
}
