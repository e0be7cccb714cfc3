//! Which format bytes are, judged by content alone.

use pixgate_options::Format;

use crate::formats::FORMATS;
use crate::row::Row;

/// Tells the format of an image by its first bytes.
///
/// Only content counts, and at most the first 32 KiB of it. AVIF files whose major brand is
/// `mif1` count as HEIC, as they do in the reference. `None` means no known format.
///
/// # Examples
///
/// ```
/// use pixgate_codec::sniff;
/// use pixgate_options::Format;
///
/// assert_eq!(sniff(b"GIF89a"), Some(Format::Gif));
/// assert_eq!(sniff(b"<!-- drawn --><svg/>"), Some(Format::Svg));
/// assert_eq!(sniff(b"<html>"), None);
/// ```
///
/// Signatures and their order are those of imgproxy 4, and that of AVIF sequences.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    sniff_signature(bytes).or_else(|| is_svg(bytes).then_some(Format::Svg))
}

/// As [`sniff`], but by the first dozen bytes alone: the text of a drawing is not looked for.
#[must_use]
pub fn sniff_signature(bytes: &[u8]) -> Option<Format> {
    let is_of = |row: &&&Row| row.signatures.iter().any(|known| matches(bytes, known));
    FORMATS.iter().find(is_of).map(|row| row.format)
}

fn matches(bytes: &[u8], pattern: &[Option<u8>]) -> bool {
    bytes.len() >= pattern.len()
        && pattern
            .iter()
            .zip(bytes)
            .all(|(wanted, byte)| wanted.is_none_or(|wanted| wanted == *byte))
}

const SVG_WINDOW: usize = 32 << 10;

/// Whether a start tag with the local name `svg` appears in the first 32 KiB.
fn is_svg(bytes: &[u8]) -> bool {
    let window = bytes.get(..SVG_WINDOW).unwrap_or(bytes);
    if let Some(order) = WideOrder::of(window) {
        let units = order.units(window);
        let narrow: Vec<u8> = units
            .map(|unit| u8::try_from(unit).unwrap_or(b'\x80'))
            .collect();
        return has_svg_tag(&narrow);
    }
    has_svg_tag(window)
}

/// The byte order of a text in UTF-16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WideOrder {
    Little,
    Big,
}

impl WideOrder {
    /// Tells by the byte order mark, or without one by the first bytes of markup (XML 1.0,
    /// appendix F.1); none if the text is not UTF-16.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        match *bytes.first_chunk()? {
            [0xFF, 0xFE, _, _] | [b'<', 0, b'!' | b'?' | b'a'..=b'z', 0] => Some(Self::Little),
            [0xFE, 0xFF, _, _] | [0, b'<', 0, b'!' | b'?' | b'a'..=b'z'] => Some(Self::Big),
            _ => None,
        }
    }

    /// The units behind the byte order mark; half a unit at the end is left out.
    pub(crate) fn units(self, bytes: &[u8]) -> impl Iterator<Item = u16> {
        let pairs = bytes.as_chunks().0.iter();
        let units = pairs.map(move |pair| match self {
            Self::Little => u16::from_le_bytes(*pair),
            Self::Big => u16::from_be_bytes(*pair),
        });
        units.skip_while(|unit| *unit == BYTE_ORDER_MARK)
    }
}

const BYTE_ORDER_MARK: u16 = 0xFEFF;

fn has_svg_tag(window: &[u8]) -> bool {
    let mut rest = window;
    while let Some(start) = rest.iter().position(|byte| *byte == b'<') {
        let markup = rest.get(start..).unwrap_or_default();
        let skipped = match markup.get(1) {
            Some(b'!') if markup.starts_with(b"<!--") => after(markup, b"-->"),
            Some(b'!') if markup.starts_with(b"<![CDATA[") => after(markup, b"]]>"),
            Some(b'!') => after_declaration(markup),
            Some(b'?') => after(markup, b"?>"),
            Some(b'/') => after(markup, b">"),
            _ => match local_name(markup) {
                None => return false,
                Some(b"svg") => return true,
                Some(_) => after_tag(markup),
            },
        };
        let Some(skipped) = skipped else {
            return false;
        };
        rest = skipped;
    }
    false
}

