//! Laying text out, where this build can.

use crate::{Error, TextMark, TextRequest};

/// Checks markup as far as that goes without fonts.
///
/// # Errors
///
/// [`ErrorKind::Markup`](crate::ErrorKind), and [`ErrorKind::CannotRead`](crate::ErrorKind) without
/// the cargo feature `svg`.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "svg")] {
/// assert!(pixgate_codec::check_markup("one <b>bold</b> word").is_ok());
/// let error = pixgate_codec::check_markup("one <b>bold word").unwrap_err();
/// assert_eq!(error.to_string(), "markup at character 5: a tag is not closed");
/// # }
/// ```
pub fn check_markup(markup: &str) -> Result<(), Error> {
    imp::check(markup)
}

/// Lays a text out and draws it once, to find its ink; none if it has none.
///
/// - Takes at most [`TEXT_BYTES`](crate::TEXT_BYTES).
///
/// # Errors
///
/// Those of [`check_markup`], [`ErrorKind::Panicked`](crate::ErrorKind) and
/// [`ErrorKind::OutOfMemory`](crate::ErrorKind).
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "svg")] {
/// use pixgate_codec::{TextRequest, lay_out_text};
///
/// let markup = "two\nlines".to_owned();
/// let mark = lay_out_text(&TextRequest { markup, text_box: None })?.unwrap();
/// assert!(mark.header.height > 20 && mark.header.width < 50);
/// # }
/// # Ok::<(), pixgate_codec::Error>(())
/// ```
pub fn lay_out_text(request: &TextRequest) -> Result<Option<TextMark>, Error> {
    imp::lay_out(request)
}

#[cfg(feature = "svg")]
mod imp {
    use pixgate_options::Format;

    use crate::boundary::contain;
    use crate::{Error, TextMark, TextRequest, svg};

    pub(super) fn check(markup: &str) -> Result<(), Error> {
        svg::check_markup(markup)
    }

    pub(super) fn lay_out(request: &TextRequest) -> Result<Option<TextMark>, Error> {
        contain(Format::Svg, || svg::lay_out_text(request))
    }
}

#[cfg(not(feature = "svg"))]
mod imp {
    use pixgate_options::Format;

    use crate::{Error, ErrorKind, TextMark, TextRequest};

    pub(super) fn check(_: &str) -> Result<(), Error> {
        let format = Format::Svg;
        Err(ErrorKind::CannotRead { format }.into())
    }

    pub(super) fn lay_out(request: &TextRequest) -> Result<Option<TextMark>, Error> {
        check(&request.markup).map(|()| None)
    }
}
