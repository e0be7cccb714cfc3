//! Rewriting XMP packets (ISO 16684-1).

use roxmltree::{Document, Node, ParsingOptions};

/// A packet with nothing but what Dublin Core says of makers and rights, and all of the rights
/// management and Creative Commons schemas; none if nothing is left or the packet is no XML.
///
/// Properties are known by their namespace, whatever its prefix.
pub(super) fn copyright(packet: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(packet).ok()?;
    let text = text.trim_matches(['\u{feff}', '\0']);
    let options = ParsingOptions {
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).ok()?;
    let limit = text.len().saturating_mul(2);
    let mut kept = String::new();
    for description in document.descendants().filter(is_description) {
        kept.push_str(&rewritten(description, text));
        // Namespaces are repeated for every description.
        if kept.len() > limit {
            return None;
        }
    }
    (!kept.is_empty()).then(|| format!("{HEAD}{kept}{TAIL}").into_bytes())
}

fn is_description(node: &Node<'_, '_>) -> bool {
    let is_named = |node: Node<'_, '_>, name| node.has_tag_name((RDF, name));
    let is_in_rdf = node
        .parent_element()
        .is_some_and(|parent| is_named(parent, "RDF"));
    is_in_rdf && is_named(*node, "Description")
}

/// What is left of a description; nothing if it has no property that is kept.
fn rewritten(description: Node<'_, '_>, text: &str) -> String {
    let attributes: Vec<_> = description
        .attributes()
        .filter(|attribute| is_kept(attribute.namespace(), attribute.name()))
        .collect();
    let elements: Vec<_> = description
        .children()
        .filter(|child| is_kept(child.tag_name().namespace(), child.tag_name().name()))
        .collect();
    if attributes.is_empty() && elements.is_empty() {
        return String::new();
    }
    let mut kept = String::from("<rdf:Description rdf:about=\"\"");
    for namespace in description.namespaces() {
        match namespace.name() {
            Some("rdf" | "xml") => {}
            Some(prefix) => push_attribute(&mut kept, &format!("xmlns:{prefix}"), namespace.uri()),
            None => push_attribute(&mut kept, "xmlns", namespace.uri()),
        }
    }
    for attribute in attributes {
        kept.push(' ');
        kept.push_str(text.get(attribute.range()).unwrap_or_default());
    }
    kept.push('>');
    for element in elements {
        kept.push_str(text.get(element.range()).unwrap_or_default());
    }
    kept.push_str("</rdf:Description>");
    kept
}

fn is_kept(namespace: Option<&str>, name: &str) -> bool {
    match namespace {
        Some(DUBLIN_CORE) => matches!(name, "rights" | "contributor" | "creator" | "publisher"),
        Some(RIGHTS_MANAGEMENT | CREATIVE_COMMONS) => true,
        _ => false,
    }
}

fn push_attribute(to: &mut String, name: &str, value: &str) {
    to.push(' ');
    to.push_str(name);
    to.push_str("=\"");
    for character in value.chars() {
        match character {
            '&' => to.push_str("&amp;"),
            '<' => to.push_str("&lt;"),
            '"' => to.push_str("&quot;"),
            other => to.push(other),
        }
    }
    to.push('"');
}

/// Packets with more nodes than any editor writes are dropped, for the memory that they take.
const MAX_NODES: u32 = 20_000;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
const RIGHTS_MANAGEMENT: &str = "http://ns.adobe.com/xap/1.0/rights/";
const CREATIVE_COMMONS: &str = "http://creativecommons.org/ns#";

/// The packet wrapper (ISO 16684-1, section 7.3.2) and what goes around the descriptions.
const HEAD: &str = concat!(
    "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n",
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">",
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">",
);
const TAIL: &str = "</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>";

#[cfg(test)]
mod tests {
    use super::*;

    const NAMESPACES: &str = concat!(
        "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" ",
        "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" ",
        "xmlns:xmpRights=\"http://ns.adobe.com/xap/1.0/rights/\" ",
        "xmlns:cc=\"http://creativecommons.org/ns#\"",
    );

    fn packet(description: &str) -> Vec<u8> {
        format!("{HEAD}{description}{TAIL}").into_bytes()
    }

    /// Names of all properties that are left; they must be XML again.
    fn kept(description: &str) -> Option<Vec<String>> {
        let kept = copyright(&packet(description))?;
        let text = String::from_utf8(kept).unwrap();
        let document = Document::parse(text.trim_start_matches('\u{feff}')).unwrap();
        let mut names = Vec::new();
        for node in document.descendants().filter(is_description) {
            names.extend(
                node.attributes()
                    .filter(|attribute| attribute.namespace() != Some(RDF))
                    .map(|attribute| attribute.name().to_owned()),
            );
            let elements = node.children().filter(Node::is_element);
            names.extend(elements.map(|child| child.tag_name().name().to_owned()));
        }
        Some(names)
    }

    #[test]
    fn makers_and_rights_stay_and_all_else_goes() {
        let names = kept(&format!(
            "<rdf:Description rdf:about=\"\" {NAMESPACES} dc:publisher=\"p\" xmp:Label=\"red\">\
             <dc:title>t</dc:title><dc:rights>a &amp; b</dc:rights><xmp:Rating>3</xmp:Rating>\
             <xmpRights:Marked>True</xmpRights:Marked><cc:license rdf:resource=\"x\"/>\
             </rdf:Description>"
        ));
        assert_eq!(names.unwrap(), ["publisher", "rights", "Marked", "license"]);
    }

    #[test]
    fn namespaces_count_and_not_their_prefixes() {
        let own = "<rdf:Description xmlns:own=\"http://purl.org/dc/elements/1.1/\">\
                   <own:creator>c</own:creator><own:date>d</own:date></rdf:Description>";
        assert_eq!(kept(own).unwrap(), ["creator"]);
        let other = "<rdf:Description xmlns:dc=\"http://other.test/\"><dc:rights>r</dc:rights>\
                     </rdf:Description>";
        assert_eq!(kept(other), None);
    }

    #[test]
    fn nothing_is_left_of_what_has_no_rights_or_is_no_xml() {
        let title =
            format!("<rdf:Description {NAMESPACES}><dc:title>t</dc:title></rdf:Description>");
        assert_eq!(kept(&title), None);
        assert_eq!(copyright(b""), None);
        assert_eq!(copyright(&packet("<rdf:Description>")), None);
        assert_eq!(copyright(b"\xff\xfe<\0"), None);
        let bomb = b"<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>";
        assert_eq!(copyright(bomb), None);
    }

    #[test]
    fn too_many_nodes_and_repeated_namespaces_are_dropped() {
        let many = format!(
            "<rdf:Description {NAMESPACES}>{}</rdf:Description>",
            "<cc:a/>".repeat(20_000)
        );
        assert_eq!(copyright(&packet(&many)), None);
        let long: String = (0..200)
            .map(|i| format!(" xmlns:n{i}=\"http://{i}.test/\""))
            .collect();
        let each = "<rdf:Description><cc:a/></rdf:Description>".repeat(300);
        let source = format!(
            "<rdf:RDF xmlns:rdf=\"{RDF}\" xmlns:cc=\"{CREATIVE_COMMONS}\"{long}>{each}</rdf:RDF>"
        );
        assert_eq!(copyright(source.as_bytes()), None);
    }
}
