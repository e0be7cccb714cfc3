//! Font descriptions: `[families] [style words] [size]`.

use super::style::{Slant, Style};
use super::values::{STRETCHES, WEIGHTS, number};

/// Sets what a description names; the rest stays.
pub(super) fn describe(style: &mut Style, description: &str) -> Result<(), &'static str> {
    let (families, mut rest) = match description.rsplit_once(',') {
        Some((families, rest)) => (Some(families), rest.trim()),
        None => (None, description.trim()),
    };
    if let Some((before, last)) = last_word(rest)
        && let Some(size) = size(last)
    {
        style.size = size?;
        rest = before;
    }
    while let Some((before, last)) = last_word(rest) {
        if !is_style_word(style, last) {
            break;
        }
        rest = before;
    }
    let last = (!rest.is_empty()).then_some(rest);
    let named = families
        .into_iter()
        .flat_map(|families| families.split(','))
        .chain(last);
    let named = names(named);
    if !named.is_empty() {
        style.families = named;
    }
    Ok(())
}

/// Names of families, without what is empty; only the first few count.
pub(super) fn names<'a>(families: impl Iterator<Item = &'a str>) -> Vec<String> {
    let names = families.map(str::trim).filter(|name| !name.is_empty());
    names.take(MOST_FAMILIES).map(str::to_owned).collect()
}

fn last_word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_end();
    let start = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let (before, word) = text.split_at_checked(start)?;
    (!word.is_empty()).then_some((before.trim_end(), word))
}

/// A size in pixels, or in points, which are as large; none for other words.
fn size(word: &str) -> Option<Result<f64, &'static str>> {
    let digits = word.strip_suffix("px").or_else(|| word.strip_suffix("pt"));
    let digits = digits.unwrap_or(word);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let is_size = |size: &f64| (0.0..=LARGEST).contains(size);
    Some(number(digits).filter(is_size).ok_or("expected a font size"))
}

/// Sets what one word names; false if it names no style.
fn is_style_word(style: &mut Style, word: &str) -> bool {
    let word = word.to_ascii_lowercase().replace('-', "");
    match word.as_str() {
        "normal" => {
            (style.slant, style.weight, style.stretch) = (Slant::Normal, 400, "normal");
            style.small_caps = false;
        }
        "roman" => style.slant = Slant::Normal,
        "italic" => style.slant = Slant::Italic,
        "oblique" => style.slant = Slant::Oblique,
        "smallcaps" => style.small_caps = true,
        "notrotated" | "south" | "upsidedown" | "north" | "rotatedleft" | "east"
        | "rotatedright" | "west" => {}
        _ => {
            let weight = WEIGHTS.iter().find(|(name, _)| *name == word);
            let stretch = STRETCHES.iter().find(|name| name.replace('-', "") == word);
            match (weight, stretch) {
                (Some((_, weight)), _) => style.weight = *weight,
                (None, Some(stretch)) => style.stretch = stretch,
                (None, None) => return false,
            }
        }
    }
    true
}

/// Most families that are looked for.
const MOST_FAMILIES: usize = 16;
/// Larger sizes are no sizes; they are clamped to less when they are used.
const LARGEST: f64 = 1e6;

#[cfg(test)]
mod tests {
    use super::*;

    fn described(description: &str) -> Style {
        let mut style = Style::default();
        describe(&mut style, description).unwrap();
        style
    }

    #[test]
    fn words_are_read_from_the_end() {
        let style = described("DejaVu Sans Bold Italic 24");
        assert_eq!(style.families, ["DejaVu Sans"]);
        assert_eq!((style.weight, style.slant), (700, Slant::Italic));
        assert!((style.size - 24.0).abs() < 1e-9);
        let style = described("Bold Sans");
        assert_eq!(
            (style.families, style.weight),
            (vec!["Bold Sans".to_owned()], 400)
        );
    }

    #[test]
    fn everything_may_be_left_out() {
        assert_eq!(described(""), Style::default());
        assert_eq!(described("  bold ").weight, 700);
        assert_eq!(described("bold").families, ["sans"]);
        assert!((described("12.5px").size - 12.5).abs() < 1e-9);
        assert_eq!(described("Semi-Condensed").stretch, "semi-condensed");
        assert_eq!(described("Ultra-Light").weight, 200);
    }

    #[test]
    fn commas_end_names() {
        let style = described("Inter, Open Sans , Light 9");
        assert_eq!(style.families, ["Inter", "Open Sans"]);
        assert_eq!(style.weight, 300);
        assert_eq!(described("Bold,").families, ["Bold"]);
        assert!(describe(&mut Style::default(), "Sans 1e99").is_err());
        assert!(describe(&mut Style::default(), "Sans 1x").is_err());
    }
}
