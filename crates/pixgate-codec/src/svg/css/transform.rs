//! `transform` as one matrix.

use std::str::FromStr;

use super::math::{Short, Viewport, quantity};
use super::parse::trimmed;
use super::tokens::Token;
use super::value::arguments;

/// A matrix as SVG writes it: `a b c d e f`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Matrix([f64; 6]);

impl Matrix {
    const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// This matrix, with another in front of what it is applied to.
    pub(crate) fn then(self, other: Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [g, h, i, j, k, l] = other.0;
        Self([
            a * g + c * h,
            b * g + d * h,
            a * i + c * j,
            b * i + d * j,
            a * k + c * l + e,
            b * k + d * l + f,
        ])
    }

    const fn translation(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// The same around another point.
    fn around(self, (x, y): (f64, f64)) -> Self {
        let moved = Self::translation(x, y).then(self);
        moved.then(Self::translation(-x, -y))
    }

    /// Reads the attribute of SVG.
    pub(crate) fn of_attribute(text: &str) -> Option<Self> {
        let read = svgtypes::Transform::from_str(text).ok()?;
        Some(Self([read.a, read.b, read.c, read.d, read.e, read.f]))
    }

    /// Reads the property of CSS; percentages are of the box.
    pub(crate) fn of_style(tokens: &[Token<'_>], frame: &Viewport) -> Option<Self> {
        let mut matrix = Self::IDENTITY;
        let parts = arguments(tokens);
        match parts.as_slice() {
            [] => return None,
            [[Token::Ident(word)]] => {
                return word.eq_ignore_ascii_case("none").then_some(matrix);
            }
            _ => {}
        }
        for part in parts.iter().take(MAX_FUNCTIONS) {
            let [Token::Function(name), inner @ .., Token::Close(')')] = part else {
                return None;
            };
            matrix = matrix.then(function(&name.to_ascii_lowercase(), inner, frame)?);
        }
        matrix.0.iter().all(|n| n.is_finite()).then_some(matrix)
    }
}

impl std::fmt::Display for Matrix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("matrix(")?;
        for (at, number) in self.0.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(f, "{space}{}", Short(*number))?;
        }
        f.write_str(")")
    }
}

fn function(name: &str, tokens: &[Token<'_>], frame: &Viewport) -> Option<Matrix> {
    let list = arguments(tokens);
    let at = |place: usize| list.get(place).and_then(|tokens| quantity(tokens, frame));
    let number = |place: usize| {
        let quantity = at(place)?;
        match quantity.unit {
            "" => Some(quantity.value),
            "%" => Some(quantity.value / 100.0),
            _ => None,
        }
    };
    let angle = |place: usize| {
        let quantity = at(place).filter(|quantity| matches!(quantity.unit, "" | "deg"))?;
        Some(quantity.value.to_radians())
    };
    let x = |place: usize| at(place)?.pixels(frame.width);
    let y = |place: usize| at(place)?.pixels(frame.height);
    let scale = |x: f64, y: f64| Matrix([x, 0.0, 0.0, y, 0.0, 0.0]);
    let skew = |x: f64, y: f64| Matrix([1.0, y.tan(), x.tan(), 1.0, 0.0, 0.0]);
    let rotate = |angle: f64| {
        let (sin, cos) = angle.sin_cos();
        Matrix([cos, sin, -sin, cos, 0.0, 0.0])
    };
    let optional = |place: usize, value: Option<f64>, default: f64| match list.get(place) {
        Some(_) => value,
        None => Some(default),
    };
    Some(match name {
        "translate" | "translate3d" => Matrix::translation(x(0)?, optional(1, y(1), 0.0)?),
        "translatex" => Matrix::translation(x(0)?, 0.0),
        "translatey" => Matrix::translation(0.0, y(0)?),
        "translatez" | "perspective" => Matrix::IDENTITY,
        "scale" | "scale3d" => {
            let first = number(0)?;
            scale(first, optional(1, number(1), first)?)
        }
        "scalex" => scale(number(0)?, 1.0),
        "scaley" => scale(1.0, number(0)?),
        "scalez" => Matrix::IDENTITY,
        "rotate" | "rotatez" => match (list.get(1), x(1), y(2)) {
            (None, ..) => rotate(angle(0)?),
            (Some(_), Some(x), Some(y)) => rotate(angle(0)?).around((x, y)),
            _ => return None,
        },
        "skew" => skew(angle(0)?, optional(1, angle(1), 0.0)?),
        "skewx" => skew(angle(0)?, 0.0),
        "skewy" => skew(0.0, angle(0)?),
        "matrix" => Matrix([number(0)?, number(1)?, number(2)?, number(3)?, x(4)?, y(5)?]),
        "matrix3d" => Matrix([
            number(0)?,
            number(1)?,
            number(4)?,
            number(5)?,
            x(12)?,
            y(13)?,
        ]),
        _ => return None,
    })
}

/// The properties `translate`, `rotate` and `scale`, each as the function that it stands for.
pub(crate) fn of_longhand(name: &str, tokens: &[Token<'_>], frame: &Viewport) -> Option<Matrix> {
    let tokens = trimmed(tokens);
    if matches!(tokens, [Token::Ident(word)] if word.eq_ignore_ascii_case("none")) {
        return Some(Matrix::IDENTITY);
    }
    function(name, tokens, frame)
}

/// Most functions of a transform.
const MAX_FUNCTIONS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::css::tokens::Tokens;

    const FRAME: Viewport = Viewport {
        x: 10.0,
        y: 20.0,
        width: 200.0,
        height: 100.0,
    };

    #[test]
    fn functions_become_one_matrix() {
        let table = [
            ("translate(50px,0)", Some("matrix(1 0 0 1 50 0)")),
            ("translate(50%, 10%)", Some("matrix(1 0 0 1 100 10)")),
            ("translateX(1in) scale(2)", Some("matrix(2 0 0 2 96 0)")),
            (
                "scale(2, 50%) translateY(4px)",
                Some("matrix(2 0 0 0.5 0 2)"),
            ),
            ("rotate(.25turn)", Some("matrix(0 1 -1 0 0 0)")),
            ("rotate(90 1 0)", Some("matrix(0 1 -1 0 1 -1)")),
            ("skewX(45deg)", Some("matrix(1 0 1 1 0 0)")),
            ("matrix(1,2,3,4,5,6)", Some("matrix(1 2 3 4 5 6)")),
            ("translate3d(1px, 2px, 3px)", Some("matrix(1 0 0 1 1 2)")),
            ("none", Some("matrix(1 0 0 1 0 0)")),
            ("foo(1)", None),
            ("scale(1px)", None),
            ("translate(1px, red)", None),
            ("", None),
        ];
        for (css, expected) in table {
            let tokens: Vec<_> = Tokens::new(css).collect();
            let matrix = Matrix::of_style(&tokens, &FRAME).map(|matrix| matrix.to_string());
            assert_eq!(matrix.as_deref(), expected, "{css}");
        }
    }
}
