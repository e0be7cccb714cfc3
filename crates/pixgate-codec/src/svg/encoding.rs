//! Bytes to text, for the encodings in which SVG is found.

use std::borrow::Cow;

use crate::Error;
use crate::sniff::WideOrder;
use crate::svg::{broken, with_source};

/// Decodes UTF-8, UTF-16, and Latin-1 if it is declared.
pub(super) fn to_text(bytes: &[u8]) -> Result<Cow<'_, str>, Error> {
    if let Some(bytes) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return utf8(bytes);
    }
    if let Some(order) = WideOrder::of(bytes) {
        return utf16(bytes, order);
    }
    match declared(bytes).as_deref() {
        None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => utf8(bytes),
        Some("iso-8859-1" | "latin1" | "latin-1" | "windows-1252") => {
            let text = bytes.iter().map(|byte| char::from(*byte)).collect();
            Ok(Cow::Owned(redeclared(text)))
        }
        Some(_) => Err(broken("text encoding")),
    }
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
    let head = bytes.get(..bytes.len().min(200))?;
    let head: String = head.iter().map(|byte| char::from(*byte)).collect();
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
        assert!(to_text(b"<?xml encoding='utf-7'?>").is_err());
        assert!(to_text(b"\xFF\xFE<\0>").is_err());
    }
}
