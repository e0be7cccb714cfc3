//! Percent-encoding of bytes.

/// Undoes one layer of percent-encoding; a `%` without two digits stays.
pub(crate) fn decode(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        let digits = if byte == b'%' {
            rest.as_slice().first_chunk::<2>()
        } else {
            None
        };
        let escaped = digits.and_then(|[high, low]| Some((hex(*high)? << 4) | hex(*low)?));
        if escaped.is_some() {
            rest.nth(1);
        }
        bytes.push(escaped.unwrap_or(byte));
    }
    bytes
}

/// Adds a byte to a text, as `%XX` unless it may stay as it is.
pub(crate) fn push(text: &mut String, byte: u8, may_stay: impl Fn(u8) -> bool) {
    if byte.is_ascii() && may_stay(byte) {
        text.push(char::from(byte));
    } else {
        text.push_str(&format!("%{byte:02X}"));
    }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_layer_is_undone() {
        for (text, decoded) in [
            ("a%2Eb", "a.b"),
            ("%252e", "%2e"),
            ("%", "%"),
            ("%z1%4", "%z1%4"),
            ("%%41", "%A"),
        ] {
            assert_eq!(decode(text.as_bytes()), decoded.as_bytes(), "{text}");
        }
    }

    #[test]
    fn bytes_beyond_ascii_never_stay() {
        let mut text = String::new();
        for byte in "aé ".bytes() {
            push(&mut text, byte, |byte| byte != b' ');
        }
        assert_eq!(text, "a%C3%A9%20");
    }
}
