//! Colours of CSS Color 4, as eight bits of sRGB with alpha.

use std::str::FromStr;

use super::math::{Viewport, quantity};
use super::parse::trimmed;
use super::tokens::Token;

mod spaces;

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Color {
    Fixed(Rgba),
    /// `currentColor`.
    Current,
}

/// Components from 0 to 1; those of wide gamuts may lie outside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rgba {
    pub(crate) rgb: [f64; 3],
    pub(crate) alpha: f64,
}

impl std::fmt::Display for Color {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Color::Fixed(color) = self else {
            return f.write_str("currentColor");
        };
        let [r, g, b] = color.rgb.map(byte);
        write!(f, "#{r:02x}{g:02x}{b:02x}")?;
        match byte(color.alpha) {
            255 => Ok(()),
            alpha => write!(f, "{alpha:02x}"),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=255"
)]
fn byte(component: f64) -> u8 {
    (component * 255.0).round().clamp(0.0, 255.0) as u8
}

/// The colour that tokens are, if they are one and nothing else.
pub(crate) fn parse(tokens: &[Token<'_>]) -> Option<Color> {
    parse_nested(tokens, 0)
}

fn parse_nested(tokens: &[Token<'_>], depth: usize) -> Option<Color> {
    let tokens = trimmed(tokens);
    match tokens {
        [Token::Ident(name)] if name.eq_ignore_ascii_case("currentcolor") => Some(Color::Current),
        [Token::Ident(name)] => named(name),
        [Token::Hash(digits)] => named(&format!("#{digits}")),
        [Token::Function(name), arguments @ .., Token::Close(')')] if depth < MAX_DEPTH => {
            function(&name.to_ascii_lowercase(), arguments, depth)
        }
        // SVG 1.1 lets a colour of a profile follow, which stands for the same.
        [color @ .., Token::Close(')')] => {
            let is_profile =
                |token: &Token<'_>| matches!(token, Token::Function(name) if name == "icc-color");
            let at = color.iter().position(is_profile)?;
            let (color, _) = color.split_at_checked(at).filter(|_| depth == 0)?;
            parse_nested(color, depth + 1)
        }
        _ => None,
    }
}

fn named(name: &str) -> Option<Color> {
    let name = match name.to_ascii_lowercase().as_str() {
        "canvas" | "field" | "buttonface" | "window" => "white".to_owned(),
        "canvastext" | "fieldtext" | "buttontext" | "windowtext" => "black".to_owned(),
        "rebeccapurple" => "#663399".to_owned(),
        other => other.to_owned(),
    };
    let color = svgtypes::Color::from_str(&name).ok()?;
    let rgb = [color.red, color.green, color.blue].map(|c| f64::from(c) / 255.0);
    let alpha = f64::from(color.alpha) / 255.0;
    Some(Color::Fixed(Rgba { rgb, alpha }))
}

fn function(name: &str, arguments: &[Token<'_>], depth: usize) -> Option<Color> {
    match name {
        "light-dark" => {
            let light = arguments.split(|token| *token == Token::Comma).next()?;
            return parse_nested(light, depth + 1);
        }
        "color-mix" => return mix(arguments, depth),
        _ => {}
    }
    let (space, arguments) = if name == "color" {
        let (first, rest) = trimmed(arguments).split_first()?;
        let Token::Ident(space) = first else {
            return None;
        };
        (space.to_ascii_lowercase(), rest)
    } else {
        (name.to_owned(), arguments)
    };
    let components = Components::of(arguments)?;
    let rgb = components.in_space(&space, name == "color")?;
    let alpha = components.alpha.map_or(1.0, |alpha| alpha.of(1.0));
    let alpha = alpha.clamp(0.0, 1.0);
    let is_finite = rgb.iter().all(|component| component.is_finite());
    is_finite.then_some(Color::Fixed(Rgba { rgb, alpha }))
}

/// A component: a number, or a part of what is whole for it.
#[derive(Debug, Clone, Copy)]
enum Component {
    Number(f64),
    Part(f64),
}

impl Component {
    fn of(self, whole: f64) -> f64 {
        match self {
            Component::Number(number) => number,
            Component::Part(part) => part * whole,
        }
    }
}

struct Components {
    three: [Component; 3],
    alpha: Option<Component>,
}

impl Components {
    /// Reads `1 2 3 / 4` and `1, 2, 3, 4`.
    fn of(tokens: &[Token<'_>]) -> Option<Self> {
        let mut list = Vec::new();
        let mut rest = trimmed(tokens);
        while !rest.is_empty() {
            let (component, behind) = component(rest)?;
            list.push(component);
            rest = trimmed(behind);
            match rest.split_first() {
                Some((Token::Comma, behind)) => rest = trimmed(behind),
                Some((Token::Delim('/'), behind)) if list.len() == 3 => rest = trimmed(behind),
                _ => {}
            }
        }
        let (three, alpha) = list.split_first_chunk()?;
        let alpha = match alpha {
            [] => None,
            [alpha] => Some(*alpha),
            _ => return None,
        };
        Some(Self {
            three: *three,
            alpha,
        })
    }

    fn in_space(&self, space: &str, is_color: bool) -> Option<[f64; 3]> {
        let [a, b, c] = self.three;
        if is_color {
            return spaces::of_color(space, [a.of(1.0), b.of(1.0), c.of(1.0)]);
        }
        let part = |component: Component| component.of(100.0) / 100.0;
        match space {
            "rgb" | "rgba" => Some(self.three.map(|component| component.of(255.0) / 255.0)),
            "hsl" | "hsla" => Some(spaces::of_hsl(a.of(360.0), part(b), part(c))),
            "hwb" => Some(spaces::of_hwb(a.of(360.0), part(b), part(c))),
            "lab" => Some(spaces::of_lab([a.of(100.0), b.of(125.0), c.of(125.0)])),
            "lch" => Some(spaces::of_lab(polar(a.of(100.0), b.of(150.0), c.of(360.0)))),
            "oklab" => Some(spaces::of_oklab([a.of(1.0), b.of(0.4), c.of(0.4)])),
            "oklch" => Some(spaces::of_oklab(polar(a.of(1.0), b.of(0.4), c.of(360.0)))),
            _ => None,
        }
    }
}

fn polar(lightness: f64, chroma: f64, hue: f64) -> [f64; 3] {
    let (sin, cos) = hue.to_radians().sin_cos();
    [lightness, chroma.max(0.0) * cos, chroma.max(0.0) * sin]
}

/// One component, and what is behind it.
fn component<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<(Component, &'t [Token<'a>])> {
    let first = tokens.first()?;
    let length = match first {
        Token::Function(_) => end_of_function(tokens)?,
        _ => 1,
    };
    let (own, behind) = tokens.split_at_checked(length)?;
    if matches!(first, Token::Ident(name) if name.eq_ignore_ascii_case("none")) {
        return Some((Component::Number(0.0), behind));
    }
    let viewport = Viewport {
        x: 0.0,
        y: 0.0,
        width: 0.0,
        height: 0.0,
    };
    let quantity = quantity(own, &viewport)?;
    let component = match quantity.unit {
        "" | "deg" => Component::Number(quantity.value),
        "%" => Component::Part(quantity.value / 100.0),
        _ => return None,
    };
    Some((component, behind))
}

/// How many tokens a function at the front takes.
fn end_of_function(tokens: &[Token<'_>]) -> Option<usize> {
    let mut level = 0_usize;
    let is_end = |token: &Token<'_>| {
        match token {
            Token::Close(_) => level = level.saturating_sub(1),
            other => level += usize::from(other.closing().is_some()),
        }
        level == 0
    };
    tokens.iter().position(is_end).map(|at| at + 1)
}

/// `color-mix(in SPACE, COLOR 30%, COLOR)`, mixed in sRGB or else in Oklab.
fn mix(arguments: &[Token<'_>], depth: usize) -> Option<Color> {
    let mut level = 0_usize;
    let is_comma = |token: &Token<'_>| {
        match token {
            Token::Close(_) => level = level.saturating_sub(1),
            other => level += usize::from(other.closing().is_some()),
        }
        level == 0 && *token == Token::Comma
    };
    let parts: Vec<_> = arguments.split(is_comma).collect();
    let [space, first, second] = parts.as_slice() else {
        return None;
    };
    let (a, share_a) = weighed(first, depth)?;
    let (b, share_b) = weighed(second, depth)?;
    let (share_a, share_b) = match (share_a, share_b) {
        (None, None) => (0.5, 0.5),
        (Some(a), None) => (a, 1.0 - a),
        (None, Some(b)) => (1.0 - b, b),
        (Some(a), Some(b)) => (a, b),
    };
    let sum = share_a + share_b;
    if sum <= 0.0 {
        return None;
    }
    let (wa, wb) = (share_a / sum, share_b / sum);
    let alpha = a.alpha * wa + b.alpha * wb;
    let is_rgb =
        matches!(trimmed(space), [.., Token::Ident(name)] if name.eq_ignore_ascii_case("srgb"));
    let to = |rgb: [f64; 3]| if is_rgb { rgb } else { spaces::to_oklab(rgb) };
    let (x, y) = (to(a.rgb), to(b.rgb));
    let mut mixed = [0.0; 3];
    for ((mixed, x), y) in mixed.iter_mut().zip(x).zip(y) {
        *mixed = (x * a.alpha * wa + y * b.alpha * wb) / alpha.max(1e-9);
    }
    let rgb = if is_rgb {
        mixed
    } else {
        spaces::of_oklab(mixed)
    };
    let alpha = alpha * sum.min(1.0);
    Some(Color::Fixed(Rgba { rgb, alpha }))
}

/// A colour with the share that may stand before or behind it.
fn weighed(tokens: &[Token<'_>], depth: usize) -> Option<(Rgba, Option<f64>)> {
    let (color, share) = match trimmed(tokens) {
        [Token::Percentage(share), color @ ..] | [color @ .., Token::Percentage(share)] => {
            (color, Some(share.value / 100.0))
        }
        color => (color, None),
    };
    match parse_nested(color, depth + 1)? {
        Color::Fixed(color) => Some((color, share)),
        Color::Current => None,
    }
}

/// Most colours in each other.
const MAX_DEPTH: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::css::tokens::Tokens;

    #[test]
    fn colours_are_what_browsers_show() {
        let table = [
            ("red", "#ff0000"),
            ("RebeccaPurple", "#663399"),
            ("transparent", "#00000000"),
            ("#abc", "#aabbcc"),
            ("#12345678", "#12345678"),
            ("currentcolor", "currentColor"),
            ("rgb(1, 2, 3)", "#010203"),
            ("rgb(1 2 3 / 50%)", "#01020380"),
            ("rgb(100% 0% 50%)", "#ff0080"),
            ("rgba(300, -5, 0, .5)", "#ff000080"),
            ("rgb(calc(100 + 28) none 0)", "#800000"),
            ("hsl(120deg 100% 25%)", "#008000"),
            ("hsl(.5turn, 100%, 50%)", "#00ffff"),
            ("hwb(0 20% 20%)", "#cc3333"),
            ("hwb(0 80% 80%)", "#808080"),
            ("lab(50% 40 59.5)", "#bf5700"),
            ("lch(52.2345% 72.2 56.2)", "#c65d06"),
            ("oklab(40.101% 0.1147 0.0453)", "#7d2329"),
            ("oklch(59.69% 0.156 49.77)", "#c65d07"),
            ("oklch(1 0 0)", "#ffffff"),
            ("color(srgb .5 0 1 / .5)", "#8000ff80"),
            ("color(display-p3 1.0000 0.3608 0.2000)", "#ff4b17"),
            ("color(xyz 0.9505 1 1.089)", "#ffffff"),
            ("color(rec2020 0 0 0)", "#000000"),
            ("color-mix(in srgb, red 25%, blue)", "#4000bf"),
            ("light-dark(red, blue)", "#ff0000"),
            ("#cd853f icc-color(acmecmyk, 0.11, 0.48)", "#cd853f"),
        ];
        for (css, expected) in table {
            let tokens: Vec<_> = Tokens::new(css).collect();
            let color = parse(&tokens).map(|color| color.to_string());
            assert_eq!(color.as_deref(), Some(expected), "{css}");
        }
        for css in [
            "",
            "foo",
            "rgb(1 2)",
            "rgb(1 2 3 4 5)",
            "color(foo 1 1 1)",
            "#12",
            "red blue",
            "rgb(from red r g b)",
        ] {
            let tokens: Vec<_> = Tokens::new(css).collect();
            assert_eq!(parse(&tokens), None, "{css}");
        }
    }
}
