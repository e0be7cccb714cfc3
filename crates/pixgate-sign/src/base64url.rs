use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// URL-safe base64 without padding whose last character may carry any unused bits.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

pub(crate) fn encode(bytes: &[u8]) -> String {
    ENGINE.encode(bytes)
}

pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    ENGINE.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignores_unused_bits_of_the_last_character() {
        for text in ["_w", "_x", "_-", "__"] {
            assert!(
                decode(text.as_bytes()).is_some_and(|bytes| bytes == [255]),
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_padding_foreign_letters_and_impossible_lengths() {
        for text in [
            "_w==", "=", "+w", "/w", "_w%3D", "a", "abcde", "_w\n", " _w", "é",
        ] {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
        assert_eq!(decode(b""), Some(vec![]));
    }
}
