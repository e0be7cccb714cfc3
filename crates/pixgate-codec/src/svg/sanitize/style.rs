//! Style sheets and style attributes, written anew from what is known in them.

use super::{links, values};
use crate::svg::css::parse;
use crate::svg::css::tokens::{Token, Tokens};
use crate::svg::css::write::Writer;

/// The rules of a style sheet that only style.
pub(super) fn sheet(css: &str) -> String {
    let mut out = String::new();
    rules(&mut Tokens::new(css), &mut out, 0);
    out
}

/// The declarations of a style attribute that only style.
pub(super) fn declarations(css: &str) -> String {
    let mut out = String::new();
    block(&mut Tokens::new(css), &mut out, Block::Style);
    out
}

/// What declarations are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Style,
    Font,
}

/// Writes rules up to the end, or to the brace that closes the block they are in.
fn rules(tokens: &mut Tokens<'_>, out: &mut String, depth: usize) {
    loop {
        let Some((prelude, end)) = parse::prelude(tokens) else {
            return;
        };
        match end {
            Some(Token::Close('}')) if depth > 0 => return,
            Some(Token::Open('{')) => rule(&prelude, tokens, out, depth),
            // A statement such as `@import`, or a surplus brace.
            Some(_) => {}
            None => return,
        }
    }
}

fn rule(prelude: &[Token<'_>], tokens: &mut Tokens<'_>, out: &mut String, depth: usize) {
    let mut inner = String::new();
    let is_known = match prelude.first() {
        Some(Token::At(name)) => {
            let name = name.to_ascii_lowercase();
            match name.as_str() {
                "font-face" => block(tokens, &mut inner, Block::Font),
                "media" | "supports" | "layer" | "keyframes" | "-webkit-keyframes"
                    if depth < MAX_DEPTH =>
                {
                    rules(tokens, &mut inner, depth + 1);
                }
                _ => parse::skip_block(tokens),
            }
            !inner.is_empty()
        }
        _ => {
            block(tokens, &mut inner, Block::Style);
            !inner.is_empty()
        }
    };
    if let Some(head) = head(prelude).filter(|_| is_known) {
        out.push_str(&head);
        out.push('{');
        out.push_str(&inner);
        out.push('}');
    }
}

/// Selectors, or the name and the condition of a rule; none if an address is in them.
fn head(prelude: &[Token<'_>]) -> Option<String> {
    let mut writer = Writer::default();
    for (at, token) in prelude.iter().enumerate() {
        let is_harmless = match token {
            Token::Bad | Token::Url(_) | Token::Semicolon => false,
            Token::At(_) => at == 0,
            Token::Text(text) => values::is_name(text),
            Token::Delim(c) => !ODD.contains(c),
            Token::Function(name) => {
                let name = name.to_ascii_lowercase();
                SELECTORS.contains(&name.as_str()) || values::is_known(&name)
            }
            _ => true,
        };
        if !is_harmless {
            return None;
        }
        writer.push(token);
    }
    Some(writer.finish()).filter(|head| !head.is_empty())
}

/// Writes declarations up to the brace that closes their block.
fn block(tokens: &mut Tokens<'_>, out: &mut String, kind: Block) {
    parse::declarations(tokens, |property, tokens| {
        let is_font = kind == Block::Font && property.eq_ignore_ascii_case("src");
        let value = value(tokens.iter(), is_font).filter(|_| is_property(property));
        let Some(value) = value else {
            return;
        };
        if !out.is_empty() {
            out.push(';');
        }
        out.push_str(property);
        out.push(':');
        out.push_str(&value);
    });
}

fn is_property(name: &str) -> bool {
    let is_plain = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let name = name.to_ascii_lowercase();
    is_plain && !name.ends_with("behavior") && !name.ends_with("binding")
}

/// A value written anew; none if it holds an address that leads elsewhere or a function that is not
/// known.
fn value<'a>(tokens: impl Iterator<Item = &'a Token<'a>>, is_font: bool) -> Option<String> {
    let mut writer = Writer::default();
    let mut open = Vec::new();
    let mut tokens = tokens.peekable();
    while let Some(token) = tokens.next() {
        match token {
            Token::Bad | Token::Open('{') | Token::At(_) | Token::Semicolon => return None,
            Token::Url(address) => {
                let address = links::of_style(address, is_font)?;
                writer.push(&Token::Url(address));
                continue;
            }
            Token::Function(name) if name.eq_ignore_ascii_case("url") => {
                let mut inner = tokens.by_ref().filter(|token| **token != Token::Space);
                let Some(Token::Text(address)) = inner.next() else {
                    return None;
                };
                if !matches!(inner.next(), None | Some(Token::Close(')'))) {
                    return None;
                }
                let address = links::of_style(address, is_font)?;
                writer.push(&Token::Url(address));
                continue;
            }
            Token::Function(name) if !values::is_known(name) => return None,
            Token::Text(text) if !values::is_name(text) => return None,
            Token::Delim(c) if ODD.contains(c) => return None,
            Token::Dimension(_, unit) if !unit.bytes().all(|b| b.is_ascii_alphabetic()) => {
                return None;
            }
            Token::Close(c) => {
                if open.pop() != Some(*c) {
                    return None;
                }
            }
            _ => open.extend(token.closing()),
        }
        writer.push(token);
    }
    // What the end of the sheet left open.
    while let Some(c) = open.pop() {
        writer.push(&Token::Close(c));
    }
    Some(writer.finish()).filter(|value| !value.is_empty())
}

/// Characters that stand alone in nothing that styles.
const ODD: &[char] = &['@', '<', '\\'];

/// Functions of selectors and conditions.
const SELECTORS: &[&str] = &[
    "not",
    "is",
    "where",
    "has",
    "lang",
    "nth-child",
    "nth-last-child",
    "nth-of-type",
    "nth-last-of-type",
    "selector",
];
/// Most rules that stand in each other.
const MAX_DEPTH: usize = 8;
