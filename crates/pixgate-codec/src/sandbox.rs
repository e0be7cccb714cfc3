//! Where codecs run that nothing bounds from inside.
//!
//! Drawings are read by libraries that recurse, copy and loop as their input likes, and JPEG XL by
//! one that cannot be interrupted. A [`Sandbox`] carries their work out where it can be ended: in a
//! process of its own, with limits of the operating system. Without one ([`InProcess`]) they run on
//! the caller's thread, where checks in front of them are all there is.

use std::fmt;
use std::sync::Arc;

use pixgate_options::Format;

use crate::buffered::WholeDecoder;
use crate::{
    DecodeRequest, Decoder, Error, ErrorKind, Frames, Header, Limits, Metadata, Pixels, TEXT_BYTES,
    TextMark, TextRequest, check_markup, lay_out_text, probe, sniff,
};

/// Asked now and then whether work is to be given up; any thread may ask.
pub type Stop = Arc<dyn Fn() -> bool + Send + Sync>;

/// What one piece of work in a sandbox may take.
#[derive(Clone)]
pub struct Allowance {
    /// Most bytes of memory, the source's copy and the result included.
    pub memory_bytes: u64,
    /// Says true once the work is to be given up.
    pub stop: Stop,
}

impl Allowance {
    /// So much memory, and all the time that there is.
    #[must_use]
    pub fn of_memory(memory_bytes: u64) -> Self {
        Self {
            memory_bytes,
            stop: Arc::new(|| false),
        }
    }
}

impl fmt::Debug for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Allowance")
            .field("memory_bytes", &self.memory_bytes)
            .finish_non_exhaustive()
    }
}

/// A place for codecs that cannot be bounded from inside.
///
/// Every method answers as the function of this crate with the same name would, and besides with
/// [`ErrorKind::Killed`], [`ErrorKind::Stopped`] and [`ErrorKind::NoSandbox`].
pub trait Sandbox: fmt::Debug + Send + Sync {
    /// Whether a format is read here; others are read on the caller's thread.
    fn takes(&self, format: Format) -> bool;

    /// Reads a header, as [`probe`].
    ///
    /// # Errors
    ///
    /// Those of [`probe`], and those of a sandbox.
    fn probe(&self, bytes: &[u8], limits: &Limits, allowance: &Allowance) -> Result<Header, Error>;

    /// Decodes an image, as [`decode`](crate::decode()).
    ///
    /// # Errors
    ///
    /// Those of [`decode`](crate::decode()), and those of a sandbox.
    fn decode(
        &self,
        bytes: &[u8],
        header: &Header,
        request: &DecodeRequest,
        limits: &Limits,
        allowance: &Allowance,
    ) -> Result<(Pixels, Metadata), Error>;

    /// Starts to decode an image, as [`open`](crate::open()). Unless a sandbox knows better, all of it
    /// is decoded first.
    ///
    /// # Errors
    ///
    /// Those of [`open`](crate::open()), and those of a sandbox.
    fn open<'a>(
        &self,
        bytes: &'a [u8],
        header: &Header,
        request: &DecodeRequest,
        limits: &Limits,
        allowance: &Allowance,
    ) -> Result<Box<dyn Decoder + 'a>, Error> {
        let (pixels, metadata) = self.decode(bytes, header, request, limits, allowance)?;
        let layout = pixels.output_layout();
        Ok(WholeDecoder::boxed(layout, metadata, move || Ok(pixels)))
    }

    /// Starts to read an animation, as [`frames`](crate::frames), and reads its metadata.
    ///
    /// # Errors
    ///
    /// Those of [`frames`](crate::frames), and those of a sandbox.
    fn frames<'a>(
        &self,
        bytes: &'a [u8],
        header: &Header,
        limits: &Limits,
        allowance: &Allowance,
    ) -> Result<(Box<dyn Frames + 'a>, Metadata), Error>;

    /// Cleans an SVG, as [`sanitize_svg`](crate::sanitize_svg).
    ///
    /// # Errors
    ///
    /// Those of [`sanitize_svg`](crate::sanitize_svg), and those of a sandbox.
    fn sanitize_svg(&self, bytes: &[u8], allowance: &Allowance) -> Result<Vec<u8>, Error>;

    /// Lays a text out with the fonts that are loaded here, as [`lay_out_text`].
    ///
    /// # Errors
    ///
    /// Those of [`lay_out_text`], and those of a sandbox.
    fn lay_out_text(
        &self,
        request: &TextRequest,
        allowance: &Allowance,
    ) -> Result<Option<TextMark>, Error>;

    /// Whether work can be expected of it.
    fn is_healthy(&self) -> bool {
        true
    }

    /// Bytes of memory that it holds between two pieces of work at most.
    fn idle_bytes(&self) -> u64 {
        0
    }

    /// What it counted since it was made.
    fn counts(&self) -> SandboxCounts {
        SandboxCounts::default()
    }
}

