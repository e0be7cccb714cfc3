/// Reads pairs of hexadecimal digits, upper or lower case; `None` for anything else.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| Some((digit(*high)? << 4) | digit(*low)?))
        .collect()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_both_cases_and_refuses_the_rest() {
        let cases = [
            ("", Some(vec![])),
            ("00ffA5", Some(vec![0, 255, 0xa5])),
            ("0", None),
            ("0g", None),
            ("0x12", None),
            ("é", None),
            ("+1", None),
        ];
        for (text, bytes) in cases {
            assert_eq!(decode(text), bytes, "{text}");
        }
    }
}
