//! Style sheets cut into rules and declarations; nothing is judged here.

use super::tokens::{Token, Tokens};

/// The tokens before a block, and what ended them; none at the end of the sheet.
pub(crate) fn prelude<'a>(tokens: &mut Tokens<'a>) -> Option<(Vec<Token<'a>>, Option<Token<'a>>)> {
    let mut prelude = Vec::new();
    for token in tokens.by_ref() {
        let is_at_rule = matches!(prelude.first(), Some(Token::At(_)));
        match token {
            Token::Open('{') | Token::Close('}') => return Some((prelude, Some(token))),
            Token::Semicolon if is_at_rule => return Some((prelude, Some(token))),
            Token::Space if prelude.is_empty() => {}
            other => keep(&mut prelude, other),
        }
    }
    (!prelude.is_empty()).then_some((prelude, None))
}

/// Hands over the declarations up to the brace that closes their block, each as its name and the
/// tokens of its value.
pub(crate) fn declarations<'a>(tokens: &mut Tokens<'a>, mut each: impl FnMut(&str, &[Token<'a>])) {
    let mut declaration = Vec::new();
    let mut open = Vec::new();
    let mut hand_over = |declaration: &mut Vec<Token<'a>>| {
        if let Some((name, value)) = halves(declaration) {
            each(name, value);
        }
        declaration.clear();
    };
    for token in tokens.by_ref() {
        let mut ends_block = false;
        match &token {
            Token::Close('}') if open.is_empty() => break,
            Token::Semicolon if open.is_empty() => {
                hand_over(&mut declaration);
                continue;
            }
            Token::Close(c) if open.last() == Some(c) => {
                open.pop();
                ends_block = *c == '}' && open.is_empty();
            }
            token => open.extend(token.closing()),
        }
        keep(&mut declaration, token);
        if ends_block && !is_custom(&declaration) {
            // A rule in a rule, which is left out.
            declaration.clear();
        }
    }
    hand_over(&mut declaration);
}

fn halves<'t, 'a>(declaration: &'t [Token<'a>]) -> Option<(&'t str, &'t [Token<'a>])> {
    let (name, rest) = trimmed(declaration).split_first()?;
    let Token::Ident(name) = name else {
        return None;
    };
    let (colon, value) = trimmed(rest).split_first()?;
    (*colon == Token::Colon).then_some((name.as_ref(), trimmed(value)))
}

/// Tokens without white space at the ends.
pub(crate) fn trimmed<'t, 'a>(mut tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    while let Some((Token::Space, rest)) = tokens.split_first() {
        tokens = rest;
    }
    while let Some((Token::Space, rest)) = tokens.split_last() {
        tokens = rest;
    }
    tokens
}

fn is_custom(declaration: &[Token<'_>]) -> bool {
    matches!(trimmed(declaration).first(), Some(Token::Ident(name)) if name.starts_with("--"))
}

/// Reads on behind the brace that closes a block.
pub(crate) fn skip_block(tokens: &mut Tokens<'_>) {
    let mut depth = 1_usize;
    for token in tokens.by_ref() {
        match token {
            Token::Open('{') => depth += 1,
            Token::Close('}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

/// Adds a token, or what makes the whole refused where there are too many.
fn keep<'a>(tokens: &mut Vec<Token<'a>>, token: Token<'a>) {
    match tokens.len() {
        ..MAX_TOKENS => tokens.push(token),
        MAX_TOKENS => tokens.push(Token::Bad),
        _ => {}
    }
}

/// Most tokens of a declaration, and of a rule's selectors.
const MAX_TOKENS: usize = 16_384;
