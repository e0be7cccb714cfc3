//! XML cut into its pieces, each as it is written; nothing is resolved.

use super::broken;
use crate::Error;

/// A piece of markup.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text, CDATA sections, comments, instructions and declarations: what has no structure here.
    Verbatim(&'a str),
    /// `<!DOCTYPE …>`.
    Doctype(&'a str),
    /// A start tag.
    Open {
        name: &'a str,
        attributes: Vec<Attribute<'a>>,
        is_empty: bool,
    },
    /// An end tag.
    Close(&'a str),
}

/// An attribute of a start tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    pub(super) name: &'a str,
    /// The value as written, without quotes and with entities.
    pub(super) value: &'a str,
}

/// The part of a name after its prefix.
pub(super) fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

/// Cuts markup into tokens.
pub(super) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// What has not been cut yet.
    pub(super) const fn rest(&self) -> &'a str {
        self.rest
    }

    /// Takes everything up to the end of the first `end`.
    fn through(&mut self, end: &str) -> Result<&'a str, Error> {
        let at = self.rest.find(end).ok_or_else(cut_off)?;
        Ok(self.cut(at + end.len()))
    }

    /// Takes the first `length` bytes, which end at a character's border.
    fn cut(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn cut_while(&mut self, accepts: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !accepts(c));
        self.cut(end.unwrap_or(self.rest.len()))
    }

    fn skip_space(&mut self) {
        self.cut_while(is_space);
    }

    fn name(&mut self) -> Result<&'a str, Error> {
        let name = self.cut_while(is_name);
        let starts_well = name
            .chars()
            .next()
            .is_some_and(|c| !c.is_ascii_digit() && c != '-' && c != '.');
        starts_well
            .then_some(name)
            .ok_or_else(|| broken("XML syntax"))
    }

    fn expect(&mut self, what: &str) -> Result<(), Error> {
        let rest = self.rest.strip_prefix(what);
        self.rest = rest.ok_or_else(|| broken("XML syntax"))?;
        Ok(())
    }

    fn next_token(&mut self) -> Result<Token<'a>, Error> {
        let rest = self.rest;
        if !rest.starts_with('<') {
            let end = rest.find('<').unwrap_or(rest.len());
            return Ok(Token::Verbatim(self.cut(end)));
        }
        if rest.starts_with("<!--") {
            return self.comment();
        }
        if rest.starts_with("<![CDATA[") {
            return self.through("]]>").map(Token::Verbatim);
        }
        if rest.starts_with("<?") {
            return self.through("?>").map(Token::Verbatim);
        }
        if rest.starts_with("<!") {
            return self.doctype();
        }
        if rest.starts_with("</") {
            return self.end_tag();
        }
        self.start_tag()
    }

    fn comment(&mut self) -> Result<Token<'a>, Error> {
        let inner = self.rest.get("<!--".len()..).unwrap_or_default();
        let end = inner.find("-->").ok_or_else(cut_off)?;
        Ok(Token::Verbatim(self.cut("<!--".len() + end + "-->".len())))
    }

    /// Ends at the `>` that is neither quoted, nor in a comment, nor in the internal subset.
    fn doctype(&mut self) -> Result<Token<'a>, Error> {
        let mut inner = Tokens::new(self.rest);
        inner.cut("<!".len());
        let mut depth = 0_u32;
        loop {
            inner.cut_while(|c| !matches!(c, '[' | ']' | '>' | '"' | '\'' | '<'));
            if inner.rest.starts_with("<!--") {
                inner.comment()?;
                continue;
            }
            match inner.cut_one().ok_or_else(cut_off)? {
                quote @ ("\"" | "'") => drop(inner.through(quote)?),
                "[" => depth = depth.saturating_add(1),
                "]" => depth = depth.saturating_sub(1),
                ">" if depth == 0 => break,
                _ => {}
            }
        }
        let length = self.rest.len() - inner.rest.len();
        Ok(Token::Doctype(self.cut(length)))
    }

    fn cut_one(&mut self) -> Option<&'a str> {
        let first = self.rest.chars().next()?;
        Some(self.cut(first.len_utf8()))
    }

    fn end_tag(&mut self) -> Result<Token<'a>, Error> {
        self.expect("</")?;
        let name = self.name()?;
        self.skip_space();
        self.expect(">")?;
        Ok(Token::Close(name))
    }

    fn start_tag(&mut self) -> Result<Token<'a>, Error> {
        self.expect("<")?;
        let name = self.name()?;
        let mut attributes = Vec::new();
        loop {
            self.skip_space();
            let is_empty = self.rest.starts_with("/>");
            if is_empty || self.rest.starts_with('>') {
                self.cut(1 + usize::from(is_empty));
                return Ok(Token::Open {
                    name,
                    attributes,
                    is_empty,
                });
            }
            attributes.push(self.attribute()?);
        }
    }

    fn attribute(&mut self) -> Result<Attribute<'a>, Error> {
        let name = self.name()?;
        self.skip_space();
        if !self.rest.starts_with('=') {
            return Ok(Attribute { name, value: "" });
        }
        self.expect("=")?;
        self.skip_space();
        let quote = self.cut_one().ok_or_else(cut_off)?;
        if quote != "\"" && quote != "'" {
            return Err(broken("XML syntax"));
        }
        let value = self.through(quote)?;
        let value = value.strip_suffix(quote).unwrap_or(value);
        Ok(Attribute { name, value })
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Result<Token<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let token = self.next_token();
        if token.is_err() {
            self.rest = "";
        }
        Some(token)
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_name(c: char) -> bool {
    !is_space(c) && !matches!(c, '<' | '>' | '/' | '=' | '"' | '\'' | '&' | ';' | '\0')
}

fn cut_off() -> Error {
    broken("markup that ends too early")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Result<Vec<Token<'_>>, Error> {
        Tokens::new(text).collect()
    }

    #[test]
    fn cuts_markup_into_its_pieces() {
        let text = "<?xml?><!DOCTYPE s [<!ENTITY a '>'>]><!-- <a> --><s:a b='1\"' c = \"\"><![CDATA[<]]>t</s:a >";
        let open = Token::Open {
            name: "s:a",
            attributes: vec![
                Attribute {
                    name: "b",
                    value: "1\"",
                },
                Attribute {
                    name: "c",
                    value: "",
                },
            ],
            is_empty: false,
        };
        let expected = vec![
            Token::Verbatim("<?xml?>"),
            Token::Doctype("<!DOCTYPE s [<!ENTITY a '>'>]>"),
            Token::Verbatim("<!-- <a> -->"),
            open,
            Token::Verbatim("<![CDATA[<]]>"),
            Token::Verbatim("t"),
            Token::Close("s:a"),
        ];
        assert_eq!(tokens(text).unwrap(), expected);
    }

    #[test]
    fn refuses_what_is_no_markup() {
        for text in [
            "<",
            "<1>",
            "<a b=c>",
            "<a b='",
            "<!-- --",
            "</a",
            "<a b>",
            "<!DOCTYPE [",
        ] {
            let is_ok = tokens(text).is_ok();
            assert_eq!(is_ok, text == "<a b>", "{text}");
        }
    }
}
