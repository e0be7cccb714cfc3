//! XML written anew: well-formed, in UTF-8, everything in the namespace of SVG.

use std::borrow::Cow;

/// Writes elements as they are opened and closed.
#[derive(Debug)]
pub(super) struct Writer {
    out: String,
    open: Vec<&'static str>,
    /// Whether the last start tag still lacks its end, because nothing came behind it.
    is_pending: bool,
}

impl Writer {
    /// A document that starts with its XML declaration.
    pub(super) fn document() -> Self {
        Self {
            out: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"),
            open: Vec::new(),
            is_pending: false,
        }
    }

    /// Opens an element; the first one declares the namespaces.
    pub(super) fn open(&mut self, name: &'static str) {
        self.end_start_tag();
        self.out.push('<');
        self.out.push_str(name);
        if self.open.is_empty() {
            self.attribute("xmlns", SVG);
            self.attribute("xmlns:xlink", XLINK);
        }
        self.open.push(name);
        self.is_pending = true;
    }

    /// Adds an attribute to the element that was just opened.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        for c in value.chars().filter(|c| is_kept(*c)) {
            match c {
                '"' => self.out.push_str("&quot;"),
                // Readers would make spaces of them anyway.
                '\t' | '\n' | '\r' => self.out.push(' '),
                other => self.push(other),
            }
        }
        self.out.push('"');
    }

    /// Adds text to the element that is open.
    pub(super) fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.end_start_tag();
        for c in text.chars().filter(|c| is_kept(*c) && *c != '\r') {
            self.push(c);
        }
    }

    fn push(&mut self, c: char) {
        match c {
            '&' => self.out.push_str("&amp;"),
            '<' => self.out.push_str("&lt;"),
            '>' => self.out.push_str("&gt;"),
            other => self.out.push(other),
        }
    }

    fn end_start_tag(&mut self) {
        if self.is_pending {
            self.is_pending = false;
            self.out.push('>');
        }
    }

    /// Closes the element that was opened last.
    pub(super) fn close(&mut self) {
        let Some(name) = self.open.pop() else {
            return;
        };
        if self.is_pending {
            self.is_pending = false;
            self.out.push_str("/>");
        } else {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    /// The whole document.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out.push('\n');
        self.out
    }
}

/// A text without the characters that would not be written: what is judged must be what is read.
pub(super) fn kept(text: &str) -> Cow<'_, str> {
    match text.chars().all(is_kept) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.chars().filter(|c| is_kept(*c)).collect()),
    }
}

/// Whether XML allows a character, and it is none that only controls.
fn is_kept(c: char) -> bool {
    let is_control = c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    !is_control && !matches!(c, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The namespace of SVG.
pub(super) const SVG: &str = "http://www.w3.org/2000/svg";
/// The namespace of links in SVG 1.1.
pub(super) const XLINK: &str = "http://www.w3.org/1999/xlink";
/// The namespace of `xml:space` and `xml:lang`.
pub(super) const XML: &str = "http://www.w3.org/XML/1998/namespace";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_would_be_markup_and_leaves_controls_out() {
        let mut writer = Writer::document();
        writer.open("svg");
        writer.attribute("id", "a\"<b>&\n\u{1b}c");
        writer.open("g");
        writer.close();
        writer.text("<&>\"\u{85}\n");
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
            id=\"a&quot;&lt;b&gt;&amp; c\"><g/>&lt;&amp;&gt;\"\n</svg>\n";
        assert_eq!(writer.finish(), expected);
    }
}
