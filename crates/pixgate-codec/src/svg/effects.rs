//! Blurs and shadows of styles as filter elements.
//!
//! The library gives filter functions a region of twice the element's size, which cuts shadows off
//! that fall farther.

use super::css::tokens::{Token, Tokens};
use super::css::value_pixels;
use super::write::Writer;

/// An effect of a style.
#[derive(Debug, PartialEq)]
pub(super) enum Effect {
    Blur {
        deviation: f64,
    },
    Shadow {
        color: String,
        x: f64,
        y: f64,
        deviation: f64,
    },
}

/// The effects of a filter whose functions are all blurs and shadows, as the cascade writes it.
pub(super) fn of(filter: &str) -> Option<Vec<Effect>> {
    let tokens: Vec<_> = Tokens::new(filter).collect();
    let is_end = |token: &Token<'_>| *token == Token::Close(')');
    let functions = tokens.split(is_end).filter(|part| !part.is_empty());
    functions.map(effect).collect()
}

fn effect(tokens: &[Token<'_>]) -> Option<Effect> {
    let mut tokens = tokens.iter().filter(|token| **token != Token::Space);
    let Some(Token::Function(name)) = tokens.next() else {
        return None;
    };
    let color = match name.as_ref() {
        "blur" => None,
        "drop-shadow" => match tokens.next()? {
            Token::Hash(digits) => Some(format!("#{digits}")),
            Token::Ident(name) => Some(name.to_string()),
            _ => return None,
        },
        _ => return None,
    };
    let lengths: Vec<f64> = tokens.map(value_pixels).collect::<Option<_>>()?;
    match (color, lengths.as_slice()) {
        (None, []) => Some(Effect::Blur { deviation: 0.0 }),
        (None, [deviation]) => Some(Effect::Blur {
            deviation: *deviation,
        }),
        (Some(color), [x, y, rest @ ..]) if rest.len() < 2 => Some(Effect::Shadow {
            color,
            x: *x,
            y: *y,
            deviation: rest.first().copied().unwrap_or_default(),
        }),
        _ => None,
    }
}

/// Writes a filter element of this id.
pub(super) fn write(effects: &[Effect], id: &str, writer: &mut Writer) {
    writer.open("filter");
    writer.attribute("id", id);
    for (name, value) in REGION {
        writer.attribute(name, value);
    }
    for effect in effects {
        match effect {
            Effect::Blur { deviation } => {
                writer.open("feGaussianBlur");
                writer.attribute("stdDeviation", &deviation.to_string());
            }
            Effect::Shadow {
                color,
                x,
                y,
                deviation,
            } => {
                writer.open("feDropShadow");
                writer.attribute("dx", &x.to_string());
                writer.attribute("dy", &y.to_string());
                writer.attribute("stdDeviation", &deviation.to_string());
                writer.attribute("flood-color", color);
            }
        }
        writer.close();
    }
    writer.close();
}

/// Functions work in sRGB. Their region has no end, this one has three times the element's size.
const REGION: [(&str, &str); 5] = [
    ("x", "-1"),
    ("y", "-1"),
    ("width", "3"),
    ("height", "3"),
    ("color-interpolation-filters", "sRGB"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blurs_and_shadows_are_read() {
        let shadow = Effect::Shadow {
            color: "#ff0000".to_owned(),
            x: 1.0,
            y: -2.0,
            deviation: 0.0,
        };
        let blur = Effect::Blur { deviation: 3.0 };
        let both = of("drop-shadow(#ff0000 1px -2px) blur(3px)");
        assert_eq!(both, Some(vec![shadow, blur]));
        assert_eq!(of("url(#a)"), None);
        assert_eq!(of("blur(3px) sepia(1)"), None);
    }
}
