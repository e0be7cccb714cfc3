//! Markup as tags and texts.

use super::Fault;

/// A piece of markup.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    /// Text with its references replaced.
    Text(String),
    /// The begin of an element.
    Open {
        name: &'a str,
        attributes: Vec<Attribute<'a>>,
        /// Whether it ends where it begins.
        is_empty: bool,
        at: usize,
    },
    /// The end of an element.
    Close { name: &'a str, at: usize },
}

/// An attribute, with its references replaced.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Attribute<'a> {
    pub(super) name: &'a str,
    pub(super) value: String,
    pub(super) at: usize,
}

/// Goes through markup; nothing follows a fault.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    whole: usize,
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(markup: &'a str) -> Self {
        Self {
            whole: markup.len(),
            rest: markup,
        }
    }

    const fn at(&self) -> usize {
        self.whole - self.rest.len()
    }

    fn fault<T>(&self, what: &'static str) -> Result<T, Fault> {
        Err(Fault::new(self.at(), what))
    }

    /// The next piece; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Token<'a>>, Fault> {
        loop {
            let at = self.at();
            if self.rest.is_empty() {
                return Ok(None);
            }
            let Some(inner) = self.rest.strip_prefix('<') else {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                return decoded(self.take(end), at).map(Token::Text).map(Some);
            };
            if let Some(comment) = inner.strip_prefix("!--") {
                let Some((_, behind)) = comment.split_once("-->") else {
                    return self.fault("a comment is not closed");
                };
                self.rest = behind;
                continue;
            }
            self.rest = inner;
            return self.tag(at).map(Some);
        }
    }

    fn tag(&mut self, at: usize) -> Result<Token<'a>, Fault> {
        if let Some(rest) = self.rest.strip_prefix('/') {
            self.rest = rest;
            let name = self.name()?;
            self.skip_spaces();
            return match self.rest.strip_prefix('>') {
                Some(rest) => {
                    self.rest = rest;
                    Ok(Token::Close { name, at })
                }
                None => self.fault("a closing tag ends in >"),
            };
        }
        let name = self.name()?;
        let mut attributes: Vec<Attribute<'a>> = Vec::new();
        loop {
            let has_space = self.skip_spaces();
            for (end, is_empty) in [("/>", true), (">", false)] {
                if let Some(rest) = self.rest.strip_prefix(end) {
                    self.rest = rest;
                    return Ok(Token::Open {
                        name,
                        attributes,
                        is_empty,
                        at,
                    });
                }
            }
            if self.rest.is_empty() {
                return Err(Fault::new(at, "a tag ends in >"));
            }
            if !has_space {
                return self.fault("attributes have space between them");
            }
            attributes.push(self.attribute()?);
        }
    }

    fn attribute(&mut self) -> Result<Attribute<'a>, Fault> {
        let at = self.at();
        let name = self.name()?;
        self.skip_spaces();
        let Some(rest) = self.rest.strip_prefix('=') else {
            return self.fault("an attribute has = and a value");
        };
        self.rest = rest;
        self.skip_spaces();
        let quote = self.rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some(quote) = quote else {
            return self.fault("a value stands in quotes");
        };
        self.take(1);
        let value_at = self.at();
        let Some(end) = self.rest.find(quote) else {
            return self.fault("a value has a quote at its end");
        };
        let value = decoded(self.take(end), value_at)?;
        self.take(1);
        Ok(Attribute { name, value, at })
    }

    fn name(&mut self) -> Result<&'a str, Fault> {
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let end = self.rest.find(|c| !is_of_name(c));
        match end.unwrap_or(self.rest.len()) {
            0 => self.fault("a name is missing; < in text is written &lt;"),
            end => Ok(self.take(end)),
        }
    }

    fn skip_spaces(&mut self) -> bool {
        let before = self.rest.len();
        self.rest = self.rest.trim_ascii_start();
        self.rest.len() < before
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }
}

/// Replaces references to characters.
fn decoded(text: &str, at: usize) -> Result<String, Fault> {
    let mut pieces = text.split('&');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    let mut at = at + out.len();
    for piece in pieces {
        let Some((name, behind)) = piece.split_once(';') else {
            return Err(Fault::new(at, "& in text is written &amp;"));
        };
        out.push(referred(name).map_err(|what| Fault::new(at, what))?);
        out.push_str(behind);
        at += piece.len() + 1;
    }
    Ok(out)
}

fn referred(name: &str) -> Result<char, &'static str> {
    let number = match name {
        "amp" => return Ok('&'),
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "quot" => return Ok('"'),
        "apos" => return Ok('\''),
        _ => name.strip_prefix('#').ok_or("an unknown entity")?,
    };
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    let is_digits = digits.chars().all(|c| c.is_digit(radix));
    let code = u32::from_str_radix(digits, radix)
        .ok()
        .filter(|_| is_digits);
    let c = code.and_then(char::from_u32);
    c.filter(|c| *c >= ' ' || matches!(c, '\n' | '\t'))
        .ok_or("a number that is no character of text")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(markup: &str) -> Result<Vec<Token<'_>>, Fault> {
        let mut tokens = Tokens::new(markup);
        let mut all = Vec::new();
        while let Some(token) = tokens.next()? {
            all.push(token);
        }
        Ok(all)
    }

    #[test]
    fn references_become_characters() {
        let text = |markup| match all(markup).unwrap().as_slice() {
            [Token::Text(text)] => text.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(text("a &lt;&amp;&gt;&quot;&apos; b"), "a <&>\"' b");
        assert_eq!(text("&#65;&#x42;&#X1F600;&#10;"), "AB\u{1F600}\n");
    }

    #[test]
    fn tags_have_attributes_in_either_quotes() {
        let fault = all("<span a='1 &amp; \"2\"' b = \"3\" /></ span>").unwrap_err();
        assert_eq!(fault.at, 34);
        let tokens = all("<span a='1 &amp; \"2\"' b = \"3\" /><!-- <x> --></span >").unwrap();
        let attribute = |name, value: &str, at| Attribute {
            name,
            value: value.to_owned(),
            at,
        };
        let expected = [
            Token::Open {
                name: "span",
                attributes: vec![attribute("a", "1 & \"2\"", 6), attribute("b", "3", 22)],
                is_empty: true,
                at: 0,
            },
            Token::Close {
                name: "span",
                at: 44,
            },
        ];
        assert_eq!(tokens, expected);
    }

    #[test]
    fn what_is_no_markup_has_a_place() {
        for (markup, at) in [
            ("a & b", 2),
            ("a &b", 2),
            ("&amp; &nbsp;", 6),
            ("x&#0;", 1),
            ("x&#27;", 1),
            ("x&#xD800;", 1),
            ("x&#+5;", 1),
            ("a < b", 3),
            ("<b", 0),
            ("<b a", 4),
            ("<b a=1>", 5),
            ("<b a='1>", 6),
            ("<b a='1'c='2'>", 8),
            ("ab<!-- ", 2),
            ("<![CDATA[x]]>", 1),
        ] {
            assert_eq!(all(markup).map_err(|fault| fault.at), Err(at), "{markup}");
        }
    }
}
