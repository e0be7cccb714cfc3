//! Values as the plain attributes of SVG 1.1 that the library reads.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::color::{self, Color};
use super::math::{Viewport, quantity};
use super::parse::trimmed;
use super::property::{Kind, Property};
use super::tokens::Token;
use super::write::Writer;

/// What a declaration comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Plain {
    Value(String),
    /// As if nothing was declared: inherited, or what is so by itself.
    Nothing,
}

/// What values are read against.
#[derive(Debug)]
pub(crate) struct Context<'c> {
    pub(crate) viewport: Viewport,
    pub(crate) ids: &'c Ids<'c>,
    /// What `currentColor` is.
    pub(crate) color: &'c str,
}

/// The ids of a document with the numbers that stand for them.
#[derive(Debug, Default)]
pub(crate) struct Ids<'a>(pub(crate) HashMap<&'a str, usize>);

impl Ids<'_> {
    /// The new name of what `#id` refers to.
    pub(crate) fn fragment(&self, link: &str) -> Option<String> {
        let id = link.trim().strip_prefix('#')?;
        let number = self.0.get(id).copied();
        let number = number.or_else(|| self.0.get(decoded(id).as_str()).copied());
        Some(number.map_or_else(|| MISSING.to_owned(), name))
    }
}

/// The name of the element with this number.
pub(crate) fn name(number: usize) -> String {
    format!("i{number}")
}