/// What follows the first `end` in `markup`.
fn after<'a>(markup: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    let at = markup.windows(end.len()).position(|window| window == end)?;
    markup.get(at + end.len()..)
}

/// What follows a `<!DOCTYPE …>`, whose internal subset in brackets may hold `>` itself.
fn after_declaration(markup: &[u8]) -> Option<&[u8]> {
    let mut depth = 0_u32;
    for (i, byte) in markup.iter().enumerate() {
        match byte {
            b'[' => depth = depth.saturating_add(1),
            b']' => depth = depth.saturating_sub(1),
            b'>' if depth == 0 => return markup.get(i + 1..),
            _ => {}
        }
    }
    None
}

/// What follows a start tag, whose quoted attribute values may hold `>`.
fn after_tag(markup: &[u8]) -> Option<&[u8]> {
    let mut quote = None;
    for (i, byte) in markup.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return markup.get(i + 1..),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// The name of the start tag at `markup[0]` without its prefix; none if that is no name.
fn local_name(markup: &[u8]) -> Option<&[u8]> {
    let name = markup.get(1..)?;
    let end = name
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || b"-_.:".contains(byte) || *byte > 127))
        .unwrap_or(name.len());
    let name = name.get(..end)?;
    let first = name.first()?;
    if first.is_ascii_digit() || matches!(first, b'-' | b'.') {
        return None;
    }
    name.rsplit(|byte| *byte == b':').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_every_signature() {
        let table: &[(&[u8], Option<Format>)] = &[
            (b"\xFF\xD8", Some(Format::Jpeg)),
            (b"\xFF\x0A", Some(Format::Jxl)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some(Format::Webp)),
            (b"GIF87a", Some(Format::Gif)),
            (b"GIF8a", None),
            (b"\0\0\0\x18ftypmif1", Some(Format::Heic)),
            (b"\0\0\0\x18ftypavif", Some(Format::Avif)),
            (b"\0\0\0\x18ftypavis", Some(Format::Avif)),
            (b"\0\0\x02\0", None),
            (b"MM\0*", Some(Format::Tiff)),
            (b"\xFF", None),
            (b"", None),
        ];
        for (bytes, expected) in table {
            assert_eq!(sniff(bytes), *expected, "{bytes:?}");
        }
    }

    #[test]
    fn finds_svg_behind_prologs_but_not_behind_broken_markup() {
        let table: &[(&str, bool)] = &[
            ("<svg xmlns='http://www.w3.org/2000/svg'/>", true),
            (
                "<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a '>'>]><s:svg>",
                true,
            ),
            ("text <a b='>'> <!-- <svg> --> <svg>", true),
            ("<!-- <svg> -->", false),
            ("<a b='<svg>'>", false),
            ("< svg>", false),
            ("<svgx>", false),
        ];
        for (text, expected) in table {
            assert_eq!(is_svg(text.as_bytes()), *expected, "{text}");
        }
        let wide = |text: &str, bytes: fn(u16) -> [u8; 2]| {
            text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
        };
        for text in [
            "\u{FEFF}<?xml?> <svg>",
            "\u{FEFF}\n <svg>",
            "<!-- \u{3C00}ä -->\n<svg>",
            "<svg>",
        ] {
            assert!(is_svg(&wide(text, u16::to_be_bytes)), "{text}");
            assert!(is_svg(&wide(text, u16::to_le_bytes)), "{text}");
        }
        assert!(!is_svg(&wide("\u{FEFF}text", u16::to_be_bytes)));
        let mut late = vec![b' '; SVG_WINDOW];
        late.extend_from_slice(b"<svg>");
        assert!(!is_svg(&late));
    }
}
