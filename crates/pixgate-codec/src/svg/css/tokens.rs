//! CSS cut into tokens, as CSS Syntax 3 has it: escapes are resolved, comments are left out.

use std::borrow::Cow;

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token<'a> {
    Ident(Cow<'a, str>),
    /// A name with its opening parenthesis. `url(` before a string is one of these.
    Function(Cow<'a, str>),
    /// A name behind `@`.
    At(Cow<'a, str>),
    /// A name behind `#`.
    Hash(Cow<'a, str>),
    Text(Cow<'a, str>),
    /// `url(…)` without quotes, up to its closing parenthesis.
    Url(Cow<'a, str>),
    Number(Number<'a>),
    Percentage(Number<'a>),
    Dimension(Number<'a>, Cow<'a, str>),
    /// Any other character; `!`, `>` and `/` are some.
    Delim(char),
    Space,
    Colon,
    Semicolon,
    Comma,
    /// `(`, `[` or `{`.
    Open(char),
    /// `)`, `]` or `}`.
    Close(char),
    /// A string or an address that is broken.
    Bad,
}

/// A number with how it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number<'a> {
    pub(crate) value: f64,
    pub(crate) source: &'a str,
}

impl Token<'_> {
    /// What closes the block or function that this token opens.
    pub(crate) const fn closing(&self) -> Option<char> {
        match self {
            Token::Function(_) | Token::Open('(') => Some(')'),
            Token::Open('[') => Some(']'),
            Token::Open(_) => Some('}'),
            _ => None,
        }
    }
}

/// Cuts a style sheet, a declaration or a value into tokens. Takes time in proportion to the text.
#[derive(Debug, Clone)]
pub(crate) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    fn byte(&self, at: usize) -> u8 {
        self.rest.as_bytes().get(at).copied().unwrap_or_default()
    }

    fn cut(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn cut_char(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.cut(c.len_utf8());
        Some(c)
    }

    fn skip_space(&mut self) {
        let end = self.rest.find(|c| !is_space(c));
        self.cut(end.unwrap_or(self.rest.len()));
    }

    fn skip_comments(&mut self) {
        while let Some(inner) = self.rest.strip_prefix("/*") {
            self.rest = inner.split_once("*/").map_or("", |(_, behind)| behind);
        }
    }

    /// Whether a backslash at a place begins an escape.
    fn is_escape(&self, at: usize) -> bool {
        self.byte(at) == b'\\' && at + 1 < self.rest.len() && !is_newline(self.byte(at + 1))
    }

    fn starts_name(&self, at: usize) -> bool {
        match self.byte(at) {
            b'-' => {
                is_name_start(self.byte(at + 1))
                    || self.byte(at + 1) == b'-'
                    || self.is_escape(at + 1)
            }
            byte => is_name_start(byte) || self.is_escape(at),
        }
    }

    fn starts_number(&self) -> bool {
        let at = usize::from(matches!(self.byte(0), b'+' | b'-'));
        self.byte(at).is_ascii_digit()
            || (self.byte(at) == b'.' && self.byte(at + 1).is_ascii_digit())
    }

    fn next_token(&mut self) -> Option<Token<'a>> {
        self.skip_comments();
        let c = self.rest.chars().next()?;
        if is_space(c) {
            self.skip_space();
            return Some(Token::Space);
        }
        if self.starts_number() {
            return Some(self.number());
        }
        if self.rest.starts_with("-->") || self.rest.starts_with("<!--") {
            self.cut(if c == '-' { 3 } else { 4 });
            return Some(Token::Space);
        }
        if self.starts_name(0) {
            return Some(self.named());
        }
        self.cut(c.len_utf8());
        Some(match c {
            '"' | '\'' => self.string(c),
            '#' if is_name_byte(self.byte(0)) || self.is_escape(0) => Token::Hash(self.name()),
            '@' if self.starts_name(0) => Token::At(self.name()),
            ':' => Token::Colon,
            ';' => Token::Semicolon,
            ',' => Token::Comma,
            '(' | '[' | '{' => Token::Open(c),
            ')' | ']' | '}' => Token::Close(c),
            other => Token::Delim(other),
        })
    }

    fn number(&mut self) -> Token<'a> {
        let source = self.cut(number_length(self.rest.as_bytes()));
        let value = source.parse().unwrap_or_default();
        let number = Number { value, source };
        if self.rest.starts_with('%') {
            self.cut(1);
            return Token::Percentage(number);
        }
        if self.starts_name(0) {
            return Token::Dimension(number, self.name());
        }
        Token::Number(number)
    }

    /// A name, a function, or an address.
    fn named(&mut self) -> Token<'a> {
        let name = self.name();
        if !self.rest.starts_with('(') {
            return Token::Ident(name);
        }
        self.cut(1);
        if !name.eq_ignore_ascii_case("url") {
            return Token::Function(name);
        }
        let inner = self.rest.trim_start_matches(is_space);
        if inner.starts_with(['"', '\'']) {
            return Token::Function(name);
        }
        self.rest = inner;
        self.address()
    }

    fn name(&mut self) -> Cow<'a, str> {
        let end = self.rest.bytes().position(|byte| !is_name_byte(byte));
        let plain = self.cut(end.unwrap_or(self.rest.len()));
        if !self.is_escape(0) {
            return Cow::Borrowed(plain);
        }
        let mut name = plain.to_owned();
        loop {
            let end = self.rest.bytes().position(|byte| !is_name_byte(byte));
            name.push_str(self.cut(end.unwrap_or(self.rest.len())));
            if !self.is_escape(0) {
                return Cow::Owned(name);
            }
            name.push(self.escaped());
        }
    }

    /// The character that an escape stands for; the backslash is at the front.
    fn escaped(&mut self) -> char {
        self.cut(1);
        let digits = self.rest.bytes().take(6);
        let digits = digits.take_while(u8::is_ascii_hexdigit).count();
        if digits == 0 {
            return self.cut_char().unwrap_or(char::REPLACEMENT_CHARACTER);
        }
        let code = u32::from_str_radix(self.cut(digits), 16).unwrap_or_default();
        if self.rest.starts_with("\r\n") {
            self.cut(2);
        } else if self.rest.starts_with(is_space) {
            self.cut(1);
        }
        let c = char::from_u32(code).filter(|c| *c != '\0');
        c.unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// A string up to its quote. One that ends with its line is bad.
    fn string(&mut self, quote: char) -> Token<'a> {
        let is_end = |c: char| c == quote || c == '\\' || is_line_end(c);
        let plain = self.cut(self.rest.find(is_end).unwrap_or(self.rest.len()));
        if self.rest.starts_with(quote) {
            self.cut(1);
            return Token::Text(Cow::Borrowed(plain));
        }
        let mut text = plain.to_owned();
        loop {
            text.push_str(self.cut(self.rest.find(is_end).unwrap_or(self.rest.len())));
            match self.rest.chars().next() {
                Some('\\') if self.is_escape(0) => text.push(self.escaped()),
                Some('\\') => {
                    self.cut(1);
                    self.cut(if self.rest.starts_with("\r\n") { 2 } else { 1 });
                }
                Some(c) if c == quote => {
                    self.cut(1);
                    return Token::Text(Cow::Owned(text));
                }
                Some(_) => return Token::Bad,
                None => return Token::Text(Cow::Owned(text)),
            }
        }
    }

    /// An address without quotes; the white space before it is already cut.
    fn address(&mut self) -> Token<'a> {
        let mut address = Cow::Borrowed("");
        loop {
            let end = self.rest.find(|c| is_space(c) || "\"'()\\".contains(c));
            let plain = self.cut(end.unwrap_or(self.rest.len()));
            if address.is_empty() {
                address = Cow::Borrowed(plain);
            } else {
                address.to_mut().push_str(plain);
            }
            if self.is_escape(0) {
                let c = self.escaped();
                address.to_mut().push(c);
                continue;
            }
            self.skip_space();
            if self.rest.is_empty() || self.rest.starts_with(')') {
                self.cut(1);
                return Token::Url(address);
            }
            self.skip_bad_address();
            return Token::Bad;
        }
    }

    fn skip_bad_address(&mut self) {
        loop {
            let end = self.rest.find([')', '\\']);
            self.cut(end.unwrap_or(self.rest.len()));
            if self.is_escape(0) {
                self.escaped();
            } else if self.cut_char() != Some('\\') {
                return;
            }
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_token()
    }
}

/// How many bytes of a text that starts with a number are the number.
fn number_length(bytes: &[u8]) -> usize {
    let at = |place: usize| bytes.get(place).copied().unwrap_or_default();
    let digits = |mut place: usize| {
        while at(place).is_ascii_digit() {
            place += 1;
        }
        place
    };
    let mut end = digits(usize::from(matches!(at(0), b'+' | b'-')));
    if at(end) == b'.' && at(end + 1).is_ascii_digit() {
        end = digits(end + 1);
    }
    if matches!(at(end), b'e' | b'E') {
        let sign = usize::from(matches!(at(end + 1), b'+' | b'-'));
        if at(end + 1 + sign).is_ascii_digit() {
            end = digits(end + 1 + sign);
        }
    }
    end
}

pub(crate) const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\x0C')
}

