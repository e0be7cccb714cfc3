//! XML read into a tree, within bounds that keep the reader's time and memory in proportion.
//!
//! Entities of a document's own DTD are resolved, as files of drawing programs need it; nothing
//! else of a DTD counts, and nothing is fetched.

use std::collections::HashSet;

use resvg::usvg::roxmltree::{Document, Node, ParsingOptions};

use super::write::XML;
use super::{too_complex, with_source};
use crate::Error;

/// Parses a document that is not too large, too deep, or too costly to read.
pub(super) fn parse(text: &str) -> Result<Document<'_>, Error> {
    check_entities(text)?;
    check_tags(text)?;
    let options = ParsingOptions {
        allow_dtd: true,
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options)
        .map_err(|error| with_source("XML syntax", error))?;
    check_depth(&document)?;
    Ok(document)
}

/// The value of an attribute in no namespace; the tree's own look-up does not look at namespaces.
pub(super) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let mut all = node.attributes();
    let found = all.find(|attribute| attribute.name() == name && attribute.namespace().is_none());
    found.map(|attribute| attribute.value())
}

/// The id of an element, by either of the two names that SVG has for it.
pub(super) fn id<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    let id = attribute(node, "id").or_else(|| node.attribute((XML, "id")))?;
    (!id.is_empty()).then_some(id)
}

/// Refuses entities that may grow beyond [`MAX_EXPANDED`], as the "billion laughs" do.
///
/// The reader follows at most 255 references within one, so the longest value, how often it is
/// referred to and whether values hold references give a bound, whatever is declared twice or later.
fn check_entities(text: &str) -> Result<(), Error> {
    let values = || text.split("<!ENTITY").skip(1).filter_map(first_literal);
    let Some(longest) = values().map(str::len).max() else {
        return Ok(());
    };
    let is_nested = values().any(|value| references(value) > 0);
    let each = longest.saturating_mul(if is_nested { NESTED_REFERENCES } else { 1 });
    if references(text).saturating_mul(each) > MAX_EXPANDED {
        return Err(too_complex("entities"));
    }
    Ok(())
}

fn first_literal(declaration: &str) -> Option<&str> {
    let at = declaration.find(['"', '\''])?;
    let (quote, behind) = declaration.get(at..)?.split_at_checked(1)?;
    Some(behind.split(quote).next().unwrap_or_default())
}

/// How many references there are to entities that XML does not have by itself.
fn references(text: &str) -> usize {
    let is_own = |behind: &&str| {
        !behind.starts_with('#')
            && !["amp;", "lt;", "gt;", "quot;", "apos;"]
                .iter()
                .any(|known| behind.starts_with(known))
    };
    text.split('&').skip(1).filter(is_own).count()
}

/// Refuses tags with so many attributes, and so many namespaces, that comparing each with each
/// takes long.
///
/// Whatever looks like a tag counts, in comments as well.
fn check_tags(text: &str) -> Result<(), Error> {
    let mut prefixes = HashSet::new();
    let mut declaring = 0_usize;
    for piece in text.split('<').skip(1) {
        let mut count = 0_usize;
        let mut declares = false;
        for name in Attributes::of(piece) {
            count += 1;
            if name.starts_with("xmlns") {
                declares = true;
                prefixes.insert(name);
            }
        }
        if count > MAX_ATTRIBUTES {
            return Err(too_complex("attributes of one element"));
        }
        declaring += usize::from(declares);
    }
    let work = declaring.saturating_mul(prefixes.len().saturating_pow(2));
    if prefixes.len() > MAX_NAMESPACES || work > MAX_NAMESPACE_WORK {
        return Err(too_complex("namespaces"));
    }
    Ok(())
}

/// The names of the attributes in a start tag, as far as it is well-formed.
struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Attributes<'a> {
    fn of(tag: &'a str) -> Self {
        let end = tag.find(is_space).unwrap_or(tag.len());
        let rest = tag.get(end..).unwrap_or_default();
        Self { rest }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<Self::Item> {
        let (name, behind) = self.rest.trim_start_matches(is_space).split_once('=')?;
        let behind = behind.trim_start_matches(is_space);
        let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let name = name.trim_end_matches(is_space);
        if name.contains(|c| is_space(c) || matches!(c, '>' | '"' | '\'')) {
            return None;
        }
        let (_, rest) = behind.get(1..)?.split_once(quote)?;
        self.rest = rest;
        Some(name)
    }
}

