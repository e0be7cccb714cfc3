//! From signed text to a request.

use std::borrow::Cow;

use pixgate_options::{Format, InfoOptions, ProcessingOptions, ResizingType};

use crate::apply::{Applier, Subject};
use crate::args::texts::read_format;
use crate::error::{Error, ErrorKind};
use crate::request::{InfoRequest, Parsed, Request};
use crate::segment::{Segment, SegmentKind};
use crate::source::{Decoded, SourceKind, SourceUrl, decode, preprocess};
use crate::{Config, Defaults};

/// Parses the signed text of a processing path: options and source.
///
/// `defaults` follow from the request's headers, `now` is in seconds since 1970. The caller
/// verifies the signature before and checks the source against its allowlist after.
///
/// # Errors
///
/// The first thing that is wrong, from left to right, the source after all options.
///
/// # Examples
///
/// A misspelt option:
///
/// ```
/// use pixgate_url::{Config, Defaults, ErrorKind, parse};
///
/// let signed = "/h:20/widht:10/plain/a.jpg";
/// let error = parse(signed, &Config::default(), &Defaults::default(), 0).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::UnknownOption);
/// assert_eq!(error.position(), 6);
/// assert_eq!(error.hint(), Some("did you mean `width`"));
/// ```
pub fn parse(
    signed: &str,
    config: &Config,
    defaults: &Defaults,
    now: i64,
) -> Result<Request, Error> {
    let mut options = ProcessingOptions::default();
    defaults.apply(&mut options);
    let mut parsed = parse_any(signed, options, config, now, true)?;
    let raw = parsed.0.options.global.raw();
    if let Some((position, name)) = parsed.1.filter(|_| !raw) {
        let format = parsed.0.read_extension(position, &name)?;
        parsed.0.options.global.format = Some(format);
        parsed.0.extension = Some(format);
    }
    Ok(parsed.0)
}

/// Parses the signed text of an info path. A format after the source is accepted and ignored.
///
/// # Errors
///
/// As [`parse`].
///
/// # Examples
///
/// ```
/// use pixgate_url::{Config, parse_info};
///
/// let request = parse_info("/exif:0/p:8/plain/a.jpg", &Config::default(), 0)?;
/// assert!(!request.options.exif());
/// assert_eq!(request.options.palette, Some(8));
/// # Ok::<(), pixgate_url::Error>(())
/// ```
pub fn parse_info(signed: &str, config: &Config, now: i64) -> Result<InfoRequest, Error> {
    let (mut parsed, extension) = parse_any(signed, InfoOptions::default(), config, now, false)?;
    if let Some((position, name)) = extension {
        parsed.extension = Some(parsed.read_extension(position, &name)?);
    }
    Ok(parsed)
}

impl<O> Parsed<O> {
    fn read_extension(&self, position: usize, name: &str) -> Result<Format, Error> {
        read_format(name).map_err(|hint| {
            let error = Error::new(ErrorKind::InvalidArgument, position, name).with_hint(hint);
            match self.source_kind {
                SourceKind::Encrypted => error.about_ciphertext(),
                _ => error,
            }
        })
    }
}

/// An extension as written, with its position.
type Extension<'s> = Option<(usize, Cow<'s, str>)>;

fn parse_any<'s, O: Subject>(
    signed: &'s str,
    options: O,
    config: &Config,
    now: i64,
    refuse_basic: bool,
) -> Result<(Parsed<O>, Extension<'s>), Error> {
    let rest = signed.strip_prefix('/').unwrap_or(signed);
    let start = signed.len().saturating_sub(rest.len());
    let mut applier = Applier::new(options, config, now);
    let mut reader = Reader {
        rest,
        position: start,
        segments: Vec::new(),
    };
    if O::only_presets(config) {
        applier.default_preset()?;
        reader.preset_names(&mut applier, config)?;
    } else {
        if refuse_basic {
            refuse_basic_format(rest, start)?;
        }
        applier.default_preset()?;
        reader.options(&mut applier, config)?;
    }
    reader.source(applier, config)
}

/// The format of old had the resizing type first.
fn refuse_basic_format(rest: &str, position: usize) -> Result<(), Error> {
    let first = rest.split('/').next().unwrap_or_default();
    if ResizingType::from_name(first).is_none() {
        return Ok(());
    }
    let error = Error::new(ErrorKind::DeprecatedBasicUrl, position, first);
    Err(error.with_hint(format!("write `rs:{first}:width:height`")))
}

/// Walks along the signed text.
#[derive(Debug)]
struct Reader<'s> {
    rest: &'s str,
    position: usize,
    segments: Vec<Segment>,
}

impl<'s> Reader<'s> {
    /// The next piece without its slash; none at the end.
    fn peek(&self) -> Option<&'s str> {
        (!self.rest.is_empty()).then(|| self.rest.split('/').next().unwrap_or_default())
    }

    /// Steps over a piece and the slash after it.
    fn advance(&mut self, segment: &str, kind: SegmentKind) {
        let range = self.position..self.position.saturating_add(segment.len());
        self.segments.push(Segment { range, kind });
        let rest = self.rest.strip_prefix(segment).unwrap_or_default();
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let step = self.rest.len().saturating_sub(rest.len());
        self.position = self.position.saturating_add(step);
        self.rest = rest;
    }

    fn options<O: Subject>(
        &mut self,
        applier: &mut Applier<'_, O>,
        config: &Config,
    ) -> Result<(), Error> {
        while let Some(segment) = self.peek() {
            if segment == "-" && O::PIPELINES {
                applier.next_pipeline(self.position)?;
                self.advance(segment, SegmentKind::PipelineBreak);
            } else if segment.contains(config.separator()) {
                let row = applier.option(segment, self.position)?;
                self.advance(segment, SegmentKind::Option(row));
            } else {
                break;
            }
        }
        Ok(())
    }

    fn preset_names<O: Subject>(
        &mut self,
        applier: &mut Applier<'_, O>,
        config: &Config,
    ) -> Result<(), Error> {
        let segment = self.peek().unwrap_or_default();
        let mut position = self.position;
        for name in segment.split(config.separator()) {
            applier.preset(name, position)?;
            position = position
                .saturating_add(name.len())
                .saturating_add(config.separator().len());
        }
        self.advance(segment, SegmentKind::Presets);
        Ok(())
    }

    fn source<O: Subject>(
        mut self,
        applier: Applier<'_, O>,
        config: &Config,
    ) -> Result<(Parsed<O>, Extension<'s>), Error> {
        let Decoded {
            kind,
            bytes,
            extension,
            segments,
        } = decode(self.rest, self.position, config)?;
        self.segments.extend(segments);
        let parsed = Parsed {
            options: applier.options,
            presets: applier.presets,
            source: SourceUrl::new(preprocess(bytes.clone(), config)),
            written_source: SourceUrl::new(bytes),
            source_kind: kind,
            extension: None,
            segments: self.segments,
            notes: applier.notes,
        };
        Ok((parsed, extension))
    }
}
