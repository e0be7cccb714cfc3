//! What attributes of `span` can be.

use super::style::{MEDIUM, Rgb, STEP, Slant, Style, Transform};

type Value<T> = Result<T, &'static str>;

/// The value of a name in a table.
fn named<T: Copy>(names: &[(&str, T)], value: &str, what: &'static str) -> Value<T> {
    let found = names.iter().find(|(name, _)| *name == value);
    found.map(|(_, value)| *value).ok_or(what)
}

/// A finite number.
pub(super) fn number(value: &str) -> Option<f64> {
    value.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A length in pixels: points with their unit, which are pixels here, or 1024ths of them without.
pub(super) fn length(value: &str) -> Value<f64> {
    let what = "expected 1024ths of a point, or points with pt";
    let with_unit = value
        .strip_suffix("pt")
        .or_else(|| value.strip_suffix("px"));
    let pixels = match with_unit {
        Some(points) => number(points),
        None => value
            .parse::<i32>()
            .ok()
            .map(|units| f64::from(units) / UNITS),
    };
    pixels.filter(|pixels| pixels.abs() <= LONGEST).ok_or(what)
}

/// A font size, in pixels.
pub(super) fn size(style: &Style, value: &str) -> Value<f64> {
    let steps = |steps: i32| MEDIUM * STEP.powi(steps);
    let pixels = match value {
        "xx-small" => steps(-3),
        "x-small" => steps(-2),
        "small" => steps(-1),
        "medium" => steps(0),
        "large" => steps(1),
        "x-large" => steps(2),
        "xx-large" => steps(3),
        "smaller" => style.size / STEP,
        "larger" => style.size * STEP,
        _ => match value.strip_suffix('%').map(number) {
            Some(percent) => percent.ok_or("expected a size")? / 100.0 * style.size,
            None => length(value).map_err(|_| "expected a size")?,
        },
    };
    if pixels < 0.0 {
        return Err("expected a size of 0 or more");
    }
    Ok(pixels.min(LONGEST))
}

/// A part of 65536, or a percentage, as 0 to 1.
pub(super) fn alpha(value: &str) -> Value<f64> {
    let alpha = match value.strip_suffix('%') {
        Some(percent) => number(percent).map(|percent| percent / 100.0),
        None => value
            .parse::<u32>()
            .ok()
            .map(|part| f64::from(part) / 65536.0),
    };
    let is_alpha = |alpha: &f64| *alpha > 0.0 && *alpha <= 1.0;
    alpha
        .filter(is_alpha)
        .ok_or("expected 1 to 65536, or a percentage")
}

/// A colour, and its alpha if it has one.
pub(super) fn color(value: &str) -> Value<(Rgb, Option<f64>)> {
    let what = "expected the name of a colour, or # and its digits";
    match value.strip_prefix('#') {
        Some(digits) => hexadecimal(digits).ok_or(what),
        None => name(value).map(|rgb| (rgb, None)).ok_or(what),
    }
}

fn hexadecimal(digits: &str) -> Option<(Rgb, Option<f64>)> {
    let (width, has_alpha) = match digits.len() {
        3 => (1, false),
        4 => (1, true),
        6 => (2, false),
        8 => (2, true),
        9 => (3, false),
        12 => (4, false),
        16 => (4, true),
        _ => return None,
    };
    if !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    let whole = f64::from(16_u32.pow(width) - 1);
    let width = width as usize;
    let part = |index: usize| {
        let digits = digits.get(index * width..(index + 1) * width)?;
        let value = u32::from_str_radix(digits, 16).ok()?;
        Some(f64::from(value) / whole)
    };
    let rgb = [byte(part(0)?), byte(part(1)?), byte(part(2)?)];
    let alpha = if has_alpha { Some(part(3)?) } else { None };
    Some((rgb, alpha))
}

/// A name of CSS, in any case and with spaces; or one of the hundred greys of X11.
fn name(name: &str) -> Option<Rgb> {
    let name: String = name.chars().filter(|c| *c != ' ').collect();
    let name = name.to_ascii_lowercase();
    let level = name
        .strip_prefix("gray")
        .or_else(|| name.strip_prefix("grey"));
    if let Some(level) = level.and_then(|level| level.parse::<u8>().ok()) {
        return (level <= 100).then(|| [byte(f64::from(level) / 100.0); 3]);
    }
    let is_name = name.chars().all(|c| c.is_ascii_lowercase());
    let color = is_name.then(|| name.parse::<svgtypes::Color>().ok())??;
    (color.alpha == u8::MAX).then_some([color.red, color.green, color.blue])
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=255"
)]
fn byte(part: f64) -> u8 {
    (part * 255.0).round().clamp(0.0, 255.0) as u8
}

pub(super) fn slant(value: &str) -> Value<Slant> {
    named(
        &[
            ("normal", Slant::Normal),
            ("oblique", Slant::Oblique),
            ("italic", Slant::Italic),
        ],
        value,
        "expected normal, oblique or italic",
    )
}

/// A weight, in hundreds.
pub(super) fn weight(value: &str) -> Value<u16> {
    if let Ok(number) = value.parse::<u16>() {
        let number = number.clamp(100, 900);
        return Ok((number + 50) / 100 * 100);
    }
    named(WEIGHTS, value, "expected a weight by name, or 100 to 900")
}

pub(super) fn stretch(value: &str) -> Value<&'static str> {
    let plain = |name: &str| name.replace('-', "");
    let found = STRETCHES.iter().find(|name| plain(name) == plain(value));
    found.copied().ok_or("expected a width of letters by name")
}

/// Whether a line is drawn.
pub(super) fn underline(value: &str) -> Value<bool> {
    match value.strip_suffix("-line").unwrap_or(value) {
        "single" | "double" | "low" | "error" => Ok(true),
        "none" if value == "none" => Ok(false),
        _ => Err("expected none, single, double, low or error"),
    }
}

