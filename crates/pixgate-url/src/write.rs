//! From options and source back to a path.

use base64::Engine;
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use pixgate_options::{Format, InfoOptions, ProcessingOptions};

use crate::Config;
use crate::args::texts::BASE64;
use crate::error::{Error, ErrorKind};
use crate::options::{INFO, PROCESSING};
use crate::path::stray_percent;
use crate::request::Request;
use crate::source::SourceKind;
use crate::table::{Access, Action, OptionRow, Table, WriteRule};

/// A source and how it is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrittenSource<'s> {
    /// Readable, percent-encoded where needed.
    Plain(&'s [u8]),
    /// URL-safe base64.
    Base64(&'s [u8]),
    /// Ciphertext with its initialisation vector in front.
    Encrypted(&'s [u8]),
    /// Authenticated ciphertext with its nonce in front and its tag at the end.
    Sealed(&'s [u8]),
}

/// Writes the signed text of a processing path, which [`parse`](crate::parse) reads back.
///
/// Only short option names are used. `extension` is put after the source; it stands for the same
/// format among the options.
///
/// # Errors
///
/// [`ErrorKind::Unwritable`] for an empty source, for texts that contain the separator or a slash
/// where the grammar cannot encode them, and where only presets are allowed.
///
/// # Examples
///
/// ```
/// use pixgate_options::{Format, ProcessingOptions};
/// use pixgate_url::{Config, WrittenSource, write};
///
/// let mut options = ProcessingOptions::default();
/// options.pipelines[0].width = Some(300);
/// let source = WrittenSource::Plain(b"https://img.test/a@2x.jpg?v=1");
/// let path = write(&options, source, Some(Format::Webp), &Config::default())?;
/// assert_eq!(path, "/w:300/plain/https://img.test/a%402x.jpg%3Fv=1@webp");
/// # Ok::<(), pixgate_url::Error>(())
/// ```
pub fn write(
    options: &ProcessingOptions,
    source: WrittenSource<'_>,
    extension: Option<Format>,
    config: &Config,
) -> Result<String, Error> {
    let extension = extension.filter(|_| !options.global.raw());
    let mut writer = Writer::new(config);
    if config.only_presets {
        writer.refuse("", "only presets are allowed in URLs");
    }
    for (index, pipeline) in options.pipelines.iter().enumerate() {
        if index > 0 {
            writer.path.push_str("/-");
        }
        for row in PROCESSING.rows() {
            match &row.action {
                Action::Global(_) if extension.is_some() && row.name == "format" => {}
                Action::Global(access) if index == 0 => {
                    writer.row(&PROCESSING, row, access, &options.global);
                }
                Action::Pipeline(access) => writer.row(&PROCESSING, row, access, pipeline),
                _ => {}
            }
        }
    }
    writer.finish(source, extension)
}

/// Writes the signed text of an info path, which [`parse_info`](crate::parse_info) reads back.
///
/// # Errors
///
/// As [`write()`].
pub fn write_info(
    options: &InfoOptions,
    source: WrittenSource<'_>,
    config: &Config,
) -> Result<String, Error> {
    let mut writer = Writer::new(config);
    if config.info_only_presets() {
        writer.refuse("", "only presets are allowed in URLs");
    }
    for row in INFO.rows() {
        if let Action::Info(access) = &row.action {
            writer.row(&INFO, row, access, options);
        }
    }
    writer.finish(source, None)
}

/// Writes a parsed request again: canonical names and spelling, presets expanded.
///
/// # Errors
///
/// As [`write()`]; also for encrypted sources, whose ciphertext a request does not keep.
pub fn write_request(request: &Request, config: &Config) -> Result<String, Error> {
    let bytes = request.written_source.as_bytes();
    let source = match request.source_kind {
        SourceKind::Plain => WrittenSource::Plain(bytes),
        SourceKind::Base64 => WrittenSource::Base64(bytes),
        SourceKind::Encrypted | SourceKind::Sealed => {
            let error = Error::new(ErrorKind::Unwritable, 0, "enc");
            return Err(error.with_hint("encrypt the source again and use `write`"));
        }
    };
    write(&request.options, source, request.extension, config)
}

/// A path being written; the first problem is kept and reported at the end.
#[derive(Debug)]
pub(crate) struct Writer<'c> {
    config: &'c Config,
    path: String,
    name: &'static str,
    error: Option<Error>,
}

impl<'c> Writer<'c> {
    pub(crate) fn new(config: &'c Config) -> Self {
        Self {
            config,
            path: String::new(),
            name: "",
            error: None,
        }
    }

    fn row<T>(&mut self, table: &Table, row: &'static OptionRow, access: &Access<T>, options: &T) {
        match access.write {
            WriteRule::With(write) => {
                self.name = table.shortest_name(row);
                write(options, self);
            }
            WriteRule::Keys => {
                let arguments = key_arguments(access, options);
                if !arguments.is_empty() {
                    self.name = table.shortest_name(row);
                    self.option(&arguments);
                }
            }
        }
    }

    /// Writes the current option with these arguments.
    pub(crate) fn option(&mut self, arguments: &[String]) {
        let start = self.path.len();
        self.path.push('/');
        self.path.push_str(self.name);
        let bad = arguments.iter().find(|argument| !self.can_carry(argument));
        if let Some(argument) = bad {
            self.refuse(
                argument,
                "an argument cannot hold `/`, `?`, spaces or the separator",
            );
        }
        if self.name.contains(self.config.separator()) {
            self.refuse(self.name, "the name contains the separator");
        }
        for argument in arguments {
            self.path.push_str(self.config.separator());
            self.path.push_str(argument);
        }
        if arguments.is_empty() {
            self.path.truncate(start);
        }
    }

    /// Writes the current option without the empty arguments at its end.
    pub(crate) fn option_trimmed(&mut self, arguments: &[String]) {
        let used = arguments.iter().rposition(|argument| !argument.is_empty());
        let count = used.map_or(0, |last| last.saturating_add(1));
        self.option(arguments.get(..count).unwrap_or_default());
    }

    /// Writes the current option with one encoded argument.
    pub(crate) fn base64(&mut self, text: Option<&str>) {
        if let Some(text) = text {
            self.option(&[Self::encode(text)]);
        }
    }

    pub(crate) fn encode(text: &str) -> String {
        BASE64.encode(text)
    }

    /// Whether a text can be an argument as it is, in any client.
    pub(crate) fn can_write(&self, text: &str) -> bool {
        text.is_ascii() && !text.contains(['#', '"', '\\']) && self.can_carry(text)
    }

    /// Whether a text comes back from parsing as it is.
    fn can_carry(&self, text: &str) -> bool {
        let plain = |byte: u8| !byte.is_ascii_control() && !matches!(byte, b' ' | b'/' | b'?');
        text.bytes().all(plain)
            && stray_percent(text).is_none()
            && !text.contains("%3A")
            && !text.contains(self.config.separator())
    }

    fn refuse(&mut self, segment: &str, hint: &'static str) {
        let position = self.path.len();
        self.error.get_or_insert_with(|| {
            Error::new(ErrorKind::Unwritable, position, segment).with_hint(hint)
        });
    }

    pub(crate) fn finish(
        mut self,
        source: WrittenSource<'_>,
        extension: Option<Format>,
    ) -> Result<String, Error> {
        let (marker, text, extension_mark) = match source {
            WrittenSource::Plain(bytes) => ("plain/", plain_text(bytes), '@'),
            WrittenSource::Base64(bytes) => ("", base64_run(bytes), '.'),
            WrittenSource::Encrypted(bytes) => ("enc/", BASE64.encode(bytes), '.'),
            WrittenSource::Sealed(bytes) => ("enc/~", BASE64.encode(bytes), '.'),
        };
        let first = if marker.is_empty() { &text } else { marker };
        if text.is_empty() {
            self.refuse("", "the source is empty");
        } else if first.contains(self.config.separator()) {
            self.refuse(first, "the separator makes this look like an option");
        }
        self.path.push('/');
        self.path.push_str(marker);
        self.path.push_str(&text);
        if let Some(extension) = extension {
            self.path.push(extension_mark);
            self.path.push_str(extension.name());
        }
        if self.config.base64_url_includes_filename && extension_mark == '.' {
            self.path.push_str("/image");
        }
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.path),
        }
    }
}

