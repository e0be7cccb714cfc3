//! The natural size of a drawing, as its root element declares it.

use resvg::usvg::Size;

use super::broken;
use super::css::parse;
use super::css::tokens::{Token, Tokens};
use super::css::write::Writer;
use super::markup::{self, Attribute, local};
use crate::Error;

/// Width and height in CSS pixels; none if only the drawing's extent tells them.
///
/// Those of the style attribute go before attributes, as they do in browsers.
pub(super) fn declared(text: &str) -> Result<Option<(f64, f64)>, Error> {
    let attributes = root(text)?;
    let find = |name| attributes.iter().find(|a| a.name == name).map(|a| a.value);
    let mut styles = Vec::new();
    let style = find("style").unwrap_or_default();
    parse::declarations(&mut Tokens::new(style), |name, value| {
        styles.push((name.to_ascii_lowercase(), written(value)));
    });
    let side = |name: &'static str| {
        let styled = styles.iter().rev().find(|(property, _)| property == name);
        styled
            .and_then(|(_, value)| length(value))
            .or_else(|| find(name).and_then(length))
    };
    let (width, height) = (side("width"), side("height"));
    let view = find("viewBox")
        .and_then(view_box)
        .map(|(_, _, width, height)| (width, height));
    Ok(match (width, height, view) {
        (Some(width), Some(height), _) => Some((width, height)),
        (Some(width), None, Some((w, h))) => Some((width, width * h / w)),
        (None, Some(height), Some((w, h))) => Some((height * w / h, height)),
        (None, None, Some(size)) => Some(size),
        _ => None,
    })
}

fn written(value: &[Token<'_>]) -> String {
    let mut writer = Writer::default();
    let value = value
        .iter()
        .take_while(|token| **token != Token::Delim('!'));
    value.for_each(|token| writer.push(token));
    writer.finish()
}

/// What lengths in a drawing count from: its view box, or else its size.
pub(super) fn view<'a>(find: impl Fn(&'static str) -> Option<&'a str>) -> (f64, f64, f64, f64) {
    let side = |name| find(name).and_then(length).unwrap_or(DEFAULT_SIDE);
    let view = find("viewBox").and_then(view_box);
    view.unwrap_or_else(|| (0.0, 0.0, side("width"), side("height")))
}

/// Where a drawing that keeps its ratio stands in a larger area, 0 to 1 from left and top; none if
/// it is stretched.
pub(super) fn alignment(text: &str) -> Result<Option<(f32, f32)>, Error> {
    let attributes = root(text)?;
    let find = |name| attributes.iter().find(|a| a.name == name).map(|a| a.value);
    let aligned = find("preserveAspectRatio").unwrap_or_default().trim_start();
    let along = |axis: &str| {
        let is = |place: &str| aligned.contains(&format!("{axis}{place}"));
        if is("Min") {
            0.0
        } else if is("Max") {
            1.0
        } else {
            0.5
        }
    };
    Ok((!aligned.starts_with("none")).then(|| (along("x"), along("Y"))))
}

/// A size that the library found.
pub(super) fn in_pixels(size: Size) -> (f64, f64) {
    (size.width().into(), size.height().into())
}

fn root(text: &str) -> Result<Vec<Attribute<'_>>, Error> {
    for token in markup::Tokens::new(text) {
        if let markup::Token::Open {
            name, attributes, ..
        } = token?
        {
            return match local(name) {
                "svg" => Ok(attributes),
                _ => Err(broken("the outermost element")),
            };
        }
    }
    Err(broken("no element"))
}

/// A positive, absolute length.
fn length(value: &str) -> Option<f64> {
    let value = value.trim();
    let end = value.find(|c: char| c.is_ascii_alphabetic() && !is_exponent(value, c) || c == '%');
    let (number, unit) = value.split_at_checked(end.unwrap_or(value.len()))?;
    let number: f64 = number.trim().parse().ok()?;
    let factor = match unit {
        "" | "px" => 1.0,
        "in" => DPI,
        "cm" => DPI / 2.54,
        "mm" => DPI / 25.4,
        "pt" => DPI / 72.0,
        "pc" => DPI / 6.0,
        "em" => FONT_SIZE,
        "ex" => FONT_SIZE / 2.0,
        _ => return None,
    };
    positive(number * factor)
}

/// Whether an `e` belongs to the number, as in `1e3`, not to a unit.
fn is_exponent(value: &str, c: char) -> bool {
    let Some((_, behind)) = value.split_once(c) else {
        return false;
    };
    matches!(c, 'e' | 'E') && behind.starts_with(|c: char| c.is_ascii_digit() || c == '-')
}

fn view_box(value: &str) -> Option<(f64, f64, f64, f64)> {
    let separators = |c: char| c.is_ascii_whitespace() || c == ',';
    let mut numbers = value
        .split(separators)
        .filter(|piece| !piece.is_empty())
        .map(|piece| piece.parse::<f64>().ok());
    let (x, y) = (numbers.next()??, numbers.next()??);
    let (width, height) = (numbers.next()??, numbers.next()??);
    Some((x, y, positive(width)?, positive(height)?))
}

fn positive(number: f64) -> Option<f64> {
    (number.is_finite() && number > 0.0).then_some(number)
}

/// The side of a drawing that says nothing.
const DEFAULT_SIDE: f64 = 100.0;
/// Pixels per inch.
const DPI: f64 = 96.0;
/// What relative units of the root element count from, in pixels.
const FONT_SIZE: f64 = 12.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sizes_in_all_units_and_from_the_view_box() {
        let table: &[(&str, Option<(f64, f64)>)] = &[
            ("width='10' height=' 20px '", Some((10.0, 20.0))),
            ("width='2in' height='25.4mm'", Some((192.0, 96.0))),
            ("width='72pt' height='6pc'", Some((96.0, 96.0))),
            ("width='1e2' height='2em'", Some((100.0, 24.0))),
            ("width='50' viewBox='0 0 100,200'", Some((50.0, 100.0))),
            ("width='100%' viewBox='0 0 3 4'", Some((3.0, 4.0))),
            ("width='100%' height='5'", None),
            ("viewBox='0 0 0 4'", None),
            ("width='nan' height='inf'", None),
            (
                "width='1' height='2' style='width: 30px; height:1in !important'",
                Some((30.0, 96.0)),
            ),
            (
                "style='width:100%;height:auto' viewBox='0 0 3 4'",
                Some((3.0, 4.0)),
            ),
            ("", None),
        ];
        for (attributes, expected) in table {
            let text = format!("<?xml?><s:svg {attributes}/>");
            assert_eq!(declared(&text).unwrap(), *expected, "{attributes}");
        }
        assert!(declared("<g><svg width='1' height='1'/></g>").is_err());
        assert!(declared("text").is_err());
    }
}
