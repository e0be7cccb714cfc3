//! The source part of a path: plain, base64 or encrypted.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use percent_encoding::{CONTROLS, percent_decode_str, percent_encode};

use crate::args::texts::decode_base64;
use crate::error::{Error, ErrorKind};
use crate::path::stray_percent;
use crate::segment::{Segment, SegmentKind};
use crate::{Config, SourceDecryptor};

/// The URL of a source, as bytes because paths may escape any byte.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SourceUrl(Vec<u8>);

impl SourceUrl {
    /// Wraps the bytes of a URL.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The URL as text, with bytes that are not UTF-8 percent-encoded.
    #[must_use]
    pub fn to_text(&self) -> Cow<'_, str> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(percent_encode(&self.0, CONTROLS).to_string()),
        }
    }
}

impl fmt::Display for SourceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// How a source is written in a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// Percent-encoded after `plain/`.
    Plain,
    /// URL-safe base64.
    Base64,
    /// Ciphertext in URL-safe base64 after `enc/`; imgproxy Pro.
    Encrypted,
    /// Authenticated ciphertext in URL-safe base64 after `enc/~`, an extension of pixgate's.
    Sealed,
}

/// A source before preprocessing.
#[derive(Debug)]
pub(crate) struct Decoded<'s> {
    pub(crate) kind: SourceKind,
    pub(crate) bytes: Vec<u8>,
    /// With its position; never empty.
    pub(crate) extension: Option<(usize, Cow<'s, str>)>,
    pub(crate) segments: Vec<Segment>,
}

/// Decodes the end of a path; `position` is where it starts in the signed text.
pub(crate) fn decode<'s>(
    text: &'s str,
    position: usize,
    config: &Config,
) -> Result<Decoded<'s>, Error> {
    if let Some(plain) = text.strip_prefix("plain/") {
        return decode_plain(plain, position.saturating_add("plain/".len()));
    }
    if let Some(sealed) = text.strip_prefix("enc/~") {
        let open = (config.open.as_ref(), SourceKind::Sealed);
        return decode_encrypted(sealed, (position, "enc/~"), open, config);
    }
    if let Some(encrypted) = text.strip_prefix("enc/") {
        let decrypt = (config.decrypt.as_ref(), SourceKind::Encrypted);
        let decoded = decode_encrypted(encrypted, (position, "enc/"), decrypt, config);
        return decoded.map_err(Error::about_ciphertext);
    }
    decode_base64_source(text, position, config)
}

fn decode_encrypted<'s>(
    text: &'s str,
    (position, marked): (usize, &str),
    (decryptor, kind): (Option<&SourceDecryptor>, SourceKind),
    config: &Config,
) -> Result<Decoded<'s>, Error> {
    let at = position.saturating_add(marked.len());
    let mut decoded = decode_base64_source(text, at, config)?;
    let plain = decryptor.and_then(|decryptor| decryptor.decrypt(&decoded.bytes));
    // The same for every cause, so that nothing is learnt about the padding.
    decoded.bytes = plain.ok_or_else(|| Error::new(ErrorKind::InvalidSource, at, "enc"))?;
    decoded.kind = kind;
    decoded.segments.insert(0, marker(position, "enc"));
    Ok(decoded)
}

fn marker(position: usize, name: &str) -> Segment {
    segment(position, name.len(), SegmentKind::SourceMarker)
}

fn segment(start: usize, len: usize, kind: SegmentKind) -> Segment {
    let range: Range<usize> = start..start.saturating_add(len);
    Segment { range, kind }
}

fn decode_plain(text: &str, position: usize) -> Result<Decoded<'_>, Error> {
    let refused = |at: usize, hint: &'static str| {
        Error::new(ErrorKind::InvalidSource, position.saturating_add(at), text).with_hint(hint)
    };
    let (source, extension) = match text.split_once('@') {
        Some((source, extension)) => (source, Some(extension)),
        None => (text, None),
    };
    if source.is_empty() {
        return Err(refused(0, "the source after `plain/` is empty"));
    }
    if let Some(at) = extension.and_then(|extension| extension.find('@')) {
        let at = source.len().saturating_add(1).saturating_add(at);
        return Err(refused(at, "write every `@` of the source as `%40`"));
    }
    if let Some(at) = stray_percent(source) {
        return Err(refused(at, "write `%` as `%25`"));
    }
    let mut segments = vec![
        marker(position.saturating_sub("plain/".len()), "plain"),
        segment(position, source.len(), SegmentKind::Source),
    ];
    let extension_at = position.saturating_add(source.len()).saturating_add(1);
    note_extension(extension, extension_at, &mut segments);
    let extension = extension.filter(|extension| !extension.is_empty());
    Ok(Decoded {
        kind: SourceKind::Plain,
        bytes: Cow::from(percent_decode_str(source)).into_owned(),
        extension: extension.map(|extension| (extension_at, extension.into())),
        segments,
    })
}

fn note_extension(extension: Option<&str>, position: usize, segments: &mut Vec<Segment>) {
    let extension = extension.filter(|extension| !extension.is_empty());
    segments.extend(extension.map(|text| segment(position, text.len(), SegmentKind::Extension)));
}