/// What a sandbox counted, for metrics.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SandboxCounts {
    /// Processes that exist.
    pub processes: u64,
    /// Processes that ended before their work was done, by reason.
    pub killed: Vec<(&'static str, u64)>,
}

/// A shared sandbox in front of all codecs: what it takes runs there, the rest on the caller's
/// thread. Equal to another if both share the same one. The default is none: [`InProcess`].
#[derive(Clone, Default)]
pub struct SharedSandbox(Option<Arc<dyn Sandbox>>);

impl SharedSandbox {
    /// Shares a sandbox.
    #[must_use]
    pub fn new(sandbox: Arc<dyn Sandbox>) -> Self {
        Self(Some(sandbox))
    }

    /// The sandbox itself.
    #[must_use]
    pub fn get(&self) -> &dyn Sandbox {
        self.0.as_deref().unwrap_or(&InProcess)
    }

    /// Reads a header, as [`probe`].
    ///
    /// # Errors
    ///
    /// Those of [`Sandbox::probe`].
    pub fn probe(&self, bytes: &[u8], limits: &Limits, stop: &Stop) -> Result<Header, Error> {
        let format = sniff(bytes).ok_or(ErrorKind::UnknownFormat)?;
        if !self.get().takes(format) {
            return probe(bytes, limits);
        }
        let allowance = Allowance {
            memory_bytes: self.probe_bytes(format, bytes.len()),
            stop: Arc::clone(stop),
        };
        self.get().probe(bytes, limits, &allowance)
    }

    /// Bytes that reading a header takes beside the source; nothing worth counting for formats
    /// that are read on the caller's thread.
    #[must_use]
    pub fn probe_bytes(&self, format: Format, source_bytes: usize) -> u64 {
        if self.get().takes(format) {
            PROBE_BYTES.saturating_add(copies(source_bytes))
        } else {
            0
        }
    }

    /// Bytes that a format's codec takes in the sandbox beside what
    /// [`decode_bytes`](crate::decode_bytes) and the result count.
    #[must_use]
    pub fn beside_bytes(&self, format: Format, source_bytes: usize) -> u64 {
        if self.get().takes(format) {
            PROCESS_BYTES.saturating_add(copies(source_bytes))
        } else {
            0
        }
    }