const fn is_line_end(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\x0C')
}

const fn is_newline(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n' | b'\x0C')
}

const fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

const fn is_name_byte(byte: u8) -> bool {
    is_name_start(byte) || byte.is_ascii_digit() || byte == b'-'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token<'_>> {
        Tokens::new(text).collect()
    }

    fn number(source: &str) -> Number<'_> {
        let value = source.parse().unwrap();
        Number { value, source }
    }

    #[test]
    fn cuts_declarations_as_browsers_do() {
        let expected = vec![
            Token::Ident("a-b".into()),
            Token::Colon,
            Token::Space,
            Token::Number(number("-1.5e3")),
            Token::Dimension(number("2"), "px".into()),
            Token::Percentage(number("+.5")),
            Token::Comma,
            Token::Hash("f00".into()),
            Token::Delim('!'),
            Token::Ident("important".into()),
            Token::Semicolon,
            Token::At("media".into()),
            Token::Open('{'),
            Token::Close('}'),
        ];
        let text = "a-b:/* x */ -1.5e3/**/2px+.5%,#f00!important;@media{}";
        assert_eq!(tokens(text), expected);
    }

    #[test]
    fn resolves_escapes_before_it_judges_names() {
        let table = [
            (r"\75 rl(a)", Token::Url("a".into())),
            (r"u\r\l(a", Token::Url("a".into())),
            ("URL( a\\) )", Token::Url("a)".into())),
            ("url( 'a')", Token::Function("url".into())),
            ("url(a b)", Token::Bad),
            ("url(a'b)", Token::Bad),
            (r"\000000a", Token::Ident("\u{FFFD}a".into())),
            ("'a\\\nb\\27'", Token::Text("ab'".into())),
            ("'a\nb'", Token::Bad),
            ("'a", Token::Text("a".into())),
            (r"\65 xpression(", Token::Function("expression".into())),
        ];
        for (text, expected) in table {
            assert_eq!(tokens(text).first(), Some(&expected), "{text}");
        }
    }
}
