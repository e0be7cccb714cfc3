//! Markup that lacks little to be XML: end tags where it was cut off, and declarations of
//! prefixes, as drawings lack them that were copied out of a page.

use std::collections::BTreeSet;

use crate::Error;
use crate::svg::broken;
use crate::svg::markup::{Token, Tokens};
use crate::svg::write::XLINK;

/// Adds the end tags and the declarations that are missing.
pub(super) fn repaired(text: &str) -> Result<String, Error> {
    let mut open = Vec::new();
    let mut root = None;
    let mut used = BTreeSet::new();
    for token in Tokens::new(text) {
        match token? {
            Token::Open {
                name,
                attributes,
                is_empty,
            } => {
                root.get_or_insert(name);
                used.extend(prefix(name));
                used.extend(attributes.iter().filter_map(|a| prefix(a.name)));
                if !is_empty {
                    open.push(name);
                }
            }
            Token::Close(_) => drop(open.pop()),
            _ => {}
        }
        if used.len() > MAX_PREFIXES {
            return Err(broken("XML syntax"));
        }
    }
    let root = root.ok_or_else(|| broken("no element"))?;
    let at = end_of(root, text).ok_or_else(|| broken("XML syntax"))?;
    let (before, behind) = text.split_at_checked(at).unwrap_or((text, ""));
    let mut out = before.to_owned();
    for prefix in used.iter().filter(|prefix| !is_declared(text, prefix)) {
        let namespace = if *prefix == "xlink" { XLINK } else { UNKNOWN };
        out.push_str(&format!(" xmlns:{prefix}=\"{namespace}\""));
    }
    out.push_str(behind);
    for name in open.iter().rev() {
        out.push_str(&format!("</{name}>"));
    }
    Ok(out)
}

/// Where in a text the name ends that was cut out of it.
fn end_of(name: &str, text: &str) -> Option<usize> {
    let start = (name.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    Some(start + name.len())
}

fn prefix(name: &str) -> Option<&str> {
    let (prefix, _) = name.split_once(':')?;
    let is_known = matches!(prefix, "xml" | "xmlns") || prefix.is_empty();
    (!is_known).then_some(prefix)
}

fn is_declared(text: &str, prefix: &str) -> bool {
    text.contains(&format!("xmlns:{prefix}"))
}

/// A namespace that means nothing.
const UNKNOWN: &str = "urn:unknown";
/// Most prefixes that are looked at.
const MAX_PREFIXES: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_what_is_missing_and_nothing_else() {
        let table = [
            (
                "<svg><a><b/></a><g c='>'><!-- <d> --> e",
                "<svg><a><b/></a><g c='>'><!-- <d> --> e</g></svg>",
            ),
            (
                "<!-- <svg> --><svg><use xlink:href='#a'/></svg>",
                "<!-- <svg> --><svg xmlns:xlink=\"http://www.w3.org/1999/xlink\"><use xlink:href='#a'/></svg>",
            ),
            (
                "<svg a:b=''><g xmlns:c='d' c:e=''/></svg>",
                "<svg xmlns:a=\"urn:unknown\" a:b=''><g xmlns:c='d' c:e=''/></svg>",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(repaired(text).unwrap(), expected);
        }
        assert!(repaired("text").is_err());
    }
}