    /// Starts to decode an image, as [`open`](crate::open()).
    ///
    /// # Errors
    ///
    /// Those of [`Sandbox::open`].
    pub fn open<'a>(
        &self,
        bytes: &'a [u8],
        header: &Header,
        request: &DecodeRequest,
        limits: &Limits,
        allowance: &Allowance,
    ) -> Result<Box<dyn Decoder + 'a>, Error> {
        if !self.get().takes(header.format) {
            return crate::open(bytes, header, request, limits);
        }
        let sandbox = self.get();
        let decoder = sandbox.open(bytes, header, request, limits, allowance)?;
        limits.check_layout(decoder.layout())?;
        Ok(decoder)
    }

    /// Starts to read an animation, as [`frames`](crate::frames), and reads its metadata.
    ///
    /// # Errors
    ///
    /// Those of [`Sandbox::frames`].
    pub fn frames<'a>(
        &self,
        bytes: &'a [u8],
        header: &Header,
        limits: &Limits,
        allowance: &Allowance,
    ) -> Result<(Box<dyn Frames + 'a>, Metadata), Error> {
        if self.get().takes(header.format) {
            self.get().frames(bytes, header, limits, allowance)
        } else {
            InProcess.frames(bytes, header, limits, allowance)
        }
    }

    /// Cleans an SVG, as [`sanitize_svg`](crate::sanitize_svg).
    ///
    /// # Errors
    ///
    /// Those of [`Sandbox::sanitize_svg`].
    pub fn sanitize_svg(&self, bytes: &[u8], allowance: &Allowance) -> Result<Vec<u8>, Error> {
        self.get().sanitize_svg(bytes, allowance)
    }

    /// Lays a text out where drawings are drawn, as [`lay_out_text`].
    ///
    /// - Takes at most [`text_bytes`](Self::text_bytes).
    ///
    /// # Errors
    ///
    /// Those of [`Sandbox::lay_out_text`].
    pub fn lay_out_text(
        &self,
        request: &TextRequest,
        stop: &Stop,
    ) -> Result<Option<TextMark>, Error> {
        if !self.get().takes(Format::Svg) {
            return lay_out_text(request);
        }
        check_markup(&request.markup)?;
        let allowance = Allowance {
            memory_bytes: self.text_bytes(),
            stop: Arc::clone(stop),
        };
        self.get().lay_out_text(request, &allowance)
    }

    /// Bytes that laying a text out takes at most.
    #[must_use]
    pub fn text_bytes(&self) -> u64 {
        TEXT_BYTES.saturating_add(self.beside_bytes(Format::Svg, 0))
    }
}

impl PartialEq for SharedSandbox {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }
}

impl fmt::Debug for SharedSandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// No sandbox: every codec runs on the caller's thread.
///
/// For sources that are trusted, and where there are no processes (WebAssembly). Drawings are
/// checked before they are drawn, but a checker that knows all they can do does not exist: a
/// hostile one may take minutes, gigabytes or the whole process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct InProcess;

impl Sandbox for InProcess {
    fn takes(&self, _: Format) -> bool {
        false
    }

    fn probe(&self, bytes: &[u8], limits: &Limits, _: &Allowance) -> Result<Header, Error> {
        probe(bytes, limits)
    }

    fn decode(
        &self,
        bytes: &[u8],
        header: &Header,
        request: &DecodeRequest,
        limits: &Limits,
        _: &Allowance,
    ) -> Result<(Pixels, Metadata), Error> {
        crate::decode(bytes, header, request, limits)
    }

    fn open<'a>(
        &self,
        bytes: &'a [u8],
        header: &Header,
        request: &DecodeRequest,
        limits: &Limits,
        _: &Allowance,
    ) -> Result<Box<dyn Decoder + 'a>, Error> {
        crate::open(bytes, header, request, limits)
    }

    fn frames<'a>(
        &self,
        bytes: &'a [u8],
        header: &Header,
        limits: &Limits,
        _: &Allowance,
    ) -> Result<(Box<dyn Frames + 'a>, Metadata), Error> {
        let request = DecodeRequest::default();
        let metadata = crate::open(bytes, header, &request, limits)?
            .metadata()
            .clone();
        Ok((crate::frames(bytes, header, limits)?, metadata))
    }

    fn sanitize_svg(&self, bytes: &[u8], _: &Allowance) -> Result<Vec<u8>, Error> {
        sanitize(bytes)
    }

    fn lay_out_text(
        &self,
        request: &TextRequest,
        _: &Allowance,
    ) -> Result<Option<TextMark>, Error> {
        lay_out_text(request)
    }
}

#[cfg(feature = "svg")]
fn sanitize(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    crate::sanitize_svg(bytes)
}

#[cfg(not(feature = "svg"))]
fn sanitize(_: &[u8]) -> Result<Vec<u8>, Error> {
    let format = Format::Svg;
    Err(ErrorKind::CannotRead { format }.into())
}

/// A sandbox holds the source, its text, and a tree of it.
fn copies(source_bytes: usize) -> u64 {
    (source_bytes as u64).saturating_mul(SOURCE_COPIES)
}

const SOURCE_COPIES: u64 = 16;
/// What a process takes before it has work, and what its allocator keeps.
const PROCESS_BYTES: u64 = 8 << 20;
/// A drawing that does not declare its size is parsed for it.
const PROBE_BYTES: u64 = 40 << 20;