/// Resolves `%20` and its like.
fn decoded(id: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = id;
    while let Some((before, behind)) = rest.split_once('%') {
        bytes.extend(before.bytes());
        let digits = behind.get(..2);
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(b'%');
                rest = behind;
            }
        }
    }
    bytes.extend(rest.bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The plain value of a property; none if it cannot be read, so that an earlier one holds.
pub(crate) fn plain(
    property: &Property,
    tokens: &[Token<'_>],
    context: &Context<'_>,
) -> Option<Plain> {
    let tokens = trimmed(tokens);
    if let [Token::Ident(word)] = tokens {
        let initial = || match property.initial {
            _ if !property.is_inherited => Plain::Nothing,
            initial => Plain::Value(initial.to_owned()),
        };
        match word.to_ascii_lowercase().as_str() {
            "inherit" if !property.is_inherited => return Some(Plain::Value("inherit".to_owned())),
            "inherit" | "unset" | "revert" | "revert-layer" => return Some(Plain::Nothing),
            "initial" => return Some(initial()),
            _ => {}
        }
    }
    let value = match property.kind {
        Kind::Paint => paint(tokens, context),
        Kind::Color => color::parse(tokens).map(|color| match color {
            // Only some properties know the word.
            Color::Current if property.name != "stop-color" => context.color.to_owned(),
            color => color.to_string(),
        }),
        Kind::Amount => quantity(tokens, &context.viewport)
            .filter(|quantity| matches!(quantity.unit, "" | "%"))
            .map(|quantity| quantity.to_string()),
        Kind::Length(words) => word(tokens, words)
            .filter(|_| !words.is_empty())
            .or_else(|| length(tokens, context)),
        Kind::Lengths => lengths(tokens, context),
        Kind::Words(words) => word(tokens, words),
        Kind::Reference => reference(tokens, context),
        Kind::Filter => filter(tokens, context),
        Kind::Family => family(tokens),
        Kind::Weight => weight(tokens),
        Kind::Measure => match tokens {
            [Token::Ident(word)] if word.eq_ignore_ascii_case("auto") => {
                return Some(Plain::Nothing);
            }
            _ => length(tokens, context),
        },
        Kind::Path => path(tokens),
    };
    value.map(Plain::Value)
}

/// Whether a value is a colour, or a word, that an older program does not know: such programs go on
/// with what is declared beside it, which is therefore meant for them.
pub(crate) fn is_modern(property: &Property, tokens: &[Token<'_>]) -> bool {
    if !matches!(property.kind, Kind::Paint | Kind::Color) {
        return false;
    }
    match trimmed(tokens) {
        [Token::Function(name), ..] => MODERN
            .iter()
            .any(|modern| name.eq_ignore_ascii_case(modern)),
        [Token::Ident(word)] => {
            let words = ["unset", "initial", "revert", "revert-layer"];
            words.iter().any(|modern| word.eq_ignore_ascii_case(modern))
        }
        _ => false,
    }
}

fn paint(tokens: &[Token<'_>], context: &Context<'_>) -> Option<String> {
    let (address, rest) = match tokens {
        [Token::Ident(word)] => {
            let words = ["none", "context-fill", "context-stroke"];
            let known = words
                .into_iter()
                .find(|known| word.eq_ignore_ascii_case(known));
            return known
                .map(str::to_owned)
                .or_else(|| color::parse(tokens).map(|color| color.to_string()));
        }
        _ => match address(tokens) {
            Some(split) => split,
            None => return color::parse(tokens).map(|color| color.to_string()),
        },
    };
    let fallback = match trimmed(rest) {
        [] => "none".to_owned(),
        [Token::Ident(word)] if word.eq_ignore_ascii_case("none") => "none".to_owned(),
        color => color::parse(color)?.to_string(),
    };
    match context.ids.fragment(&address) {
        Some(name) if name != MISSING => Some(format!("url(#{name}) {fallback}")),
        _ => Some(fallback),
    }
}

/// The address of `url()` at the front, and what is behind it.
fn address<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<(String, &'t [Token<'a>])> {
    match tokens {
        [Token::Url(address), rest @ ..] => Some((address.to_string(), rest)),
        [Token::Function(name), rest @ ..] if name.eq_ignore_ascii_case("url") => {
            let (first, rest) = trimmed(rest).split_first()?;
            let Token::Text(address) = first else {
                return None;
            };
            let (close, rest) = trimmed(rest).split_first()?;
            (*close == Token::Close(')')).then(|| (address.to_string(), rest))
        }
        _ => None,
    }
}

fn length(tokens: &[Token<'_>], context: &Context<'_>) -> Option<String> {
    let quantity = quantity(tokens, &context.viewport)?;
    (quantity.unit != "deg").then(|| quantity.to_string())
}

fn lengths(tokens: &[Token<'_>], context: &Context<'_>) -> Option<String> {
    if let Some(none) = word(tokens, &["none"]) {
        return Some(none);
    }
    let mut list = String::new();
    for part in arguments(tokens) {
        let length = length(part, context)?;
        if !list.is_empty() {
            list.push(' ');
        }
        list.push_str(&length);
    }
    Some(list).filter(|list| !list.is_empty())
}

/// Cuts at commas and white space that stand in no parentheses.
pub(crate) fn arguments<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut level = 0_usize;
    let is_separator = |token: &Token<'a>| {
        match token {
            Token::Close(_) => level = level.saturating_sub(1),
            other => level += usize::from(other.closing().is_some()),
        }
        level == 0 && matches!(token, Token::Comma | Token::Space)
    };
    let parts = tokens.split(is_separator);
    parts.filter(|part| !part.is_empty()).collect()
}

/// One of these words, as they are written; or any words if none is listed.
fn word(tokens: &[Token<'_>], words: &[&str]) -> Option<String> {
    if !words.is_empty() {
        let [Token::Ident(word)] = tokens else {
            return None;
        };
        let known = words.iter().find(|known| word.eq_ignore_ascii_case(known));
        return known.map(|known| (*known).to_owned());
    }
    let mut writer = Writer::default();
    for token in tokens {
        match token {
            Token::Ident(word) => {
                let cased = CASED.iter().find(|cased| word.eq_ignore_ascii_case(cased));
                let lower = word.to_ascii_lowercase();
                let word = cased.map_or(lower, |cased| (*cased).to_owned());
                writer.push(&Token::Ident(word.into()));
            }
            Token::Space | Token::Number(_) | Token::Percentage(_) => writer.push(token),
            _ => return None,
        }
    }
    Some(writer.finish()).filter(|text| !text.is_empty())
}

fn reference(tokens: &[Token<'_>], context: &Context<'_>) -> Option<String> {
    if let Some(none) = word(tokens, &["none"]) {
        return Some(none);
    }
    let (address, _) = address(tokens)?;
    let name = context.ids.fragment(&address);
    Some(format!("url(#{})", name.as_deref().unwrap_or(MISSING)))
}

fn filter(tokens: &[Token<'_>], context: &Context<'_>) -> Option<String> {
    if let Some(none) = word(tokens, &["none"]) {
        return Some(none);
    }
    let mut list = String::new();
    for part in arguments(tokens) {
        if !list.is_empty() {
            list.push(' ');
        }
        match part {
            [Token::Function(name), inner @ .., Token::Close(')')]
                if !name.eq_ignore_ascii_case("url") =>
            {
                let name = name.to_ascii_lowercase();
                let inner = filter_arguments(&name, inner, context)?;
                let _ = write!(list, "{name}({inner})");
            }
            part => list.push_str(&reference(part, context)?),
        }
    }
    Some(list).filter(|list| !list.is_empty())
}

fn filter_arguments(name: &str, tokens: &[Token<'_>], context: &Context<'_>) -> Option<String> {
    let is_shadow = name == "drop-shadow";
    let known = [
        "blur",
        "brightness",
        "contrast",
        "grayscale",
        "hue-rotate",
        "invert",
        "opacity",
        "saturate",
        "sepia",
    ];
    if !is_shadow && !known.contains(&name) {
        return None;
    }
    let mut color = is_shadow.then(|| context.color.to_owned());
    let mut list = Vec::new();
    for part in arguments(tokens) {
        match (quantity(part, &context.viewport), &mut color) {
            (Some(quantity), _) => list.push(quantity.to_string()),
            (None, Some(color)) => {
                if let fixed @ Color::Fixed(_) = color::parse(part)? {
                    *color = fixed.to_string();
                }
            }
            (None, None) => return None,
        }
    }
    Some(color.into_iter().chain(list).collect::<Vec<_>>().join(" "))
}

fn family(tokens: &[Token<'_>]) -> Option<String> {
    let mut writer = Writer::default();
    for token in tokens {
        match token {
            Token::Ident(_) | Token::Text(_) | Token::Comma | Token::Space => writer.push(token),
            _ => return None,
        }
    }
    Some(writer.finish()).filter(|text| !text.is_empty())
}

fn weight(tokens: &[Token<'_>]) -> Option<String> {
    match tokens {
        [Token::Number(number)] if (1.0..=1000.0).contains(&number.value) => {
            // The library knows hundreds.
            let hundreds = (number.value / 100.0).round().clamp(1.0, 9.0);
            Some(format!("{}", hundreds * 100.0))
        }
        _ => word(tokens, &["normal", "bold", "bolder", "lighter"]),
    }
}

fn path(tokens: &[Token<'_>]) -> Option<String> {
    match tokens {
        [Token::Function(name), inner @ .., Token::Close(')')]
            if name.eq_ignore_ascii_case("path") =>
        {
            match trimmed(inner) {
                [.., Token::Text(path)] => Some(path.to_string()),
                _ => None,
            }
        }
        _ => word(tokens, &["none"]).map(|_| String::new()),
    }
}

/// Functions of colours beyond the two first levels of CSS and `hwb()`.
const MODERN: &[&str] = &[
    "lab",
    "lch",
    "oklab",
    "oklch",
    "color",
    "color-mix",
    "light-dark",
    "device-cmyk",
];
/// The id that no element has.
pub(crate) const MISSING: &str = "missing";
/// Words that the library knows in one case only.
const CASED: &[&str] = &[
    "sRGB",
    "linearRGB",
    "optimizeSpeed",
    "optimizeQuality",
    "optimizeLegibility",
    "geometricPrecision",
    "crispEdges",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::css::property;
    use crate::svg::css::tokens::Tokens;

    fn read(name: &str, css: &str) -> Option<Plain> {
        let ids = Ids(HashMap::from([("a", 0), ("b c", 1)]));
        let viewport = Viewport {
            x: 0.0,
            y: 0.0,
            width: 200.0,
            height: 100.0,
        };
        let context = Context {
            viewport,
            ids: &ids,
            color: "#010203",
        };
        let tokens: Vec<_> = Tokens::new(css).collect();
        plain(property::find(name).unwrap(), &tokens, &context)
    }

    #[test]
    fn values_become_what_the_library_reads() {
        let table = [
            ("fill", "rgb(1 2 3 / 50%)", "#01020380"),
            ("fill", "url('#a')", "url(#i0) none"),
            ("fill", "url( #a ) RED", "url(#i0) #ff0000"),
            ("fill", "url(#x) blue", "#0000ff"),
            ("fill", "url(other.svg#a)", "none"),
            ("stroke", "url(#b%20c)", "url(#i1) none"),
            ("stroke", "context-Fill", "context-fill"),
            ("fill", "currentcolor", "currentColor"),
            ("flood-color", "currentcolor", "#010203"),
            ("opacity", "50%", "50%"),
            ("stroke-width", "calc(1px*2)", "2px"),
            ("stroke-dasharray", "1,2px 3%", "1 2px 3%"),
            ("stroke-linecap", "ROUND", "round"),
            (
                "shape-rendering",
                "geometricprecision",
                "geometricPrecision",
            ),
            ("clip-path", "url(\"#a\")", "url(#i0)"),
            ("mask", "url(#x)", "url(#missing)"),
            (
                "filter",
                "drop-shadow(1px 2px oklch(1 0 0)) url(#a)",
                "drop-shadow(#ffffff 1px 2px) url(#i0)",
            ),
            (
                "filter",
                "drop-shadow(1px 2px 3px)",
                "drop-shadow(#010203 1px 2px 3px)",
            ),
            (
                "filter",
                "blur(.1in) hue-rotate(1turn)",
                "blur(9.6px) hue-rotate(360deg)",
            ),
            ("font-family", "'A B', serif", "'A B', serif"),
            ("font-weight", "350", "400"),
            ("font-size", "LARGE", "large"),
            ("opacity", "inherit", "inherit"),
            ("fill", "initial", "black"),
            ("d", "path('M0 0')", "M0 0"),
            ("width", "10vw", "20px"),
        ];
        for (name, css, expected) in table {
            let expected = Some(Plain::Value(expected.to_owned()));
            assert_eq!(read(name, css), expected, "{name}: {css}");
        }
        for (name, css) in [
            ("fill", "unset"),
            ("fill", "inherit"),
            ("width", "auto"),
            ("mask", "initial"),
        ] {
            assert_eq!(read(name, css), Some(Plain::Nothing), "{name}: {css}");
        }
        for (name, css) in [
            ("fill", "color(foo 1 2 3)"),
            ("fill", ""),
            ("stroke-linecap", "flat"),
            ("opacity", "1px"),
            ("stroke-width", "thick"),
            ("clip-path", "circle(5px)"),
            ("filter", "foo(1)"),
            ("visibility", "none"),
        ] {
            assert_eq!(read(name, css), None, "{name}: {css}");
        }
    }
}
