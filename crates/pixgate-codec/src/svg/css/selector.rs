//! Selectors: read from tokens, and matched against elements.

use std::borrow::Cow;

use resvg::usvg::roxmltree::Node;

use super::tokens::{Number, Token};
use crate::svg::xml;

/// A selector: simple ones, and how each is joined to the one before it.
#[derive(Debug)]
pub(crate) struct Selector<'a> {
    /// From right to left; the joint leads to the next.
    parts: Vec<(Compound<'a>, Joint)>,
    /// Counts of ids, of classes and of names.
    pub(crate) specificity: (u32, u32, u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    Descendant,
    Child,
    Next,
    Later,
}

type Compound<'a> = Vec<Simple<'a>>;

#[derive(Debug)]
enum Simple<'a> {
    Element(Cow<'a, str>),
    Id(Cow<'a, str>),
    Class(Cow<'a, str>),
    Attribute(Cow<'a, str>, Test, Cow<'a, str>),
    Root,
    Empty,
    /// Place among siblings: `an + b`.
    Nth {
        a: i64,
        b: i64,
        from_end: bool,
        of_type: bool,
    },
    Only {
        of_type: bool,
    },
    Any(Vec<Selector<'a>>),
    Not(Vec<Selector<'a>>),
    /// What never holds in a picture, such as `:hover`.
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Exists,
    Is,
    HasWord,
    HasLanguage,
    Starts,
    Ends,
    Contains,
}

/// Steps that matching may still take.
#[derive(Debug)]
pub(crate) struct Budget(pub(crate) u64);

impl Budget {
    /// Takes steps; false once there are none left.
    pub(crate) fn take(&mut self, steps: u64) -> bool {
        let rest = self.0.checked_sub(steps);
        self.0 = rest.unwrap_or_default();
        rest.is_some()
    }
}

impl<'a> Selector<'a> {
    /// The name, class or id that the last simple selectors ask for, to look rules up by.
    pub(crate) fn key(&self) -> Option<Key<'_>> {
        let last = self.parts.first().map(|(compound, _)| compound)?;
        let key = |simple: &'_ Simple<'a>| match simple {
            Simple::Id(_) => 3,
            Simple::Class(_) => 2,
            Simple::Element(_) => 1,
            _ => 0,
        };
        match last.iter().max_by_key(|simple| key(simple))? {
            Simple::Id(id) => Some(Key::Id(id)),
            Simple::Class(class) => Some(Key::Class(class)),
            Simple::Element(name) => Some(Key::Element(name)),
            _ => None,
        }
    }

    /// Whether the selector holds for an element.
    pub(crate) fn matches(&self, node: Node<'_, '_>, budget: &mut Budget) -> bool {
        self.matches_from(0, node, budget)
    }

    fn matches_from(&self, at: usize, node: Node<'_, '_>, budget: &mut Budget) -> bool {
        let Some((compound, joint)) = self.parts.get(at) else {
            return true;
        };
        let holds = |simple: &Simple<'_>| budget.take(1) && simple.holds(node, budget);
        if !compound.iter().all(holds) {
            return false;
        }
        if at + 1 == self.parts.len() {
            return true;
        }
        let mut other = match joint {
            Joint::Descendant | Joint::Child => node.parent_element(),
            Joint::Next | Joint::Later => node.prev_sibling_element(),
        };
        while let Some(candidate) = other {
            if !budget.take(1) {
                return false;
            }
            if self.matches_from(at + 1, candidate, budget) {
                return true;
            }
            other = match joint {
                Joint::Descendant => candidate.parent_element(),
                Joint::Later => candidate.prev_sibling_element(),
                Joint::Child | Joint::Next => None,
            };
        }
        false
    }
}

/// What a selector can be looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key<'a> {
    Id(&'a str),
    Class(&'a str),
    Element(&'a str),
}

impl Simple<'_> {
    fn holds(&self, node: Node<'_, '_>, budget: &mut Budget) -> bool {
        match self {
            Simple::Element(name) => node.tag_name().name() == name,
            Simple::Id(id) => xml::id(node) == Some(id),
            Simple::Class(class) => {
                let value = xml::attribute(node, "class").unwrap_or_default();
                budget.take(letters(value)) && words(Some(value)).any(|word| word == class)
            }
            Simple::Attribute(name, test, wanted) => {
                let value = node.attributes().find(|attribute| attribute.name() == name);
                value.is_some_and(|value| {
                    budget.take(letters(value.value())) && test.holds(value.value(), wanted)
                })
            }
            Simple::Root => node.parent_element().is_none(),
            Simple::Empty => !node
                .children()
                .any(|child| child.is_element() || child.text().is_some_and(|t| !t.is_empty())),
            Simple::Nth {
                a,
                b,
                from_end,
                of_type,
            } => place(node, *from_end, *of_type, budget)
                .is_some_and(|place| is_in_progression(place, *a, *b)),
            Simple::Only { of_type } => [false, true]
                .iter()
                .all(|from_end| place(node, *from_end, *of_type, budget) == Some(1)),
            Simple::Any(list) => list.iter().any(|selector| selector.matches(node, budget)),
            Simple::Not(list) => !list.iter().any(|selector| selector.matches(node, budget)),
            Simple::Never => false,
        }
    }
}

impl Test {
    fn holds(self, value: &str, wanted: &str) -> bool {
        match self {
            Test::Exists => true,
            Test::Is => value == wanted,
            Test::HasWord => words(Some(value)).any(|word| word == wanted),
            Test::HasLanguage => value
                .strip_prefix(wanted)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-')),
            Test::Starts => !wanted.is_empty() && value.starts_with(wanted),
            Test::Ends => !wanted.is_empty() && value.ends_with(wanted),
            Test::Contains => !wanted.is_empty() && value.contains(wanted),
        }
    }
}

/// Steps for looking through a text.
fn letters(text: &str) -> u64 {
    text.len() as u64 / 16
}

/// The words of an attribute such as `class`.
pub(crate) fn words(value: Option<&str>) -> impl Iterator<Item = &str> {
    value.unwrap_or_default().split_ascii_whitespace()
}

/// The place of an element among its siblings, from 1; none if counting takes too many steps.
fn place(node: Node<'_, '_>, from_end: bool, of_type: bool, budget: &mut Budget) -> Option<i64> {
    let mut place = 1;
    let mut other = node;
    loop {
        let next = if from_end {
            other.next_sibling_element()
        } else {
            other.prev_sibling_element()
        };
        let Some(sibling) = next else {
            return Some(place);
        };
        if !budget.take(1) {
            return None;
        }
        if !of_type || sibling.tag_name() == node.tag_name() {
            place += 1;
        }
        other = sibling;
    }
}

fn is_in_progression(place: i64, a: i64, b: i64) -> bool {
    let distance = place.saturating_sub(b);
    if a == 0 {
        return distance == 0;
    }
    distance.checked_rem(a) == Some(0) && distance.signum() * a.signum() >= 0
}

/// Reads a list of selectors; those that cannot be read are none, and then the whole list is.
pub(crate) fn list<'a>(tokens: &[Token<'a>]) -> Option<Vec<Selector<'a>>> {
    parse_list(tokens, 0)
}

fn parse_list<'a>(tokens: &[Token<'a>], depth: usize) -> Option<Vec<Selector<'a>>> {
    if depth > MAX_DEPTH {
        return None;
    }
    split(tokens)
        .into_iter()
        .map(|part| Parser { rest: part, depth }.selector())
        .collect()
}

