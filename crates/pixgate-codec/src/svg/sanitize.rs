//! Cleaning of SVG that is handed on as it is: what is known to be harmless is written anew.
//!
//! The source is parsed, and only elements and attributes of SVG that are on a list go into the
//! result, with their values checked. imgproxy takes some elements and attributes out and leaves
//! the rest as it is written; the result here is stricter than that in each of its rules.

mod links;
mod repair;
mod style;
mod values;

use resvg::usvg::roxmltree::{Attribute, Node};

use super::write::{SVG, Writer, XLINK, XML, kept};
use super::{broken, encoding, names, xml};
use crate::{Error, ErrorKind};

/// Writes an SVG anew with what is harmless in it.
///
/// - Elements and attributes that SVG does not have are left out, and so are scripts, event
///   handlers, embedded pages, metadata, comments, processing instructions and document types.
/// - References lead to the same document or to a picture in a `data:` URL (PNG, JPEG, GIF, WebP,
///   AVIF), in attributes as in style sheets; links to other pages are left out too.
/// - Style sheets are written anew from their rules, without what imports or runs something.
/// - A source that is already as it would be written comes out as it is.
///
/// The result is well-formed, in UTF-8, and cleaning it again changes nothing.
///
/// # Errors
///
/// [`ErrorKind::Broken`](crate::ErrorKind::Broken) if the source is no XML or no SVG, and
/// [`ErrorKind::TooComplex`](crate::ErrorKind::TooComplex) if it is nested too deep or its entities
/// grow too large.
///
/// # Examples
///
/// ```
/// let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" onload="f()"><script>g()</script>
/// <a href="javascript:h()"><path d="M0 0h9"/></a></svg>"#;
/// let clean = String::from_utf8(pixgate_codec::sanitize_svg(svg)?).unwrap();
/// assert!(clean.contains(r#"<a><path d="M0 0h9"/></a>"#));
/// assert!(!clean.contains("script") && !clean.contains("onload"));
/// # Ok::<(), pixgate_codec::Error>(())
/// ```
pub fn sanitize_svg(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let text = encoding::to_text(bytes)?;
    let repaired;
    let document = match xml::parse(&text) {
        Ok(document) => document,
        Err(error) if matches!(error.kind(), ErrorKind::TooComplex { .. }) => return Err(error),
        Err(_) => {
            repaired = repair::repaired(&text)?;
            xml::parse(&repaired)?
        }
    };
    let root = document.root_element();
    if name_of(root) != Some("svg") {
        return Err(broken("the outermost element"));
    }
    let mut writer = Writer::document();
    let mut steps = vec![Step::Visit(root)];
    while let Some(step) = steps.pop() {
        match step {
            Step::Visit(node) => visit(node, &mut writer, &mut steps),
            Step::Close => writer.close(),
        }
    }
    let written = writer.finish();
    if bytes == text.as_bytes() && is_as_written(&text, &written) {
        return Ok(bytes.to_vec());
    }
    Ok(written.into_bytes())
}

/// Whether a source is what would be written, but for declarations that it can do without.
fn is_as_written(source: &str, written: &str) -> bool {
    let (source, body) = (source.trim(), written.trim());
    let body = body.strip_prefix(DECLARATION).unwrap_or(body).trim();
    source == body || source == body.replacen(LINKS_DECLARED, "", 1)
}

/// What the result begins with.
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
const LINKS_DECLARED: &str = " xmlns:xlink=\"http://www.w3.org/1999/xlink\"";

enum Step<'a, 'input> {
    Visit(Node<'a, 'input>),
    Close,
}

fn visit<'a, 'input>(
    node: Node<'a, 'input>,
    writer: &mut Writer,
    steps: &mut Vec<Step<'a, 'input>>,
) {
    if node.is_text() {
        let text = node.text().unwrap_or_default();
        let parent = node.parent_element().and_then(name_of).unwrap_or_default();
        if names::holds_text(parent) || text.trim().is_empty() {
            writer.text(text);
        }
        return;
    }
    let Some(name) = name_of(node).filter(|name| is_wanted(node, name)) else {
        return;
    };
    writer.open(name);
    for attribute in node.attributes() {
        write_attribute(name, &attribute, writer);
    }
    if name == "style" {
        let css: String = node.children().filter_map(|child| child.text()).collect();
        writer.text(&style::sheet(&kept(&css)));
        return writer.close();
    }
    steps.push(Step::Close);
    let first = steps.len();
    steps.extend(node.children().map(Step::Visit));
    if let Some(children) = steps.get_mut(first..) {
        children.reverse();
    }
}

/// The name of an element on the list, of SVG's namespace or of none.
fn name_of(node: Node<'_, '_>) -> Option<&'static str> {
    let is_svg = node.is_element() && matches!(node.tag_name().namespace(), None | Some(SVG | ""));
    if is_svg {
        names::element(node.tag_name().name())
    } else {
        None
    }
}

/// Whether an element does what it may, as far as its attributes tell.
fn is_wanted(node: Node<'_, '_>, name: &str) -> bool {
    let plain = |attribute| xml::attribute(node, attribute);
    // Nobody has extensions; without the attribute the element would show.
    if plain("requiredExtensions").is_some_and(|list| !list.trim().is_empty()) {
        return false;
    }
    if name == "style" {
        return plain("type").is_none_or(|kind| kind.trim().eq_ignore_ascii_case("text/css"));
    }
    let is_animation = name == "set" || (name.starts_with("animate") && name != "animateMotion");
    !is_animation || plain("attributeName").is_some_and(|target| names::may_change(target.trim()))
}

fn write_attribute(element: &str, attribute: &Attribute<'_, '_>, writer: &mut Writer) {
    let (name, value) = (attribute.name(), &*kept(attribute.value()));
    match attribute.namespace() {
        Some(XML) if matches!(name, "space" | "lang" | "id") && values::is_plain(value) => {
            writer.attribute(&format!("xml:{name}"), value);
        }
        Some(XLINK) if name == "href" => write_link("xlink:href", element, value, writer),
        None if name == "href" => write_link("href", element, value, writer),
        None if name == "style" => {
            let declarations = style::declarations(value);
            if !declarations.is_empty() {
                writer.attribute(name, &declarations);
            }
        }
        None if names::is_attribute(name) && values::is_harmless(value) => {
            writer.attribute(name, value);
        }
        _ => {}
    }
}

fn write_link(name: &str, element: &str, value: &str, writer: &mut Writer) {
    if let Some(link) = links::of_attribute(element, value) {
        writer.attribute(name, &link);
    }
}

#[cfg(test)]
mod tests;
