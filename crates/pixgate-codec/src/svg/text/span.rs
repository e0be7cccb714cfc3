//! The attributes of `span`.

use super::style::{LineHeight, SMALL_CAPITALS, STEP, Style};
use super::tokens::Attribute;
use super::{Fault, font, values};

/// Applies attributes; a font description comes first, wherever it stands.
pub(super) fn apply(style: &mut Style, attributes: &[Attribute<'_>]) -> Result<(), Fault> {
    let mut seen: Vec<&str> = Vec::new();
    for attribute in attributes {
        let name = canonical(attribute.name);
        if seen.contains(&name) {
            return Err(Fault::new(attribute.at, "the attribute stands there twice"));
        }
        seen.push(name);
    }
    let is_font = |attribute: &&Attribute<'_>| canonical(attribute.name) == "font";
    let rest = attributes.iter().filter(|attribute| !is_font(attribute));
    for attribute in attributes.iter().filter(is_font).chain(rest) {
        let (name, value) = (canonical(attribute.name), attribute.value.trim());
        set(style, name, value).map_err(|what| Fault::new(attribute.at, what))?;
    }
    Ok(())
}

/// One name for all that mean the same.
fn canonical(name: &str) -> &str {
    match name {
        "font_desc" => "font",
        "face" => "font_family",
        "size" => "font_size",
        "style" => "font_style",
        "weight" => "font_weight",
        "variant" => "font_variant",
        "stretch" => "font_stretch",
        "fgcolor" | "color" => "foreground",
        "bgcolor" => "background",
        "fgalpha" => "alpha",
        "bgalpha" => "background_alpha",
        other => other,
    }
}

fn set(style: &mut Style, name: &str, value: &str) -> Result<(), &'static str> {
    match name {
        "font" => font::describe(style, value)?,
        "font_family" => {
            let families = font::names(value.split(','));
            if families.is_empty() {
                return Err("expected names of fonts");
            }
            style.families = families;
        }
        "font_size" => style.size = values::size(style, value)?,
        "font_style" => style.slant = values::slant(value)?,
        "font_weight" => style.weight = values::weight(value)?,
        "font_variant" => style.small_caps = values::variant(value)?,
        "font_stretch" => style.stretch = values::stretch(value)?,
        "font_scale" => scale(style, value)?,
        "rise" => style.rise = rise(style, value)?,
        "baseline_shift" => style.rise += rise(style, value)?,
        "letter_spacing" => style.letter_spacing = values::length(value)?,
        "line_height" => style.line_height = line_height(value)?,
        "text_transform" => style.transform = values::transform(value)?,
        "font_features" | "lang" | "fallback" | "gravity" | "gravity_hint" | "show"
        | "insert_hyphens" | "allow_breaks" | "segment" => {}
        _ => set_color(style, name, value)?,
    }
    Ok(())
}

fn set_color(style: &mut Style, name: &str, value: &str) -> Result<(), &'static str> {
    let plain = || match values::color(value)? {
        (color, None) => Ok(Some(color)),
        (_, Some(_)) => Err("this colour has no alpha"),
    };
    match name {
        "foreground" => {
            let (color, alpha) = values::color(value)?;
            style.color = color;
            style.alpha = alpha.unwrap_or(style.alpha);
        }
        "background" => {
            let (color, alpha) = values::color(value)?;
            style.background = Some(color);
            style.background_alpha = alpha.unwrap_or(style.background_alpha);
        }
        "alpha" => style.alpha = values::alpha(value)?,
        "background_alpha" => style.background_alpha = values::alpha(value)?,
        "underline" => style.underline.is_on = values::underline(value)?,
        "underline_color" => style.underline.color = plain()?,
        "overline" => style.overline.is_on = values::overline(value)?,
        "overline_color" => style.overline.color = plain()?,
        "strikethrough" => style.strikethrough.is_on = values::boolean(value)?,
        "strikethrough_color" => style.strikethrough.color = plain()?,
        _ => return Err("an unknown attribute"),
    }
    Ok(())
}

/// Makes letters smaller without making them another size.
fn scale(style: &mut Style, value: &str) -> Result<(), &'static str> {
    style.scale *= match value {
        "superscript" | "subscript" => 1.0 / STEP,
        "small-caps" => SMALL_CAPITALS,
        _ => return Err("expected superscript, subscript or small-caps"),
    };
    Ok(())
}

/// How far a baseline is moved up, in pixels.
fn rise(style: &Style, value: &str) -> Result<f64, &'static str> {
    let mut moved = Style {
        rise: 0.0,
        ..style.clone()
    };
    match value {
        "superscript" => moved.raise(),
        "subscript" => moved.lower(),
        _ => return values::length(value),
    }
    Ok(moved.rise)
}

