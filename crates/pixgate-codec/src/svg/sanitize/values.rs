//! Which values of attributes may stay: those that hold no address and no script.

use super::links;
use crate::svg::css::tokens::{Token, Tokens};

/// Whether a value of an attribute that is neither a link nor a style holds nothing that runs and
/// nothing that leads elsewhere.
///
/// Browsers read presentation attributes as CSS. Escapes and comments in them, which nobody writes,
/// are refused; functions are looked at.
pub(super) fn is_harmless(value: &str) -> bool {
    if !is_plain(value) || value.contains('\\') || value.contains("/*") {
        return false;
    }
    !value.contains('(') || has_known_functions(value)
}

/// Whether a text holds no address, wherever it may be used.
pub(super) fn is_plain(value: &str) -> bool {
    if !value.contains(['/', ':']) {
        return true;
    }
    let visible = value
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control());
    let visible: String = visible.map(|c| c.to_ascii_lowercase()).collect();
    let is_data = visible
        .split(['(', ')', ',', ';', '\'', '"'])
        .any(|piece| piece.starts_with("data:"));
    !is_data && !ADDRESSES.iter().any(|mark| visible.contains(mark))
}

/// Whether a string names something, such as a font; what may look like CSS is in no string that
/// draws.
pub(super) fn is_name(text: &str) -> bool {
    is_plain(text) && !text.contains(['(', ')', '{', '}', ';', ':', '@', '<', '\\'])
}

fn has_known_functions(value: &str) -> bool {
    let mut tokens = Tokens::new(value);
    let mut is_behind_name = false;
    while let Some(token) = tokens.next() {
        // What looks like a function to a careless reader, `1url(`, is in nothing that draws.
        let is_odd = is_behind_name && token == Token::Open('(');
        is_behind_name = matches!(token, Token::Dimension(..) | Token::Hash(_) | Token::At(_));
        let is_known = match token {
            Token::Bad => false,
            Token::Text(text) => is_name(&text),
            Token::Url(address) => links::of_style(&address, false).is_some(),
            Token::Function(name) if name.eq_ignore_ascii_case("url") => {
                let address = tokens.find(|token| *token != Token::Space);
                matches!(address, Some(Token::Text(address))
                    if links::of_style(&address, false).is_some())
            }
            Token::Function(name) => is_known(&name),
            _ => true,
        };
        if is_odd || !is_known {
            return false;
        }
    }
    true
}

/// Whether a function of CSS computes or paints, and fetches nothing.
pub(super) fn is_known(function: &str) -> bool {
    FUNCTIONS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(function))
}

/// What a script or an address has in it.
const ADDRESSES: &[&str] = &["//", "javascript:", "vbscript:", "\\"];

const FUNCTIONS: &[&str] = &[
    // Colours.
    "rgb",
    "rgba",
    "hsl",
    "hsla",
    "hwb",
    "lab",
    "lch",
    "oklab",
    "oklch",
    "color",
    "color-mix",
    "light-dark",
    "icc-color",
    "device-cmyk",
    // Values.
    "calc",
    "min",
    "max",
    "clamp",
    "abs",
    "sign",
    "round",
    "mod",
    "rem",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "atan2",
    "pow",
    "sqrt",
    "hypot",
    "log",
    "exp",
    "var",
    "env",
    "counter",
    "counters",
    // Transforms.
    "matrix",
    "matrix3d",
    "translate",
    "translatex",
    "translatey",
    "translatez",
    "translate3d",
    "scale",
    "scalex",
    "scaley",
    "scalez",
    "scale3d",
    "rotate",
    "rotatex",
    "rotatey",
    "rotatez",
    "rotate3d",
    "skew",
    "skewx",
    "skewy",
    "perspective",
    // Filters.
    "blur",
    "brightness",
    "contrast",
    "drop-shadow",
    "grayscale",
    "hue-rotate",
    "invert",
    "opacity",
    "saturate",
    "sepia",
    // Shapes.
    "inset",
    "circle",
    "ellipse",
    "polygon",
    "path",
    "rect",
    "xywh",
    "ray",
    // Easing.
    "cubic-bezier",
    "steps",
    "linear",
    // Gradients.
    "linear-gradient",
    "radial-gradient",
    "conic-gradient",
    "repeating-linear-gradient",
    "repeating-radial-gradient",
    "repeating-conic-gradient",
    // Fonts.
    "format",
    "local",
    "tech",
];