/// Cuts at commas that stand in no parentheses.
fn split<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut level = 0_usize;
    let is_comma = |token: &Token<'a>| {
        match token {
            Token::Close(_) => level = level.saturating_sub(1),
            other => level += usize::from(other.closing().is_some()),
        }
        level == 0 && *token == Token::Comma
    };
    tokens.split(is_comma).collect()
}

struct Parser<'t, 'a> {
    rest: &'t [Token<'a>],
    depth: usize,
}

impl<'t, 'a> Parser<'t, 'a> {
    fn peek(&self) -> Option<&'t Token<'a>> {
        self.rest.first()
    }

    fn take(&mut self) -> Option<&'t Token<'a>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn skip_space(&mut self) -> bool {
        let before = self.rest.len();
        while self.peek() == Some(&Token::Space) {
            self.take();
        }
        self.rest.len() < before
    }

    fn selector(mut self) -> Option<Selector<'a>> {
        let mut parts = Vec::new();
        let mut specificity = (0, 0, 0);
        self.skip_space();
        // The joint before the first is not looked at.
        let mut joint = Joint::Descendant;
        loop {
            parts.push((self.compound(&mut specificity)?, joint));
            let has_space = self.skip_space();
            if parts.len() > MAX_PARTS {
                return None;
            }
            joint = match self.peek() {
                None => break,
                Some(Token::Delim('>')) => Joint::Child,
                Some(Token::Delim('+')) => Joint::Next,
                Some(Token::Delim('~')) => Joint::Later,
                Some(_) if has_space => Joint::Descendant,
                Some(_) => return None,
            };
            if joint != Joint::Descendant {
                self.take();
                self.skip_space();
            }
        }
        // Each part now has the joint to the part on its left.
        parts.reverse();
        Some(Selector { parts, specificity })
    }

    fn compound(&mut self, specificity: &mut (u32, u32, u32)) -> Option<Compound<'a>> {
        let mut compound = Vec::new();
        let mut is_universal = false;
        while let Some(token) = self.peek() {
            let simple = match token {
                Token::Ident(name) if compound.is_empty() && !is_universal => {
                    self.take();
                    if self.peek() == Some(&Token::Delim('|')) {
                        // A namespace; all that is drawn is in one.
                        self.take();
                        continue;
                    }
                    specificity.2 += 1;
                    Simple::Element(name.clone())
                }
                Token::Delim('*') if compound.is_empty() => {
                    self.take();
                    is_universal = self.peek() != Some(&Token::Delim('|'));
                    continue;
                }
                Token::Delim('|') if compound.is_empty() => {
                    self.take();
                    continue;
                }
                Token::Hash(id) => {
                    self.take();
                    specificity.0 += 1;
                    Simple::Id(id.clone())
                }
                Token::Delim('.') => {
                    self.take();
                    let Some(Token::Ident(class)) = self.take() else {
                        return None;
                    };
                    specificity.1 += 1;
                    Simple::Class(class.clone())
                }
                Token::Open('[') => {
                    specificity.1 += 1;
                    self.attribute()?
                }
                Token::Colon => self.pseudo(specificity)?,
                _ => break,
            };
            compound.push(simple);
        }
        (is_universal || !compound.is_empty()).then_some(compound)
    }

    fn attribute(&mut self) -> Option<Simple<'a>> {
        self.take();
        let mut inner = Vec::new();
        loop {
            match self.take()? {
                Token::Close(']') => break,
                Token::Space => {}
                other => inner.push(other),
            }
        }
        // A prefix before the name counts for nothing.
        if let [
            Token::Ident(_) | Token::Delim('*'),
            Token::Delim('|'),
            Token::Ident(_),
            ..,
        ] = inner.as_slice()
        {
            inner.drain(..2);
        }
        let (name, rest) = match inner.as_slice() {
            [Token::Ident(name), rest @ ..] => (name.clone(), rest),
            _ => return None,
        };
        let test = |c: &char| match c {
            '~' => Some(Test::HasWord),
            '|' => Some(Test::HasLanguage),
            '^' => Some(Test::Starts),
            '$' => Some(Test::Ends),
            '*' => Some(Test::Contains),
            _ => None,
        };
        match rest {
            [] => Some(Simple::Attribute(name, Test::Exists, Cow::Borrowed(""))),
            [
                Token::Delim('='),
                Token::Ident(value) | Token::Text(value),
                ..,
            ] => Some(Simple::Attribute(name, Test::Is, value.clone())),
            [
                Token::Delim(c),
                Token::Delim('='),
                Token::Ident(value) | Token::Text(value),
                ..,
            ] => Some(Simple::Attribute(name, test(c)?, value.clone())),
            _ => None,
        }
    }

    fn pseudo(&mut self, specificity: &mut (u32, u32, u32)) -> Option<Simple<'a>> {
        self.take();
        if self.peek() == Some(&Token::Colon) {
            // Pseudo-elements are not in a picture.
            self.take();
            self.take();
            specificity.2 += 1;
            return Some(Simple::Never);
        }
        match self.take()? {
            Token::Ident(name) => {
                specificity.1 += 1;
                Some(plain_pseudo(&name.to_ascii_lowercase()))
            }
            Token::Function(name) => {
                let inner = self.arguments()?;
                self.functional(&name.to_ascii_lowercase(), inner, specificity)
            }
            _ => None,
        }
    }

    /// The tokens up to the parenthesis that closes a function.
    fn arguments(&mut self) -> Option<&'t [Token<'a>]> {
        let mut open = 1_usize;
        let is_end = |token: &Token<'a>| {
            match token {
                Token::Close(_) => open -= 1,
                other => open += usize::from(other.closing().is_some()),
            }
            open == 0
        };
        let end = self.rest.iter().position(is_end)?;
        let (inner, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.get(1..)?;
        Some(inner)
    }

    fn functional(
        &self,
        name: &str,
        inner: &[Token<'a>],
        specificity: &mut (u32, u32, u32),
    ) -> Option<Simple<'a>> {
        let is_not = name == "not";
        if is_not || matches!(name, "is" | "where" | "matches" | "-webkit-any") {
            let list = parse_list(inner, self.depth + 1)?;
            let most = list.iter().map(|selector| selector.specificity).max()?;
            if name != "where" {
                specificity.0 += most.0;
                specificity.1 += most.1;
                specificity.2 += most.2;
            }
            return Some(if is_not {
                Simple::Not(list)
            } else {
                Simple::Any(list)
            });
        }
        specificity.1 += 1;
        let (from_end, of_type) = match name {
            "nth-child" => (false, false),
            "nth-last-child" => (true, false),
            "nth-of-type" => (false, true),
            "nth-last-of-type" => (true, true),
            "lang" | "dir" | "has" | "host" | "part" => return Some(Simple::Never),
            _ => return None,
        };
        let (a, b) = progression(inner)?;
        Some(Simple::Nth {
            a,
            b,
            from_end,
            of_type,
        })
    }
}