/// A factor if it is below 1024, else 1024ths of a point.
fn line_height(value: &str) -> Result<LineHeight, &'static str> {
    let number = values::number(value).filter(|number| (0.0..=1e8).contains(number));
    match number {
        Some(factor) if factor < 1024.0 => Ok(LineHeight::Factor(factor)),
        Some(units) => Ok(LineHeight::Pixels(units / 1024.0)),
        None => Err("expected a factor, or 1024ths of a point"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::markup::parse;
    use super::super::style::{Slant, Transform};
    use super::*;

    fn style(attributes: &str) -> Style {
        let runs = parse(&format!("<span {attributes}>x</span>")).unwrap();
        runs[0].style.clone()
    }

    #[test]
    fn names_and_their_other_names() {
        for [one, other] in [
            ["font='Inter 9'", "font_desc='Inter 9'"],
            ["font_family='Inter, Arial'", "face='Inter,Arial'"],
            ["font_size='9pt'", "size='9216'"],
            ["font_style='italic'", "style='italic'"],
            ["font_weight='bold'", "weight='700'"],
            ["font_variant='small-caps'", "variant='small-caps'"],
            ["font_stretch='condensed'", "stretch='condensed'"],
            ["foreground='red'", "fgcolor='red'"],
            ["foreground='red'", "color='#f00'"],
            ["background='red'", "bgcolor='red'"],
            ["alpha='50%'", "fgalpha='32768'"],
            ["background_alpha='50%'", "bgalpha='50%'"],
        ] {
            assert_eq!(style(one), style(other), "{one}");
            assert_ne!(style(one), Style::default(), "{one}");
        }
    }

    #[test]
    fn a_description_does_not_undo_what_is_named_beside_it() {
        let style = style("size='20pt' style='oblique' font='Inter Bold 9'");
        assert!((style.size - 20.0).abs() < 1e-9);
        assert_eq!((style.weight, style.slant), (700, Slant::Oblique));
    }

    #[test]
    fn values_mean_what_pango_says() {
        assert!(style("underline='error'").underline.is_on);
        assert!(!style("underline='none'").underline.is_on);
        assert_eq!(
            style("underline_color='lime'").underline.color,
            Some([0, 255, 0])
        );
        assert!(style("overline='single'").overline.is_on);
        assert!(style("strikethrough='true'").strikethrough.is_on);
        assert_eq!(
            style("text_transform='uppercase'").transform,
            Transform::Uppercase
        );
        assert_eq!(
            style("line_height='1.5'").line_height,
            LineHeight::Factor(1.5)
        );
        assert_eq!(
            style("line_height='20480'").line_height,
            LineHeight::Pixels(20.0)
        );
        assert!((style("rise='-2048'").rise + 2.0).abs() < 1e-9);
        assert!((style("baseline_shift='superscript'").rise - 16.0 / 3.0).abs() < 1e-9);
        assert!((style("letter_spacing='1024'").letter_spacing - 1.0).abs() < 1e-9);
        assert!((style("font_scale='small-caps'").font_size() - 12.8).abs() < 1e-9);
        assert!((style("color='#f008'").alpha - 8.0 / 15.0).abs() < 1e-9);
        assert_eq!(
            style("lang='de' fallback='false' font_features='liga=0'"),
            Style::default()
        );
    }

    #[test]
    fn sizes_stay_within_bounds() {
        assert!((style("size='0'").font_size() - 1.0).abs() < 1e-9);
        assert!((style("size='5000pt'").font_size() - 1000.0).abs() < 1e-9);
        let mut markup = "x".to_owned();
        for _ in 0..50 {
            markup = format!("<span size='1000%'>{markup}</span>");
        }
        assert!((parse(&markup).unwrap()[0].style.font_size() - 1000.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_unknown_is_refused_where_it_is() {
        for (attributes, at) in [
            ("colour='red'", 6),
            ("size='1pt' color='nocolour'", 17),
            ("size='big'", 6),
            ("size='1pt' font_size='2pt'", 17),
            ("underline='wavy'", 6),
            ("underline_color='#f00f'", 6),
            ("font_family=' , '", 6),
            ("line_height='-1'", 6),
            ("font_scale='large'", 6),
            ("strikethrough='1'", 6),
        ] {
            let fault = parse(&format!("<span {attributes}>x</span>")).unwrap_err();
            assert_eq!(fault.at, at, "{attributes}");
        }
    }
}