pub(super) fn overline(value: &str) -> Value<bool> {
    match value {
        "none" => Ok(false),
        "single" => Ok(true),
        _ => Err("expected none or single"),
    }
}

pub(super) fn boolean(value: &str) -> Value<bool> {
    match value {
        "true" | "yes" | "t" | "y" => Ok(true),
        "false" | "no" | "f" | "n" => Ok(false),
        _ => Err("expected true or false"),
    }
}

pub(super) fn transform(value: &str) -> Value<Transform> {
    named(
        &[
            ("none", Transform::None),
            ("lowercase", Transform::Lowercase),
            ("uppercase", Transform::Uppercase),
            ("capitalize", Transform::Capitalize),
        ],
        value,
        "expected none, lowercase, uppercase or capitalize",
    )
}

/// Whether small letters become small capitals; the other variants have no effect.
pub(super) fn variant(value: &str) -> Value<bool> {
    match value.replace(['-', '_'], "").as_str() {
        "smallcaps" | "allsmallcaps" => Ok(true),
        "normal" | "petitecaps" | "allpetitecaps" | "unicase" | "titlecaps" => Ok(false),
        _ => Err("expected normal or small-caps"),
    }
}

/// 1024ths of a point in a point, which is a pixel: the resolution is 72 to the inch.
const UNITS: f64 = 1024.0;
/// Longest length, in pixels.
const LONGEST: f64 = 100_000.0;

/// Names of weights.
pub(super) const WEIGHTS: &[(&str, u16)] = &[
    ("thin", 100),
    ("ultralight", 200),
    ("extralight", 200),
    ("light", 300),
    ("semilight", 400),
    ("demilight", 400),
    ("book", 400),
    ("normal", 400),
    ("regular", 400),
    ("medium", 500),
    ("semibold", 600),
    ("demibold", 600),
    ("bold", 700),
    ("ultrabold", 800),
    ("extrabold", 800),
    ("heavy", 900),
    ("black", 900),
    ("ultraheavy", 900),
    ("ultrablack", 900),
    ("extrablack", 900),
];

/// Widths of letters, as CSS names them.
pub(super) const STRETCHES: &[&str] = &[
    "normal",
    "ultra-condensed",
    "extra-condensed",
    "condensed",
    "semi-condensed",
    "semi-expanded",
    "expanded",
    "extra-expanded",
    "ultra-expanded",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_points_or_1024ths() {
        for (value, pixels) in [
            ("10240", Some(10.0)),
            ("-512", Some(-0.5)),
            ("12.5pt", Some(12.5)),
            ("3px", Some(3.0)),
            ("12.5", None),
            ("pt", None),
            ("nanpt", None),
            ("infpt", None),
            ("1e9pt", None),
            ("10em", None),
        ] {
            assert_eq!(length(value).ok(), pixels, "{value}");
        }
    }

    #[test]
    fn sizes_are_named_and_relative() {
        let style = Style {
            size: 10.0,
            ..Style::default()
        };
        for (value, pixels) in [
            ("medium", Some(16.0)),
            ("xx-large", Some(27.648)),
            ("smaller", Some(10.0 / 1.2)),
            ("larger", Some(12.0)),
            ("250%", Some(25.0)),
            ("20480", Some(20.0)),
            ("14pt", Some(14.0)),
            ("-1pt", None),
            ("-5%", None),
            ("huge", None),
        ] {
            let found = size(&style, value).ok();
            let is_near = match (found, pixels) {
                (Some(found), Some(pixels)) => (found - pixels).abs() < 1e-9,
                (found, pixels) => found == pixels,
            };
            assert!(is_near, "{value}: {found:?}");
        }
    }

    #[test]
    fn colours_are_names_and_digits() {
        let red = [255, 0, 0];
        for (value, expected) in [
            ("red", Some((red, None))),
            ("Dark Blue", Some(([0, 0, 139], None))),
            ("grey50", Some(([128; 3], None))),
            ("gray", Some(([128; 3], None))),
            ("#f00", Some((red, None))),
            ("#ff0000", Some((red, None))),
            ("#fff000000", Some((red, None))),
            ("#ffff00000000", Some((red, None))),
            ("#f000", Some((red, Some(0.0)))),
            ("#ff0000ff", Some((red, Some(1.0)))),
            ("#ff00", Some(([255, 255, 0], Some(0.0)))),
            ("#ff", None),
            ("#ggg", None),
            ("#+f0", None),
            ("rgb(1,2,3)", None),
            ("transparent", None),
            ("gray101", None),
            ("", None),
        ] {
            assert_eq!(color(value).ok(), expected, "{value}");
        }
    }

    #[test]
    fn alpha_is_above_nothing() {
        for (value, expected) in [
            ("32768", Some(0.5)),
            ("65536", Some(1.0)),
            ("25%", Some(0.25)),
            ("0", None),
            ("65537", None),
            ("0%", None),
            ("101%", None),
            ("-1", None),
        ] {
            assert_eq!(alpha(value).ok(), expected, "{value}");
        }
    }

    #[test]
    fn weights_are_names_and_numbers() {
        for (value, expected) in [
            ("ultrabold", Some(800)),
            ("heavy", Some(900)),
            ("semilight", Some(400)),
            ("350", Some(400)),
            ("1000", Some(900)),
            ("bolder", None),
        ] {
            assert_eq!(weight(value).ok(), expected, "{value}");
        }
        assert_eq!(stretch("ultracondensed"), Ok("ultra-condensed"));
        assert!(stretch("narrow").is_err());
        assert_eq!(underline("double-line"), Ok(true));
        assert!(underline("none-line").is_err());
    }
}
