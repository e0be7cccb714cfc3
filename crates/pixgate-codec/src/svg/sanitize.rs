//! Cleaning of SVG that is handed on as it is: what runs or leads elsewhere is taken out.
//!
//! The rules are imgproxy's, stricter where browsers are more tolerant than its tests: names count
//! in either case, every attribute that starts with `on` goes, control characters do not hide a
//! scheme, animations cannot put a link in, and entities that hold markup are not declared.

mod doctype;
mod links;

use super::broken;
use super::encoding;
use super::markup::{Attribute, MAX_DEPTH, Token, Tokens, local};
use crate::Error;

/// Takes scripts, event handlers, embedded pages, forms and unsafe links out of an SVG.
///
/// The rest is kept as it is written; the result is UTF-8, whatever the source was.
///
/// # Errors
///
/// [`ErrorKind::Broken`](crate::ErrorKind::Broken) if the source is no XML, and
/// [`ErrorKind::TooComplex`](crate::ErrorKind::TooComplex) if it is nested too deep.
///
/// # Examples
///
/// ```
/// let svg = br#"<svg onload="f()"><script>g()</script><a href="javascript:h()"><g/></a></svg>"#;
/// let clean = pixgate_codec::sanitize_svg(svg)?;
/// assert_eq!(clean, br#"<svg><a><g/></a></svg>"#);
/// # Ok::<(), pixgate_codec::Error>(())
/// ```
pub fn sanitize_svg(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let text = encoding::to_text(bytes)?;
    let mut writer = Writer::default();
    for token in Tokens::new(&text) {
        writer.write(token?)?;
    }
    writer.finish()
}

#[derive(Default)]
struct Writer<'a> {
    out: String,
    open: Vec<Element<'a>>,
    /// How many of the open elements are inside of, or are, one that is left out.
    dropped: usize,
    has_root: bool,
}

struct Element<'a> {
    name: &'a str,
    /// Whether its start tag still lacks its end, because nothing came behind it.
    is_pending: bool,
}

impl<'a> Writer<'a> {
    fn write(&mut self, token: Token<'a>) -> Result<(), Error> {
        match token {
            Token::Verbatim(text) => self.push(text),
            Token::Doctype(text) => self.push(&doctype::cleaned(text)),
            Token::Open {
                name,
                attributes,
                is_empty,
            } => return self.open(name, &attributes, is_empty),
            Token::Close(name) => return self.close(name),
        }
        Ok(())
    }

    fn push(&mut self, text: &str) {
        if self.dropped == 0 && !text.is_empty() {
            self.end_start_tag();
            self.out.push_str(text);
        }
    }

    fn end_start_tag(&mut self) {
        if let Some(parent) = self.open.last_mut().filter(|parent| parent.is_pending) {
            parent.is_pending = false;
            self.out.push('>');
        }
    }

