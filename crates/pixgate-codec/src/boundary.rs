//! The one place where panics of codec libraries end.
//!
//! A panic inside a decoder or encoder costs one request: it becomes
//! [`ErrorKind::Panicked`], and what the library held is dropped.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use pixgate_options::Format;
use pixgate_raster::Image;

use crate::{
    Ahead, AnimationEncoder, Band, Decoder, Encoder, Error, ErrorKind, Frames, Metadata,
    OutputLayout,
};

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

/// Something of a codec library behind the boundary; after a panic it is never called again.
struct Guarded<T> {
    format: Format,
    inner: Option<T>,
}

impl<T> Guarded<T> {
    const fn new(format: Format, inner: T) -> Self {
        let inner = Some(inner);
        Self { format, inner }
    }

    fn call<R>(&mut self, work: impl FnOnce(&mut T) -> Result<R, Error>) -> Result<R, Error> {
        let format = self.format;
        let Some(mut inner) = self.inner.take() else {
            return Err(ErrorKind::Panicked { format }.into());
        };
        let (inner, result) = contain(format, || {
            let result = work(&mut inner);
            Ok((inner, result))
        })?;
        self.inner = Some(inner);
        result
    }

    fn finish<R>(self, work: impl FnOnce(T) -> Result<R, Error>) -> Result<R, Error> {
        let format = self.format;
        match self.inner {
            Some(inner) => contain(format, || work(inner)),
            None => Err(ErrorKind::Panicked { format }.into()),
        }
    }
}

/// A decoder behind the boundary.
pub(crate) struct Contained<'a> {
    guarded: Guarded<Box<dyn Decoder + 'a>>,
    layout: OutputLayout,
    /// What remains to be seen once the inner decoder is gone.
    last_metadata: Metadata,
}

impl<'a> Contained<'a> {
    pub(crate) fn new(format: Format, inner: Box<dyn Decoder + 'a>) -> Self {
        Self {
            layout: inner.layout(),
            guarded: Guarded::new(format, inner),
            last_metadata: Metadata::default(),
        }
    }
}

impl Decoder for Contained<'_> {
    fn layout(&self) -> OutputLayout {
        self.layout
    }

    fn metadata(&self) -> &Metadata {
        let inner = self.guarded.inner.as_ref();
        inner.map_or(&self.last_metadata, |inner| inner.metadata())
    }

    fn next_band(&mut self) -> Result<Option<Band>, Error> {
        self.guarded.call(|inner| inner.next_band())
    }

    fn ahead(&mut self) -> Option<Box<dyn Ahead>> {
        let format = self.guarded.format;
        let inner = self.guarded.call(|inner| Ok(inner.ahead())).ok()??;
        Some(Box::new(ContainedAhead { format, inner }))
    }

    fn alpha(&mut self) -> Option<Image> {
        self.guarded.inner.as_mut()?.alpha()
    }
}

/// Work ahead of a decoder behind the boundary: after a panic the decoder does it itself.
struct ContainedAhead {
    format: Format,
    inner: Box<dyn Ahead>,
}

impl Ahead for ContainedAhead {
    fn work(self: Box<Self>, source: &[u8], stop: &dyn Fn() -> bool) {
        let Self { format, inner } = *self;
        // What there is to be told, the decoder will tell.
        let _: Result<(), Error> = contain(format, || {
            inner.work(source, stop);
            Ok(())
        });
    }
}

/// An encoder behind the boundary.
pub(crate) struct ContainedEncoder(Guarded<Box<dyn Encoder>>);

impl ContainedEncoder {
    pub(crate) const fn new(format: Format, inner: Box<dyn Encoder>) -> Self {
        Self(Guarded::new(format, inner))
    }
}

impl Encoder for ContainedEncoder {
    fn write_band(&mut self, band: Band) -> Result<(), Error> {
        self.0.call(|inner| inner.write_band(band))
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error> {
        self.0.finish(Encoder::finish)
    }
}

/// An animation being read behind the boundary.
pub(crate) struct ContainedFrames<'a>(Guarded<Box<dyn Frames + 'a>>);

impl<'a> ContainedFrames<'a> {
    pub(crate) const fn new(format: Format, inner: Box<dyn Frames + 'a>) -> Self {
        Self(Guarded::new(format, inner))
    }
}

impl Frames for ContainedFrames<'_> {
    fn next_frame(&mut self) -> Result<Option<(Image, u32)>, Error> {
        self.0.call(|inner| inner.next_frame())
    }
}

/// An animation being written behind the boundary.
pub(crate) struct ContainedAnimation(Guarded<Box<dyn AnimationEncoder>>);

impl ContainedAnimation {
    pub(crate) const fn new(format: Format, inner: Box<dyn AnimationEncoder>) -> Self {
        Self(Guarded::new(format, inner))
    }
}

impl AnimationEncoder for ContainedAnimation {
    fn write_frame(&mut self, image: Image, delay_ms: u32) -> Result<(), Error> {
        self.0.call(|inner| inner.write_frame(image, delay_ms))
    }

    fn finish(self: Box<Self>, loop_count: u32) -> Result<Vec<u8>, Error> {
        self.0.finish(|inner| inner.finish(loop_count))
    }
}
