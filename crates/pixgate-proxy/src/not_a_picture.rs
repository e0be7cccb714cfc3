//! What a source sent that is no picture, for whoever has to find out why.

use http::{HeaderMap, header};

/// Names bytes in which no format was recognised.
pub(crate) fn name(bytes: &[u8], headers: &HeaderMap) -> String {
    let encoding = headers.get(header::CONTENT_ENCODING);
    let encoding = encoding.map(|value| String::from_utf8_lossy(value.as_bytes()).to_lowercase());
    if let Some(encoding) = encoding.filter(|encoding| encoding != "identity") {
        return format!(
            "the source answered with content-encoding `{}` although none was asked for",
            encoding.escape_debug()
        );
    }
    let what = if bytes.is_empty() {
        "the source is empty"
    } else if looks_like_html(bytes) {
        "the source is an HTML page"
    } else if begins(bytes, &JSON) {
        "the source is JSON"
    } else if bytes.starts_with(&[0x1f, 0x8b]) {
        "the source is compressed with gzip, and no content-encoding says so"
    } else if bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        "the source is compressed with zstd, and no content-encoding says so"
    } else if begins(bytes, &["<?xml", "<error"]) {
        "the source is an XML document"
    } else {
        return unknown(headers);
    };
    what.to_owned()
}

fn unknown(headers: &HeaderMap) -> String {
    let media_type = headers.get(header::CONTENT_TYPE);
    let media_type = media_type.and_then(|value| value.to_str().ok());
    match media_type {
        Some(media_type) => format!(
            "the source is no image of a known format, its content-type is `{}`",
            media_type.escape_debug()
        ),
        None => "the source is no image of a known format".to_owned(),
    }
}

fn looks_like_html(bytes: &[u8]) -> bool {
    let mut text = trimmed(bytes);
    while let Some(comment) = text.strip_prefix("<!--") {
        let Some((_, rest)) = comment.split_once("-->") else {
            return false;
        };
        text = rest.trim_start();
    }
    let first = text
        .get(..MARKUP_CHARS)
        .unwrap_or(text)
        .to_ascii_lowercase();
    HTML.iter().any(|start| first.starts_with(start))
}

fn begins(bytes: &[u8], starts: &[&str]) -> bool {
    let text = trimmed(bytes).to_ascii_lowercase();
    starts.iter().any(|start| text.starts_with(start))
}

/// The first characters without byte order mark and blanks.
fn trimmed(bytes: &[u8]) -> &str {
    let bytes = bytes.get(..LOOKED_AT_BYTES).unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(valid).unwrap_or_default()
        }
    };
    text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace())
}

const HTML: [&str; 6] = [
    "<!doctype html",
    "<html",
    "<head",
    "<body",
    "<title",
    "<script",
];
const JSON: [&str; 3] = ["{\"", "[{", "{}"];
const MARKUP_CHARS: usize = 16;
const LOOKED_AT_BYTES: usize = 1024;

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn what_is_sent_in_place_of_pictures_has_a_name() {
        for (bytes, part) in [
            ("<!DOCTYPE html><p>é", "an HTML page"),
            ("\u{feff}\n <HTML lang=en>", "an HTML page"),
            ("<!-- a --><!-- b -->\n<head>", "an HTML page"),
            ("{\"error\":1}", "JSON"),
            ("<?xml version=\"1.0\"?><Error>", "an XML document"),
            ("\u{1f}", "no image of a known format"),
            ("<!-- open", "no image of a known format"),
            ("", "empty"),
        ] {
            let name = name(bytes.as_bytes(), &HeaderMap::new());
            assert!(name.contains(part), "{bytes:?}: {name}");
        }
        let gzip = name(&[0x1f, 0x8b, 8], &HeaderMap::new());
        assert!(gzip.contains("gzip"), "{gzip}");
        let latin = name(b"<html>\xff", &HeaderMap::new());
        assert!(latin.contains("HTML"), "{latin}");
    }

    #[test]
    fn an_encoding_that_was_not_asked_for_is_named() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("BR"));
        assert_eq!(
            name(b"\x8b\x01", &headers),
            "the source answered with content-encoding `br` although none was asked for"
        );
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("video/mp4"));
        headers.insert(
            header::CONTENT_ENCODING,
            HeaderValue::from_static("identity"),
        );
        assert!(name(b"\x01", &headers).contains("`video/mp4`"));
    }
}
