//! Style sheets as rules that can be looked up.

use std::collections::HashMap;

use super::parse;
use super::selector::{self, Budget, Key, Selector};
use super::tokens::{Token, Tokens};
use crate::Error;
use crate::svg::{too_complex, xml};
use resvg::usvg::roxmltree::Node;

/// A property with the tokens of its value.
#[derive(Debug)]
pub(crate) struct Declaration<'a> {
    /// In lower case, but for custom properties.
    pub(crate) name: String,
    pub(crate) value: Vec<Token<'a>>,
    pub(crate) is_important: bool,
}

/// All rules of a document.
#[derive(Debug, Default)]
pub(crate) struct Sheet<'a> {
    blocks: Vec<Vec<Declaration<'a>>>,
    rules: Vec<(Selector<'a>, usize)>,
    by_key: HashMap<OwnedKey, Vec<usize>>,
    for_all: Vec<usize>,
}

/// A rule that holds for an element.
#[derive(Debug)]
pub(crate) struct Match<'s, 'a> {
    pub(crate) specificity: (u32, u32, u32),
    pub(crate) declarations: &'s [Declaration<'a>],
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum OwnedKey {
    Id(String),
    Class(String),
    Element(String),
}

impl From<Key<'_>> for OwnedKey {
    fn from(key: Key<'_>) -> Self {
        match key {
            Key::Id(id) => Self::Id(id.to_owned()),
            Key::Class(class) => Self::Class(class.to_owned()),
            Key::Element(name) => Self::Element(name.to_owned()),
        }
    }
}

impl<'a> Sheet<'a> {
    /// Adds the rules of a style sheet behind those that are there.
    pub(crate) fn add(&mut self, css: &'a str) -> Result<(), Error> {
        self.rules(&mut Tokens::new(css), 0)
    }

    fn rules(&mut self, tokens: &mut Tokens<'a>, depth: usize) -> Result<(), Error> {
        while let Some((prelude, end)) = parse::prelude(tokens) {
            match end {
                Some(Token::Close('}')) if depth > 0 => return Ok(()),
                Some(Token::Open('{')) => self.rule(&prelude, tokens, depth)?,
                Some(_) => {}
                None => return Ok(()),
            }
        }
        Ok(())
    }

    fn rule(
        &mut self,
        prelude: &[Token<'a>],
        tokens: &mut Tokens<'a>,
        depth: usize,
    ) -> Result<(), Error> {
        if let Some(Token::At(name)) = prelude.first() {
            let condition = prelude.get(1..).unwrap_or_default();
            if depth < MAX_DEPTH && holds(&name.to_ascii_lowercase(), condition) {
                return self.rules(tokens, depth + 1);
            }
            parse::skip_block(tokens);
            return Ok(());
        }
        let declarations = declarations(tokens);
        let Some(selectors) = selector::list(prelude) else {
            return Ok(());
        };
        let block = self.blocks.len();
        self.blocks.push(declarations);
        for selector in selectors {
            let rule = self.rules.len();
            match selector.key() {
                Some(key) => self.by_key.entry(key.into()).or_default().push(rule),
                None => self.for_all.push(rule),
            }
            self.rules.push((selector, block));
        }
        if self.rules.len() > MAX_RULES {
            return Err(too_complex("rules in style sheets"));
        }
        Ok(())
    }

    /// The rules that hold for an element, in the order of the sheet.
    pub(crate) fn matches(
        &self,
        node: Node<'_, '_>,
        budget: &mut Budget,
    ) -> Result<Vec<Match<'_, 'a>>, Error> {
        if self.rules.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = self.for_all.clone();
        let mut look_up = |key: Key<'_>| {
            found.extend(self.by_key.get(&OwnedKey::from(key)).into_iter().flatten());
        };
        look_up(Key::Element(node.tag_name().name()));
        if let Some(id) = xml::id(node) {
            look_up(Key::Id(id));
        }
        for class in selector::words(xml::attribute(node, "class")) {
            look_up(Key::Class(class));
        }
        // A class may be written twice.
        found.sort_unstable();
        found.dedup();
        budget.take(found.len() as u64);
        let rules = found.iter().filter_map(|rule| self.rules.get(*rule));
        let matching = rules.filter(|(selector, _)| selector.matches(node, budget));
        let matches = matching.map(|(selector, block)| Match {
            specificity: selector.specificity,
            declarations: self.blocks.get(*block).map_or(&[], Vec::as_slice),
        });
        let matches = matches.collect();
        if budget.0 == 0 {
            return Err(too_complex("style sheets"));
        }
        Ok(matches)
    }
}

