//! Which references may stay.

use std::borrow::Cow;

/// The value of a `href` that may stay: to the same document, or for an image to a picture that
/// comes along.
pub(super) fn of_attribute<'a>(element: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let value = value.trim();
    if is_local(value) {
        return Some(Cow::Borrowed(value));
    }
    let may_be_picture = matches!(element, "image" | "feImage");
    may_be_picture.then(|| data(value, PICTURES)).flatten()
}

/// The address of a `url()` in a style sheet that may stay.
pub(super) fn of_style(address: &str, is_font: bool) -> Option<Cow<'_, str>> {
    let address = address.trim();
    if is_local(address) && !is_font {
        return Some(Cow::Borrowed(address));
    }
    data(address, if is_font { FONTS } else { PICTURES })
}

/// `#` and a name.
fn is_local(value: &str) -> bool {
    value.starts_with('#') && !value.contains(|c: char| c.is_control() || matches!(c, '<' | '>'))
}

/// A `data:` URL of one of these media types, without the white space that editors put in.
fn data<'a>(value: &'a str, kinds: &[&str]) -> Option<Cow<'a, str>> {
    let (scheme, behind) = value.split_at_checked("data:".len())?;
    let kind = behind.split([',', ';']).next()?.trim();
    let is_known = kinds.iter().any(|known| known.eq_ignore_ascii_case(kind));
    let is_whole = scheme.eq_ignore_ascii_case("data:") && behind.contains(',');
    if !is_known || !is_whole {
        return None;
    }
    let is_dropped = |c: char| c.is_whitespace() || c.is_control();
    if !value.contains(is_dropped) {
        return Some(Cow::Borrowed(value));
    }
    Some(value.chars().filter(|c| !is_dropped(*c)).collect())
}

/// Media types that browsers decode as pixels.
const PICTURES: &[&str] = &[
    "image/png",
    "image/jpeg",
    "image/jpg",
    "image/gif",
    "image/webp",
    "image/avif",
];
/// Media types of fonts that come along in style sheets.
const FONTS: &[&str] = &[
    "font/woff2",
    "font/woff",
    "font/ttf",
    "font/otf",
    "application/font-woff2",
    "application/font-woff",
    "application/x-font-woff",
    "application/x-font-ttf",
    "application/x-font-otf",
];
