//! How much text the entities of a document's own DTD would become.

use std::collections::HashMap;

use super::markup::{Token, Tokens};
use super::too_complex;
use crate::Error;

/// Refuses documents whose entities would grow beyond [`MAX_EXPANDED`], as the "billion laughs" do.
pub(super) fn check(text: &str) -> Result<(), Error> {
    let Some(doctype) = doctype(text)? else {
        return Ok(());
    };
    let declared = declarations(doctype);
    if declared.is_empty() {
        return Ok(());
    }
    let mut lengths = HashMap::new();
    for (name, value) in &declared {
        // An entity may refer to those before it only, as far as it counts here.
        let length = expanded(value, &lengths);
        lengths.insert(*name, length);
    }
    let inner: usize = declared
        .iter()
        .map(|(_, value)| references(value).count())
        .sum();
    let length = expanded(text, &lengths);
    if length > text.len().saturating_add(MAX_EXPANDED) || inner > MAX_NESTED {
        return Err(too_complex("entities"));
    }
    Ok(())
}

fn doctype(text: &str) -> Result<Option<&str>, Error> {
    for token in Tokens::new(text) {
        match token? {
            Token::Doctype(doctype) => return Ok(Some(doctype)),
            Token::Open { .. } => return Ok(None),
            _ => {}
        }
    }
    Ok(None)
}

/// Names and values of the general entities that are declared with a value.
pub(super) fn declarations(doctype: &str) -> Vec<(&str, &str)> {
    let pieces = doctype.split("<!ENTITY").skip(1);
    pieces.filter_map(declaration).collect()
}

fn declaration(piece: &str) -> Option<(&str, &str)> {
    let (name, rest) = piece
        .trim_start()
        .split_once(|c: char| c.is_ascii_whitespace())?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, _) = rest.get(1..)?.split_once(quote)?;
    Some((name, value))
}

/// Names between `&` and `;`.
fn references(text: &str) -> impl Iterator<Item = &str> {
    let pieces = text.split('&').skip(1);
    pieces.filter_map(|piece| piece.split_once(';').map(|(name, _)| name))
}

fn expanded(text: &str, lengths: &HashMap<&str, usize>) -> usize {
    references(text).fold(text.len(), |sum, name| {
        sum.saturating_add(lengths.get(name).copied().unwrap_or_default())
    })
}

/// Most bytes that entities may add.
const MAX_EXPANDED: usize = 4 << 20;
/// Most references within entities' values.
const MAX_NESTED: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_namespaces_pass_and_refuses_laughter() {
        let namespaces = "<!DOCTYPE svg [<!ENTITY ns \"http://www.w3.org/2000/svg\">]>\
                          <svg xmlns='&ns;'/>";
        assert!(check(namespaces).is_ok());
        let mut laughs = String::from("<!DOCTYPE svg [<!ENTITY a0 'laughter'>");
        for i in 1..9 {
            let inner = format!("&a{};", i - 1).repeat(10);
            laughs += &format!("<!ENTITY a{i} '{inner}'>");
        }
        laughs += "]><svg>&a8;</svg>";
        assert!(check(&laughs).is_err());
    }
}
