//! Numbers with units, also where they are calculated.

use super::parse::trimmed;
use super::tokens::Token;

/// A number with its unit: none, `%`, `px` for every absolute length, `deg` for every angle, or a
/// relative length as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quantity<'t> {
    pub(crate) value: f64,
    pub(crate) unit: &'t str,
}

/// What relative lengths count from, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Viewport {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Quantity<'_> {
    /// The length in pixels; a percentage is one of `whole`.
    pub(crate) fn pixels(self, whole: f64) -> Option<f64> {
        match self.unit {
            "" | "px" => Some(self.value),
            "%" => Some(self.value / 100.0 * whole),
            "em" => Some(self.value * FONT_SIZE),
            "ex" => Some(self.value * FONT_SIZE / 2.0),
            _ => None,
        }
    }
}

impl std::fmt::Display for Quantity<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", Short(self.value), self.unit)
    }
}

/// A number without more digits than drawings need.
#[derive(Debug)]
pub(crate) struct Short(pub(crate) f64);

impl std::fmt::Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rounded = (self.0 * 1e6).round() / 1e6;
        write!(
            f,
            "{}",
            if self.0.abs() < 1e9 {
                rounded + 0.0
            } else {
                self.0
            }
        )
    }
}

/// The quantity that tokens are, if they are one and nothing else.
pub(crate) fn quantity<'t>(tokens: &'t [Token<'_>], viewport: &Viewport) -> Option<Quantity<'t>> {
    let mut reader = Reader {
        rest: trimmed(tokens),
        viewport,
    };
    let quantity = reader.factor(0)?;
    let is_whole = reader.rest.is_empty() && quantity.value.is_finite();
    is_whole.then_some(quantity)
}

struct Reader<'t, 'a, 'v> {
    rest: &'t [Token<'a>],
    viewport: &'v Viewport,
}

impl<'t> Reader<'t, '_, '_> {
    fn skip_space(&mut self) {
        while let Some((Token::Space, rest)) = self.rest.split_first() {
            self.rest = rest;
        }
    }

    /// A number, something in parentheses, or a function.
    fn factor(&mut self, depth: usize) -> Option<Quantity<'t>> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.skip_space();
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        match first {
            Token::Number(number) => Some(Quantity {
                value: number.value,
                unit: "",
            }),
            Token::Percentage(number) => Some(Quantity {
                value: number.value,
                unit: "%",
            }),
            Token::Dimension(number, unit) => self.normalised(number.value, unit),
            Token::Open('(') => self.list(depth)?.into_iter().next(),
            Token::Function(name) => {
                let list = self.list(depth)?;
                function(&name.to_ascii_lowercase(), &list)
            }
            _ => None,
        }
    }

    fn normalised(&self, value: f64, unit: &'t str) -> Option<Quantity<'t>> {
        let lower = unit.to_ascii_lowercase();
        let (factor, unit) = match lower.as_str() {
            "px" => (1.0, "px"),
            "in" => (96.0, "px"),
            "cm" => (96.0 / 2.54, "px"),
            "mm" => (96.0 / 25.4, "px"),
            "q" => (96.0 / 101.6, "px"),
            "pt" => (96.0 / 72.0, "px"),
            "pc" => (16.0, "px"),
            "rem" => (FONT_SIZE, "px"),
            "em" => (1.0, "em"),
            "ex" | "ch" => (1.0, "ex"),
            "vw" | "vi" => (self.viewport.width / 100.0, "px"),
            "vh" | "vb" => (self.viewport.height / 100.0, "px"),
            "vmin" => (self.viewport.width.min(self.viewport.height) / 100.0, "px"),
            "vmax" => (self.viewport.width.max(self.viewport.height) / 100.0, "px"),
            "deg" => (1.0, "deg"),
            "grad" => (0.9, "deg"),
            "rad" => (180.0 / std::f64::consts::PI, "deg"),
            "turn" => (360.0, "deg"),
            _ => return None,
        };
        Some(Quantity {
            value: value * factor,
            unit,
        })
    }

    /// Sums that commas separate, up to the closing parenthesis.
    fn list(&mut self, depth: usize) -> Option<Vec<Quantity<'t>>> {
        let mut list = Vec::new();
        loop {
            list.push(self.sum(depth + 1)?);
            self.skip_space();
            match self.rest.split_first() {
                Some((Token::Comma, rest)) if list.len() < MAX_ARGUMENTS => self.rest = rest,
                Some((Token::Close(')'), rest)) => {
                    self.rest = rest;
                    return Some(list);
                }
                None => return Some(list),
                Some(_) => return None,
            }
        }
    }

    fn sum(&mut self, depth: usize) -> Option<Quantity<'t>> {
        let mut sum = self.product(depth)?;
        loop {
            self.skip_space();
            let sign = match self.rest.first() {
                Some(Token::Delim('+')) => 1.0,
                Some(Token::Delim('-')) => -1.0,
                _ => return Some(sum),
            };
            self.rest = self.rest.get(1..)?;
            let mut other = self.product(depth)?;
            other.value *= sign;
            sum = added(sum, other)?;
        }
    }

    fn product(&mut self, depth: usize) -> Option<Quantity<'t>> {
        let mut product = self.factor(depth)?;
        loop {
            self.skip_space();
            let is_division = match self.rest.first() {
                Some(Token::Delim('*')) => false,
                Some(Token::Delim('/')) => true,
                _ => return Some(product),
            };
            self.rest = self.rest.get(1..)?;
            let mut other = self.factor(depth)?;
            if is_division {
                if !other.unit.is_empty() {
                    return None;
                }
                other.value = 1.0 / other.value;
            }
            let ((unit, "") | ("", unit)) = (product.unit, other.unit) else {
                return None;
            };
            product = Quantity {
                value: product.value * other.value,
                unit,
            };
        }
    }
}

