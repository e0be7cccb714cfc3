//! A drawing as plain SVG 1.1: what the library reads, with its styles worked out.
//!
//! The library's own CSS knows few selectors and colours, and takes what it cannot read for black.
//! Here styles become attributes, ids become short names that are unique, and all else is left out.
//! What is checked afterwards is thus exactly what will be drawn.

use std::collections::HashSet;

use resvg::usvg::roxmltree::{Attribute, Document, Node};

use super::css::cascade::{Cascade, Ids, Inherited, Style};
use super::css::math::Viewport;
use super::css::property_is_known;
use super::css::selector::Budget;
use super::css::sheet::Sheet;
use super::write::{SVG, Writer, XLINK, XML};
use super::{effects, names, size, xml};
use crate::Error;

/// Writes a drawing anew.
pub(super) fn of(document: &Document<'_>) -> Result<String, Error> {
    let style_sheets = style_sheets(document);
    let mut sheet = Sheet::default();
    for css in &style_sheets {
        sheet.add(css)?;
    }
    let mut ids = Ids::default();
    for node in document.descendants() {
        if let Some(id) = xml::id(node) {
            let number = ids.0.len();
            ids.0.entry(id).or_insert(number);
        }
    }
    let root = document.root_element();
    let mut plain = Plain {
        cascade: Cascade {
            sheet: &sheet,
            ids: &ids,
            viewport: viewport(root),
            budget: Budget(MAX_STEPS),
        },
        named: HashSet::new(),
        filters: 0,
        writer: Writer::document(),
    };
    let mut steps = vec![Step::Visit(root, Inherited::default())];
    while let Some(step) = steps.pop() {
        match step {
            Step::Visit(node, inherited) => plain.visit(node, &inherited, &mut steps)?,
            Step::Close => plain.writer.close(),
        }
    }
    Ok(plain.writer.finish())
}

enum Step<'a, 'input> {
    Visit(Node<'a, 'input>, Inherited<'a>),
    Close,
}

struct Plain<'s, 'a> {
    cascade: Cascade<'s, 'a>,
    /// The ids that an element has got; only the first element with an id is meant by it.
    named: HashSet<&'a str>,
    /// How many filters were added.
    filters: usize,
    writer: Writer,
}

impl<'a> Plain<'_, 'a> {
    fn visit<'input>(
        &mut self,
        node: Node<'a, 'input>,
        inherited: &Inherited<'a>,
        steps: &mut Vec<Step<'a, 'input>>,
    ) -> Result<(), Error> {
        if node.is_text() {
            let parent = node.parent_element().and_then(name_of);
            if parent.is_some_and(names::holds_text) {
                self.writer.text(node.text().unwrap_or_default());
            }
            return Ok(());
        }
        let Some(name) = name_of(node) else {
            return Ok(());
        };
        let (mut style, inherited) = self.cascade.style(node, name, inherited)?;
        self.effects(node, &mut style);
        self.writer.open(name);
        if let Some(id) = xml::id(node).filter(|id| self.named.insert(id)) {
            let id = self.cascade.ids.fragment(&format!("#{id}"));
            self.writer.attribute("id", &id.unwrap_or_default());
        }
        for (name, value) in &style.attributes {
            self.writer.attribute(name, value);
        }
        if !style.css.is_empty() {
            self.writer.attribute("style", &style.css);
        }
        self.others(node, name);
        steps.push(Step::Close);
        let first = steps.len();
        let children = node.children();
        steps.extend(children.map(|child| Step::Visit(child, inherited.clone())));
        if let Some(children) = steps.get_mut(first..) {
            children.reverse();
        }
        Ok(())
    }

    /// Puts a filter element before an element, in place of filter functions.
    fn effects(&mut self, node: Node<'_, '_>, style: &mut Style) {
        let parent = node.parent_element().and_then(name_of);
        if parent.is_none_or(|parent| parent == "switch") {
            return;
        }
        let filter = style
            .attributes
            .iter_mut()
            .find(|(name, _)| *name == "filter");
        let Some((_, filter)) = filter else {
            return;
        };
        if let Some(effects) = effects::of(filter).filter(|effects| !effects.is_empty()) {
            self.filters += 1;
            let id = format!("e{}", self.filters);
            effects::write(&effects, &id, &mut self.writer);
            *filter = format!("url(#{id})");
        }
    }

    /// Writes the attributes that are no properties.
    fn others(&mut self, node: Node<'_, '_>, element: &str) {
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            let is_known = names::is_attribute(name) || CONDITIONS.contains(&name);
            let is_settled = matches!(name, "id" | "class" | "transform" | "transform-origin");
            match attribute.namespace() {
                Some(XML) if name == "space" => self.writer.attribute("xml:space", value),
                None if is_known && !is_settled && !property_is_known(name) => {
                    self.writer.attribute(name, value);
                }
                _ => {}
            }
        }
        if let Some(link) = link_of(node) {
            let link = link.trim();
            let may_be_picture = matches!(element, "image" | "feImage");
            if let Some(id) = self.cascade.ids.fragment(link) {
                self.writer.attribute("href", &format!("#{id}"));
            } else if may_be_picture && link.starts_with("data:") {
                self.writer.attribute("href", link);
            }
        }
    }
}

