//! The `font` shorthand.

use super::parse::trimmed;
use super::tokens::Token;

/// The parts of `font: STYLE WEIGHT SIZE/HEIGHT FAMILY`, each for its own property.
pub(crate) fn parts<'a>(tokens: &[Token<'a>]) -> Option<Vec<(&'static str, Vec<Token<'a>>)>> {
    let normal = || vec![Token::Ident("normal".into())];
    let mut parts: Vec<(&'static str, Vec<Token<'a>>)> =
        LONGHANDS.iter().map(|name| (*name, normal())).collect();
    let mut set = |name: &'static str, token: &Token<'a>| {
        let part = parts.iter_mut().find(|(known, _)| *known == name);
        if let Some((_, value)) = part {
            *value = vec![token.clone()];
        }
    };
    let mut rest = trimmed(tokens);
    let size = loop {
        let (first, behind) = rest.split_first()?;
        rest = trimmed(behind);
        match first {
            Token::Ident(word) => match property_of(&word.to_ascii_lowercase())? {
                "font-size" => break first,
                name => set(name, first),
            },
            Token::Number(_) => set("font-weight", first),
            Token::Dimension(..) | Token::Percentage(_) => break first,
            _ => return None,
        }
    };
    if let Some((Token::Delim('/'), behind)) = rest.split_first() {
        // Lines have no height in a drawing.
        rest = trimmed(trimmed(behind).get(1..)?);
    }
    if rest.is_empty() {
        return None;
    }
    parts.push(("font-size", vec![size.clone()]));
    parts.push(("font-family", rest.to_vec()));
    Some(parts)
}

fn property_of(word: &str) -> Option<&'static str> {
    match word {
        "normal" => Some(""),
        "italic" | "oblique" => Some("font-style"),
        "bold" | "bolder" | "lighter" => Some("font-weight"),
        "small-caps" => Some("font-variant"),
        "ultra-condensed" | "extra-condensed" | "condensed" | "semi-condensed"
        | "semi-expanded" | "expanded" | "extra-expanded" | "ultra-expanded" => {
            Some("font-stretch")
        }
        "xx-small" | "x-small" | "small" | "medium" | "large" | "x-large" | "xx-large"
        | "smaller" | "larger" => Some("font-size"),
        _ => None,
    }
}

const LONGHANDS: [&str; 4] = ["font-style", "font-variant", "font-weight", "font-stretch"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::css::tokens::Tokens;
    use crate::svg::css::write::Writer;

    fn read(css: &str) -> Option<String> {
        let tokens: Vec<_> = Tokens::new(css).collect();
        let parts = parts(&tokens)?.into_iter().map(|(name, value)| {
            let mut writer = Writer::default();
            value.iter().for_each(|token| writer.push(token));
            format!("{name}:{};", writer.finish())
        });
        Some(parts.collect::<String>().replace("font-", ""))
    }

    #[test]
    fn parts_are_found_in_any_order() {
        let table = [
            (
                "bold 30px/1.2 Arial, sans-serif",
                "style:normal;variant:normal;weight:bold;stretch:normal;size:30px;family:Arial, sans-serif;",
            ),
            (
                "italic 700 small-caps medium / normal 'A B'",
                "style:italic;variant:small-caps;weight:700;stretch:normal;size:medium;family:'A B';",
            ),
            (
                "normal 2em x",
                "style:normal;variant:normal;weight:normal;stretch:normal;size:2em;family:x;",
            ),
        ];
        for (css, expected) in table {
            assert_eq!(read(css).as_deref(), Some(expected), "{css}");
        }
        for css in ["", "bold", "30px", "bold Arial", "caption", "30px/1.2"] {
            assert_eq!(read(css), None, "{css}");
        }
    }
}