fn added<'t>(a: Quantity<'t>, b: Quantity<'t>) -> Option<Quantity<'t>> {
    let unit = match (a, b) {
        (a, b) if a.unit == b.unit => a.unit,
        (a, Quantity { value, unit: _ }) if value.abs() < f64::EPSILON => a.unit,
        (Quantity { value, unit: _ }, b) if value.abs() < f64::EPSILON => b.unit,
        _ => return None,
    };
    Some(Quantity {
        value: a.value + b.value,
        unit,
    })
}

fn function<'t>(name: &str, list: &[Quantity<'t>]) -> Option<Quantity<'t>> {
    let first = *list.first()?;
    if list.iter().any(|quantity| quantity.unit != first.unit) {
        return None;
    }
    let values = list.iter().map(|quantity| quantity.value);
    let value = match (name, list) {
        ("calc" | "-webkit-calc", [only]) => only.value,
        ("abs", [only]) => only.value.abs(),
        ("min", _) => values.fold(f64::INFINITY, f64::min),
        ("max", _) => values.fold(f64::NEG_INFINITY, f64::max),
        ("clamp", [least, wanted, most]) => wanted.value.min(most.value).max(least.value),
        _ => return None,
    };
    Some(Quantity {
        value,
        unit: first.unit,
    })
}

/// What `em` and `rem` count from where no font size is known, as the library has it.
const FONT_SIZE: f64 = 12.0;
/// Most parentheses in each other.
const MAX_DEPTH: usize = 16;
/// Most arguments of a function.
const MAX_ARGUMENTS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::css::tokens::Tokens;

    #[test]
    fn calculates_what_has_one_unit() {
        let table = [
            ("12", Some("12")),
            ("-.5px", Some("-0.5px")),
            ("1in", Some("96px")),
            ("50%", Some("50%")),
            ("10vw", Some("20px")),
            ("2em", Some("2em")),
            (".5turn", Some("180deg")),
            ("calc(1px + 2 * (3px - 1px))", Some("5px")),
            ("calc(100% / 4)", Some("25%")),
            ("max(1px,min(3px, 2px))", Some("2px")),
            ("clamp(1px, 9px, 5px)", Some("5px")),
            ("calc(1px + 1%)", None),
            ("calc(1px * 1px)", None),
            ("calc(1 / 0)", None),
            ("1foo", None),
            ("1px 2px", None),
            ("red", None),
            ("", None),
        ];
        let viewport = Viewport {
            x: 0.0,
            y: 0.0,
            width: 200.0,
            height: 100.0,
        };
        for (css, expected) in table {
            let tokens: Vec<_> = Tokens::new(css).collect();
            let text = quantity(&tokens, &viewport).map(|quantity| quantity.to_string());
            assert_eq!(text.as_deref(), expected, "{css}");
        }
        let deep = "(".repeat(10_000);
        let tokens: Vec<_> = Tokens::new(&deep).collect();
        assert_eq!(quantity(&tokens, &viewport), None);
    }
}
