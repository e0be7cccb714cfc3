//! From options and source back to a path.

use base64::Engine;
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use pixgate_options::{Format, InfoOptions, ProcessingOptions};

use crate::Config;
use crate::args::texts::BASE64;
use crate::error::{Error, ErrorKind};
use crate::options::{INFO, PROCESSING};
use crate::request::Request;
use crate::source::SourceKind;
use crate::table::{Access, Action, OptionRow, Table, WriteRule};
use crate::writer::Writer;

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
                    write_row(&mut writer, &PROCESSING, row, access, &options.global);
                }
                Action::Pipeline(access) => {
                    write_row(&mut writer, &PROCESSING, row, access, pipeline);
                }
                _ => {}
            }
        }
    }
    finish(writer, source, extension)
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
            write_row(&mut writer, &INFO, row, access, options);
        }
    }
    finish(writer, source, None)
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

fn write_row<T>(
    writer: &mut Writer<'_>,
    table: &Table,
    row: &'static OptionRow,
    access: &Access<T>,
    options: &T,
) {
    match access.write {
        WriteRule::With(write) => {
            writer.name = table.shortest_name(row);
            write(options, writer);
        }
        WriteRule::Keys => {
            let arguments = key_arguments(access, options);
            if !arguments.is_empty() {
                writer.name = table.shortest_name(row);
                writer.option(&arguments);
            }
        }
    }
}

fn finish(
    mut writer: Writer<'_>,
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
        writer.refuse("", "the source is empty");
    } else if first.contains(writer.config.separator()) {
        writer.refuse(first, "the separator makes this look like an option");
    }
    writer.path.push('/');
    writer.path.push_str(marker);
    writer.path.push_str(&text);
    if let Some(extension) = extension {
        writer.path.push(extension_mark);
        writer.path.push_str(extension.name());
    }
    if writer.config.base64_url_includes_filename && extension_mark == '.' {
        writer.path.push_str("/image");
    }
    match writer.error {
        Some(error) => Err(error),
        None => Ok(writer.path),
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
