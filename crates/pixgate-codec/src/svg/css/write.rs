//! Tokens written as CSS again, so that they are read as the same tokens.

use std::fmt::Write as _;

use super::tokens::Token;

/// Writes tokens one after the other.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    out: String,
    last: Last,
}

/// What was written last, as far as it may run into what follows.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Last {
    #[default]
    Other,
    Space,
    /// A name, or what ends like one.
    Name,
    Number,
    /// A character that may begin something.
    Delim,
}

impl Writer {
    /// Adds a token. White space in a row becomes one space.
    pub(crate) fn push(&mut self, token: &Token<'_>) {
        if matches!(token, Token::Space) {
            if !self.out.is_empty() && self.last != Last::Space {
                self.out.push(' ');
            }
            self.last = Last::Space;
            return;
        }
        if runs_on(self.last, token) {
            self.out.push(' ');
        }
        self.last = self.write(token);
    }

    fn write(&mut self, token: &Token<'_>) -> Last {
        match token {
            Token::Ident(name) => {
                write_name(&mut self.out, name, true);
                return Last::Name;
            }
            Token::Function(name) => {
                write_name(&mut self.out, name, true);
                self.out.push('(');
            }
            Token::At(name) | Token::Hash(name) => {
                let is_at = matches!(token, Token::At(_));
                self.out.push(if is_at { '@' } else { '#' });
                write_name(&mut self.out, name, is_at);
                return Last::Name;
            }
            Token::Text(text) => write_text(&mut self.out, text),
            Token::Url(address) => {
                self.out.push_str("url(");
                write_text(&mut self.out, address);
                self.out.push(')');
            }
            Token::Number(number) => {
                self.out.push_str(number.source);
                return Last::Number;
            }
            Token::Percentage(number) => {
                self.out.push_str(number.source);
                self.out.push('%');
            }
            Token::Dimension(number, unit) => {
                self.out.push_str(number.source);
                write_name(&mut self.out, unit, true);
                return Last::Name;
            }
            Token::Delim(c) => {
                self.out.push(*c);
                return Last::Delim;
            }
            Token::Colon => self.out.push(':'),
            Token::Semicolon => self.out.push(';'),
            Token::Comma => self.out.push(','),
            Token::Open(c) | Token::Close(c) => self.out.push(*c),
            Token::Bad | Token::Space => {}
        }
        Last::Other
    }

    /// What was written, without white space at its ends.
    pub(crate) fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end().len());
        self.out
    }
}

/// Whether a token would become one with what is before it, which only a comment kept apart.
fn runs_on(last: Last, token: &Token<'_>) -> bool {
    let starts_name = matches!(
        token,
        Token::Ident(_) | Token::Function(_) | Token::Url(_) | Token::Delim('-')
    );
    let is_number = matches!(
        token,
        Token::Number(_) | Token::Percentage(_) | Token::Dimension(..)
    );
    match last {
        Last::Name => starts_name || is_number || matches!(token, Token::Open('(')),
        Last::Number => starts_name || is_number || matches!(token, Token::Delim('%')),
        // A dot before a name makes a class; two of the others are operators.
        Last::Delim => is_number || matches!(token, Token::Delim('*' | '-' | '!')),
        Last::Other | Last::Space => false,
    }
}

fn write_name(out: &mut String, name: &str, is_identifier: bool) {
    let mut is_start = is_identifier;
    for (at, c) in name.char_indices() {
        let is_plain = c.is_ascii_alphabetic()
            || matches!(c, '_' | '\u{A0}'..)
            || (c == '-' && !(is_identifier && name.len() == 1))
            || (c.is_ascii_digit() && !is_start);
        // Behind a minus at the front, a digit would still make a number.
        is_start = is_start && at == 0 && c == '-';
        if is_plain {
            out.push(c);
        } else {
            write_escape(out, c);
        }
    }
}

fn write_text(out: &mut String, text: &str) {
    out.push('\'');
    for c in text.chars() {
        if matches!(c, '\'' | '\\' | '<' | '&') || c.is_control() {
            write_escape(out, c);
        } else {
            out.push(c);
        }
    }
    out.push('\'');
}

fn write_escape(out: &mut String, c: char) {
    // Writing to a string cannot fail.
    let _ = write!(out, "\\{:x} ", u32::from(c));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::css::tokens::Tokens;

    fn rewritten(text: &str) -> String {
        let mut writer = Writer::default();
        for token in Tokens::new(text) {
            writer.push(&token);
        }
        writer.finish()
    }

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let table = [
            ("  a :  b  ", "a : b"),
            ("url(#a)", "url('#a')"),
            ("url( \"#a\" )", "url( '#a' )"),
            ("u/**/rl(x)", "u rl(x)"),
            ("1/**/px 1/**/2 a/**/(b", "1 px 1 2 a (b"),
            (r"\31 a \-- -\31", r"\31 a -- -\31"),
            (r"'a\'\3c script>\d '", r"'a\27 \3c script>\d '"),
            ("<!-- a -->", "a"),
            (".a>b~c[d='e']:not(.f)", ".a>b~c[d='e']:not(.f)"),
            (r"a\(b\;", r"a\28 b\3b"),
            ("10.5.5-3", "10.5 .5 -3"),
        ];
        for (text, expected) in table {
            assert_eq!(rewritten(text), expected, "{text}");
            assert_eq!(rewritten(expected), expected);
        }
    }
}
