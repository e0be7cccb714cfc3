//! What must never leave as SVG, judged by a parser that the server does not use.

use xml::reader::{EventReader, XmlEvent};

/// Panics if the text is not well-formed, or if it holds something that runs or leads elsewhere.
///
/// # Panics
///
/// That is the finding.
pub fn assert_harmless(svg: &[u8]) {
    let mut is_in_style = false;
    for event in EventReader::new(svg) {
        match event.expect("what leaves is well-formed") {
            XmlEvent::StartElement {
                name, attributes, ..
            } => {
                assert_eq!(name.namespace.as_deref(), Some(SVG), "{name}");
                let element = name.local_name.to_ascii_lowercase();
                is_in_style = element == "style";
                assert!(!BANNED.contains(&element.as_str()), "{element}");
                for attribute in attributes {
                    let name = attribute.name.local_name.to_ascii_lowercase();
                    assert_attribute(&element, &name, &attribute.value);
                }
            }
            XmlEvent::EndElement { .. } => is_in_style = false,
            XmlEvent::Characters(css) if is_in_style => {
                let css = css.to_lowercase();
                assert!(!css.contains("@import") && !css.contains("<"), "{css}");
                assert_addresses(
                    &css,
                    &["#", "data:image/", "data:font/", "data:application/"],
                );
            }
            XmlEvent::ProcessingInstruction { name, .. } => panic!("<?{name}"),
            XmlEvent::Doctype { .. } | XmlEvent::Comment(_) => panic!("a declaration is left"),
            _ => {}
        }
    }
}

fn assert_attribute(element: &str, name: &str, value: &str) {
    assert!(!name.starts_with("on") && name != "base", "{name}");
    let shown = |c: &char| !c.is_whitespace() && !c.is_control();
    let value: String = value.to_lowercase().chars().filter(shown).collect();
    // In CSS that is a property's name and its value; addresses stand in `url()` there.
    let is_css = name == "style";
    for scheme in ["javascript:", "vbscript:", "data:text", "data:image/svg"] {
        assert!(is_css || !value.starts_with(scheme), "{name}={value}");
    }
    assert!(!is_css || !value.contains("@import"), "{name}={value}");
    if name == "href" {
        let is_picture =
            ["image", "feimage"].contains(&element) && value.starts_with("data:image/");
        assert!(
            value.starts_with('#') || is_picture,
            "{element} {name}={value}"
        );
    }
    if name == "attributename" {
        assert!(
            !value.ends_with("href") && !value.starts_with("on"),
            "{value}"
        );
    }
    assert_addresses(&value, &["#", "data:image/"]);
}

fn assert_addresses(css: &str, known: &[&str]) {
    for address in css.split("url(").skip(1) {
        let address = address.trim_start_matches(['\'', '"', ' ']);
        assert!(
            known.iter().any(|start| address.starts_with(start)),
            "{css}"
        );
    }
}

const SVG: &str = "http://www.w3.org/2000/svg";
const BANNED: [&str; 12] = [
    "script",
    "handler",
    "foreignobject",
    "iframe",
    "object",
    "embed",
    "meta",
    "link",
    "base",
    "button",
    "form",
    "metadata",
];