/// The values of the keys as arguments, none left out but those at the end.
fn key_arguments<T>(access: &Access<T>, options: &T) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut used = 0;
    for key in access.keys {
        match (key.value)(options) {
            Some(value) => {
                value.push_arguments(&mut arguments);
                used = arguments.len();
            }
            None => arguments.push(String::new()),
        }
    }
    arguments.truncate(used);
    arguments
}

fn plain_text(bytes: &[u8]) -> String {
    let mut text = percent_encode(bytes, RESERVED).to_string();
    // A lone slash after a colon would be taken for a damaged `://`.
    let lone = |(at, _): &(usize, &str)| {
        let after = text.get(at.saturating_add(2)..);
        after.is_some_and(|after| !after.starts_with('/'))
    };
    let colons: Vec<usize> = text
        .match_indices(":/")
        .filter(lone)
        .map(|(at, _)| at)
        .collect();
    for at in colons.into_iter().rev() {
        text.replace_range(at..at.saturating_add(1), "%3A");
    }
    text
}

/// Base64 that is not mistaken for a marker or a resizing type: padding says it is a source.
fn base64_run(bytes: &[u8]) -> String {
    let mut text = BASE64.encode(bytes);
    if matches!(text.as_str(), "enc" | "fit" | "fill" | "auto") {
        text.push('=');
    }
    text
}

/// What plain sources must not hold as it is.
const RESERVED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