fn plain_pseudo<'a>(name: &str) -> Simple<'a> {
    let nth = |from_end, of_type| Simple::Nth {
        a: 0,
        b: 1,
        from_end,
        of_type,
    };
    match name {
        "root" => Simple::Root,
        "empty" => Simple::Empty,
        "first-child" => nth(false, false),
        "last-child" => nth(true, false),
        "first-of-type" => nth(false, true),
        "last-of-type" => nth(true, true),
        "only-child" => Simple::Only { of_type: false },
        "only-of-type" => Simple::Only { of_type: true },
        _ => Simple::Never,
    }
}

/// `odd`, `even`, or `an + b` in any of its spellings.
fn progression(tokens: &[Token<'_>]) -> Option<(i64, i64)> {
    let mut text = String::new();
    for token in tokens {
        match token {
            Token::Space => {}
            Token::Ident(name) => text.push_str(name),
            Token::Number(Number { source, .. }) => text.push_str(source),
            Token::Dimension(number, unit) => {
                text.push_str(number.source);
                text.push_str(unit);
            }
            Token::Delim(c @ ('+' | '-')) => text.push(*c),
            _ => return None,
        }
    }
    let text = text.to_ascii_lowercase();
    match text.as_str() {
        "odd" => return Some((2, 1)),
        "even" => return Some((2, 0)),
        _ => {}
    }
    let Some((a, b)) = text.split_once('n') else {
        return text.parse().ok().map(|b| (0, b));
    };
    let a = match a {
        "" | "+" => 1,
        "-" => -1,
        number => number.parse().ok()?,
    };
    let b = if b.is_empty() { 0 } else { b.parse().ok()? };
    Some((a, b))
}

/// Most simple selectors that are joined.
const MAX_PARTS: usize = 32;
/// How deep selectors may stand in `:not()` and its like.
const MAX_DEPTH: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::css::tokens::Tokens;
    use resvg::usvg::roxmltree::Document;

    /// The ids of the elements that a selector holds for.
    fn selected(css: &str) -> Option<String> {
        let xml = "<svg id='r'><g id='a' class='x y'><b id='b' k='one two'/><b id='c' k='en-GB'/>\
                   <d id='d'/></g><g id='e'><b id='f'/></g><d id='g'>t</d></svg>";
        let document = Document::parse(xml).unwrap();
        let tokens: Vec<_> = Tokens::new(css).collect();
        let list = list(&tokens)?;
        let mut budget = Budget(10_000);
        let elements = document.descendants().filter(Node::is_element);
        let found = elements.filter(|node| list.iter().any(|s| s.matches(*node, &mut budget)));
        Some(found.filter_map(|node| node.attribute("id")).collect())
    }

    #[test]
    fn selectors_hold_where_browsers_say() {
        let table = [
            ("*", "rabcdefg"),
            ("b", "bcf"),
            ("g b, d", "bcdfg"),
            ("svg>g", "ae"),
            ("g + g", "e"),
            ("b~d", "d"),
            ("svg d", "dg"),
            (".x.y", "a"),
            ("#c", "c"),
            (":root", "r"),
            ("[k]", "bc"),
            ("[k=\"one two\"]", "b"),
            ("[k~=two]", "b"),
            ("[k|=en]", "c"),
            ("[k^=on],[k$='GB']", "bc"),
            ("[k*='e t']", "b"),
            (":first-child", "rabf"),
            ("g :last-child", "df"),
            ("b:only-child", "f"),
            ("b:nth-child(2n+1)", "bf"),
            ("b:nth-child(even)", "c"),
            ("g > :nth-last-child( -n + 2 )", "cdf"),
            ("d:nth-of-type(1)", "dg"),
            ("svg > :first-of-type", "ag"),
            (":not(g):not(b, svg)", "dg"),
            ("g:is(.x, #e) > b:not(:first-child)", "c"),
            ("b:hover, b::before", ""),
            ("d:empty", "d"),
            ("svg|b", "bcf"),
            ("*|d", "dg"),
        ];
        for (css, expected) in table {
            assert_eq!(selected(css).as_deref(), Some(expected), "{css}");
        }
        for css in ["", "a,,b", "a >", "a:nth-child(x)", "..a", "a[", "a:foo(b)"] {
            assert_eq!(selected(css), None, "{css}");
        }
    }

    #[test]
    fn matching_ends_when_its_steps_are_spent() {
        let xml = "<a>".repeat(100) + &"</a>".repeat(100);
        let document = Document::parse(&xml).unwrap();
        let css = "b ".to_owned() + &"a ".repeat(20);
        let tokens: Vec<_> = Tokens::new(&css).collect();
        let list = list(&tokens).unwrap();
        let mut budget = Budget(100_000);
        let last = document.descendants().next_back().unwrap();
        assert!(!list.iter().any(|s| s.matches(last, &mut budget)));
        assert_eq!(budget.0, 0);
    }
}