fn decode_base64_source<'s>(
    text: &'s str,
    position: usize,
    config: &Config,
) -> Result<Decoded<'s>, Error> {
    let (text, filename) = match text.rsplit_once('/') {
        Some((text, filename)) if config.base64_url_includes_filename => (text, Some(filename)),
        _ => (text, None),
    };
    let (source, extension) = match text.split_once('.') {
        Some((source, extension)) => (source, Some(extension)),
        None => (text, None),
    };
    let bytes = decode_run(source, extension)
        .map_err(|hint| Error::new(ErrorKind::InvalidSource, position, text).with_hint(hint))?;
    let mut segments = vec![segment(position, source.len(), SegmentKind::Source)];
    let extension_at = position.saturating_add(source.len()).saturating_add(1);
    note_extension(extension, extension_at, &mut segments);
    let extension = extension.map(|extension| extension.replace('/', ""));
    let extension = extension.filter(|extension| !extension.is_empty());
    if let Some(filename) = filename {
        let start = position.saturating_add(text.len()).saturating_add(1);
        segments.push(segment(start, filename.len(), SegmentKind::Filename));
    }
    Ok(Decoded {
        kind: SourceKind::Base64,
        bytes,
        extension: extension.map(|extension| (extension_at, extension.into())),
        segments,
    })
}

/// Slashes in base64 mean nothing, also in the extension.
fn decode_run(source: &str, extension: Option<&str>) -> Result<Vec<u8>, Cow<'static, str>> {
    let text = source.replace('/', "");
    if text.is_empty() {
        return Err("the source is missing".into());
    }
    if extension.is_some_and(|extension| extension.contains('.')) {
        return Err("a base64 source has at most one `.`".into());
    }
    decode_base64(&text)
}

/// A URL that an option holds, after replacements and base URL.
///
/// ```
/// let mut config = pixgate_url::Config::default();
/// config.base_url = "https://img.test/".to_owned();
/// assert_eq!(pixgate_url::preprocessed("a.png", &config).to_text(), "https://img.test/a.png");
/// ```
#[must_use]
pub fn preprocessed(url: &str, config: &Config) -> SourceUrl {
    SourceUrl(preprocess(url.as_bytes().to_vec(), config))
}

/// Applies replacements and base URL.
pub(crate) fn preprocess(bytes: Vec<u8>, config: &Config) -> Vec<u8> {
    let url = config.url_replacements.apply(bytes);
    let base = config.base_url.as_bytes();
    match url.starts_with(base) {
        true => url,
        false => [base, &url].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::{SourceUrl, decode};
    use crate::{Config, SourceDecryptor};

    fn decoded(text: &str, config: &Config) -> Option<(String, Option<String>)> {
        let decoded = decode(text, 0, config).ok()?;
        let extension = decoded.extension.map(|(_, name)| name.into_owned());
        Some((SourceUrl(decoded.bytes).to_string(), extension))
    }

    #[test]
    fn sources_and_extensions_are_told_apart() {
        for (text, source, extension) in [
            ("plain/a%40b%2F+c", "a@b/+c", None),
            ("plain/a@", "a", None),
            ("plain//abs@png", "/abs", Some("png")),
            ("plain/%FF%00", "%FF%00", None),
            ("YWJj", "abc", None),
            ("YW/Jj==.png", "abc", Some("png")),
            ("YWJj/.pn/g/", "abc", Some("png")),
            ("YWJj.", "abc", None),
            ("YR", "a", None),
        ] {
            let expected = (source.to_owned(), extension.map(String::from));
            assert_eq!(decoded(text, &Config::default()), Some(expected), "{text}");
        }
    }

    #[test]
    fn file_names_are_dropped_only_where_they_are_expected() {
        let config = Config {
            base64_url_includes_filename: true,
            ..Config::default()
        };
        for (text, source) in [
            ("YWJj/x.y.z", "abc"),
            ("YWJj", "abc"),
            ("YWJj/", "abc"),
            ("YWJj/ZGVm", "abc"),
            ("plain/a/b", "a/b"),
        ] {
            assert_eq!(decoded(text, &config).unwrap().0, source, "{text}");
        }
    }

    #[test]
    fn each_form_of_encryption_has_its_own_door() {
        let door = |name: &'static str| {
            let open = move |bytes: &[u8]| Some([name.as_bytes(), bytes].concat());
            Some(SourceDecryptor::new(open))
        };
        let config = Config {
            decrypt: door("old "),
            open: door("new "),
            ..Config::default()
        };
        for (text, source, extension) in [
            ("enc/YWJj", "old abc", None),
            ("enc/~YWJj", "new abc", None),
            ("enc/~YW/Jj.png", "new abc", Some("png")),
        ] {
            let expected = (source.to_owned(), extension.map(String::from));
            assert_eq!(decoded(text, &config), Some(expected), "{text}");
        }
        for (text, is_about_ciphertext) in [
            ("enc/Y", true),
            ("enc/~Y", false),
            ("enc/", true),
            ("enc/YW~Jj", true),
            ("Y", false),
        ] {
            let error = decode(text, 0, &config).unwrap_err();
            assert_eq!(error.is_about_ciphertext(), is_about_ciphertext, "{text}");
        }
    }

    #[test]
    fn what_is_no_source_is_refused() {
        for text in [
            "",
            "plain",
            "plain/",
            "plain/@png",
            "plain/a@b@",
            ".png",
            "Y",
            "YW+j",
            "enc/YWJj",
            "enc/~YWJj",
        ] {
            assert_eq!(decoded(text, &Config::default()), None, "{text}");
        }
    }
}
