//! The name that a browser gives to a saved picture.

use http::HeaderValue;

/// The value of `Content-Disposition`.
///
/// - `url`: the source URL; the name is what follows its last `/`, without its extension.
/// - `stem`: the `filename` option; replaces the name if not empty.
/// - `extension`: with its dot; none keeps the URL's.
///
/// Line breaks and other control characters become spaces; nothing but `"` is escaped, as
/// imgproxy has it (docs.imgproxy.net/usage/processing#filename).
#[must_use]
pub fn content_disposition(
    url: &str,
    stem: &str,
    extension: Option<&str>,
    is_attachment: bool,
) -> Option<HeaderValue> {
    let name = url.rsplit_once('/').map_or(url, |(_, name)| name);
    let (url_stem, url_extension) = match name.rfind('.') {
        Some(dot) => name.split_at(dot),
        None => (name, ""),
    };
    let stem = [stem, url_stem, "image"]
        .into_iter()
        .find(|stem| !stem.is_empty())
        .unwrap_or("image");
    let disposition = if is_attachment {
        "attachment"
    } else {
        "inline"
    };
    let extension = extension.unwrap_or(url_extension);
    let name = neutral(&format!("{}{extension}", stem.replace('"', "%22")));
    HeaderValue::from_bytes(format!("{disposition}; filename=\"{name}\"").as_bytes()).ok()
}

/// The extension in a URL's last path segment, with its dot; empty if there is none.
#[must_use]
pub(crate) fn extension_of(url: &str) -> &str {
    let name = url.rsplit_once('/').map_or(url, |(_, name)| name);
    name.rfind('.').map_or("", |dot| name.split_at(dot).1)
}

fn neutral(name: &str) -> String {
    name.chars()
        .map(|letter| {
            if letter.is_ascii_control() {
                ' '
            } else {
                letter
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_table() {
        let cases = [
            (
                "http://h/a/test.jpg",
                "",
                ".png",
                false,
                "inline; filename=\"test.png\"",
            ),
            (
                "http://h/a/test.jpg?x=1",
                "",
                ".jpg",
                false,
                "inline; filename=\"test.jpg\"",
            ),
            (
                "http://h/a/",
                "",
                ".png",
                false,
                "inline; filename=\"image.png\"",
            ),
            (
                "http://h/img?u=/b/c.d",
                "",
                ".png",
                false,
                "inline; filename=\"c.png\"",
            ),
            (
                "http://h/face.png",
                "my\"pic",
                ".jpg",
                false,
                "inline; filename=\"my%22pic.jpg\"",
            ),
            (
                "http://h/face.png",
                "",
                ".png",
                true,
                "attachment; filename=\"face.png\"",
            ),
            (
                "http://h/.png",
                "",
                ".png",
                false,
                "inline; filename=\"image.png\"",
            ),
            (
                "http://h/a",
                "x\r\nSet-Cookie: y",
                ".png",
                false,
                "inline; filename=\"x  Set-Cookie: y.png\"",
            ),
        ];
        for (url, stem, extension, is_attachment, expected) in cases {
            let value = content_disposition(url, stem, Some(extension), is_attachment);
            assert_eq!(value, HeaderValue::from_str(expected).ok(), "{url}");
        }
    }

    #[test]
    fn without_an_extension_the_one_of_the_url_stays() {
        let value = content_disposition("http://h/face.tar", "x", None, false);
        assert_eq!(
            value,
            HeaderValue::from_str("inline; filename=\"x.tar\"").ok()
        );
        assert_eq!(extension_of("http://h/a.b/c"), "");
    }
}