    fn open(
        &mut self,
        name: &'a str,
        attributes: &[Attribute<'a>],
        is_empty: bool,
    ) -> Result<(), Error> {
        if self.open.len() > MAX_DEPTH {
            return Err(super::too_complex("nested elements"));
        }
        self.has_root = true;
        let is_dropped =
            self.dropped > 0 || is_banned(name) || links::animates_a_link(name, attributes);
        if !is_dropped {
            self.end_start_tag();
            self.start_tag(name, attributes);
        }
        self.dropped += usize::from(is_dropped);
        self.open.push(Element {
            name,
            is_pending: !is_dropped,
        });
        if is_empty {
            return self.close(name);
        }
        Ok(())
    }

    fn start_tag(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.out.push('<');
        self.out.push_str(name);
        for attribute in attributes {
            if !is_handler(attribute.name) && links::is_safe(name, attribute) {
                self.attribute(attribute);
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute<'_>) {
        let quote = if attribute.value.contains('"') {
            '\''
        } else {
            '"'
        };
        self.out.push(' ');
        self.out.push_str(attribute.name);
        self.out.push('=');
        self.out.push(quote);
        self.out.push_str(attribute.value);
        self.out.push(quote);
    }

    fn close(&mut self, name: &str) -> Result<(), Error> {
        let element = self.open.pop().filter(|element| element.name == name);
        let element = element.ok_or_else(|| broken("XML syntax"))?;
        if self.dropped > 0 {
            self.dropped -= 1;
        } else if element.is_pending {
            self.out.push_str("/>");
        } else {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
        Ok(())
    }

    /// Elements that are still open are closed.
    fn finish(mut self) -> Result<Vec<u8>, Error> {
        if !self.has_root {
            return Err(broken("no element"));
        }
        while let Some(name) = self.open.last().map(|element| element.name) {
            self.close(name)?;
        }
        Ok(self.out.into_bytes())
    }
}

fn is_banned(name: &str) -> bool {
    let name = local(name);
    BANNED
        .iter()
        .any(|banned| name.eq_ignore_ascii_case(banned))
}

fn is_handler(name: &str) -> bool {
    let start = local(name).get(..2);
    start.is_some_and(|start| start.eq_ignore_ascii_case("on"))
}

/// Elements that are taken out with all that they hold.
const BANNED: [&str; 3] = ["script", "iframe", "form"];

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        String::from_utf8(sanitize_svg(text.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn keeps_harmless_markup_as_it_is_written() {
        let table = [
            (
                "<svg><g></g>\n<p d='\"'/> &amp; <!-- x --></svg>\n",
                "<svg><g/>\n<p d='\"'/> &amp; <!-- x --></svg>\n",
            ),
            (
                "<svg a='1' b><style>a{}</style></svg>",
                "<svg a=\"1\" b=\"\"><style>a{}</style></svg>",
            ),
            (
                "<?xml version=\"1.0\"?><svg><g>",
                "<?xml version=\"1.0\"?><svg><g/></svg>",
            ),
            (
                "<svg><![CDATA[<script>]]></svg>",
                "<svg><![CDATA[<script>]]></svg>",
            ),
            (
                "<svg><use href='#a'/><a href='https://a/?x&amp;y'/></svg>",
                "<svg><use href=\"#a\"/><a href=\"https://a/?x&amp;y\"/></svg>",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(clean(text), expected);
        }
    }

    #[test]
    fn takes_out_whatever_runs_or_leads_astray() {
        let table = [
            ("<svg><script>a</script><g/></svg>", "<svg><g/></svg>"),
            ("<svg><s:SCRIPT><g>a</g></s:SCRIPT></svg>", "<svg/>"),
            ("<svg><form><iframe/></form>a</svg>", "<svg>a</svg>"),
            (
                "<svg onload='a' x:OnClick='b' one='c' o='d'/>",
                "<svg o=\"d\"/>",
            ),
            (
                "<svg><use xlink:href='https://a/#b'/></svg>",
                "<svg><use/></svg>",
            ),
            ("<svg><a href=' javascript:a'/></svg>", "<svg><a/></svg>"),
            (
                "<svg><a href='java&#x73;cript&colon;a'/></svg>",
                "<svg><a/></svg>",
            ),
            ("<svg><a href='java\tscript:a'/></svg>", "<svg><a/></svg>"),
            ("<svg><a href='&js;:a'/></svg>", "<svg><a/></svg>"),
            ("<svg><a HREF='data:text/html,a'/></svg>", "<svg><a/></svg>"),
            (
                "<svg><image href='data:image/png,a'/></svg>",
                "<svg><image href=\"data:image/png,a\"/></svg>",
            ),
            (
                "<svg><a><set attributeName='href' to='javascript:a'/></a></svg>",
                "<svg><a/></svg>",
            ),
            (
                "<!DOCTYPE svg [<!ENTITY a '<script/>'><!ENTITY b 'c'>]><svg>&b;</svg>",
                "<!DOCTYPE svg [<!ENTITY b 'c'>]><svg>&b;</svg>",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(clean(text), expected);
        }
    }

    #[test]
    fn refuses_what_is_no_xml() {
        for text in [
            "",
            "text",
            "<svg></g>",
            "</svg>",
            "<svg><a b=c></svg>",
            "<svg>\u{0}<",
        ] {
            assert!(sanitize_svg(text.as_bytes()).is_err(), "{text}");
        }
        assert!(sanitize_svg(&b"<g>".repeat(1000)).is_err());
    }
}