/// The declarations up to the brace that closes their block, or of a style attribute.
pub(crate) fn declarations<'a>(tokens: &mut Tokens<'a>) -> Vec<Declaration<'a>> {
    let mut list = Vec::new();
    parse::declarations(tokens, |name, value| {
        let (value, is_important) = without_important(value);
        let is_custom = name.starts_with("--");
        let name = if is_custom {
            name.to_owned()
        } else {
            name.to_ascii_lowercase()
        };
        if !value.contains(&Token::Bad) {
            list.push(Declaration {
                name,
                value: value.to_vec(),
                is_important,
            });
        }
    });
    list
}

fn without_important<'t, 'a>(value: &'t [Token<'a>]) -> (&'t [Token<'a>], bool) {
    let Some((Token::Ident(word), rest)) = value.split_last() else {
        return (value, false);
    };
    match parse::trimmed(rest).split_last() {
        Some((Token::Delim('!'), rest)) if word.eq_ignore_ascii_case("important") => {
            (parse::trimmed(rest), true)
        }
        _ => (value, false),
    }
}

/// Whether the rules in a rule hold for a picture: on a light screen, with all that CSS can do.
fn holds(name: &str, condition: &[Token<'_>]) -> bool {
    match name {
        "media" => parse::trimmed(condition)
            .split(|token| *token == Token::Comma)
            .any(is_medium),
        "supports" => !matches!(parse::trimmed(condition).first(),
            Some(Token::Ident(word)) if word.eq_ignore_ascii_case("not")),
        "layer" => true,
        _ => false,
    }
}

/// Whether a query asks for nothing but a screen and what is preferred by default.
fn is_medium(query: &[Token<'_>]) -> bool {
    let mut is_negated = false;
    let mut holds = true;
    let mut feature = None;
    for token in query {
        let Token::Ident(word) = token else {
            if matches!(token, Token::Open(_)) {
                feature = None;
            }
            if matches!(token, Token::Number(_) | Token::Dimension(..)) {
                // Sizes are not known before the picture is drawn.
                holds = false;
            }
            continue;
        };
        let word = word.to_ascii_lowercase();
        match (feature.as_deref(), word.as_str()) {
            (None, "not") => is_negated = true,
            (None, "print" | "speech" | "tty" | "tv" | "projection" | "handheld") => holds = false,
            (None, "all" | "screen" | "only" | "and" | "or") => {}
            (None, name) => feature = Some(name.to_owned()),
            (Some("prefers-color-scheme"), value) => holds &= value == "light",
            (Some("prefers-reduced-motion" | "prefers-contrast"), value) => {
                holds &= value == "no-preference";
            }
            (Some("orientation" | "hover" | "pointer" | "forced-colors"), value) => {
                holds &= matches!(value, "landscape" | "none");
            }
            _ => {}
        }
    }
    holds != is_negated
}

/// Most selectors of a document.
const MAX_RULES: usize = 50_000;
/// Most rules that stand in each other.
const MAX_DEPTH: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::css::tokens::Tokens;

    #[test]
    fn media_hold_for_a_light_screen() {
        let table = [
            ("screen", true),
            ("print", false),
            ("print, all", true),
            ("not print", true),
            ("(prefers-color-scheme: dark)", false),
            ("screen and (prefers-color-scheme:light)", true),
            ("(max-width: 100px)", false),
            ("", true),
        ];
        for (query, expected) in table {
            let tokens: Vec<_> = Tokens::new(query).collect();
            assert_eq!(holds("media", &tokens), expected, "{query}");
        }
    }

    #[test]
    fn declarations_are_read_with_their_importance() {
        let read = declarations(&mut Tokens::new(
            "FILL : red ! important;--A:b;c;&:hover{f:g}h:i",
        ));
        let names: Vec<_> = read
            .iter()
            .map(|d| (d.name.as_str(), d.is_important))
            .collect();
        assert_eq!(names, [("fill", true), ("--A", false), ("h", false)]);
    }
}
