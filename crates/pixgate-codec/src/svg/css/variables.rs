//! Custom properties, and `var()` where they are used.

use std::collections::HashMap;

use super::parse::trimmed;
use super::tokens::Token;

/// The custom properties that hold for an element.
pub(crate) type Variables<'a> = HashMap<String, Vec<Token<'a>>>;

/// Whether a value uses a custom property.
pub(crate) fn are_used(tokens: &[Token<'_>]) -> bool {
    tokens.iter().any(is_var)
}

fn is_var(token: &Token<'_>) -> bool {
    matches!(token, Token::Function(name) if name.eq_ignore_ascii_case("var"))
}

/// Puts values in the place of `var()`; none if one is missing without a fallback, or if the value
/// becomes too long.
pub(crate) fn substituted<'a>(
    tokens: &[Token<'a>],
    variables: &Variables<'a>,
) -> Option<Vec<Token<'a>>> {
    let mut out = Vec::new();
    let mut uses = MAX_USES;
    substitute(tokens, variables, &mut out, 0, &mut uses)?;
    Some(out)
}

fn substitute<'a>(
    mut tokens: &[Token<'a>],
    variables: &Variables<'a>,
    out: &mut Vec<Token<'a>>,
    depth: usize,
    uses: &mut usize,
) -> Option<()> {
    if depth > MAX_DEPTH {
        return None;
    }
    while let Some(at) = tokens.iter().position(is_var) {
        *uses = uses.checked_sub(1)?;
        let (before, behind) = tokens.split_at_checked(at)?;
        out.extend_from_slice(before);
        let inner = behind.get(1..)?;
        let end = closing(inner)?;
        let (inner, rest) = inner.split_at_checked(end)?;
        tokens = rest.get(1..).unwrap_or_default();
        let comma = inner.iter().position(|token| *token == Token::Comma);
        let (name, fallback) = match comma {
            Some(at) => (inner.get(..at)?, Some(inner.get(at + 1..)?)),
            None => (inner, None),
        };
        let [Token::Ident(name)] = trimmed(name) else {
            return None;
        };
        match (variables.get(name.as_ref()), fallback) {
            (Some(value), _) => substitute(value, variables, out, depth + 1, uses)?,
            (None, Some(fallback)) => {
                substitute(trimmed(fallback), variables, out, depth + 1, uses)?;
            }
            (None, None) => return None,
        }
        if out.len() > MAX_TOKENS {
            return None;
        }
    }
    out.extend_from_slice(tokens);
    (out.len() <= MAX_TOKENS).then_some(())
}

/// Where the parenthesis is that closes what is already open.
fn closing(tokens: &[Token<'_>]) -> Option<usize> {
    let mut level = 1_usize;
    let is_end = |token: &Token<'_>| {
        match token {
            Token::Close(_) => level -= 1,
            other => level += usize::from(other.closing().is_some()),
        }
        level == 0
    };
    Some(tokens.iter().position(is_end).unwrap_or(tokens.len()))
}

/// Most custom properties that refer to each other in a row.
const MAX_DEPTH: usize = 8;
/// Most custom properties that a value uses, whatever they are.
const MAX_USES: usize = 256;
/// Most tokens of a value.
const MAX_TOKENS: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::css::tokens::Tokens;
    use crate::svg::css::write::Writer;

    #[test]
    fn values_take_the_place_of_their_names() {
        let tokens = |css: &'static str| Tokens::new(css).collect::<Vec<_>>();
        let variables = Variables::from([
            ("--a".to_owned(), tokens("red")),
            ("--b".to_owned(), tokens("1px var(--a)")),
            ("--loop".to_owned(), tokens("var(--loop)")),
        ]);
        let table = [
            ("var(--a)", Some("red")),
            ("x var( --b ) y", Some("x 1px red y")),
            ("var(--c, blue)", Some("blue")),
            ("var(--c, var(--a, b))", Some("red")),
            ("rgb(var(--c, 1,2,3))", Some("rgb(1,2,3)")),
            ("var(--c,)", Some("")),
            ("var(--c)", None),
            ("var(--loop)", None),
            ("var(x)", None),
        ];
        for (css, expected) in table {
            let out = substituted(&tokens(css), &variables).map(|tokens| {
                let mut writer = Writer::default();
                tokens.iter().for_each(|token| writer.push(token));
                writer.finish()
            });
            assert_eq!(out.as_deref(), expected, "{css}");
        }
    }

    #[test]
    fn laughter_is_cut_short() {
        let mut variables = Variables::new();
        variables.insert("--v0".to_owned(), Vec::new());
        let names: Vec<_> = (0..8).map(|i| format!("var(--v{i})").repeat(50)).collect();
        for (i, name) in names.iter().enumerate() {
            variables.insert(format!("--v{}", i + 1), Tokens::new(name).collect());
        }
        let css: Vec<_> = Tokens::new("var(--v8)").collect();
        assert_eq!(substituted(&css, &variables), None);
    }
}
