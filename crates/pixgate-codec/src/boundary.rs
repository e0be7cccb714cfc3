//! The one place where panics of codec libraries end.
//!
//! A panic inside a decoder or encoder costs one request: it becomes
//! [`ErrorKind::Panicked`], and what the library held is dropped.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use pixgate_options::Format;

use crate::{Band, Decoder, Encoder, Error, ErrorKind, Metadata, OutputLayout};

/// Keeps panics that this crate contains from being printed.
///
/// Installs a panic hook, once per process, that stays silent while a codec library runs and
/// otherwise calls the hook that was there before. Programs call it at start; without it each
/// contained panic leaves a message on standard error.
pub fn silence_contained_panics() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !INSIDE.get() {
                previous(info);
            }
        }));
    });
}

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Runs a codec library's code and turns a panic into an error.
pub(crate) fn contain<T>(
    format: Format,
    work: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    let outer = INSIDE.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    INSIDE.set(outer);
    result.unwrap_or_else(|_| Err(ErrorKind::Panicked { format }.into()))
}

/// A decoder behind the boundary; after a panic it is never called again.
pub(crate) struct Contained<'a> {
    format: Format,
    inner: Option<Box<dyn Decoder + 'a>>,
    layout: OutputLayout,
    /// What remains to be seen once the inner decoder is gone.
    last_metadata: Metadata,
}

impl<'a> Contained<'a> {
    pub(crate) fn new(format: Format, inner: Box<dyn Decoder + 'a>) -> Self {
        Self {
            format,
            layout: inner.layout(),
            inner: Some(inner),
            last_metadata: Metadata::default(),
        }
    }
}

impl Decoder for Contained<'_> {
    fn layout(&self) -> OutputLayout {
        self.layout
    }

    fn metadata(&self) -> &Metadata {
        self.inner
            .as_ref()
            .map_or(&self.last_metadata, |inner| inner.metadata())
    }

    fn next_band(&mut self) -> Result<Option<Band>, Error> {
        let format = self.format;
        let Some(mut inner) = self.inner.take() else {
            return Err(ErrorKind::Panicked { format }.into());
        };
        let (inner, band) = contain(format, || {
            let band = inner.next_band();
            Ok((inner, band))
        })?;
        self.inner = Some(inner);
        band
    }
}

/// An encoder behind the boundary; after a panic it is never called again.
pub(crate) struct ContainedEncoder {
    format: Format,
    inner: Option<Box<dyn Encoder>>,
}

impl ContainedEncoder {
    pub(crate) fn new(format: Format, inner: Box<dyn Encoder>) -> Self {
        let inner = Some(inner);
        Self { format, inner }
    }
}

impl Encoder for ContainedEncoder {
    fn write_band(&mut self, band: Band) -> Result<(), Error> {
        let format = self.format;
        let Some(mut inner) = self.inner.take() else {
            return Err(ErrorKind::Panicked { format }.into());
        };
        let (inner, result) = contain(format, || {
            let result = inner.write_band(band);
            Ok((inner, result))
        })?;
        self.inner = Some(inner);
        result
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error> {
        let format = self.format;
        match self.inner {
            Some(inner) => contain(format, || inner.finish()),
            None => Err(ErrorKind::Panicked { format }.into()),
        }
    }
}
