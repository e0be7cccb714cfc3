//! Reading a header where its format is read.

use pixgate_codec::{Header, Limits, probe_pages, sniff};
use pixgate_options::ProcessingOptions;

use crate::style::{Style, styled};
use crate::{Cancel, Error, Settings};

/// Reads an image's header, in the sandbox of the settings if its format is read there.
///
/// - Takes at most [`probe_bytes`] beside the source.
///
/// # Errors
///
/// [`ErrorKind::Codec`](crate::ErrorKind), [`ErrorKind::DeadlineExceeded`](crate::ErrorKind) and
/// [`ErrorKind::Cancelled`](crate::ErrorKind).
pub fn probe(
    bytes: &[u8],
    limits: &Limits,
    settings: &Settings,
    cancel: &Cancel,
) -> Result<Header, Error> {
    let probed = settings.sandbox.probe(bytes, limits, &cancel.stop());
    cancel.explain_codec(probed)
}

/// Bytes that [`probe`] takes at most beside the source; nothing worth counting for formats that
/// are read on the caller's thread.
#[must_use]
pub fn probe_bytes(bytes: &[u8], settings: &Settings) -> u64 {
    sniff(bytes).map_or(0, |format| {
        settings.sandbox.probe_bytes(format, bytes.len())
    })
}

/// Reads the header that options mean: of the page that they name and those under it, and of a
/// drawing with the style sheet that it gets.
///
/// - Takes at most [`probe_bytes_for`] beside the source.
///
/// # Errors
///
/// Those of [`probe`].
pub fn probe_for(
    options: &ProcessingOptions,
    bytes: &[u8],
    limits: &Limits,
    settings: &Settings,
    cancel: &Cancel,
) -> Result<Header, Error> {
    let style = Style::of_source(options, bytes);
    let styled = styled(bytes, style.as_ref())?;
    let header = probe(&styled, limits, settings, cancel)?;
    let pages = (options.global.page(), options.global.pages());
    if pages == (0, 1) {
        return Ok(header);
    }
    Ok(probe_pages(bytes, header, pages, limits)?)
}

/// Bytes that [`probe_for`] takes beside the source.
#[must_use]
pub fn probe_bytes_for(options: &ProcessingOptions, bytes: &[u8], settings: &Settings) -> u64 {
    let Some(style) = Style::of_source(options, bytes) else {
        return probe_bytes(bytes, settings);
    };
    let styled = style.styled_bytes(bytes.len());
    let probing = sniff(bytes).map_or(0, |format| settings.sandbox.probe_bytes(format, styled));
    probing.saturating_add((styled as u64).saturating_mul(2))
}
