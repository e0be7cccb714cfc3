//! A style sheet put into a drawing.

use super::encoding;
use super::markup::{Token, Tokens};
use crate::Error;

/// Puts a style sheet in front of everything that the outermost element of an SVG holds.
///
/// It is first in the document, so the drawing's own rules win over it where they are as specific;
/// attributes that say how something looks lose against any rule. The element is in SVG's namespace,
/// by the root's own prefix, and the sheet is escaped: nothing in it ends the element.
///
/// The result is in UTF-8. Takes time in proportion to the source, and twice its length and six times
/// that of the sheet in memory. A root without content, and a text that has no root, come as they are.
///
/// # Errors
///
/// [`ErrorKind::Broken`](crate::ErrorKind::Broken) if the source is no text or no markup up to its
/// root.
///
/// # Examples
///
/// ```
/// let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>"#;
/// let styled = pixgate_codec::add_style(svg, "path{fill:red}")?;
/// let styled = String::from_utf8(styled).unwrap();
/// assert!(styled.contains("<style>path{fill:red}</style><path "));
/// # Ok::<(), pixgate_codec::Error>(())
/// ```
pub fn add_style(bytes: &[u8], css: &str) -> Result<Vec<u8>, Error> {
    let text = encoding::to_text(bytes)?;
    let Some((prefix, rest)) = content(&text)? else {
        return Ok(bytes.to_vec());
    };
    let head = text.get(..text.len() - rest.len()).unwrap_or_default();
    let mut styled = String::with_capacity(text.len() + css.len() + 64);
    styled.push_str(head);
    for piece in ["<", prefix, "style>"] {
        styled.push_str(piece);
    }
    for c in css.chars() {
        match c {
            '&' => styled.push_str("&amp;"),
            '<' => styled.push_str("&lt;"),
            '>' => styled.push_str("&gt;"),
            other => styled.push(other),
        }
    }
    for piece in ["</", prefix, "style>"] {
        styled.push_str(piece);
    }
    styled.push_str(rest);
    Ok(styled.into_bytes())
}

/// The prefix of the root's name, with its colon, and all behind its start tag.
fn content(text: &str) -> Result<Option<(&str, &str)>, Error> {
    let mut tokens = Tokens::new(text);
    while let Some(token) = tokens.next() {
        match token? {
            Token::Open { is_empty: true, .. } | Token::Close(_) => return Ok(None),
            Token::Open { name, .. } => {
                let length = name.find(':').map_or(0, |colon| colon + 1);
                let prefix = name.get(..length).unwrap_or_default();
                return Ok(Some((prefix, tokens.rest())));
            }
            Token::Verbatim(_) | Token::Doctype(_) => {}
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styled(svg: &str, css: &str) -> String {
        String::from_utf8(add_style(svg.as_bytes(), css).unwrap()).unwrap()
    }

    #[test]
    fn stands_in_front_of_the_content_of_the_root() {
        let head = "<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a '<svg>'>]><!-- <svg> -->";
        let svg = format!("{head}<svg a='>'>text<g/></svg>");
        let expected = format!("{head}<svg a='>'><style>g{{}}</style>text<g/></svg>");
        assert_eq!(styled(&svg, "g{}"), expected);
    }

    #[test]
    fn has_the_prefix_of_the_root() {
        let svg = "<s:svg xmlns:s='http://www.w3.org/2000/svg'><s:g/></s:svg>";
        assert!(styled(svg, "g{}").contains("'><s:style>g{}</s:style><s:g/>"));
    }

    #[test]
    fn nothing_in_it_ends_the_element() {
        let css = "</style><script>x</script>]]>&a;";
        let styled = styled("<svg><g/></svg>", css);
        assert_eq!(styled.matches("</style>").count(), 1);
        assert!(!styled.contains("<script") && styled.contains("&lt;script&gt;"));
        assert!(styled.contains("]]&gt;&amp;a;"));
    }

    #[test]
    fn other_encodings_become_utf_8() {
        let wide: Vec<u8> = "\u{FEFF}<svg><g/></svg>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let styled = add_style(&wide, "g{}").unwrap();
        assert_eq!(styled, b"<svg><style>g{}</style><g/></svg>");
    }

    #[test]
    fn a_root_without_content_stays() {
        assert_eq!(styled("<svg/>", "g{}"), "<svg/>");
        assert_eq!(styled("", "g{}"), "");
        assert!(add_style(b"<svg a", "g{}").is_err());
    }
}