/// The link of an element; the one of SVG 2 goes before the older one.
fn link_of<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    let find = |namespace: Option<&str>| {
        let is_link = |a: &Attribute<'_, '_>| a.name() == "href" && a.namespace() == namespace;
        node.attributes()
            .find(is_link)
            .map(|attribute| attribute.value())
    };
    find(None).or_else(|| find(Some(XLINK)))
}

/// The name of an element that the library draws, or draws with.
fn name_of(node: Node<'_, '_>) -> Option<&'static str> {
    let is_svg = node.is_element() && matches!(node.tag_name().namespace(), None | Some(SVG | ""));
    let name = names::element(node.tag_name().name()).filter(|_| is_svg)?;
    let is_left_out = matches!(name, "style" | "title" | "desc" | "view" | "mpath" | "set")
        || name.starts_with("animate")
        || name.starts_with("font")
        || name.contains("lyph")
        || name.ends_with("kern");
    (!is_left_out).then_some(name)
}

fn style_sheets(document: &Document<'_>) -> Vec<String> {
    let is_css = |kind: &str| matches!(kind.trim(), "" | "text/css");
    let sheets = document.descendants().filter(|node| {
        node.is_element()
            && node.tag_name().name() == "style"
            && xml::attribute(*node, "type").is_none_or(is_css)
    });
    let text = |node: Node<'_, '_>| node.children().filter_map(|child| child.text()).collect();
    sheets.map(text).collect()
}

/// What percentages of the outermost element count from.
fn viewport(root: Node<'_, '_>) -> Viewport {
    let (x, y, width, height) = size::view(|name| xml::attribute(root, name));
    Viewport {
        x,
        y,
        width,
        height,
    }
}