/// Refuses elements that are nested too deep for code that descends into them.
fn check_depth(document: &Document<'_>) -> Result<(), Error> {
    let mut depth = 0_usize;
    let mut node = document.root();
    loop {
        if depth > MAX_DEPTH {
            return Err(too_complex("nested elements"));
        }
        if let Some(child) = node.first_child() {
            node = child;
            depth += 1;
            continue;
        }
        let Some(next) = next_behind(node, &mut depth) else {
            return Ok(());
        };
        node = next;
    }
}

/// The node that follows a node and all that it holds.
fn next_behind<'a, 'input>(
    mut node: Node<'a, 'input>,
    depth: &mut usize,
) -> Option<Node<'a, 'input>> {
    loop {
        if let Some(next) = node.next_sibling() {
            return Some(next);
        }
        node = node.parent()?;
        *depth = depth.saturating_sub(1);
    }
}

const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// Most bytes that entities may add.
const MAX_EXPANDED: usize = 4 << 20;
/// Most references that the reader follows within one reference.
const NESTED_REFERENCES: usize = 256;
/// Most nodes of the tree: elements, texts, comments.
const MAX_NODES: u32 = 1_000_000;
/// Most attributes of an element.
const MAX_ATTRIBUTES: usize = 256;
/// Most different prefixes of namespaces.
const MAX_NAMESPACES: usize = 128;
/// Most comparisons of namespaces.
const MAX_NAMESPACE_WORK: usize = 100_000_000;
/// The limit of libxml2.
pub(super) const MAX_DEPTH: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_entities_of_drawing_programs_pass_and_refuses_laughter() {
        let namespaces = "<!DOCTYPE svg [<!ENTITY ns \"http://www.w3.org/2000/svg\">\
                          <!ENTITY nbsp '&#160;'>]><svg xmlns='&ns;'>a&nbsp;b</svg>";
        let document = parse(namespaces).unwrap();
        assert!(
            document
                .root_element()
                .has_tag_name(("http://www.w3.org/2000/svg", "svg"))
        );
        let long = "x".repeat(100_000);
        let declared_later = format!(
            "<!DOCTYPE svg [<!ENTITY a '{}'><!ENTITY b '{long}'>]><svg>&a;</svg>",
            "&b;".repeat(100)
        );
        assert!(parse(&declared_later).is_err());
        let twice = format!(
            "<!DOCTYPE svg [<!ENTITY a '{long}'><!ENTITY a ''>]><svg>{}</svg>",
            "&a;".repeat(100)
        );
        assert!(parse(&twice).is_err());
    }

    #[test]
    fn bounds_depth_also_where_entities_make_it() {
        let nested = |depth: usize| "<g>".repeat(depth) + &"</g>".repeat(depth);
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        assert!(parse(&nested(MAX_DEPTH + 1)).is_err());
        assert!(parse(&nested(100_000)).is_err());
        let inner = nested(200);
        let hidden = format!(
            "<!DOCTYPE g [<!ENTITY a \"{inner}\">]>{}&a;{}",
            "<g>".repeat(100),
            "</g>".repeat(100)
        );
        assert!(parse(&hidden).is_err());
    }

    #[test]
    fn bounds_attributes_and_namespaces() {
        let attributes = |count: usize| {
            let list: String = (0..count).map(|i| format!(" a{i} = \"'>\"")).collect();
            format!("<g{list}/>")
        };
        assert!(parse(&attributes(MAX_ATTRIBUTES)).is_ok());
        assert!(parse(&attributes(MAX_ATTRIBUTES + 1)).is_err());
        let namespaces = |count: usize| {
            let list: String = (0..count).map(|i| format!("<g xmlns:a{i}='b'>")).collect();
            list + &"</g>".repeat(count)
        };
        assert!(parse(&namespaces(MAX_NAMESPACES)).is_ok());
        assert!(parse(&namespaces(MAX_NAMESPACES + 1)).is_err());
        let repeated = "<g xmlns='http://www.w3.org/2000/svg'/>".repeat(100_000);
        assert!(parse(&format!("<g>{repeated}</g>")).is_ok());
    }
}
