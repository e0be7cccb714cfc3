//! Names, colours and encoded texts.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;
use pixgate_options::{
    AutoqualityMethod, AvifSubsample, Format, GravityKind, HashKind, MaskFit, MaskReading,
    ResizingAlgorithm, ResizingType, Rgb, TextAlign, UnsharpMode, WebpCompression, WebpPreset,
};

use crate::args::{Argument, list_names};
use crate::error::Hint;

/// URL-safe base64 as the reference reads it: no padding, unused trailing bits ignored.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Reads base64 after dropping `=` at its end, or says what is wrong with it.
pub(crate) fn decode_base64(text: &str) -> Result<Vec<u8>, Hint> {
    let text = text.trim_end_matches('=');
    BASE64.decode(text).map_err(|_| base64_hint(text))
}

fn base64_hint(text: &str) -> Hint {
    Hint::from(match text {
        text if text.contains(['+', '/']) => {
            "standard base64 is not accepted: write `-` for `+` and `_` for `/`"
        }
        text if text.contains('=') => "`=` is allowed only at the end of base64",
        text if text.contains('@') => "a base64 source takes `.extension`, not `@extension`",
        text if text.contains([':', '%']) => {
            "this is read as base64; a source written as it is needs `plain/` in front"
        }
        text if text.len() % 4 == 1 => "base64 of this length is cut off",
        _ => "expected URL-safe base64",
    })
}

/// Text in URL-safe base64; bytes that are not UTF-8 are replaced.
pub(crate) fn base64_text(argument: Argument<'_>) -> Result<String, Hint> {
    let bytes = decode_base64(argument.text)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The name of a colour profile: a file's name, never a path.
pub(crate) fn profile_name(argument: Argument<'_>) -> Result<String, Hint> {
    let decoded = percent_decode_str(argument.text).decode_utf8();
    let name = decoded.map_err(|_| Hint::from("expected UTF-8"))?;
    match &*name {
        "" => Err("expected a name".into()),
        "." | ".." => Err("a folder is no profile".into()),
        name if name.contains(['/', '\\', '\0']) => Err("expected a name without a path".into()),
        name if name.len() > MOST_NAME_BYTES => Err("no file has so long a name".into()),
        name => Ok(name.to_owned()),
    }
}

/// A style sheet in URL-safe base64, of characters that XML can hold (XML 1.0, section 2.2).
pub(crate) fn style_sheet(argument: Argument<'_>) -> Result<String, Hint> {
    let bytes = decode_base64(argument.text)?;
    if bytes.len() > MOST_STYLE_BYTES {
        return Err(format!("expected {MOST_STYLE_BYTES} bytes or less of CSS").into());
    }
    let css = String::from_utf8(bytes).map_err(|_| Hint::from("expected CSS in UTF-8"))?;
    let is_xml = |c: char| match c {
        '\t' | '\n' | '\r' => true,
        '\u{FFFE}' | '\u{FFFF}' => false,
        other => other >= ' ',
    };
    match css.chars().find(|c| !is_xml(*c)) {
        Some(c) => Err(format!("XML cannot hold {}", c.escape_unicode()).into()),
        None => Ok(css),
    }
}

/// 3 or 6 hexadecimal digits.
pub(crate) fn color(argument: Argument<'_>) -> Result<Rgb, Hint> {
    let text = argument.text;
    Rgb::from_hex(text).ok_or_else(|| {
        Hint::from(match text {
            text if text.starts_with('#') => "write colours without `#`",
            text if matches!(text.len(), 4 | 8) => {
                "colours have 3 or 6 digits; opacity is an option of its own (`background_alpha`)"
            }
            _ => "expected a colour of 3 or 6 hexadecimal digits",
        })
    })
}

/// The name of a format.
pub(crate) fn format(argument: Argument<'_>) -> Result<Format, Hint> {
    read_format(argument.text)
}

/// Reads the name of a format, or lists them.
pub(crate) fn read_format(name: &str) -> Result<Format, Hint> {
    Format::from_name(name).ok_or_else(|| {
        let guess = match name.to_ascii_lowercase().as_str() {
            "tif" => Some(Format::Tiff),
            "heif" => Some(Format::Heic),
            "jpe" | "jfif" => Some(Format::Jpeg),
            lower => Format::from_name(lower),
        };
        match guess {
            Some(format) => format!("did you mean `{format}`").into(),
            None => format!("expected one of {}", list_names(Format::ALL)).into(),
        }
    })
}

/// A type with a closed list of names.
pub(crate) trait Named: Sized + 'static {
    fn named(name: &str) -> Option<Self>;
    fn names() -> String;
}

macro_rules! named {
    ($($type:ty)+) => {
        $(impl Named for $type {
            fn named(name: &str) -> Option<Self> {
                Self::from_name(name)
            }

            fn names() -> String {
                list_names(Self::ALL)
            }
        })+
    };
}

named!(
    GravityKind ResizingType ResizingAlgorithm UnsharpMode AutoqualityMethod WebpCompression
    WebpPreset AvifSubsample HashKind MaskReading MaskFit TextAlign
);

/// One of a closed list of names.
pub(crate) fn name<T: Named>(argument: Argument<'_>) -> Result<T, Hint> {
    let text = argument.text;
    T::named(text).ok_or_else(|| match T::named(&text.to_ascii_lowercase()) {
        Some(_) => "names are lower case".into(),
        None => format!("expected one of {}", T::names()).into(),
    })
}

/// The longest name of a file on the usual systems.
const MOST_NAME_BYTES: usize = 255;
const MOST_STYLE_BYTES: usize = 64 << 10;