/// Attributes by which `switch` chooses.
const CONDITIONS: [&str; 3] = ["requiredExtensions", "requiredFeatures", "systemLanguage"];
/// Most steps of matching selectors and working out values, some seconds.
const MAX_STEPS: u64 = 50_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(inner: &str) -> String {
        let text = format!("<svg xmlns='{SVG}' width='200' height='100'>{inner}</svg>");
        let plain = of(&xml::parse(&text).unwrap()).unwrap();
        xml::parse(&plain).unwrap();
        let (_, inner) = plain.split_once("height=\"100\">").unwrap();
        inner.trim_end().strip_suffix("</svg>").unwrap().to_owned()
    }

    #[test]
    fn styles_become_attributes() {
        let table = [
            (
                "<g fill='red' style='fill:blue;fill:color(foo)'/>",
                "<g fill=\"#0000ff\"/>",
            ),
            (
                "<g fill='oklch(1 0 0)' stroke='foo'/>",
                "<g fill=\"#ffffff\"/>",
            ),
            (
                "<style>g{fill:red}.a{fill:blue}#b{fill:lime}</style><g/><g class='a'/><g class='a' id='b'/>",
                "<g fill=\"#ff0000\"/><g fill=\"#0000ff\"/><g id=\"i0\" fill=\"#00ff00\"/>",
            ),
            (
                "<style>g{fill:red!important}</style><g fill='lime' style='fill:blue'/>",
                "<g fill=\"#ff0000\"/>",
            ),
            (
                "<style>:root{--a:red;--b:var(--a)}g{fill:var(--b);stroke:var(--c, blue);color:var(--d)}</style><g/>",
                "<g stroke=\"#0000ff\" fill=\"#ff0000\"/>",
            ),
            (
                "<style>rect{width:10px;height:50%;rx:2px}</style><rect width='5' x='1'/>",
                "<rect rx=\"2px\" height=\"50%\" width=\"10px\" x=\"1\"/>",
            ),
            (
                "<style>circle{r:5px;width:9px}path{d:path('M0 0h1')}</style><circle/><path d='M1 1'/>",
                "<circle r=\"5px\"/><path d=\"M0 0h1\"/>",
            ),
            (
                "<g style='mix-blend-mode:multiply;isolation:isolate'/>",
                "<g style=\"isolation:isolate;mix-blend-mode:multiply;\"/>",
            ),
            (
                "<g style='marker:url(#m)'/>",
                "<g marker-start=\"url(#missing)\" marker-mid=\"url(#missing)\" marker-end=\"url(#missing)\"/>",
            ),
            (
                "<g transform='scale(2)' style='transform:translate(50px,0)'/>",
                "<g transform=\"matrix(1 0 0 1 50 0)\"/>",
            ),
            (
                "<g transform='rotate(10-5 3)'/>",
                "<g transform=\"rotate(10-5 3)\"/>",
            ),
            (
                "<g color='red'><g style='filter:drop-shadow(1px 1px currentColor)'/></g>",
                "<g color=\"#ff0000\"><filter id=\"e1\" x=\"-1\" y=\"-1\" width=\"3\" height=\"3\" color-interpolation-filters=\"sRGB\">\
                 <feDropShadow dx=\"1\" dy=\"1\" stdDeviation=\"0\" flood-color=\"#ff0000\"/></filter><g filter=\"url(#e1)\"/></g>",
            ),
            (
                "<linearGradient><stop style='stop-color:lab(50% 40 59.5)' offset='1'/></linearGradient>",
                "<linearGradient><stop stop-color=\"#bf5700\" offset=\"1\"/></linearGradient>",
            ),
        ];
        for (inner, expected) in table {
            assert_eq!(plain(inner), expected, "{inner}");
        }
    }

    #[test]
    fn ids_and_links_are_unambiguous() {
        let table = [
            (
                "<g id='a;b'/><g id='a;b'/><use href='#a;b'/>",
                "<g id=\"i0\"/><g/><use href=\"#i0\"/>",
            ),
            (
                "<g mask='url(\"#a\")' x:id='a' xmlns:x='urn:a'/><mask id='a'/>",
                "<g mask=\"url(#i0)\"/><mask id=\"i0\"/>",
            ),
            (
                "<use href='#a' x:href='#b' xmlns:x='http://www.w3.org/1999/xlink'/><g id='b'/>",
                "<use href=\"#missing\"/><g id=\"i0\"/>",
            ),
            (
                "<image href='file:///a.png'/><image href=' data:image/png,a'/>",
                "<image/><image href=\"data:image/png,a\"/>",
            ),
            (
                "<style>g{clip-path:url('#c')}</style><g/><clipPath id='c'/>",
                "<g clip-path=\"url(#i0)\"/><clipPath id=\"i0\"/>",
            ),
        ];
        for (inner, expected) in table {
            assert_eq!(plain(inner), expected, "{inner}");
        }
    }

    #[test]
    fn style_sheets_that_take_too_long_are_refused() {
        let rules: String = (0..5000)
            .map(|i| format!("g~g:not(.a{i}){{fill:red}}"))
            .collect();
        let elements = "<g/>".repeat(5000);
        let text = format!("<svg xmlns='{SVG}'><style>{rules}</style>{elements}</svg>");
        assert!(of(&xml::parse(&text).unwrap()).is_err());
    }
}
