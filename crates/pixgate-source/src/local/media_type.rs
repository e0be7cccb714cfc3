//! Media types from the first bytes, as the WHATWG MIME Sniffing Standard describes it.

use std::path::Path;

/// The media type of a file that begins with `bytes` (at most [`SNIFFED_BYTES`] of it).
///
/// Content decides; if it says no more than "text" or "some bytes", the extension does.
pub(super) fn of(bytes: &[u8], path: &Path) -> &'static str {
    let sniffed = sniff(bytes);
    if ![PLAIN_TEXT, OCTET_STREAM].contains(&sniffed) {
        return sniffed;
    }
    by_extension(path).unwrap_or(sniffed)
}

fn sniff(bytes: &[u8]) -> &'static str {
    let text = bytes.trim_ascii_start();
    if let Some((_, media_type)) = MARKUP.iter().find(|(tag, _)| is_tag(text, tag)) {
        return media_type;
    }
    if text.starts_with(b"<?xml") {
        return "text/xml; charset=utf-8";
    }
    let masked = SIGNATURES
        .iter()
        .find(|(pattern, _)| matches(bytes, pattern));
    if let Some((_, media_type)) = masked {
        return media_type;
    }
    if bytes.iter().any(|byte| is_binary(*byte)) {
        return OCTET_STREAM;
    }
    PLAIN_TEXT
}

/// A tag in any case, followed by a blank or `>`.
fn is_tag(text: &[u8], tag: &str) -> bool {
    let Some((head, rest)) = text.split_at_checked(tag.len()) else {
        return false;
    };
    head.eq_ignore_ascii_case(tag.as_bytes())
        && (tag == "<!--" || matches!(rest.first(), Some(b' ' | b'>')))
}

/// Compares with a pattern in which `?` stands for any byte.
fn matches(bytes: &[u8], pattern: &[u8]) -> bool {
    bytes.len() >= pattern.len()
        && bytes
            .iter()
            .zip(pattern)
            .all(|(byte, wanted)| *wanted == b'?' || byte == wanted)
}

fn is_binary(byte: u8) -> bool {
    matches!(byte, 0x00..=0x08 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f)
}

fn by_extension(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    let found = EXTENSIONS.iter().find(|(known, _)| *known == extension);
    found.map(|(_, media_type)| *media_type)
}

/// How many bytes are looked at.
pub(super) const SNIFFED_BYTES: usize = 512;

const PLAIN_TEXT: &str = "text/plain; charset=utf-8";
const OCTET_STREAM: &str = "application/octet-stream";
const HTML: &str = "text/html; charset=utf-8";

const MARKUP: [(&str, &str); 17] = [
    ("<!DOCTYPE HTML", HTML),
    ("<HTML", HTML),
    ("<HEAD", HTML),
    ("<SCRIPT", HTML),
    ("<IFRAME", HTML),
    ("<H1", HTML),
    ("<DIV", HTML),
    ("<FONT", HTML),
    ("<TABLE", HTML),
    ("<A", HTML),
    ("<STYLE", HTML),
    ("<TITLE", HTML),
    ("<B", HTML),
    ("<BODY", HTML),
    ("<BR", HTML),
    ("<P", HTML),
    ("<!--", HTML),
];

const SIGNATURES: [(&[u8], &str); 22] = [
    (b"%PDF-", "application/pdf"),
    (b"%!PS-Adobe-", "application/postscript"),
    (b"\xfe\xff", "text/plain; charset=utf-16be"),
    (b"\xff\xfe", "text/plain; charset=utf-16le"),
    (b"\xef\xbb\xbf", PLAIN_TEXT),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"\x00\x00\x02\x00", "image/x-icon"),
    (b"BM", "image/bmp"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"RIFF????WEBPVP", "image/webp"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"FORM????AIFF", "audio/aiff"),
    (b"ID3", "audio/mpeg"),
    (b"OggS\0", "application/ogg"),
    (b"RIFF????AVI ", "video/avi"),
    (b"RIFF????WAVE", "audio/wave"),
    (b"????ftypmp4", "video/mp4"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"\x1f\x8b\x08", "application/x-gzip"),
    (b"PK\x03\x04", "application/zip"),
];

const EXTENSIONS: [(&str, &str); 26] = [
    ("apng", "image/apng"),
    ("avif", "image/avif"),
    ("bmp", "image/bmp"),
    ("css", "text/css; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("gif", "image/gif"),
    ("heic", "image/heic"),
    ("heif", "image/heif"),
    ("htm", HTML),
    ("html", HTML),
    ("ico", "image/vnd.microsoft.icon"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("jxl", "image/jxl"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("mp4", "video/mp4"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("wasm", "application/wasm"),
    ("webp", "image/webp"),
    ("xml", "text/xml; charset=utf-8"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_goes_before_extension() {
        for (bytes, name, expected) in [
            (&b"\x89PNG\r\n\x1a\n\0\0"[..], "a.txt", "image/png"),
            (b"\xff\xd8\xff\xe0", "a", "image/jpeg"),
            (b"GIF89a\x01", "a.png", "image/gif"),
            (b"RIFF\x01\x02\x03\x04WEBPVP8 ", "a", "image/webp"),
            (b"BM", "a", "image/bmp"),
            (b"  <html>", "a.png", HTML),
            (b"<HtMl lang=x>", "a", HTML),
            (
                b"<?xml version='1.0'?><svg/>",
                "a.svg",
                "text/xml; charset=utf-8",
            ),
            (b"<svg xmlns='x'/>", "a.svg", "image/svg+xml"),
            (b"hello", "a.css", "text/css; charset=utf-8"),
            (b"hello", "a.CSS", "text/css; charset=utf-8"),
            (b"hello", "a", PLAIN_TEXT),
            (b"", "a", PLAIN_TEXT),
            (b"\0\0\0\x1cftypavif", "a.avif", "image/avif"),
            (b"\x01\x02", "a.unknown", OCTET_STREAM),
        ] {
            assert_eq!(of(bytes, Path::new(name)), expected, "{bytes:?} in {name}");
        }
    }
}
