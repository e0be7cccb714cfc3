//! Bytes to text, for the encodings in which SVG is found.

use std::borrow::Cow;

use crate::Error;
use crate::sniff::WideOrder;
use crate::svg::{broken, with_source};

/// Decodes UTF-8, UTF-16, and Latin-1 if it is declared.
///
/// Any other declaration is refused: the same bytes may be other markup there. UTF-16 that is
/// declared of text in bytes is taken as a slip of the program that wrote it.
pub(super) fn to_text(bytes: &[u8]) -> Result<Cow<'_, str>, Error> {
    if let Some(bytes) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return utf8(bytes);
    }
    if let Some(order) = WideOrder::of(bytes) {
        return utf16(bytes, order);
    }
    match declared(bytes).as_deref() {
        None | Some("utf-8" | "utf8" | "utf-16" | "us-ascii" | "ascii") => utf8(bytes),
        Some("iso-8859-1" | "latin1" | "latin-1" | "windows-1252") => {
            let text = bytes.iter().map(|byte| latin(*byte)).collect();
            Ok(Cow::Owned(redeclared(text)))
        }
        Some(_) => Err(broken("text encoding")),
    }
}

/// A character of Windows-1252, which is what is meant by Latin-1.
fn latin(byte: u8) -> char {
    let place = byte.checked_sub(0x80).map(usize::from);
    let special = place.and_then(|place| WINDOWS.get(place));
    special.copied().unwrap_or(char::from(byte))
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, Error> {
    let text = std::str::from_utf8(bytes).map_err(|error| with_source("text encoding", error))?;
    Ok(Cow::Borrowed(text))
}

fn utf16(bytes: &[u8], order: WideOrder) -> Result<Cow<'static, str>, Error> {
    if bytes.len() % 2 == 1 {
        return Err(broken("text encoding"));
    }
    let text: Result<String, _> = char::decode_utf16(order.units(bytes)).collect();
    text.map(|text| Cow::Owned(redeclared(text)))
        .map_err(|error| with_source("text encoding", error))
}

/// The encoding that the XML declaration names, in lower case.
fn declared(bytes: &[u8]) -> Option<String> {
    let inner = bytes.trim_ascii_start().strip_prefix(b"<?xml")?;
    let end = inner.windows(2).position(|pair| pair == b"?>")?;
    let inner = inner.get(..end)?.iter();
    let head: String = inner.map(|byte| char::from(*byte)).collect();
    let head = format!("<?xml{head}?>");
    let range = encoding_range(&head)?;
    head.get(range).map(str::to_ascii_lowercase)
}

/// Where the name of the encoding stands in a declaration.
fn encoding_range(text: &str) -> Option<std::ops::Range<usize>> {
    let head = text.strip_prefix("<?xml")?.split_once("?>")?.0;
    let (before, behind) = head.split_once("encoding")?;
    let quoted = behind.trim_start().strip_prefix('=')?.trim_start();
    let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (name, _) = quoted.get(1..)?.split_once(quote)?;
    let start = "<?xml".len() + before.len() + "encoding".len() + (behind.len() - quoted.len()) + 1;
    Some(start..start + name.len())
}

/// Names UTF-8 in the declaration, if there is one.
fn redeclared(mut text: String) -> String {
    if let Some(range) = encoding_range(&text) {
        text.replace_range(range, "UTF-8");
    }
    text
}

/// What Windows-1252 has in the place of control characters, from 0x80.
const WINDOWS: [char; 32] = [
    '\u{20AC}', '\u{81}', '\u{201A}', '\u{192}', '\u{201E}', '\u{2026}', '\u{2020}', '\u{2021}',
    '\u{2C6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8D}', '\u{17D}', '\u{8F}',
    '\u{90}', '\u{2018}', '\u{2019}', '\u{201C}', '\u{201D}', '\u{2022}', '\u{2013}', '\u{2014}',
    '\u{2DC}', '\u{2122}', '\u{161}', '\u{203A}', '\u{153}', '\u{9D}', '\u{17E}', '\u{178}',
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_usual_encodings() {
        let latin = b"<?xml version='1.0' encoding = 'ISO-8859-1'?><a>\xE4</a>";
        let expected = "<?xml version='1.0' encoding = 'UTF-8'?><a>\u{E4}</a>";
        assert_eq!(to_text(latin).unwrap(), expected);
        let wide: Vec<u8> = "\u{FEFF}<a/>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(to_text(&wide).unwrap(), "<a/>");
        assert_eq!(to_text(&wide[2..]).unwrap(), "<a/>");
        assert_eq!(to_text(b"\xEF\xBB\xBF<a/>").unwrap(), "<a/>");
        assert!(to_text(b"<a>\xE4</a>").is_err());
        assert_eq!(
            to_text(b"<?xml encoding='latin1'?>\x80").unwrap(),
            "<?xml encoding='UTF-8'?>\u{20AC}"
        );
        assert!(to_text(b"<?xml encoding='utf-16'?><a/>").is_ok());
        assert!(to_text(b"<?xml encoding='utf-7'?>").is_err());
        let padded = format!("<?xml {} encoding='iso-2022-jp'?>", " ".repeat(5000));
        assert!(to_text(padded.as_bytes()).is_err());
        assert!(to_text(b"\xFF\xFE<\0>").is_err());
    }
}
